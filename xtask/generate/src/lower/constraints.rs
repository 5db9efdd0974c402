//! Patterns, lengths, counts, bounds, defaults, examples, and the formats of strings are dropped.
//!
//! They are the server's business. progenitor enforces patterns and lengths on replies too, with a regular
//! expression at run time, and so refuses a reply for a name that the server found good; `minItems` and
//! `maxItems` of 1 become an array of one element, `minimum: 1` a `NonZero`; a default is written into every
//! request, where it would outlive the server's own. A string with the format `date-time`, `uuid` or `ipv4`
//! becomes a type of another crate, or one that refuses what the server writes in another way; it stays a
//! string. Formats of numbers stay, because they say how wide a number is, and `password` stays, because it is
//! not about the form. What a caller sends is checked by the hand-written types. The table and the emulator read these
//! words from the fragment, not from here.

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
            let string = schema.get("type").and_then(Value::as_str) == Some("string");
            schema.retain(|word, value| {
                let of_form = string && word == "format" && value != "password";
                !of_form && !DROPPED.contains(&word.as_str())
            });
        }
    });
}
