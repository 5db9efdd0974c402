//! Removes keywords without an effect, and gives each number one spelling.

use bigdecimal::RoundingMode;
use serde_json::{Map, Value};

use openapi_fragment::openapi::keyword::{applies_in, has_effect, is_default};
use openapi_fragment::openapi::number::{self, decimal};
use openapi_fragment::openapi::{Role, is_prose};

/// Simplifies a node whose members are simplified already. `schema` is the target of its schema, if that is a reference.
pub(super) fn node(role: Role, members: Map<String, Value>, schema: Option<Value>) -> Map<String, Value> {
    let node = Value::Object(members);
    let resolved = schema.map(|schema| {
        let mut resolved = node.clone();
        resolved["schema"] = schema;
        resolved
    });
    let around = resolved.as_ref().unwrap_or(&node);
    let is_reference = role.section().is_some() && node.get("$ref").is_some();
    let without_effect: Vec<String> = node
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(key, value)| match is_reference {
            // The effective form of a schema has keywords beside a reference, and text for readers is compared.
            true if is_prose(key) => false,
            // Extensions have rules of their own.
            _ if key.starts_with("x-") => false,
            // Absent and empty schemas are compared as such, because they are different edits.
            _ if (role, key.as_str()) == (Role::MediaType, "schema") => false,
            _ if role == Role::Schema => {
                let is_default = *key != "items" && is_default(role, key, value, &node);
                is_default || !applies_in(role, key, value, &node)
            }
            _ => !has_effect(role, key, value, around),
        })
        .map(|(key, _)| key.clone())
        .collect();
    let Value::Object(mut members) = node else { return Map::new() };
    members.retain(|key, _| !without_effect.contains(key));
    for (_, value) in members.iter_mut().filter(|(key, _)| !is_prose(key)) {
        numbers(value);
    }
    match role {
        Role::Schema if members.get("type").is_some_and(|kind| kind == "integer") => {
            integer_bounds(&mut members)
        }
        Role::SecurityScheme => security_scheme(&mut members),
        _ => {}
    }
    members
}

/// Expresses the bounds of an integer by the integers that are valid.
fn integer_bounds(schema: &mut Map<String, Value>) {
    for (key, exclusive) in [("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")] {
        let Some(bound) = schema.get(key).and_then(decimal) else { continue };
        let is_exclusive = schema.get(exclusive) == Some(&Value::Bool(true));
        let rounded = |mode| bound.with_scale_round(0, mode);
        let nearest = match (key, is_exclusive) {
            ("minimum", true) => rounded(RoundingMode::Floor) + 1,
            ("minimum", false) => rounded(RoundingMode::Ceiling),
            (_, true) => rounded(RoundingMode::Ceiling) - 1,
            (_, false) => rounded(RoundingMode::Floor),
        };
        if let Some(number) = number::integer(&nearest)
            && (is_exclusive || nearest != bound)
        {
            schema.insert(key.to_owned(), Value::Number(number));
            schema.shift_remove(exclusive);
        }
    }
}

/// The names of HTTP authentication schemes and of headers are case-insensitive. Each OAuth flow has URLs of its own, and
/// refreshes tokens at the URL where it obtains them, unless it has another one for that.
fn security_scheme(scheme: &mut Map<String, Value>) {
    let flows = scheme.get_mut("flows").and_then(Value::as_object_mut).into_iter().flatten();
    for (name, flow) in flows.filter_map(|(name, flow)| Some((name, flow.as_object_mut()?))) {
        match name.as_str() {
            "implicit" => flow.shift_remove("tokenUrl"),
            "password" | "clientCredentials" => flow.shift_remove("authorizationUrl"),
            _ => None,
        };
        if flow.get("refreshUrl").is_some_and(|url| flow.get("tokenUrl") == Some(url)) {
            flow.shift_remove("refreshUrl");
        }
    }
    let is_header = scheme.get("in").is_some_and(|location| location == "header");
    for key in if is_header { &["scheme", "name"][..] } else { &["scheme"] } {
        if let Some(Value::String(name)) = scheme.get_mut(*key) {
            name.make_ascii_lowercase();
        }
    }
}

/// Spells each integer within a value without a decimal fraction.
fn numbers(value: &mut Value) {
    match value {
        Value::Number(number) if number.is_f64() => {
            if let Some(integer) = decimal(value).as_ref().and_then(number::integer) {
                *value = Value::Number(integer);
            }
        }
        Value::Array(items) if items.iter().all(|item| !item.is_object()) => {
            items.iter_mut().for_each(numbers)
        }
        _ => {}
    }
}
