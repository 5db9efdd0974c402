//! Whether two nodes have the same meaning, apart from descriptions and the names of components.

use serde_json::{Map, Value};

use super::Renames;
use openapi_fragment::openapi::{Role, is_prose};

/// Whether both nodes have the same meaning.
pub(crate) fn equivalent(role: Role, old: &Value, new: &Value, renames: &Renames<'_>) -> bool {
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
            has_keys_of(new, old, free)
                && old.iter().filter(|(key, _)| counts(key, free)).all(|(key, old)| {
                    new.get(key).is_some_and(|new| match key.as_str() {
                        "$ref" => renames.same_reference(old, new),
                        key => equivalent(role.child(key), old, new, renames),
                    })
                })
        }
        (Value::Array(old), Value::Array(new)) if role == Role::Set => {
            old.len() == new.len() && old.iter().all(|value| new.contains(value))
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

fn has_keys_of(all: &Map<String, Value>, among: &Map<String, Value>, free: bool) -> bool {
    all.keys().filter(|key| counts(key, free)).all(|key| among.contains_key(key))
}
