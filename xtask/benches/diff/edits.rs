//! The ten edits, each of a resource that the seed selects.

use serde_json::Value;

use crate::Failed;
use crate::document::{self, Random};

/// The seed for the resources.
const SEED: u64 = 0x5eed_0004;

/// An edit of the node at a pointer.
pub(crate) enum Edit {
    /// Sets the value, given as JSON.
    Set(&'static str),
    /// Adds an item, given as JSON.
    Append(&'static str),
    Remove,
    /// Moves the value to another key.
    Rename(&'static str),
}

/// The pointers and edits. `{R}` is the selected resource, and `{path}` is the path of its operations. The two edits of
/// `ApiError` affect every operation.
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

/// Applies the edits.
pub(crate) fn apply(document: &mut Value) -> Result<(), Failed> {
    let mut random = Random(SEED);
    for (pointer, edit) in &EDITS {
        let resource = document::resource(random.below(document::RESOURCES));
        let path = document::collection(&resource).replace('/', "~1");
        let pointer = pointer.replace("{R}", &resource).replace("{path}", &path);
        apply_one(document, &pointer, edit).ok_or_else(|| format!("nothing to edit at {pointer}"))?;
    }
    Ok(())
}

fn apply_one(document: &mut Value, pointer: &str, edit: &Edit) -> Option<()> {
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
