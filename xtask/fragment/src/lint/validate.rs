//! Validates a value against a schema, for the part of JSON Schema that lint accepts.
//!
//! This is not a validator for requests. In doubt a value is valid: other rules report invalid schemas.

use std::collections::HashMap;

use bigdecimal::BigDecimal;
use serde_json::Value;

use super::nodes::{Node, Nodes};
use crate::openapi::number::{decimal, is_multiple};

/// The maximum depth of one validation, and the maximum number of steps for all values together. Schemas may refer to
/// each other in cycles, and along several paths at once.
const MAX_DEPTH: usize = 32;
const MAX_STEPS: usize = 200_000;

/// How many preceding items an item is compared with for `uniqueItems`.
const MAX_COMPARED: usize = 1_000;

/// The state that is shared between validations.
#[derive(Default)]
pub(super) struct Validator<'a> {
    steps: usize,
    patterns: HashMap<&'a str, Option<regex::Regex>>,
}

impl<'a> Validator<'a> {
    /// Matches with an engine that runs in linear time, because a hostile pattern makes a backtracking engine hang. A
    /// pattern that the engine does not support (look-around, back-references) matches every text.
    fn matches(&mut self, pattern: &'a str, text: &str) -> bool {
        let compile = |pattern: &str| regex::RegexBuilder::new(pattern).size_limit(1 << 20).build().ok();
        let regex = self.patterns.entry(pattern).or_insert_with(|| compile(pattern));
        regex.as_ref().is_none_or(|regex| regex.is_match(text))
    }
}

/// The reason why a value is invalid for a schema, if it is. Considers only what lint permits in a schema.
#[must_use]
pub fn mismatch(nodes: &Nodes<'_>, schema: &Node<'_>, value: &Value) -> Option<String> {
    mismatch_within(nodes, schema, value, &mut Validator::default())
}

/// As [`mismatch`], with a state that validations share.
pub(super) fn mismatch_within<'a>(
    nodes: &Nodes<'a>,
    schema: &Node<'a>,
    value: &Value,
    validator: &mut Validator<'a>,
) -> Option<String> {
    step(nodes, schema, value, validator, 0)
}

fn step<'a>(
    nodes: &Nodes<'a>,
    schema: &Node<'a>,
    value: &Value,
    validator: &mut Validator<'a>,
    depth: usize,
) -> Option<String> {
    validator.steps += 1;
    if depth == MAX_DEPTH || validator.steps > MAX_STEPS {
        return None;
    }
    let schema = nodes.resolve(schema)?;
    if value.is_null() && schema.get("nullable") == Some(&Value::Bool(true)) {
        return None;
    }
    let mut validate_parts = |via: &'static str| {
        nodes
            .children(schema, via)
            .map(|part| step(nodes, part, value, validator, depth + 1))
            .collect::<Vec<_>>()
    };
    let (all_of, one_of) = (validate_parts("allOf"), validate_parts("oneOf"));
    if !one_of.is_empty() && one_of.iter().all(Option::is_some) {
        return Some("it matches no schema of `oneOf`".to_owned());
    }
    all_of
        .into_iter()
        .flatten()
        .next()
        .or_else(|| check_type(schema, value))
        .or_else(|| check_enum(schema, value))
        .or_else(|| check_number(schema, value))
        .or_else(|| check_string(schema, value, validator))
        .or_else(|| check_array(nodes, schema, value, validator, depth))
        .or_else(|| check_object(nodes, schema, value, validator, depth))
}

fn check_type(schema: &Node<'_>, value: &Value) -> Option<String> {
    let kind = schema.text("type")?;
    let valid = match kind {
        "string" => value.is_string(),
        "integer" => decimal(value).is_some_and(|number| number.is_integer()),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => true,
    };
    (!valid).then(|| format!("it is not of type {kind}"))
}

fn check_enum(schema: &Node<'_>, value: &Value) -> Option<String> {
    let values = schema.get("enum")?.as_array()?;
    (!values.contains(value)).then(|| "it is not a value of `enum`".to_owned())
}

fn check_number(schema: &Node<'_>, value: &Value) -> Option<String> {
    let value = decimal(value)?;
    let bound = |key: &str| schema.get(key).and_then(decimal);
    let exclusive = |key: &str| schema.get(key) == Some(&Value::Bool(true));
    if bound("minimum").is_some_and(|min| value < min || (value == min && exclusive("exclusiveMinimum"))) {
        return Some("it is below `minimum`".to_owned());
    }
    if bound("maximum").is_some_and(|max| value > max || (value == max && exclusive("exclusiveMaximum"))) {
        return Some("it is above `maximum`".to_owned());
    }
    let fits = |min: i32, max: i32| (BigDecimal::from(min)..=BigDecimal::from(max)).contains(&value);
    if schema.text("format") == Some("int32") && !fits(i32::MIN, i32::MAX) {
        return Some("it does not fit into 32 bits".to_owned());
    }
    bound("multipleOf")
        .is_some_and(|step| !is_multiple(&value, &step))
        .then(|| "it is not a multiple of `multipleOf`".to_owned())
}

fn check_string<'a>(schema: &Node<'a>, value: &Value, validator: &mut Validator<'a>) -> Option<String> {
    let text = value.as_str()?;
    check_size(schema, text.chars().count(), "minLength", "maxLength").or_else(|| {
        let pattern = schema.text("pattern")?;
        (!validator.matches(pattern, text)).then(|| "it does not match `pattern`".to_owned())
    })
}

fn check_array<'a>(
    nodes: &Nodes<'a>,
    schema: &Node<'a>,
    value: &Value,
    validator: &mut Validator<'a>,
    depth: usize,
) -> Option<String> {
    let values = value.as_array()?;
    let unique = schema.get("uniqueItems") == Some(&Value::Bool(true));
    // Pairwise comparison is fast enough for the examples and defaults of a document.
    if unique
        && values
            .iter()
            .enumerate()
            .any(|(index, value)| values[..index].iter().rev().take(MAX_COMPARED).any(|other| other == value))
    {
        return Some("it contains a duplicate item".to_owned());
    }
    check_size(schema, values.len(), "minItems", "maxItems").or_else(|| {
        let items = nodes.child(schema, "items")?;
        values.iter().find_map(|value| step(nodes, items, value, validator, depth + 1))
    })
}

fn check_object<'a>(
    nodes: &Nodes<'a>,
    schema: &Node<'a>,
    value: &Value,
    validator: &mut Validator<'a>,
    depth: usize,
) -> Option<String> {
    let members = value.as_object()?;
    let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
    if let Some(name) = required.filter_map(Value::as_str).find(|name| !members.contains_key(*name)) {
        return Some(format!("`{name}` is required"));
    }
    if let Some(reason) = check_size(schema, members.len(), "minProperties", "maxProperties") {
        return Some(reason);
    }
    let properties: HashMap<_, _> =
        nodes.children(schema, "properties").map(|property| (property.name, property)).collect();
    let others = nodes.child(schema, "additionalProperties");
    let rejects_others = schema.get("additionalProperties") == Some(&Value::Bool(false));
    members.iter().find_map(|(name, value)| {
        let Some(property) = properties.get(name.as_str()).copied().or(others) else {
            return rejects_others.then(|| format!("`{name}` is not a property"));
        };
        step(nodes, property, value, validator, depth + 1).map(|reason| format!("`{name}`: {reason}"))
    })
}

fn check_size(schema: &Node<'_>, size: usize, min_key: &str, max_key: &str) -> Option<String> {
    let bound = |key: &str| schema.get(key).and_then(Value::as_u64);
    let size = size as u64;
    if bound(min_key).is_some_and(|min| size < min) {
        return Some(format!("it is below `{min_key}`"));
    }
    bound(max_key).is_some_and(|max| size > max).then(|| format!("it is above `{max_key}`"))
}
