//! A hash that is the same for nodes with the same meaning, so that most other nodes need no comparison.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::Value;

use super::equivalence::{counts, with_flags};
use super::{Renames, canonical_name};
use crate::Side;
use openapi_fragment::openapi::Role;

/// The hash of a node. Nodes that are [`equivalent`](super::equivalent) have the same hash, unless both are references to
/// one component: these are equivalent even if the component differs.
pub(super) fn shape(role: Role, node: &Value, side: Side, renames: &Renames<'_>) -> u64 {
    match renames.resolve(node, side) {
        Some((Some(_), target)) => shape_of(role, &with_flags(node, target)),
        _ => shape_of(role, node),
    }
}

/// The hash of a node without the nodes within it that can be references.
fn shape_of(role: Role, node: &Value) -> u64 {
    let within = |role: Role, node: &Value| if role.section().is_some() { 0 } else { shape_of(role, node) };
    match node {
        Value::Object(members) => {
            let has_spellings = matches!(role, Role::Headers | Role::Content);
            let counted = members.iter().filter(|(key, _)| counts(key, role.has_names()));
            let hashes = counted.map(|(key, value)| {
                let is_reference = key == "$ref" || role == Role::Mapping;
                let value = if is_reference { 0 } else { within(role.child(key), value) };
                hash((if has_spellings { canonical_name(role, key) } else { key.clone() }, value))
            });
            hashes.fold(1, u64::wrapping_add)
        }
        Value::Array(items) => {
            let hashes = items.iter().map(|item| within(role.child(""), item));
            match role {
                // The order has no meaning.
                Role::Set | Role::Schemas => hash((items.len(), hashes.collect::<BTreeSet<u64>>())),
                _ => hash(hashes.collect::<Vec<u64>>()),
            }
        }
        node => hash(node),
    }
}

fn hash(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
