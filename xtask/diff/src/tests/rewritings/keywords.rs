//! Rewritings of keywords: default values, numbers, duplicates, order, and what has no effect where it is.

use serde_json::{Map, Value, json};

use super::choice::{Choice, Site, is_reference, members_of, sites, sites_where};
use openapi_fragment::openapi::{Role, keyword, references, target_of};

/// The keywords of a node with their default values.
fn defaults(role: Role, node: &Map<String, Value>) -> Vec<(&'static str, Value)> {
    let is = |key: &str, value: &str| node.get(key).is_some_and(|known| known == value);
    match role {
        Role::Schema => {
            let mut keys = vec![
                ("nullable", json!(false)),
                ("readOnly", json!(false)),
                ("writeOnly", json!(false)),
                ("deprecated", json!(false)),
                ("uniqueItems", json!(false)),
                ("exclusiveMinimum", json!(false)),
                ("exclusiveMaximum", json!(false)),
                ("minLength", json!(0)),
                ("minItems", json!(0)),
                ("minProperties", json!(0)),
                ("required", json!([])),
                ("properties", json!({})),
                ("additionalProperties", json!(true)),
                ("additionalProperties", json!({})),
            ];
            if is("type", "integer") {
                keys.push(("multipleOf", json!(1)));
            }
            keys
        }
        Role::Parameter => {
            let is_form = is("in", "query") || is("in", "cookie");
            let style = if is_form { "form" } else { "simple" };
            let mut keys = vec![("deprecated", json!(false))];
            if !is("in", "path") {
                keys.push(("required", json!(false)));
            }
            if is("in", "query") {
                keys.extend([("allowEmptyValue", json!(false)), ("allowReserved", json!(false))]);
            }
            if node.contains_key("schema") {
                keys.push(("style", json!(style)));
                let explode = node.get("style").map_or(is_form, |style| style == "form");
                keys.push(("explode", json!(explode)));
            }
            keys
        }
        Role::Header => vec![
            ("required", json!(false)),
            ("deprecated", json!(false)),
            ("style", json!("simple")),
            ("explode", json!(false)),
        ],
        Role::RequestBody => vec![("required", json!(false))],
        Role::Operation => vec![("deprecated", json!(false)), ("parameters", json!([])), ("tags", json!([]))],
        Role::PathItem => vec![("parameters", json!([]))],
        Role::Response => vec![("headers", json!({})), ("content", json!({})), ("links", json!({}))],
        _ => Vec::new(),
    }
}

/// The default values that a node could have or has.
fn default_keys(document: &Value, written: bool) -> Vec<(Site, &'static str, Value)> {
    let nodes = sites_where(document, |_, value| value.is_object() && !is_reference(value)).into_iter();
    nodes
        .flat_map(|site| {
            let node = document.pointer(&site.pointer).and_then(Value::as_object);
            let keys =
                node.into_iter().flat_map(|node| {
                    let keys = defaults(site.role, node).into_iter();
                    keys.filter(|(key, value)| {
                        if written { node.get(*key) == Some(value) } else { !node.contains_key(*key) }
                    })
                });
            keys.map(|(key, value)| (site.clone(), key, value)).collect::<Vec<_>>()
        })
        .collect()
}

pub(super) fn write_default(document: &mut Value, choice: &mut Choice) -> bool {
    let keys = default_keys(document, false);
    let Some((site, key, value)) = choice.of(&keys).cloned() else { return false };
    members_of(document, &site.pointer).is_some_and(|members| members.insert(key.to_owned(), value).is_none())
}

pub(super) fn leave_out_default(document: &mut Value, choice: &mut Choice) -> bool {
    let keys = default_keys(document, true);
    let Some((site, key, _)) = choice.of(&keys).cloned() else { return false };
    members_of(document, &site.pointer).is_some_and(|members| members.shift_remove(key).is_some())
}

/// A number is written with or without a fraction of zero.
pub(super) fn spell_number(document: &mut Value, choice: &mut Choice) -> bool {
    let keys = ["minimum", "maximum", "multipleOf", "default"].map(|key| format!("/{key}"));
    let schemas = sites(document, &[Role::Schema]).into_iter();
    let numbers = schemas.flat_map(|site| {
        let values = document.pointer(&format!("{}/enum", site.pointer)).and_then(Value::as_array);
        let values = (0..values.map_or(0, Vec::len)).map(|index| format!("/enum/{index}"));
        values.chain(keys.clone()).map(move |key| format!("{}{key}", site.pointer)).collect::<Vec<_>>()
    });
    let numbers: Vec<String> =
        numbers.filter(|at| document.pointer(at).and_then(spelled).is_some()).collect();
    let Some(number) = choice.of(&numbers).and_then(|at| document.pointer_mut(at)) else { return false };
    spelled(number).map(|other| *number = other).is_some()
}

fn spelled(number: &Value) -> Option<Value> {
    let value = number.as_f64().filter(|value| value.fract() == 0.0 && value.abs() < 1e9)?;
    Some(if number.is_f64() { json!(value as i64) } else { json!(value) })
}

/// A value that `enum` or `required` has already.
pub(super) fn duplicate(document: &mut Value, choice: &mut Choice) -> bool {
    let lists = sites_where(document, |site, value| {
        site.role == Role::Set
            && ["enum", "required"].contains(&site.token())
            && value.as_array().is_some_and(|list| !list.is_empty())
    });
    let list = choice.of(&lists).and_then(|site| document.pointer_mut(&site.pointer)?.as_array_mut());
    list.is_some_and(|list| {
        let again = list[choice.below(list.len())].clone();
        list.push(again);
        true
    })
}

/// The keys of all nodes in another order.
pub(super) fn reorder_keys(document: &mut Value, choice: &mut Choice) -> bool {
    match document {
        Value::Object(members) => {
            let mut all: Vec<(String, Value)> = std::mem::take(members).into_iter().collect();
            choice.shuffle(&mut all);
            members.extend(all);
            members.values_mut().for_each(|value| _ = reorder_keys(value, choice));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| _ = reorder_keys(item, choice)),
        _ => return false,
    }
    true
}

/// A list whose order has no meaning in another order. References to its items would have other targets.
pub(super) fn reorder_list(document: &mut Value, choice: &mut Choice) -> bool {
    let roles = [Role::Set, Role::Schemas, Role::Parameters, Role::Requirements];
    let targets: Vec<String> =
        references(document).into_iter().map(|found| found.target.to_owned()).collect();
    let lists = sites_where(document, |site, value| {
        let items = format!("#{}/", site.pointer);
        let is_target = targets.iter().any(|target| target.starts_with(&items));
        !is_target && roles.contains(&site.role) && value.as_array().is_some_and(|list| list.len() > 1)
    });
    let list = choice.of(&lists).and_then(|site| document.pointer_mut(&site.pointer)?.as_array_mut());
    list.is_some_and(|list| {
        choice.shuffle(list);
        true
    })
}

/// Prose, and an extension without a meaning.
pub(super) fn write_prose(document: &mut Value, choice: &mut Choice) -> bool {
    let keys = [
        (Role::Schema, "description"),
        (Role::Schema, "title"),
        (Role::Schema, "example"),
        (Role::Parameter, "description"),
        (Role::Operation, "summary"),
        (Role::Response, "description"),
        (Role::Header, "description"),
        (Role::RequestBody, "description"),
        (Role::Schema, "x-color"),
        (Role::Operation, "x-color"),
        (Role::Parameter, "x-color"),
    ];
    let Some((role, key)) = choice.of(&keys).copied() else { return false };
    let nodes =
        sites_where(document, |site, value| site.role == role && value.is_object() && !is_reference(value));
    let Some(site) = choice.of(&nodes) else { return false };
    members_of(document, &site.pointer)
        .map(|members| members.insert(key.to_owned(), json!("Other words.")))
        .is_some()
}

/// For integers, an exclusive bound is an inclusive one beside it.
pub(super) fn change_exclusiveness(document: &mut Value, choice: &mut Choice) -> bool {
    let bounds = [("maximum", "exclusiveMaximum", 1), ("minimum", "exclusiveMinimum", -1)];
    let Some((bound, exclusive, step)) = choice.of(&bounds).copied() else { return false };
    let schemas = sites_where(document, |site, value| {
        site.role == Role::Schema
            && value.get("type").is_some_and(|kind| kind == "integer")
            && value.get(bound).is_some_and(Value::is_i64)
    });
    let Some(site) = choice.of(&schemas) else { return false };
    let Some(members) = members_of(document, &site.pointer) else { return false };
    let is_exclusive = members.get(exclusive) == Some(&json!(true));
    let Some(number) = members.get(bound).and_then(Value::as_i64) else { return false };
    let step = if is_exclusive { -step } else { step };
    members.insert(bound.to_owned(), json!(number + step));
    members.insert(exclusive.to_owned(), json!(!is_exclusive));
    true
}

/// A keyword that does not apply to the type of its schema.
pub(super) fn write_inapplicable(document: &mut Value, choice: &mut Choice) -> bool {
    let schemas =
        sites_where(document, |site, value| site.role == Role::Schema && value.get("type").is_some());
    let Some(members) = choice.of(&schemas).and_then(|site| members_of(document, &site.pointer)) else {
        return false;
    };
    let keywords = [
        ("maximum", json!(5)),
        ("maxLength", json!(5)),
        ("maxItems", json!(5)),
        ("items", json!({"type": "string"})),
        ("minProperties", json!(5)),
        ("required", json!(["z"])),
        ("properties", json!({"z": {"type": "string"}})),
        ("format", json!("date-time")),
        ("format", json!("double")),
    ];
    let applies = |key: &str, value: &Value, kind: &str| match (key, kind) {
        ("format", "string") => value == "date-time",
        ("format", "integer" | "number") => value == "double",
        ("format", _) => false,
        (key, kind) => keyword::applies_to(key, kind),
    };
    let Some(kind) = members.get("type").and_then(Value::as_str) else { return false };
    let others = keywords
        .into_iter()
        .filter(|(key, value)| !members.contains_key(*key) && !applies(key, value, kind))
        .collect::<Vec<_>>();
    let Some((key, value)) = choice.of(&others).cloned() else { return false };
    members.insert(key.to_owned(), value).is_none()
}

/// A pattern that matches any text.
pub(super) fn write_any_text(document: &mut Value, choice: &mut Choice) -> bool {
    let schemas = sites_where(document, |site, value| {
        site.role == Role::Schema
            && value.is_object()
            && ["$ref", "pattern"].iter().all(|key| value.get(key).is_none())
    });
    let Some(members) = choice.of(&schemas).and_then(|site| members_of(document, &site.pointer)) else {
        return false;
    };
    members.insert("pattern".to_owned(), json!(".*")).is_none()
}

/// An integer is a number that is a multiple of 1.
pub(super) fn write_whole_number(document: &mut Value, choice: &mut Choice) -> bool {
    let schemas = sites_where(document, |site, value| {
        let is_integer = value.get("type").is_some_and(|kind| kind == "integer");
        let is_free = ["format", "multipleOf"].iter().all(|key| value.get(key).is_none());
        site.role == Role::Schema && is_integer && is_free
    });
    let Some(members) = choice.of(&schemas).and_then(|site| members_of(document, &site.pointer)) else {
        return false;
    };
    members.insert("type".to_owned(), json!("number"));
    members.insert("multipleOf".to_owned(), json!(1)).is_none()
}

/// Whether a schema, or the component that it refers to, allows any value.
fn is_any_value(document: &Value, schema: &Value) -> bool {
    let reference = schema.get("$ref").and_then(Value::as_str);
    match reference.and_then(|reference| target_of(document, reference)) {
        Some(target) => is_any_value(document, target),
        None => {
            let contains_any = |key: &str| {
                let items = schema.get(key).and_then(Value::as_array);
                items.is_some_and(|items| items.iter().any(|item| is_any_value(document, item)))
            };
            keyword::allows_any_value(schema) || contains_any("anyOf")
        }
    }
}

/// A property with the schema of the properties that are not declared.
pub(super) fn declare_as_others(document: &mut Value, choice: &mut Choice) -> bool {
    let schemas = sites_where(document, |site, value| {
        let others = value.get("additionalProperties");
        site.role == Role::Schema
            && others.is_some_and(|others| others.is_object() && !is_any_value(document, others))
    });
    let Some(members) = choice.of(&schemas).and_then(|site| members_of(document, &site.pointer)) else {
        return false;
    };
    let others = members["additionalProperties"].clone();
    let properties = members.entry("properties").or_insert_with(|| json!({}));
    let Some(properties) = properties.as_object_mut().filter(|known| !known.contains_key("other")) else {
        return false;
    };
    properties.insert("other".to_owned(), others).is_none()
}
