//! Components that are known by who refers to them: where everything that referred to the one refers to the other now.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use super::renames::Candidates;
use openapi_fragment::openapi::{Reference, Section, component, references};

/// The names under which a component is known, with the pointers of all references to it.
type Users<'a> = HashMap<(Section, &'a str), BTreeSet<String>>;

/// The pairs that are referred to from the very same places, and are of one type.
pub(super) fn same_places<'a>(
    base: &'a Value,
    revision: &'a Value,
    candidates: &[Candidates<'a>],
) -> Vec<(Section, &'a str, &'a str)> {
    if candidates.iter().all(|(_, gone, added)| gone.is_empty() || added.is_empty()) {
        return Vec::new();
    }
    let (before, after) = (users(base), users(revision));
    let mut found = Vec::new();
    for (section, gone, added) in candidates {
        for (old, was) in gone {
            let Some(places) = before.get(&(*section, *old)) else { continue };
            let same = added.iter().filter(|(new, is)| {
                after.get(&(*section, *new)) == Some(places) && was.get("type") == is.get("type")
            });
            // No place refers to two, so there is one at most.
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
