//! What the comparison cannot express in one form: documents for which a rewriting may give a finding.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::choice::{resolved, sites};
use crate::Sides;
use openapi_fragment::openapi::{Role, is_prose, references};

/// The limit that a pair of documents reaches, if it reaches one.
pub(super) fn of_pair(plain: &Sides<Value>, rewritten: &Sides<Value>) -> Option<&'static str> {
    let [base, revision] = [&rewritten.base, &rewritten.revision].map(names);
    let known: HashSet<_> = names(&plain.base).union(&names(&plain.revision)).cloned().collect();
    let shares_new_name = base.intersection(&revision).any(|name| !known.contains(name));
    shares_new_name.then_some("the documents use a new name for different components")
}

/// The names of the components, with their sections.
fn names(document: &Value) -> HashSet<(String, String)> {
    let sections = document.get("components").and_then(Value::as_object);
    let named = |(section, named): (&String, &Value)| {
        let names = named.as_object().into_iter().flat_map(Map::keys);
        names.map(|name| (section.clone(), name.clone())).collect::<Vec<_>>()
    };
    sections.into_iter().flatten().flat_map(named).collect()
}

/// The limit that a document reaches, if it reaches one.
pub(super) fn of(document: &Value) -> Option<&'static str> {
    let schemas = sites(document, &[Role::Schema]).into_iter();
    schemas.filter_map(|site| document.pointer(&site.pointer)).find_map(|schema| {
        let mut parts = Vec::new();
        collect_parts(document, schema, 0, &mut parts);
        let closed = parts.iter().position(|part| is_closed(part));
        let declares = |(index, part): (usize, &&Map<String, Value>)| {
            Some(index) != closed && part.contains_key("properties")
        };
        if closed.is_some() && parts.iter().enumerate().any(declares) {
            return Some("`additionalProperties` in one part of `allOf` excludes the properties of another");
        }
        if declares_differently(&parts) {
            return Some("two parts of `allOf` declare a property with different schemas");
        }
        let is_one_way =
            ["readOnly", "writeOnly"].iter().any(|flag| schema.get(flag) == Some(&Value::Bool(true)));
        if is_one_way && !references(schema).is_empty() {
            return Some("a property that is sent in one direction contains a schema that is used elsewhere");
        }
        has_repeated(document, schema).then_some("`oneOf` or `anyOf` has an alternative twice")
    })
}

/// The schema and the parts of its `allOf`, with theirs. A `oneOf` or `anyOf` of one schema is an `allOf`.
fn collect_parts<'a>(
    document: &'a Value,
    schema: &'a Value,
    depth: usize,
    parts: &mut Vec<&'a Map<String, Value>>,
) {
    let Some(members) = resolved(document, schema).as_object().filter(|_| depth < 8) else { return };
    parts.push(members);
    for key in ["allOf", "oneOf", "anyOf"] {
        let list =
            members.get(key).and_then(Value::as_array).filter(|list| key == "allOf" || list.len() == 1);
        list.into_iter().flatten().for_each(|part| collect_parts(document, part, depth + 1, parts));
    }
}

fn is_closed(schema: &Map<String, Value>) -> bool {
    let value = schema.get("additionalProperties");
    value.is_some_and(|value| *value != Value::Bool(true) && *value != Value::Object(Map::new()))
}

fn declares_differently(parts: &[&Map<String, Value>]) -> bool {
    let properties = |part: &&Map<String, Value>| part.get("properties").and_then(Value::as_object).cloned();
    let all: Vec<Map<String, Value>> = parts.iter().filter_map(properties).collect();
    all.iter().any(|one| {
        all.iter().any(|other| {
            one.iter().any(|(name, schema)| other.get(name).is_some_and(|other| other != schema))
        })
    })
}

fn has_repeated(document: &Value, schema: &Value) -> bool {
    ["oneOf", "anyOf"].into_iter().filter_map(|key| schema.get(key)?.as_array()).any(|list| {
        let list: Vec<Value> = list.iter().map(|item| content(document, item)).collect();
        list.iter().enumerate().any(|(index, item)| list[..index].contains(item))
    })
}

/// What an alternative consists of, behind references and lists of one schema.
fn content(document: &Value, schema: &Value) -> Value {
    let schema = without_prose(resolved(document, schema));
    let mut keys = schema.as_object().into_iter().flat_map(Map::keys);
    let list = match (keys.next().map(String::as_str), keys.next()) {
        (Some(key @ ("allOf" | "oneOf" | "anyOf")), None) => schema[key].as_array(),
        _ => None,
    };
    let any = Value::Object(Map::new());
    match list.map(Vec::as_slice) {
        Some([only]) => content(document, only),
        Some(list) if schema.get("anyOf").is_some() && list.contains(&any) => any,
        _ => schema,
    }
}

fn without_prose(schema: &Value) -> Value {
    let Some(members) = schema.as_object() else { return schema.clone() };
    let kept = members.iter().filter(|(key, _)| !is_prose(key) && !key.starts_with("x-"));
    kept.map(|(key, value)| (key.clone(), value.clone())).collect()
}
