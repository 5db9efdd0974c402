//! A named string enum becomes a string that lists its known values in `x-known-values`.
//!
//! The server may learn a new state any day. progenitor's enums are closed, and one unknown value fails the
//! whole reply. So what it sees is a plain string; the generator replaces the type by an open enum that `patch`
//! writes from the listed values. Only a component has a name that the open enum could bear: lint refuses inline enums,
//! and enums of other types, except in what is written by hand, such as `ShardKeyOrder`; those stay as they are. Lint
//! also refuses values that give no variant, so each listed value becomes one.

use serde_json::Value;

use super::walk::{self, Named};

/// On a component schema: the values that are known, in order.
pub const KNOWN_VALUES: &str = "x-known-values";

pub(super) fn run(document: &mut Value) {
    walk::each_schema(document, &mut |named, schema| {
        if named == Named::Component && walk::text(schema, "type") == Some("string") {
            open(schema);
        }
    });
}

fn open(schema: &mut Value) {
    if let Some(schema) = schema.as_object_mut()
        && let Some(values) = schema.shift_remove("enum")
    {
        schema.insert(KNOWN_VALUES.to_owned(), values);
    }
}
