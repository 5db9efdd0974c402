//! Rewritings of `allOf`, `oneOf` and `anyOf`.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::choice::{Choice, Site, is_reference, members_of, resolved, sites_where};
use super::references::is_selected_by_name;
use openapi_fragment::openapi::{Role, is_prose};

/// Keywords that describe the place of a schema. They stay where they are when the schema moves into a composition.
fn is_annotation(key: &str) -> bool {
    is_prose(key)
        || key.starts_with("x-")
        || ["readOnly", "writeOnly", "deprecated", "default"].contains(&key)
}

/// The schemas that are objects, without those where a discriminator selects by name.
fn schemas(document: &Value) -> Vec<Site> {
    sites_where(document, |site, value| {
        site.role == Role::Schema
            && value.is_object()
            && value.get("discriminator").is_none()
            && !is_selected_by_name(document, site)
    })
}

fn inline_schemas(document: &Value) -> Vec<Site> {
    let found = schemas(document).into_iter();
    found.filter(|site| document.pointer(&site.pointer).is_some_and(|value| !is_reference(value))).collect()
}

fn replace(
    document: &mut Value,
    site: &Site,
    with: impl FnOnce(Map<String, Value>) -> Option<Value>,
) -> bool {
    let Some(node) = document.pointer_mut(&site.pointer) else { return false };
    let replaced = node.as_object().cloned().and_then(with);
    replaced.map(|value| *node = value).is_some()
}

fn wrap(document: &mut Value, choice: &mut Choice, keyword: &str) -> bool {
    let sites = schemas(document);
    let Some(site) = choice.of(&sites) else { return false };
    replace(document, site, |members| {
        let is_reference = members.contains_key("$ref");
        let (mut outer, inner): (Map<_, _>, Map<_, _>) =
            members.into_iter().partition(|(key, _)| !is_reference && is_annotation(key));
        outer.insert(keyword.to_owned(), json!([inner]));
        Some(Value::Object(outer))
    })
}

pub(super) fn wrap_in_all_of(document: &mut Value, choice: &mut Choice) -> bool {
    wrap(document, choice, "allOf")
}

pub(super) fn wrap_in_one_of(document: &mut Value, choice: &mut Choice) -> bool {
    wrap(document, choice, "oneOf")
}

pub(super) fn wrap_in_any_of(document: &mut Value, choice: &mut Choice) -> bool {
    wrap(document, choice, "anyOf")
}

/// A composition of one schema, with nothing beside it that a reference would lose.
pub(super) fn unwrap(document: &mut Value, choice: &mut Choice) -> bool {
    let sites = inline_schemas(document).into_iter();
    let sites: Vec<Site> = sites
        .filter(|site| {
            let part = document.pointer(&site.pointer).and_then(only_part);
            // The children of a schema with a discriminator are those that have it as a part.
            part.is_some_and(|part| resolved(document, &json!(part)).get("discriminator").is_none())
        })
        .collect();
    let Some(site) = choice.of(&sites) else { return false };
    replace(document, site, |members| {
        let inner = only_part(&Value::Object(members.clone()))?.clone();
        let mut outer: Map<_, _> = members.into_iter().filter(|(key, _)| is_annotation(key)).collect();
        for (key, value) in inner {
            outer.entry(key).or_insert(value);
        }
        Some(Value::Object(outer))
    })
}

fn only_part(schema: &Value) -> Option<&Map<String, Value>> {
    let members = schema.as_object()?;
    let mut structure = members.iter().filter(|(key, _)| !is_annotation(key));
    let (Some((key, parts)), None) = (structure.next(), structure.next()) else { return None };
    let [part] = &parts.as_array()?[..] else { return None };
    let can_merge = !is_reference(part) || members.len() == 1;
    let is_composition = ["allOf", "oneOf", "anyOf"].contains(&key.as_str());
    part.as_object().filter(|_| can_merge && is_composition)
}

/// A part that allows everything.
pub(super) fn add_empty_part(document: &mut Value, choice: &mut Choice) -> bool {
    let sites = inline_schemas(document);
    let Some(site) = choice.of(&sites) else { return false };
    let part = if choice.flip() { json!({}) } else { json!({"description": "Only prose."}) };
    replace(document, site, |mut members| {
        members.entry("allOf").or_insert_with(|| json!([])).as_array_mut()?.push(part);
        Some(Value::Object(members))
    })
}

/// An object becomes an `allOf` of two objects with some of the properties each. The properties that
/// `additionalProperties` does not cover are those beside it, so such a schema stays whole.
pub(super) fn split(document: &mut Value, choice: &mut Choice) -> bool {
    let sites: Vec<Site> = inline_schemas(document)
        .into_iter()
        .filter(|site| document.pointer(&site.pointer).is_some_and(can_be_split))
        .collect();
    let Some(site) = choice.of(&sites) else { return false };
    let (keeps_part, typed) = (choice.flip(), choice.flip());
    replace(document, site, |mut members| {
        let properties = members.get_mut("properties")?.as_object_mut()?;
        let (moved, left): (Map<_, _>, Map<_, _>) =
            std::mem::take(properties).into_iter().partition(|_| choice.flip());
        *properties = left;
        let mut part = Map::new();
        if typed && let Some(kind) = members.get("type") {
            part.insert("type".to_owned(), kind.clone());
        }
        if let Some(required) = members.get_mut("required").and_then(Value::as_array_mut) {
            let (moved, left): (Vec<Value>, Vec<Value>) = required.drain(..).partition(|_| choice.flip());
            *required = left;
            if !moved.is_empty() {
                part.insert("required".to_owned(), Value::Array(moved));
            }
        }
        members
            .retain(|key, value| key != "required" || value.as_array().is_none_or(|names| !names.is_empty()));
        part.insert("properties".to_owned(), Value::Object(moved));
        if keeps_part {
            members.insert("allOf".to_owned(), json!([part]));
            return Some(Value::Object(members));
        }
        let (mut outer, rest): (Map<_, _>, Map<_, _>) =
            members.into_iter().partition(|(key, _)| is_annotation(key));
        outer.insert("allOf".to_owned(), json!([rest, part]));
        Some(Value::Object(outer))
    })
}

fn can_be_split(schema: &Value) -> bool {
    let has = |key| schema.get(key).is_some();
    has("properties") && !["additionalProperties", "allOf", "nullable"].into_iter().any(has)
}

/// The parts of `allOf` become one schema.
pub(super) fn merge(document: &mut Value, choice: &mut Choice) -> bool {
    let found = inline_schemas(document).into_iter();
    let merged = found.filter_map(|site| Some((merged(document, document.pointer(&site.pointer)?)?, site)));
    let merged: Vec<(Value, Site)> = merged.collect();
    let Some((value, site)) = choice.of(&merged) else { return false };
    document.pointer_mut(&site.pointer).map(|node| *node = value.clone()).is_some()
}

/// The merged schema; `None` where the parts are not independent of each other.
fn merged(document: &Value, schema: &Value) -> Option<Value> {
    let mut result = schema.as_object()?.clone();
    let parts = result.shift_remove("allOf")?;
    let parts = parts.as_array().filter(|parts| !parts.is_empty())?;
    let mut nullable = usize::from(result.contains_key("nullable"));
    let mut typed = usize::from(result.contains_key("type"));
    let mut closed = usize::from(result.contains_key("additionalProperties"));
    let mut declaring = usize::from(result.contains_key("properties"));
    for part in parts {
        let part = resolved(document, part).as_object()?;
        nullable += usize::from(part.contains_key("nullable"));
        typed += usize::from(part.contains_key("type"));
        closed += usize::from(part.contains_key("additionalProperties"));
        declaring += usize::from(part.contains_key("properties"));
        for (key, value) in part {
            merge_key(&mut result, key, value)?;
        }
    }
    // `nullable` belongs to the `type` beside it, and `additionalProperties` to the `properties` beside it.
    let is_independent = (nullable == 0 || (nullable == 1 && typed == 0)) && (closed == 0 || declaring == 0);
    is_independent.then_some(Value::Object(result))
}

fn merge_key(result: &mut Map<String, Value>, key: &str, value: &Value) -> Option<()> {
    match (key, result.get_mut(key), value) {
        (_, None, _) => _ = result.insert(key.to_owned(), value.clone()),
        ("properties", Some(Value::Object(known)), Value::Object(added)) => {
            for (name, schema) in added {
                let known = known.entry(name.clone()).or_insert_with(|| schema.clone());
                (known == schema).then_some(())?;
            }
        }
        ("required", Some(Value::Array(known)), Value::Array(added)) => {
            let new: Vec<Value> = added.iter().filter(|name| !known.contains(name)).cloned().collect();
            known.extend(new);
        }
        ("type", Some(known), value) => (known == value).then_some(())?,
        ("maxLength" | "maxItems" | "maxProperties", Some(known), value) => {
            *known = json!(known.as_u64()?.min(value.as_u64()?));
        }
        ("minLength" | "minItems" | "minProperties", Some(known), value) => {
            *known = json!(known.as_u64()?.max(value.as_u64()?));
        }
        _ if is_prose(key) => {}
        _ => return None,
    }
    // A bound and whether it is exclusive belong together.
    let has = |key| result.contains_key(key);
    let is_bound = ["exclusiveMinimum", "exclusiveMaximum", "discriminator"].into_iter().any(has);
    (!is_bound).then_some(())
}

/// Some of the parts become an `allOf` of their own, or some of the alternatives an `anyOf`.
pub(super) fn nest(document: &mut Value, choice: &mut Choice) -> bool {
    let found = inline_schemas(document).into_iter();
    let key = if choice.flip() { "allOf" } else { "anyOf" };
    let lists = found.map(|site| format!("{}/{key}", site.pointer));
    let lists: Vec<String> = lists
        .filter(|at| document.pointer(at).and_then(Value::as_array).is_some_and(|list| list.len() > 1))
        .collect();
    let Some(at) = choice.of(&lists) else { return false };
    let Some(list) = document.pointer_mut(at).and_then(Value::as_array_mut) else { return false };
    let from = choice.below(list.len() - 1);
    let nested: Vec<Value> = list.drain(from..from + 2).collect();
    list.insert(from, json!({key: nested}));
    true
}

/// A property that a part declares is declared by the whole as well, with the same schema.
pub(super) fn copy_property(document: &mut Value, choice: &mut Choice) -> bool {
    let found = inline_schemas(document).into_iter();
    let copies: Vec<(Site, String, Value)> = found
        .flat_map(|site| {
            let schema = document.pointer(&site.pointer);
            let is_open = schema.is_some_and(|schema| schema.get("additionalProperties").is_none());
            let parts = schema.and_then(|schema| schema.get("allOf")?.as_array()).filter(|_| is_open);
            let properties = parts
                .into_iter()
                .flatten()
                .filter_map(|part| resolved(document, part).get("properties")?.as_object())
                .flatten();
            properties
                .map(move |(name, value)| (site.clone(), name.clone(), value.clone()))
                .collect::<Vec<_>>()
        })
        .collect();
    let Some((site, name, value)) = choice.of(&copies) else { return false };
    let Some(members) = members_of(document, &site.pointer) else { return false };
    let properties = members.entry("properties").or_insert_with(|| json!({})).as_object_mut();
    properties.is_some_and(|properties| {
        let is_new = !properties.contains_key(name);
        properties.entry(name.clone()).or_insert_with(|| value.clone());
        is_new
    })
}

/// An enum becomes alternatives with some of the values each.
pub(super) fn split_enum(document: &mut Value, choice: &mut Choice) -> bool {
    let can_be_split = |schema: &Value| {
        let values = schema.get("enum").and_then(Value::as_array).filter(|values| values.len() > 1);
        let is_distinct = |values: &Vec<Value>| values.iter().collect::<HashSet<_>>().len() == values.len();
        values.is_some_and(is_distinct)
            && ["nullable", "oneOf", "anyOf"].into_iter().all(|key| schema.get(key).is_none())
    };
    let sites: Vec<Site> = inline_schemas(document)
        .into_iter()
        .filter(|site| document.pointer(&site.pointer).is_some_and(can_be_split))
        .collect();
    let keyword = if choice.flip() { "oneOf" } else { "anyOf" };
    let Some(site) = choice.of(&sites) else { return false };
    replace(document, site, |members| {
        let (mut outer, mut inner): (Map<_, _>, Map<_, _>) =
            members.into_iter().partition(|(key, _)| is_annotation(key));
        let values = inner.shift_remove("enum")?;
        let (first, rest) = values.as_array()?.split_at(1 + choice.below(values.as_array()?.len() - 1));
        let alternatives = [first, rest].map(|values| {
            let mut alternative = inner.clone();
            alternative.insert("enum".to_owned(), json!(values));
            alternative
        });
        outer.insert(keyword.to_owned(), json!(alternatives));
        Some(Value::Object(outer))
    })
}
