//! The successful replies of an operation become one, `2XX`, without headers.
//!
//! The server answers 201 where the published document says 200, and may answer another code tomorrow.
//! progenitor makes an error of every code that is not listed, and asserts that all listed ones have one
//! type. Lint has seen to it that they have one for each version. So the reply that has the newest version speaks for
//! all, of several the first; a range then admits every code of success. It runs before `media_types`, which takes the
//! versions away. progenitor does not read reply headers.

use serde_json::{Map, Value};

use super::walk;

pub(super) fn run(document: &mut Value) {
    // References are followed, so the document is read while it is changed.
    let whole = document.clone();
    for operation in walk::operations_mut(document) {
        if let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) {
            merge(responses, &whole);
        }
    }
    walk::each_message(document, &mut |message| {
        if let Some(message) = message.as_object_mut() {
            message.shift_remove("headers");
        }
    });
}

fn merge(responses: &mut Map<String, Value>, document: &Value) {
    let (successes, failures): (Vec<_>, Vec<_>) =
        std::mem::take(responses).into_iter().partition(|(code, _)| code.starts_with('2'));
    let newest = |reply: &Value| {
        walk::entries(walk::resolve(document, reply), "content")
            .map(|(media_type, _)| media_type.clone())
            .max()
    };
    // Of equals `max_by_key` takes the last.
    if let Some((_, reply)) = successes.into_iter().rev().max_by_key(|(_, reply)| newest(reply)) {
        responses.insert("2XX".to_owned(), reply);
    }
    responses.extend(failures);
}
