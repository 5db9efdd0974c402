//! Whether two nodes have the same meaning, apart from descriptions and the names of components.

use std::borrow::Cow;
use std::collections::HashSet;

use serde_json::{Map, Value};

use super::{Renames, canonical_name};
use crate::Side;
use openapi_fragment::openapi::{Role, is_prose};

/// The maximum depth of references to different components whose targets are compared. It limits the work for components
/// that refer to each other.
const MAX_DEPTH: usize = 3;

/// Whether both nodes have the same meaning.
pub(crate) fn equivalent(role: Role, old: &Value, new: &Value, renames: &Renames<'_>) -> bool {
    Comparison { renames, depth: MAX_DEPTH }.is_equivalent(role, old, new)
}

#[derive(Clone, Copy)]
struct Comparison<'r, 'a> {
    renames: &'r Renames<'a>,
    depth: usize,
}

impl Comparison<'_, '_> {
    fn is_equivalent(self, role: Role, old: &Value, new: &Value) -> bool {
        let references = role.section().map(|_| [old, new].map(|node| node.get("$ref")));
        let depth = match references {
            Some([Some(old), Some(new)]) if !self.renames.same_reference(old, new) => {
                self.depth.checked_sub(1)
            }
            // An inline schema is finite.
            Some([Some(_), None] | [None, Some(_)]) => Some(self.depth),
            _ => return self.is_equivalent_node(role, old, new),
        };
        let targets = (self.renames.resolve(old, Side::Base), self.renames.resolve(new, Side::Revision));
        let (Some(depth), (Some((_, was)), Some((_, is)))) = (depth, targets) else { return false };
        Self { depth, ..self }.is_equivalent(role, &with_flags(old, was), &with_flags(new, is))
    }

    fn is_equivalent_node(self, role: Role, old: &Value, new: &Value) -> bool {
        match (old, new) {
            (Value::Object(old), Value::Object(new)) if role == Role::Requirement => {
                let scopes = |scheme: &str| new.get(self.renames.scheme(scheme));
                old.len() == new.len()
                    && old.iter().all(|(scheme, old)| {
                        scopes(scheme).is_some_and(|new| self.is_equivalent_node(Role::Set, old, new))
                    })
            }
            (Value::Object(old), Value::Object(new)) => {
                has_keys_of(new, old, role)
                    && old.iter().filter(|(key, _)| counts(key, role.has_names())).all(|(key, old)| {
                        get(new, key, role).is_some_and(|new| match key.as_str() {
                            _ if role == Role::Mapping => self.renames.same_reference(old, new),
                            "$ref" => self.renames.same_reference(old, new),
                            key => self.is_equivalent(role.child(key), old, new),
                        })
                    })
            }
            (Value::Array(old), Value::Array(new)) if role == Role::Set => {
                let known: HashSet<&Value> = new.iter().collect();
                old.len() == new.len() && old.iter().all(|value| known.contains(value))
            }
            // The order of the schemas in `allOf`, `oneOf` and `anyOf` has no meaning.
            (Value::Array(old), Value::Array(new)) if role == Role::Schemas => {
                let has = |schemas: &[Value], is: &dyn Fn(&Value) -> bool| schemas.iter().any(is);
                old.len() == new.len()
                    && old.iter().all(|old| has(new, &|new| self.is_equivalent(Role::Schema, old, new)))
                    && new.iter().all(|new| has(old, &|old| self.is_equivalent(Role::Schema, old, new)))
            }
            (Value::Array(old), Value::Array(new)) => {
                old.len() == new.len()
                    && old.iter().zip(new).all(|(old, new)| self.is_equivalent(role.child(""), old, new))
            }
            (old, new) => old == new,
        }
    }
}

/// Whether a key is no description. The keys of some nodes are names, so none of them is a description.
pub(super) fn counts(key: &str, is_name: bool) -> bool {
    is_name || !(is_prose(key) || key == "x-published-name")
}

fn has_keys_of(all: &Map<String, Value>, among: &Map<String, Value>, role: Role) -> bool {
    all.keys().filter(|key| counts(key, role.has_names())).all(|key| get(among, key, role).is_some())
}

/// The member with this key, which may have another spelling.
fn get<'a>(members: &'a Map<String, Value>, key: &str, role: Role) -> Option<&'a Value> {
    members.get(key).or_else(|| {
        let canonical = matches!(role, Role::Headers | Role::Content).then(|| canonical_name(role, key))?;
        members.iter().find(|(name, _)| canonical_name(role, name) == canonical).map(|(_, value)| value)
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
