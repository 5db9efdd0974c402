//! Patterns, lengths, counts, bounds, defaults and examples are dropped.
//!
//! They are the server's business. progenitor enforces patterns and lengths on replies too, with a regular
//! expression at run time, and so refuses a reply for a name that the server found good; `minItems` and
//! `maxItems` of 1 become an array of one element, `minimum: 1` a `NonZero`; a default is written into every
//! request, where it would outlive the server's own. What a caller sends is checked by the hand-written
//! types. The table and the emulator read these words from the fragment, not from here.

use serde_json::Value;

use super::walk;

const DROPPED: [&str; 15] = [
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
        // Only the words of the schema itself: a property may well be called `pattern`.
        if let Some(schema) = schema.as_object_mut() {
            schema.retain(|word, _| !DROPPED.contains(&word.as_str()));
        }
    });
}
