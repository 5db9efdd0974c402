//! Whether two nodes say the same, apart from prose and from the names of components.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::Renames;
use crate::diff::role::Role;

/// Keys that are there for people.
const PROSE: &[&str] =
    &["description", "summary", "title", "example", "examples", "externalDocs", "$comment"];

/// Whether a key holds prose, where the role's keys are not chosen freely.
pub(crate) fn is_prose(key: &str) -> bool {
    PROSE.contains(&key)
}

/// A path with all its variables alike.
pub(crate) fn without_variables(path: &str) -> Cow<'_, str> {
    if !path.contains('{') {
        return Cow::Borrowed(path);
    }
    let mut text = String::with_capacity(path.len());
    let mut inside = false;
    for character in path.chars() {
        inside &= character != '}';
        if !inside {
            text.push(character);
        }
        inside |= character == '{';
    }
    Cow::Owned(text)
}

/// The names of a path's variables.
pub(crate) fn variables(path: &str) -> impl Iterator<Item = &str> {
    path.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name)
}

/// Whether both say the same.
pub(crate) fn alike(role: Role, old: &Value, new: &Value, renames: &Renames<'_>) -> bool {
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
                        key => alike(role.child(key), old, new, renames),
                    })
                })
        }
        (Value::Array(old), Value::Array(new)) if role == Role::Set => {
            old.len() == new.len() && old.iter().all(|value| new.contains(value))
        }
        (Value::Array(old), Value::Array(new)) => {
            old.len() == new.len()
                && old.iter().zip(new).all(|(old, new)| alike(role.child(""), old, new, renames))
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
