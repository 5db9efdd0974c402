//! The ten edits, each at a place that the seed chooses.

use serde_json::Value;

use crate::Failed;
use crate::document::{self, Random};

/// The seed of where the edits are.
const SEED: u64 = 0x5eed_0004;

/// What is done to the node at a pointer.
pub(crate) enum Edit {
    /// Put another value, given as JSON.
    Set(&'static str),
    /// Add an item, given as JSON.
    Append(&'static str),
    Remove,
    /// Put the same under another key.
    Rename(&'static str),
}

/// Pointers and edits; `{R}` is the resource that the seed chooses, `{path}` where its operations stand. The two of
/// `ApiError` reach every operation.
pub(crate) const EDITS: [(&str, Edit); 10] = [
    ("/components/schemas/{R}/properties/name/maxLength", Edit::Set("63")),
    ("/components/schemas/{R}/properties/comment/nullable", Edit::Remove),
    ("/components/schemas/{R}/properties/lagTimeSeconds", Edit::Rename("lagSeconds")),
    ("/components/schemas/{R}Status/enum", Edit::Append(r#""UNKNOWN""#)),
    ("/components/schemas/{R}Request/properties/tags/uniqueItems", Edit::Remove),
    ("/components/schemas/Gcp{R}Provider/description", Edit::Set(r#""What runs on it.""#)),
    ("/components/schemas/ApiError/required", Edit::Append(r#""errorCode""#)),
    ("/components/schemas/ApiError/properties/help", Edit::Set(r#"{"type": "string"}"#)),
    ("/paths/{path}/get/operationId", Edit::Set(r#""readInstead""#)),
    (
        "/paths/{path}/post/requestBody/content/application~1vnd.atlas.2023-01-01+json/x-sunset",
        Edit::Set(r#""2027-06-01""#),
    ),
];

/// Makes the edits.
pub(crate) fn apply(document: &mut Value) -> Result<(), Failed> {
    let mut random = Random(SEED);
    for (pointer, edit) in &EDITS {
        let resource = document::resource(random.below(document::RESOURCES));
        let path = document::collection(&resource).replace('/', "~1");
        let pointer = pointer.replace("{R}", &resource).replace("{path}", &path);
        make(document, &pointer, edit).ok_or_else(|| format!("nothing to edit at {pointer}"))?;
    }
    Ok(())
}

fn make(document: &mut Value, pointer: &str, edit: &Edit) -> Option<()> {
    let (parent, key) = pointer.rsplit_once('/')?;
    let around = document.pointer_mut(parent)?.as_object_mut()?;
    match edit {
        Edit::Set(value) => {
            around.insert(key.to_owned(), read(value)?);
        }
        Edit::Append(value) => around.get_mut(key)?.as_array_mut()?.push(read(value)?),
        Edit::Remove => {
            around.shift_remove(key)?;
        }
        Edit::Rename(name) => {
            let value = around.shift_remove(key)?;
            around.insert((*name).to_owned(), value);
        }
    }
    Some(())
}

fn read(value: &str) -> Option<Value> {
    serde_json::from_str(value).ok()
}
