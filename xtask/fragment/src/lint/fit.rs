//! Whether a value fits a schema: as much of JSON Schema as the fragment uses.
//!
//! Not a validator of requests. In doubt a value fits: a schema that is wrong itself is another rule's matter.

use std::collections::HashMap;

use serde_json::Value;

use super::nodes::{Node, Nodes};

/// How deep a value is followed, and how many steps are made for all values together: schemas may refer to each
/// other in circles, and through several ways at once.
const MAX_DEPTH: usize = 32;
const MAX_STEPS: usize = 200_000;

/// How many items before one are compared with it.
const MAX_COMPARED: usize = 1_000;

/// What is kept between values.
#[derive(Default)]
pub(super) struct Fit<'a> {
    steps: usize,
    patterns: HashMap<&'a str, Option<regex::Regex>>,
}

impl<'a> Fit<'a> {
    /// Matches with an engine that takes linear time: a pattern may be written so that others never end. What it
    /// cannot compile (looking around, references back) matches.
    fn matches(&mut self, pattern: &'a str, text: &str) -> bool {
        let compile = |pattern: &str| regex::RegexBuilder::new(pattern).size_limit(1 << 20).build().ok();
        let regex = self.patterns.entry(pattern).or_insert_with(|| compile(pattern));
        regex.as_ref().is_none_or(|regex| regex.is_match(text))
    }
}

/// Why the value does not fit, if so.
pub(super) fn misfit<'a>(
    nodes: &Nodes<'a>,
    schema: &Node<'a>,
    value: &Value,
    fit: &mut Fit<'a>,
) -> Option<String> {
    step(nodes, schema, value, fit, 0)
}

fn step<'a>(
    nodes: &Nodes<'a>,
    schema: &Node<'a>,
    value: &Value,
    fit: &mut Fit<'a>,
    depth: usize,
) -> Option<String> {
    fit.steps += 1;
    if depth == MAX_DEPTH || fit.steps > MAX_STEPS {
        return None;
    }
    let schema = nodes.resolve(schema)?;
    if value.is_null() && schema.get("nullable") == Some(&Value::Bool(true)) {
        return None;
    }
    let mut inner = |via: &'static str| {
        nodes.children(schema, via).map(|part| step(nodes, part, value, fit, depth + 1)).collect::<Vec<_>>()
    };
    let (all, one) = (inner("allOf"), inner("oneOf"));
    if !one.is_empty() && one.iter().all(Option::is_some) {
        return Some("none of `oneOf` accepts it".to_owned());
    }
    all.into_iter()
        .flatten()
        .next()
        .or_else(|| of_type(schema, value))
        .or_else(|| in_enum(schema, value))
        .or_else(|| number(schema, value))
        .or_else(|| text(schema, value, fit))
        .or_else(|| array(nodes, schema, value, fit, depth))
        .or_else(|| object(nodes, schema, value, fit, depth))
}

fn of_type(schema: &Node<'_>, value: &Value) -> Option<String> {
    let kind = schema.text("type")?;
    let fits = match kind {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => true,
    };
    (!fits).then(|| format!("not of the type {kind}"))
}

fn in_enum(schema: &Node<'_>, value: &Value) -> Option<String> {
    let values = schema.get("enum")?.as_array()?;
    (!values.contains(value)).then(|| "not one of `enum`".to_owned())
}

fn number(schema: &Node<'_>, value: &Value) -> Option<String> {
    let value = value.as_f64()?;
    let bound = |key: &str| schema.get(key).and_then(Value::as_f64);
    let open = |key: &str| schema.get(key) == Some(&Value::Bool(true));
    if bound("minimum").is_some_and(|least| value < least || (value == least && open("exclusiveMinimum"))) {
        return Some("below `minimum`".to_owned());
    }
    if bound("maximum").is_some_and(|most| value > most || (value == most && open("exclusiveMaximum"))) {
        return Some("above `maximum`".to_owned());
    }
    if schema.text("format") == Some("int32") && !(f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&value)
    {
        return Some("beyond 32 bits".to_owned());
    }
    // Of whole numbers only: of others the rest is a matter of rounding.
    bound("multipleOf")
        .is_some_and(|step| step >= 1.0 && step.fract() == 0.0 && value.fract() == 0.0 && value % step != 0.0)
        .then(|| "not a multiple of `multipleOf`".to_owned())
}

fn text<'a>(schema: &Node<'a>, value: &Value, fit: &mut Fit<'a>) -> Option<String> {
    let text = value.as_str()?;
    count(schema, text.chars().count(), "minLength", "maxLength").or_else(|| {
        let pattern = schema.text("pattern")?;
        (!fit.matches(pattern, text)).then(|| "`pattern` does not match".to_owned())
    })
}

fn array<'a>(
    nodes: &Nodes<'a>,
    schema: &Node<'a>,
    value: &Value,
    fit: &mut Fit<'a>,
    depth: usize,
) -> Option<String> {
    let values = value.as_array()?;
    let unique = schema.get("uniqueItems") == Some(&Value::Bool(true));
    // Few enough to compare each with each: they stand in a file that people read.
    if unique
        && values
            .iter()
            .enumerate()
            .any(|(index, value)| values[..index].iter().rev().take(MAX_COMPARED).any(|other| other == value))
    {
        return Some("an item stands twice".to_owned());
    }
    count(schema, values.len(), "minItems", "maxItems").or_else(|| {
        let items = nodes.child(schema, "items")?;
        values.iter().find_map(|value| step(nodes, items, value, fit, depth + 1))
    })
}

fn object<'a>(
    nodes: &Nodes<'a>,
    schema: &Node<'a>,
    value: &Value,
    fit: &mut Fit<'a>,
    depth: usize,
) -> Option<String> {
    let members = value.as_object()?;
    let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
    if let Some(name) = required.filter_map(Value::as_str).find(|name| !members.contains_key(*name)) {
        return Some(format!("`{name}` is required"));
    }
    if let Some(reason) = count(schema, members.len(), "minProperties", "maxProperties") {
        return Some(reason);
    }
    let properties: HashMap<_, _> =
        nodes.children(schema, "properties").map(|property| (property.name, property)).collect();
    let others = nodes.child(schema, "additionalProperties");
    let closed = schema.get("additionalProperties") == Some(&Value::Bool(false));
    members.iter().find_map(|(name, value)| {
        let Some(property) = properties.get(name.as_str()).copied().or(others) else {
            return closed.then(|| format!("`{name}` is no property"));
        };
        step(nodes, property, value, fit, depth + 1).map(|reason| format!("`{name}`: {reason}"))
    })
}

fn count(schema: &Node<'_>, count: usize, least: &str, most: &str) -> Option<String> {
    let bound = |key: &str| schema.get(key).and_then(Value::as_u64);
    let count = count as u64;
    if bound(least).is_some_and(|least| count < least) {
        return Some(format!("below `{least}`"));
    }
    bound(most).is_some_and(|most| count > most).then(|| format!("above `{most}`"))
}
