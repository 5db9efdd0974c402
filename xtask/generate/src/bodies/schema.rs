//! Converts a schema of OpenAPI 3.0 to JSON Schema 2020-12.
//!
//! - The components that it refers to become `$defs`.
//! - `nullable` becomes the type `null`, and null is added to an `enum`.
//! - `exclusiveMinimum` and `exclusiveMaximum` become numbers, and `example` becomes `examples`.
//! - Keys beside a `$ref`, which OpenAPI 3.0 ignores, and keywords that only OpenAPI has are removed.

use std::collections::BTreeSet;

use openapi_fragment::pointer;
use serde_json::{Map, Value, json};

use crate::lower::walk;

pub(super) const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// The keywords of OpenAPI that JSON Schema does not have, besides extensions.
const REMOVED: [&str; 4] = ["nullable", "discriminator", "xml", "externalDocs"];

/// The keywords with a schema, those with a list of schemas, and those with schemas by name.
const ONE: [&str; 3] = ["items", "additionalProperties", "not"];
const LIST: [&str; 3] = ["allOf", "oneOf", "anyOf"];
const BY_NAME: &str = "properties";

/// The JSON Schema of a schema, complete in itself.
pub fn json_schema(document: &Value, schema: &Value) -> Value {
    let root = walk::referred_schema(schema).and_then(|name| component(document, name)).unwrap_or(schema);
    let mut text = Map::new();
    text.insert("$schema".to_owned(), DIALECT.into());
    match converted(root) {
        Value::Object(members) => text.extend(members),
        // `true` permits everything, as does a schema without keywords.
        _ => return Value::Object(text),
    }
    let definitions = definitions(document, root);
    if !definitions.is_empty() {
        text.insert("$defs".to_owned(), Value::Object(definitions));
    }
    Value::Object(text)
}

/// The components that are reachable from this schema, in the order of the document.
fn definitions(document: &Value, root: &Value) -> Map<String, Value> {
    let (mut reached, mut pending) = (BTreeSet::new(), vec![root]);
    while let Some(schema) = pending.pop() {
        for target in walk::targets_in(schema) {
            if let Some(name) = walk::component_schema(&target)
                && let Some(component) = component(document, name)
                && reached.insert(name.to_owned())
            {
                pending.push(component);
            }
        }
    }
    let definitions = walk::schemas(document).filter(|(name, _)| reached.contains(*name));
    definitions.map(|(name, schema)| (name.clone(), converted(schema))).collect()
}

pub(super) fn component<'a>(document: &'a Value, name: &str) -> Option<&'a Value> {
    document.pointer("/components/schemas")?.get(name)
}

fn converted(schema: &Value) -> Value {
    let Value::Object(members) = schema else { return schema.clone() };
    if let Some(name) = walk::referred_schema(schema) {
        return json!({ "$ref": pointer::join("#/$defs", name) });
    }
    let mut result = Map::new();
    for (key, value) in members {
        if !key.starts_with("x-") && !REMOVED.contains(&key.as_str()) {
            insert(&mut result, key, value, members);
        }
    }
    if walk::flag(schema, "nullable") { with_null(result) } else { Value::Object(result) }
}

fn insert(result: &mut Map<String, Value>, key: &str, value: &Value, members: &Map<String, Value>) {
    let (key, value) = match (key, value) {
        ("example", example) => ("examples", json!([example])),
        ("minimum" | "maximum", _) if is_exclusive(key, members) => return,
        ("exclusiveMinimum", Value::Bool(exclusive)) | ("exclusiveMaximum", Value::Bool(exclusive)) => {
            let bound = members.get(if key == "exclusiveMinimum" { "minimum" } else { "maximum" });
            let Some(bound) = bound.filter(|_| *exclusive) else { return };
            (key, bound.clone())
        }
        (_, Value::Object(properties)) if key == BY_NAME => {
            let properties = properties.iter().map(|(name, schema)| (name.clone(), converted(schema)));
            (key, Value::Object(properties.collect()))
        }
        (_, Value::Array(schemas)) if LIST.contains(&key) => {
            (key, Value::Array(schemas.iter().map(converted).collect()))
        }
        _ if ONE.contains(&key) => (key, converted(value)),
        _ => (key, value.clone()),
    };
    result.insert(key.to_owned(), value);
}

fn is_exclusive(bound: &str, members: &Map<String, Value>) -> bool {
    let key = if bound == "minimum" { "exclusiveMinimum" } else { "exclusiveMaximum" };
    members.get(key) == Some(&Value::Bool(true))
}

/// Permits null too. A schema without a `type` may combine others, which do not permit it.
fn with_null(mut schema: Map<String, Value>) -> Value {
    let Some(kind) = schema.get_mut("type") else {
        let prose = ["title", "description"];
        let (mut outer, inner): (Map<_, _>, Map<_, _>) =
            schema.into_iter().partition(|(key, _)| prose.contains(&key.as_str()));
        outer.insert("anyOf".to_owned(), json!([inner, {"type": "null"}]));
        return Value::Object(outer);
    };
    *kind = json!([kind.take(), "null"]);
    if let Some(Value::Array(values)) = schema.get_mut("enum")
        && !values.contains(&Value::Null)
    {
        values.push(Value::Null);
    }
    Value::Object(schema)
}
