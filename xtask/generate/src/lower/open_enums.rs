//! Converts a named string enum to a string with its known values in `x-known-values`.
//!
//! The server may add values at any time. The enums of progenitor are closed, so one unknown value would make the whole
//! response invalid. progenitor therefore gets a plain string, and the generator replaces its type by an open enum,
//! which `patch` generates from the known values. Only components have a name for the open enum. Lint rejects inline
//! enums, enums of other types, and values without a valid variant name, except in schemas with a hand-written type
//! such as `ShardKeyOrder`, which this pass does not change.

use serde_json::Value;

use super::walk::{self, SchemaKind};

/// The key for the known values of a component schema, in order.
pub const KNOWN_VALUES: &str = "x-known-values";

pub(super) fn run(document: &mut Value) {
    walk::each_schema(document, &mut |kind, schema| {
        if kind == SchemaKind::Component && walk::text(schema, "type") == Some("string") {
            open_enum(schema);
        }
    });
}

fn open_enum(schema: &mut Value) {
    if let Some(schema) = schema.as_object_mut()
        && let Some(values) = schema.shift_remove("enum")
    {
        schema.insert(KNOWN_VALUES.to_owned(), values);
    }
}
