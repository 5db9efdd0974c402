//! Renamed components that are recognized by their users: all references to the old name became references to the new one.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use super::renames::Candidates;
use openapi_fragment::openapi::{Reference, Section, component, references};

/// Components by section and name, with the pointers of all references to them.
type Users<'a> = HashMap<(Section, &'a str), BTreeSet<String>>;

/// The pairs of the same type that are referenced from exactly the same pointers.
pub(super) fn with_same_users<'a>(
    base: &'a Value,
    revision: &'a Value,
    candidates: &[Candidates<'a>],
) -> Vec<(Section, &'a str, &'a str)> {
    if candidates.iter().all(|(_, removed, added)| removed.is_empty() || added.is_empty()) {
        return Vec::new();
    }
    let (before, after) = (users(base), users(revision));
    let mut found = Vec::new();
    for (section, removed, added) in candidates {
        for (old, was) in removed {
            let Some(places) = before.get(&(*section, *old)) else { continue };
            let same = added.iter().filter(|(new, is)| {
                after.get(&(*section, *new)) == Some(places) && was.get("type") == is.get("type")
            });
            // A reference has one target, so there is at most one.
            found.extend(same.map(|(new, _)| (*section, *old, *new)));
        }
    }
    found
}

fn users(document: &Value) -> Users<'_> {
    let mut found = Users::new();
    for Reference { pointer, target } in references(document) {
        if let Some(target) = component(target) {
            found.entry(target).or_default().insert(pointer);
        }
    }
    found
}
