//! Removes keywords without an effect, and gives each number one spelling.

use serde_json::{Map, Number, Value};

use openapi_fragment::openapi::keyword::{has_bound, has_effect, is_default};
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
            _ if matches!((role, key.as_str()), (Role::Schema, "items") | (Role::MediaType, "schema")) => {
                false
            }
            // A keyword that does not apply to the type of its schema is a mistake that tools treat differently.
            _ if role == Role::Schema => {
                is_default(role, key, value, &node)
                    || (key.starts_with("exclusive") && !has_bound(key, &node))
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
        let Some(bound) = schema.get(key).and_then(Value::as_f64) else { continue };
        let is_exclusive = schema.get(exclusive) == Some(&Value::Bool(true));
        let nearest = match (key, is_exclusive) {
            ("minimum", true) => bound.floor() + 1.0,
            ("minimum", false) => bound.ceil(),
            (_, true) => bound.ceil() - 1.0,
            (_, false) => bound.floor(),
        };
        if let Some(number) = Number::from_f64(nearest).and_then(|number| integer(&number))
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
        Value::Number(number) => {
            if let Some(integer) = integer(number) {
                *number = integer;
            }
        }
        Value::Array(items) if items.iter().all(|item| !item.is_object()) => {
            items.iter_mut().for_each(numbers)
        }
        _ => {}
    }
}

/// The number as an integer, if it is one that is spelled as a decimal fraction.
fn integer(number: &Number) -> Option<Number> {
    /// The limit up to which every integer has an exact `f64`.
    const MAX_EXACT: f64 = 9_007_199_254_740_992.0;
    if number.is_i64() || number.is_u64() {
        return None;
    }
    let value = number.as_f64()?;
    #[expect(clippy::cast_possible_truncation, reason = "the value is an integer within the exact range")]
    (value.fract() == 0.0 && value.abs() <= MAX_EXACT).then(|| Number::from(value as i64))
}
