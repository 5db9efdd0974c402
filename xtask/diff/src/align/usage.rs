//! The references to components, which show what became of a component when its name does not.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::Renames;
use super::candidates::{Candidates, Pair};
use crate::{Side, Sides};
use openapi_fragment::openapi::{Reference, Section, component, references, without_variables};
use openapi_fragment::pointer;

/// All references of both documents.
pub(super) struct Usage<'a> {
    documents: Sides<&'a Value>,
    references: Sides<Vec<Reference<'a>>>,
}

/// The references of one document, by places that are comparable to those of the other one.
#[derive(Default)]
pub(super) struct Users<'u> {
    targets: HashMap<String, HashSet<(Section, &'u str)>>,
    /// The place and the pointer of each reference to a component.
    places: HashMap<(Section, &'u str), Vec<(String, &'u str)>>,
}

impl<'a> Usage<'a> {
    pub(super) fn of(documents: Sides<&'a Value>) -> Self {
        Self { documents, references: documents.map(references) }
    }

    pub(super) fn users(&self, renames: &Renames<'_>) -> Sides<Users<'_>> {
        Sides::of(|side| {
            let mut users = Users::default();
            for Reference { pointer, target } in self.references.get(side) {
                if let Some(target) = component(target) {
                    let place = place(pointer, renames, side);
                    users.targets.entry(place.clone()).or_default().insert(target);
                    users.places.entry(target).or_default().push((place, pointer));
                }
            }
            users
        })
    }

    /// Whether the documents use one name for different components: none of the places of the old one references the new
    /// one, and one of these places still exists or existed before.
    pub(super) fn is_reused(&self, name: (Section, &str), users: &Sides<Users<'_>>) -> bool {
        let (Some(old), Some(new)) = (users.base.places.get(&name), users.revision.places.get(&name)) else {
            return false;
        };
        let exists = |document: &Value, (_, pointer): &(String, &str)| document.pointer(pointer).is_some();
        let is_kept = |(place, _): &(String, &str)| {
            users.revision.targets.get(place).is_some_and(|targets| targets.contains(&name))
        };
        !old.iter().any(is_kept)
            && (old.iter().any(|at| exists(self.documents.revision, at))
                || new.iter().any(|at| exists(self.documents.base, at)))
    }
}

impl Users<'_> {
    /// Whether the other document references `new` in all places of `old` where it has a reference, and has one.
    fn is_replaced(&self, old: (Section, &str), other: &Self, new: (Section, &str)) -> bool {
        let places = self.places.get(&old).into_iter().flatten();
        let mut kept = places.filter_map(|(place, _)| other.targets.get(place)).peekable();
        kept.peek().is_some() && kept.all(|targets| targets.contains(&new))
    }
}

/// The pairs of the same type where the new component replaces the old one, wherever one of them is referenced and both
/// documents have a reference. Other references were added, removed, or replaced by the content of the component.
pub(super) fn with_same_users<'a>(users: &Sides<Users<'_>>, candidates: &[Candidates<'a>]) -> Vec<Pair<'a>> {
    let Sides { base, revision } = users;
    let mut found = Vec::new();
    for Candidates { section, removed, added } in candidates {
        for (old, was) in removed {
            let same = added.iter().filter(|(new, is)| {
                let (old, new) = ((*section, *old), (*section, *new));
                base.is_replaced(old, revision, new)
                    && revision.is_replaced(new, base, old)
                    && was.get("type") == is.get("type")
            });
            found.extend(same.map(|(new, _)| (*section, *old, *new)));
        }
    }
    // The items of a list share a place, so a component can have several partners.
    let is_only = |(section, old, new): &&Pair<'a>| {
        let competes = |pair: &&Pair<'a>| pair.0 == *section && (pair.1 == *old || pair.2 == *new);
        found.iter().filter(competes).count() == 1
    };
    found.iter().filter(is_only).copied().collect()
}

/// The place of a reference, without what differs between the documents: the old names of components, the names of path
/// variables, and the order of items.
fn place(at: &str, renames: &Renames<'_>, side: Side) -> String {
    let tokens: Vec<_> = pointer::tokens(at).into_iter().flatten().collect();
    let mut place = String::new();
    let mut key = "";
    for (index, token) in tokens.iter().enumerate() {
        let place_token = match (index, key) {
            (1, "paths") => without_variables(token),
            (2, section) if tokens[0] == "components" => {
                renames.common_name(Section::of(section), token, side)
            }
            (_, "oneOf" | "anyOf" | "allOf" | "parameters") if token.parse::<usize>().is_ok() => "-".into(),
            _ => Cow::Borrowed(token.as_ref()),
        };
        pointer::push(&mut place, &place_token);
        key = token;
    }
    place
}
