//! Replaces versioned media types by `application/json`, and keeps only the newest version of each body.
//!
//! The media type of a body contains its version, `application/vnd.atlas.2024-05-30+json`, and a body may have several
//! versions. progenitor rejects such media types in requests, converts them to raw byte streams in responses, and
//! panics if a body has two media types. The operation table contains the versions, and the transport derives `Accept`
//! and `Content-Type` from the table. Responses without a body list their versions in `x-empty-versions`, which only
//! the table needs. Dates start with the year, so they sort chronologically as texts.

use serde_json::{Map, Value};

use super::walk;

pub(super) fn run(document: &mut Value) {
    walk::each_message(document, &mut |message| {
        if let Some(message) = message.as_object_mut() {
            message.shift_remove("x-empty-versions");
        }
        if let Some(content) = message.get_mut("content").and_then(Value::as_object_mut) {
            keep_newest(content);
        }
    });
}

fn keep_newest(content: &mut Map<String, Value>) {
    // "application/vnd…" sorts after "application/json", so a versioned body takes precedence.
    let Some(newest) = content.keys().max().cloned() else { return };
    let Some(mut media) = content.shift_remove(&newest) else { return };
    if let Some(media) = media.as_object_mut() {
        media.shift_remove("x-sunset");
    }
    content.clear();
    content.insert("application/json".to_owned(), media);
}
