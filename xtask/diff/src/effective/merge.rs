//! Merges two schemas that must both be valid into one.

use serde_json::{Map, Value, json};

use openapi_fragment::openapi::is_prose;

/// Keywords that are not copied from the items of an `allOf`: `nullable` depends on all items.
const NOT_INCLUDED: &[&str] = &["nullable", "deprecated"];

/// A keyword of a merged schema.
pub(super) struct Merged {
    pub(super) key: String,
    pub(super) value: Value,
}

/// Whether one schema can express both schemas.
pub(super) fn can_merge(own: &Map<String, Value>, part: &Map<String, Value>) -> bool {
    if own.contains_key("$ref") || part.contains_key("$ref") || closes(own, part) || closes(part, own) {
        return false;
    }
    for (bound, exclusive) in [("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")] {
        let is_exclusive = own.contains_key(exclusive) || part.contains_key(exclusive);
        if is_exclusive && own.contains_key(bound) && part.contains_key(bound) && own[bound] != part[bound] {
            return false;
        }
    }
    let mut shared = part.iter().filter_map(|(key, value)| Some((key, own.get(key)?, value)));
    shared.all(|(key, own, part)| combined(key, own, part).is_some())
}

/// Whether `schema` excludes properties that `other` declares: `additionalProperties` applies to the properties that are
/// not declared in the same schema.
fn closes(schema: &Map<String, Value>, other: &Map<String, Value>) -> bool {
    let declared = schema.get("properties").and_then(Value::as_object);
    let is_declared = |name: &String| declared.is_some_and(|declared| declared.contains_key(name));
    let others = other.get("properties").and_then(Value::as_object);
    schema.contains_key("additionalProperties") && !others.into_iter().flat_map(Map::keys).all(is_declared)
}

/// The keywords of `own` after merging, without those that stay the same.
pub(super) fn merge(own: &Map<String, Value>, part: &Map<String, Value>, is_reference: bool) -> Vec<Merged> {
    let is_left_out = |key: &str| {
        let is_description = is_prose(key) || key.starts_with("x-");
        is_description || NOT_INCLUDED.contains(&key) || is_reference && key == "discriminator"
    };
    let keywords = part.iter().filter(|(key, _)| !is_left_out(key)).filter_map(|(key, value)| {
        let value = match own.get(key) {
            None => value.clone(),
            Some(own) => combined(key, own, value)?,
        };
        Some(Merged { key: key.clone(), value })
    });
    keywords.collect()
}

/// The keyword that expresses both; `None` if there is none.
fn combined(key: &str, own: &Value, part: &Value) -> Option<Value> {
    if own == part || is_prose(key) || key.starts_with("x-") || NOT_INCLUDED.contains(&key) {
        return Some(own.clone());
    }
    match (key, own, part) {
        ("type", Value::String(one), Value::String(other)) => {
            let is_number = |name: &str| name == "integer" || name == "number";
            (is_number(one) && is_number(other)).then(|| json!("integer"))
        }
        ("properties", Value::Object(own), Value::Object(part)) => {
            let mut all = own.clone();
            for (name, schema) in part {
                let schema = own.get(name).map_or_else(|| schema.clone(), |own| schemas(own, schema));
                all.insert(name.clone(), schema);
            }
            Some(Value::Object(all))
        }
        ("required", Value::Array(own), Value::Array(part)) => {
            let more = part.iter().filter(|name| !own.contains(name));
            Some(Value::Array(own.iter().chain(more).cloned().collect()))
        }
        ("enum", Value::Array(own), Value::Array(part)) => {
            let common: Vec<Value> = own.iter().filter(|value| part.contains(value)).cloned().collect();
            (!common.is_empty()).then_some(Value::Array(common))
        }
        ("items", own, part) => Some(schemas(own, part)),
        ("maximum" | "maxLength" | "maxItems" | "maxProperties", own, part) => {
            Some(if own.as_f64()? <= part.as_f64()? { own.clone() } else { part.clone() })
        }
        ("minimum" | "minLength" | "minItems" | "minProperties", own, part) => {
            Some(if own.as_f64()? >= part.as_f64()? { own.clone() } else { part.clone() })
        }
        ("discriminator" | "default" | "xml", own, _) => Some(own.clone()),
        _ => None,
    }
}

/// The schema of values that are valid for both.
fn schemas(own: &Value, part: &Value) -> Value {
    match (own, part) {
        (own, part) if own == part => own.clone(),
        (Value::Object(own), part) if own.is_empty() => part.clone(),
        (own, Value::Object(part)) if part.is_empty() => own.clone(),
        (Value::Object(own), Value::Object(part)) if can_merge(own, part) => {
            let mut all = own.clone();
            let nullable = |schema: &Map<String, Value>| schema.get("nullable") == Some(&Value::Bool(true));
            if nullable(own) && part.contains_key("type") && !nullable(part) {
                all.shift_remove("nullable");
            }
            all.extend(merge(own, part, false).into_iter().map(|merged| (merged.key, merged.value)));
            Value::Object(all)
        }
        (own, part) => json!({ "allOf": [own, part] }),
    }
}
