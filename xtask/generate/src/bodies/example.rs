//! Makes an example of a request body from the examples, defaults and known values of its schemas.
//!
//! The example has the required properties, the optional ones for which the fragment has a value, and secrets, for which
//! it has a placeholder. A value that the fragment does not give is the simplest one of its type. It may be invalid,
//! if it has a pattern for instance; a test requires valid examples of the project's fragment.

use serde_json::{Map, Value, json};

use super::schema::component;
use crate::lower::walk;

/// Schemas may refer to themselves.
const MAX_DEPTH: usize = 12;

/// An example of the body with this media type.
pub fn example(document: &Value, media: &Value) -> Value {
    media.get("example").cloned().unwrap_or_else(|| {
        let schema = media.get("schema").unwrap_or(&Value::Null);
        value(document, schema, "value", MAX_DEPTH)
    })
}

/// An example of a schema. `name` is the name of the property, for placeholders.
fn value(document: &Value, schema: &Value, name: &str, depth: usize) -> Value {
    let schema = resolved(document, schema);
    if let Some(value) = given(schema) {
        return value.clone();
    }
    let Some(depth) = depth.checked_sub(1) else { return Value::Null };
    let alternative = ["oneOf", "anyOf"].into_iter().find_map(|key| walk::elements(schema, key).next());
    if let Some(alternative) = alternative {
        return value(document, alternative, name, depth);
    }
    match walk::text(schema, "type") {
        Some("object") => object(document, schema, depth),
        Some("array") => array(document, schema, name, depth),
        Some("boolean") => Value::Bool(false),
        Some("integer" | "number") => number(schema),
        Some("string") => json!(string(schema, name)),
        _ if schema.get("properties").is_some() => object(document, schema, depth),
        _ => Value::Null,
    }
}

/// The schema behind references and an `allOf` with only one schema.
fn resolved<'a>(document: &'a Value, mut schema: &'a Value) -> &'a Value {
    for _ in 0..MAX_DEPTH {
        let only = match schema.get("allOf").and_then(Value::as_array).map(Vec::as_slice) {
            Some([only]) => Some(only),
            _ => None,
        };
        let referred = walk::referred_schema(schema).and_then(|name| component(document, name));
        match only.filter(|_| given(schema).is_none()).or(referred) {
            Some(inner) => schema = inner,
            None => break,
        }
    }
    schema
}

/// The value that the fragment gives for a schema.
fn given(schema: &Value) -> Option<&Value> {
    let known = || schema.get("enum")?.as_array()?.first();
    schema.get("example").or_else(|| schema.get("default")).or_else(known)
}

fn object(document: &Value, schema: &Value, depth: usize) -> Value {
    let is_required = |name: &str| walk::elements(schema, "required").any(|required| required == name);
    let properties = walk::entries(schema, "properties");
    let mut members: Map<String, Value> = properties
        .filter(|(name, property)| is_required(name) || is_shown(document, property))
        .map(|(name, property)| (name.clone(), value(document, property, name, depth)))
        .collect();
    if let Some(others) = schema.get("additionalProperties").filter(|others| others.is_object()) {
        members.insert("name".to_owned(), value(document, others, "value", depth));
    }
    Value::Object(members)
}

/// Whether the example has this optional property.
fn is_shown(document: &Value, property: &Value) -> bool {
    let schema = resolved(document, property);
    let items = schema.get("items").map(|items| resolved(document, items));
    given(schema).is_some()
        || items.and_then(given).is_some()
        || walk::text(schema, "format") == Some("password")
}

fn array(document: &Value, schema: &Value, name: &str, depth: usize) -> Value {
    let items = schema.get("items").unwrap_or(&Value::Null);
    let count = schema.get("minItems").and_then(Value::as_u64).unwrap_or(1).max(1);
    // The limit of the document's own size does not hold for a count.
    let count = if schema.get("maxItems") == Some(&json!(0)) { 0 } else { count.min(8) };
    (0..count).map(|_| value(document, items, name, depth)).collect()
}

fn number(schema: &Value) -> Value {
    let bound = |key: &str| schema.get(key).filter(|bound| bound.is_number());
    bound("minimum").or_else(|| bound("maximum")).cloned().unwrap_or_else(|| json!(1))
}

fn string(schema: &Value, name: &str) -> String {
    match walk::text(schema, "format") {
        Some("date") => "2026-01-31".to_owned(),
        Some("date-time") => "2026-01-31T12:00:00Z".to_owned(),
        Some("password") => format!("<{name}>"),
        _ => name.to_owned(),
    }
}
