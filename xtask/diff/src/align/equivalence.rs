//! Whether two nodes have the same meaning, apart from descriptions and the names of components.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::Renames;
use crate::Side;
use openapi_fragment::openapi::{Role, is_prose};

/// Whether both nodes have the same meaning.
pub(crate) fn equivalent(role: Role, old: &Value, new: &Value, renames: &Renames<'_>) -> bool {
    let references = role.section().map(|_| [old, new].map(|node| node.get("$ref").is_some()));
    match references {
        Some([true, false]) => {
            let Some((_, target)) = renames.resolve(old, Side::Base) else { return false };
            return equivalent(role, &with_flags(old, target), new, renames);
        }
        Some([false, true]) => {
            let Some((_, target)) = renames.resolve(new, Side::Revision) else { return false };
            return equivalent(role, old, &with_flags(new, target), renames);
        }
        _ => {}
    }
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            let free = matches!(
                role,
                Role::Properties
                    | Role::Content
                    | Role::Headers
                    | Role::Responses
                    | Role::Mapping
                    | Role::Callbacks
                    | Role::Links
            );
            has_keys_of(new, old, free, role)
                && old.iter().filter(|(key, _)| counts(key, free)).all(|(key, old)| {
                    get(new, key, role).is_some_and(|new| match key.as_str() {
                        "$ref" => renames.same_reference(old, new),
                        key => equivalent(role.child(key), old, new, renames),
                    })
                })
        }
        (Value::Array(old), Value::Array(new)) if role == Role::Set => {
            old.len() == new.len() && old.iter().all(|value| new.contains(value))
        }
        // The order of the schemas in `allOf`, `oneOf` and `anyOf` has no meaning.
        (Value::Array(old), Value::Array(new)) if role == Role::Schemas => {
            let has = |schemas: &[Value], is: &dyn Fn(&Value) -> bool| schemas.iter().any(is);
            old.len() == new.len()
                && old.iter().all(|old| has(new, &|new| equivalent(Role::Schema, old, new, renames)))
                && new.iter().all(|new| has(old, &|old| equivalent(Role::Schema, old, new, renames)))
        }
        (Value::Array(old), Value::Array(new)) => {
            old.len() == new.len()
                && old.iter().zip(new).all(|(old, new)| equivalent(role.child(""), old, new, renames))
        }
        (old, new) => old == new,
    }
}

fn counts(key: &str, free: bool) -> bool {
    free || !(is_prose(key) || key == "x-published-name")
}

fn has_keys_of(all: &Map<String, Value>, among: &Map<String, Value>, free: bool, role: Role) -> bool {
    all.keys().filter(|key| counts(key, free)).all(|key| get(among, key, role).is_some())
}

/// The member with this key. The names of headers and media types are case-insensitive.
fn get<'a>(members: &'a Map<String, Value>, key: &str, role: Role) -> Option<&'a Value> {
    members.get(key).or_else(|| {
        let mut names = members.iter().filter(|_| matches!(role, Role::Headers | Role::Content));
        names.find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value)
    })
}

/// The target of a reference with the keywords beside the reference, such as `nullable`.
pub(crate) fn with_flags<'a>(node: &Value, target: &'a Value) -> Cow<'a, Value> {
    let mut overlaid = Cow::Borrowed(target);
    if node.get("$ref").is_none() {
        return overlaid;
    }
    for (key, value) in node.as_object().into_iter().flatten() {
        if key != "$ref"
            && counts(key, false)
            && let Value::Object(members) = overlaid.to_mut()
        {
            members.insert(key.clone(), value.clone());
        }
    }
    overlaid
}
