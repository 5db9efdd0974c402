//! The successful replies of an operation become one, `2XX`, without headers.
//!
//! The server answers 201 where the published document says 200, and may answer another code tomorrow.
//! progenitor makes an error of every code that is not listed, and asserts that all listed ones have one
//! type. Lint has seen to it that they do, so the first one speaks for all; a range then admits every code of
//! success. progenitor does not read reply headers.

use serde_json::{Map, Value};

use super::walk;

pub(super) fn run(document: &mut Value) {
    for operation in walk::operations_mut(document) {
        if let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) {
            merge(responses);
        }
    }
    walk::each_message(document, &mut |message| {
        if let Some(message) = message.as_object_mut() {
            message.shift_remove("headers");
        }
    });
}

fn merge(responses: &mut Map<String, Value>) {
    let mut merged = None;
    let mut rest = Map::new();
    for (code, reply) in std::mem::take(responses) {
        match code.starts_with('2') {
            true => _ = merged.get_or_insert(reply),
            false => _ = rest.insert(code, reply),
        }
    }
    responses.extend(merged.map(|reply| ("2XX".to_owned(), reply)));
    responses.extend(rest);
}
