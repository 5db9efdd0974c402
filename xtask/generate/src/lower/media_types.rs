//! Vendor media types become `application/json`, and of several versions the newest stays.
//!
//! Atlas names the version of a body by its media type, `application/vnd.atlas.2024-05-30+json`, and one body
//! may exist in several. progenitor refuses such a type in a request, turns it into a raw byte stream in a
//! reply, and panics on two types in one body. The dates are not lost: the operation table carries them, and
//! the transport writes `Accept` and `Content-Type` from it. Replies without a body name their versions in
//! `x-empty-versions`, which only the table needs. The dates are written year first, so the order of the
//! texts is the order in time.

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
    // "application/vnd…" also stands after "application/json", so a versioned body wins over an unversioned
    // one.
    let Some(newest) = content.keys().max().cloned() else { return };
    let Some(mut media) = content.shift_remove(&newest) else { return };
    if let Some(media) = media.as_object_mut() {
        media.shift_remove("x-sunset");
    }
    content.clear();
    content.insert("application/json".to_owned(), media);
}
