//! Converts a named string enum to a string with its known values in `x-known-values`.
//!
//! The server may add values at any time. The enums of progenitor are closed, so one unknown value would make the whole
//! response invalid. progenitor therefore gets a plain string, and the generator replaces its type by an open enum,
//! which `patch` generates from the known values. Only components have a name for the open enum. Lint rejects inline
//! enums and values without a valid variant name, except in schemas with a hand-written type such as `ShardKeyOrder`.
//!
//! Numbers have no names for variants, so an enum of numbers or booleans becomes a plain type, whose description lists the
//! known values.

use serde_json::Value;

use super::walk::{self, SchemaKind};

/// The key for the known values of a component schema, in order.
pub const KNOWN_VALUES: &str = "x-known-values";

pub(super) fn run(document: &mut Value) {
    walk::each_schema(document, &mut |kind, schema| match (kind, walk::text(schema, "type")) {
        (SchemaKind::Component, Some("string")) => open_enum(schema),
        (_, Some("integer" | "number" | "boolean")) => describe_values(schema),
        _ => {}
    });
}

fn open_enum(schema: &mut Value) {
    if let Some(schema) = schema.as_object_mut()
        && let Some(values) = schema.shift_remove("enum")
    {
        schema.insert(KNOWN_VALUES.to_owned(), values);
    }
}

fn describe_values(schema: &mut Value) {
    let Some(schema) = schema.as_object_mut() else { return };
    let Some(Value::Array(values)) = schema.shift_remove("enum") else { return };
    let values: Vec<String> = values.iter().map(Value::to_string).collect();
    let values = format!("Known values: {}.", values.join(", "));
    let description = match schema.get("description").and_then(Value::as_str) {
        Some(description) => format!("{description}\n\n{values}"),
        None => values,
    };
    schema.insert("description".to_owned(), description.into());
}
