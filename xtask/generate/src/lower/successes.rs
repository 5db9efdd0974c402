//! Merges the success responses of an operation into one, `2XX`, and removes headers.
//!
//! The server returns 201 where the published document lists 200, and may return other statuses in the future.
//! progenitor treats unlisted statuses as errors, and asserts that all listed successes have one type. Lint ensures one
//! type per version. So this pass keeps the first response with the newest version, and the range accepts every success
//! status. It must run before `media_types`, which removes the versions. progenitor does not read the headers of
//! responses.

use serde_json::{Map, Value};

use super::walk;

pub(super) fn run(document: &mut Value) {
    // A copy, because resolving references reads the document while it changes.
    let original = document.clone();
    for operation in walk::operations_mut(document) {
        if let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) {
            merge(responses, &original);
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
    let newest_version = |response: &Value| {
        walk::entries(walk::resolve(document, response), "content")
            .map(|(media_type, _)| media_type.clone())
            .max()
    };
    // Reversed, because `max_by_key` returns the last of several maxima.
    let newest = successes.into_iter().rev().max_by_key(|(_, response)| newest_version(response));
    if let Some((_, response)) = newest {
        responses.insert("2XX".to_owned(), response);
    }
    responses.extend(failures);
}
