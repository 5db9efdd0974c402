//! Edits of schemas.

use serde_json::{Map, Value, json};

use super::change;
use crate::tests::rewritings::choice::{Choice, is_reference, members_of, sites_where};
use openapi_fragment::openapi::Role;

fn has_type(members: &Map<String, Value>, wanted: &[&str]) -> bool {
    members.get("type").and_then(Value::as_str).is_some_and(|kind| wanted.contains(&kind))
}

/// A bound is set, moved or removed.
pub(super) fn bound(document: &mut Value, choice: &mut Choice) -> bool {
    const BOUNDS: &[(&str, &[&str])] = &[
        ("maxLength", &["string"]),
        ("minLength", &["string"]),
        ("maximum", &["integer", "number"]),
        ("minimum", &["integer", "number"]),
        ("maxItems", &["array"]),
        ("minItems", &["array"]),
        ("maxProperties", &["object"]),
        ("minProperties", &["object"]),
    ];
    let Some((key, kinds)) = choice.of(BOUNDS).copied() else { return false };
    change(
        document,
        choice,
        Role::Schema,
        |members| has_type(members, kinds),
        |members, choice| match (members.get(key).and_then(Value::as_i64), choice.below(3)) {
            (Some(_), 0) => members.shift_remove(key),
            (Some(old), 1) => members.insert(key.to_owned(), json!(old + 1)),
            (Some(old), _) => members.insert(key.to_owned(), json!(old - 1)).filter(|_| old > 1),
            (None, number) => members.insert(key.to_owned(), json!(number + 2)).or(Some(json!(null))),
        },
    )
}

pub(super) fn kind(document: &mut Value, choice: &mut Choice) -> bool {
    change(
        document,
        choice,
        Role::Schema,
        |members| members.contains_key("type"),
        |members, choice| {
            let kinds = ["string", "integer", "number", "boolean", "object"];
            let kind = choice.of(&kinds)?;
            members.insert("type".to_owned(), json!(kind))
        },
    )
}

/// A keyword is set or removed.
pub(super) fn keyword(document: &mut Value, choice: &mut Choice) -> bool {
    let keywords: [(&str, Value, &[&str]); 9] = [
        ("nullable", json!(true), &["string", "integer", "number", "object"]),
        ("pattern", json!("^c"), &["string"]),
        ("format", json!("date-time"), &["string"]),
        ("enum", json!(["a", "d"]), &["string"]),
        ("multipleOf", json!(3), &["integer", "number"]),
        ("uniqueItems", json!(true), &["array"]),
        ("additionalProperties", json!(false), &["object"]),
        ("default", json!("c"), &["string"]),
        ("format", json!("int64"), &["integer"]),
    ];
    let Some((key, value, kinds)) = choice.of(&keywords).cloned() else { return false };
    change(
        document,
        choice,
        Role::Schema,
        |members| has_type(members, kinds),
        |members, _| {
            if members.shift_remove(key).is_none() {
                members.insert(key.to_owned(), value);
            }
            Some(())
        },
    )
}

pub(super) fn add_property(document: &mut Value, choice: &mut Choice) -> bool {
    change(
        document,
        choice,
        Role::Schema,
        |members| members.contains_key("properties"),
        |members, choice| {
            let schema = json!({"type": choice.of(&["string", "integer"])});
            members.get_mut("properties")?.as_object_mut()?.insert("added".to_owned(), schema);
            if choice.flip() {
                members.entry("required").or_insert_with(|| json!([])).as_array_mut()?.push(json!("added"));
            }
            Some(())
        },
    )
}

pub(super) fn remove_property(document: &mut Value, choice: &mut Choice) -> bool {
    change(
        document,
        choice,
        Role::Schema,
        |members| members.contains_key("properties"),
        |members, choice| {
            let properties = members.get_mut("properties")?.as_object_mut()?;
            let name = properties.keys().nth(choice.below(properties.len()))?.clone();
            properties.shift_remove(&name);
            if let Some(required) = members.get_mut("required").and_then(Value::as_array_mut) {
                required.retain(|known| *known != name);
            }
            Some(())
        },
    )
}

pub(super) fn require(document: &mut Value, choice: &mut Choice) -> bool {
    change(
        document,
        choice,
        Role::Schema,
        |members| has_type(members, &["object"]),
        |members, choice| {
            let name = json!(choice.of(&["a", "b", "c"]));
            let required = members.entry("required").or_insert_with(|| json!([])).as_array_mut()?;
            (!required.contains(&name)).then(|| required.push(name))
        },
    )
}

pub(super) fn no_longer_require(document: &mut Value, choice: &mut Choice) -> bool {
    change(
        document,
        choice,
        Role::Schema,
        |members| members.contains_key("required"),
        |members, choice| {
            let required = members.get_mut("required")?.as_array_mut()?;
            let name = choice.of(required)?.clone();
            required.retain(|known| *known != name);
            if required.is_empty() {
                members.shift_remove("required");
            }
            Some(())
        },
    )
}

pub(super) fn add_value(document: &mut Value, choice: &mut Choice) -> bool {
    change(
        document,
        choice,
        Role::Schema,
        |members| members.contains_key("enum"),
        |members, _| {
            let values = members.get_mut("enum")?.as_array_mut()?;
            values.push(if values[0].is_number() { json!(7) } else { json!("z") });
            Some(())
        },
    )
}

pub(super) fn remove_value(document: &mut Value, choice: &mut Choice) -> bool {
    change(
        document,
        choice,
        Role::Schema,
        |members| members.contains_key("enum"),
        |members, choice| {
            let values = members.get_mut("enum")?.as_array_mut().filter(|values| values.len() > 1)?;
            Some(values.remove(choice.below(values.len())))
        },
    )
}

fn parts(document: &mut Value, choice: &mut Choice) -> Option<String> {
    let lists = sites_where(document, |site, _| site.role == Role::Schemas);
    choice.of(&lists).map(|site| site.pointer.clone())
}

/// An alternative of `oneOf` or `anyOf`, or a part of `allOf`.
pub(super) fn add_part(document: &mut Value, choice: &mut Choice) -> bool {
    let Some(at) = parts(document, choice) else { return false };
    let Some(list) = document.pointer_mut(&at).and_then(Value::as_array_mut) else { return false };
    let schemas =
        [json!({"type": "string", "maxLength": 99}), json!({"maxProperties": 2}), json!({"required": ["a"]})];
    list.extend(choice.of(&schemas).cloned());
    true
}

pub(super) fn remove_part(document: &mut Value, choice: &mut Choice) -> bool {
    let Some(at) = parts(document, choice) else { return false };
    let list = document.pointer_mut(&at).and_then(Value::as_array_mut).filter(|list| list.len() > 1);
    list.map(|list| list.remove(choice.below(list.len()))).is_some()
}

/// A property is only in requests or only in responses, or no longer.
pub(super) fn mark(document: &mut Value, choice: &mut Choice) -> bool {
    let Some(key) = choice.of(&["readOnly", "writeOnly"]).copied() else { return false };
    let properties = sites_where(document, |site, value| {
        site.role == Role::Schema && site.parent().ends_with("/properties") && !is_reference(value)
    });
    let Some(members) = choice.of(&properties).and_then(|site| members_of(document, &site.pointer)) else {
        return false;
    };
    if members.shift_remove(key).is_none() {
        members.insert(key.to_owned(), json!(true));
    }
    true
}
