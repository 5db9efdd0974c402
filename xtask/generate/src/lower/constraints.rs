//! Removes patterns, lengths, counts, bounds, defaults, examples, and the formats of strings.
//!
//! The server enforces these constraints, and the hand-written types validate what a caller sends. In generated code
//! they do harm:
//!
//! - progenitor enforces patterns and lengths on responses too, with a regular expression at run time, and so rejects
//!   values that the server accepted.
//! - `minItems` and `maxItems` of 1 become an array of one element, and `minimum: 1` becomes a `NonZero`.
//! - Defaults are written into every request, and remain when the server changes its own.
//! - Strings with the format `date-time`, `uuid` or `ipv4` become types of other crates, which may reject the server's
//!   notation.
//!
//! Formats of numbers are kept, because they define the width of a number. `password` is kept, because it marks
//! secrets. The operation table and the emulator read these keywords from the fragment, which is not lowered. The schemas
//! of ids are left alone: their types are generated separately, and a patch needs their patterns.

use serde_json::Value;

use super::walk;
use crate::rust_type;

const REMOVED: [&str; 15] = [
    "pattern",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "default",
    "example",
];

pub(super) fn run(document: &mut Value) {
    walk::each_schema(document, &mut |_, schema| {
        // Only the keywords of the schema itself: a property may have the name `pattern`.
        if let Some(schema) = schema.as_object_mut().filter(|schema| !schema.contains_key(rust_type::KEY)) {
            let is_string = schema.get("type").and_then(Value::as_str) == Some("string");
            schema.retain(|keyword, value| {
                let is_string_format = is_string && keyword == "format" && value != "password";
                !is_string_format && !REMOVED.contains(&keyword.as_str())
            });
        }
    });
}
