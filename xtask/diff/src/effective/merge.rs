//! Merges two schemas that must both be valid into one.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::simplify;
use openapi_fragment::openapi::number::decimal;
use openapi_fragment::openapi::{Role, is_prose_or_extension};

/// Keywords that are not copied from the items of an `allOf`: `nullable` depends on all items.
const NOT_INCLUDED: &[&str] = &["nullable", "deprecated"];

/// The bounds that can be exclusive, with the keyword for it.
const BOUNDS: &[(&str, &str)] = &[("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")];

/// A keyword of a schema that is merged into another one.
#[derive(Debug, PartialEq)]
pub(super) enum Merged {
    /// The keyword of the merged schema.
    Value(Value),
    /// No value of the keyword expresses both.
    Conflict,
}

/// Whether one of the schemas excludes properties that only the other one declares. They cannot be merged then:
/// `additionalProperties` applies to the properties that are not declared in the same schema.
pub(super) fn exclude_each_other(own: &Map<String, Value>, part: &Map<String, Value>) -> bool {
    closes(own, part) || closes(part, own) || own.contains_key("$ref") || part.contains_key("$ref")
}

fn closes(schema: &Map<String, Value>, other: &Map<String, Value>) -> bool {
    let declared = schema.get("properties").and_then(Value::as_object);
    let is_declared = |name: &String| declared.is_some_and(|declared| declared.contains_key(name));
    let others = other.get("properties").and_then(Value::as_object);
    schema.contains_key("additionalProperties") && !others.into_iter().flat_map(Map::keys).all(is_declared)
}

/// Removes the properties of `own` that are the same in `part`, which stays a separate schema.
pub(super) fn remove_repeated_properties(own: &mut Map<String, Value>, part: &Map<String, Value>) {
    // A name that is not declared would get the schema of `additionalProperties`.
    if own.contains_key("additionalProperties") {
        return;
    }
    let Some(Value::Object(properties)) = own.get_mut("properties") else { return };
    let repeated = part.get("properties").and_then(Value::as_object);
    properties.retain(|name, schema| repeated.is_none_or(|repeated| repeated.get(name) != Some(schema)));
    if properties.is_empty() {
        own.shift_remove("properties");
    }
}

/// The keywords of `own` after merging `part` into it, without those that only `own` has.
pub(super) fn merge(
    own: &Map<String, Value>,
    part: &Map<String, Value>,
    is_reference: bool,
) -> Vec<(String, Merged)> {
    let is_left_out = |key: &str| {
        is_prose_or_extension(key) || NOT_INCLUDED.contains(&key) || is_reference && key == "discriminator"
    };
    let mut bounds = Vec::new();
    let keywords = part.iter().filter(|(key, _)| !is_left_out(key)).filter_map(|(key, value)| {
        if let Some((is_stricter, exclusive)) = stricter_bound(key, own, part) {
            if is_stricter && key != exclusive {
                bounds.push((key.clone(), Merged::Value(value.clone())));
                let is_exclusive = part.get(exclusive).cloned().unwrap_or(Value::Bool(false));
                bounds.push((exclusive.to_owned(), Merged::Value(is_exclusive)));
            }
            return None;
        }
        let merged = match own.get(key) {
            None => Merged::Value(value.clone()),
            Some(own) => combined(key, own, value).map_or(Merged::Conflict, Merged::Value),
        };
        Some((key.clone(), merged))
    });
    let mut keywords: Vec<_> = keywords.collect();
    keywords.extend(bounds);
    keywords
}

/// Whether the bound of `part` that a keyword belongs to is stricter than that of `own`, and the keyword for an exclusive
/// bound; `None` if not both have the bound.
fn stricter_bound(
    key: &str,
    own: &Map<String, Value>,
    part: &Map<String, Value>,
) -> Option<(bool, &'static str)> {
    let (bound, exclusive) = BOUNDS.iter().find(|(bound, exclusive)| *bound == key || *exclusive == key)?;
    let (old, new) = (decimal(own.get(*bound)?)?, decimal(part.get(*bound)?)?);
    let is_exclusive = part.get(*exclusive) == Some(&json!(true));
    let is_stricter = if *bound == "minimum" { new > old } else { new < old };
    Some((is_stricter || new == old && is_exclusive, exclusive))
}

/// The value of a keyword that expresses both; `None` if there is none.
fn combined(key: &str, own: &Value, part: &Value) -> Option<Value> {
    if own == part {
        return Some(own.clone());
    }
    match (key, own, part) {
        ("type", own, part) => Some(types(own, part)),
        ("properties", Value::Object(own), Value::Object(part)) => {
            let mut all = own.clone();
            for (name, schema) in part {
                let schema = own.get(name).map_or_else(|| schema.clone(), |own| schemas(own, schema));
                all.insert(name.clone(), schema);
            }
            Some(Value::Object(all))
        }
        ("required", Value::Array(own), Value::Array(part)) => {
            let known: HashSet<&Value> = own.iter().collect();
            let more = part.iter().filter(|name| !known.contains(name));
            Some(Value::Array(own.iter().chain(more).cloned().collect()))
        }
        ("enum", Value::Array(own), Value::Array(part)) => {
            let allowed: HashSet<&Value> = part.iter().collect();
            Some(Value::Array(own.iter().filter(|value| allowed.contains(value)).cloned().collect()))
        }
        ("items", own, part) => Some(schemas(own, part)),
        ("maximum" | "maxLength" | "maxItems" | "maxProperties", own, part) => {
            Some(if decimal(own)? <= decimal(part)? { own.clone() } else { part.clone() })
        }
        ("minimum" | "minLength" | "minItems" | "minProperties", own, part) => {
            Some(if decimal(own)? >= decimal(part)? { own.clone() } else { part.clone() })
        }
        ("discriminator" | "default" | "xml", own, _) => Some(own.clone()),
        _ => None,
    }
}

/// The types that both allow. An empty list allows no value.
fn types(own: &Value, part: &Value) -> Value {
    let list = |types: &Value| match types {
        Value::Array(types) => types.clone(),
        one => vec![one.clone()],
    };
    let allows = |types: &[Value], kind: &Value| {
        types.contains(kind) || kind == "integer" && types.contains(&json!("number"))
    };
    let (own, part) = (list(own), list(part));
    let mut common: Vec<Value> = own.iter().filter(|kind| allows(&part, kind)).cloned().collect();
    common.extend(part.into_iter().filter(|kind| allows(&own, kind) && !own.contains(kind)));
    match common.as_slice() {
        [only] => only.clone(),
        _ => Value::Array(common),
    }
}

/// The schema of values that are valid for both.
fn schemas(own: &Value, part: &Value) -> Value {
    let both = || {
        let mut items = [own, part];
        items.sort_by_key(|item| item.to_string());
        json!({ "allOf": items })
    };
    match (own, part) {
        (own, part) if own == part => own.clone(),
        (Value::Object(own), part) if own.is_empty() => part.clone(),
        (own, Value::Object(part)) if part.is_empty() => own.clone(),
        (Value::Object(own), Value::Object(part)) if !exclude_each_other(own, part) => {
            let mut all = own.clone();
            let nullable = |schema: &Map<String, Value>| schema.get("nullable") == Some(&Value::Bool(true));
            if !nullable(part) && part.contains_key("type") {
                all.shift_remove("nullable");
            }
            if nullable(part) && !own.contains_key("type") {
                all.insert("nullable".to_owned(), Value::Bool(true));
            }
            for (key, merged) in merge(own, part, false) {
                match merged {
                    Merged::Value(value) => _ = all.insert(key, value),
                    Merged::Conflict => return both(),
                }
            }
            Value::Object(simplify::node(Role::Schema, all, None))
        }
        _ => both(),
    }
}
