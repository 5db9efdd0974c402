//! Components that are known by who refers to them: where everything that referred to the one refers to the other now.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use super::renames::Candidates;
use openapi_fragment::openapi::{Section, component};
use openapi_fragment::pointer;

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
    let mut open = vec![(String::new(), document)];
    while let Some((at, node)) = open.pop() {
        let inner = |token: &str| {
            let mut inner = at.clone();
            pointer::push(&mut inner, token);
            inner
        };
        match node {
            Value::Object(members) => {
                if let Some(target) = members.get("$ref").and_then(Value::as_str).and_then(component) {
                    found.entry(target).or_default().insert(at.clone());
                }
                let nodes = members.iter().filter(|(_, value)| value.is_object() || value.is_array());
                open.extend(nodes.map(|(key, value)| (inner(key), value)));
            }
            Value::Array(items) => {
                open.extend(items.iter().enumerate().map(|(index, item)| (inner(&index.to_string()), item)));
            }
            _ => {}
        }
    }
    found
}
