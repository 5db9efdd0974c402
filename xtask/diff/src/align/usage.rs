//! The references to components, which show what became of a component when its name does not.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::Renames;
use super::candidates::{Candidates, Pair};
use crate::{Side, Sides};
use openapi_fragment::openapi::{METHODS, Reference, Section, component, references, without_variables};
use openapi_fragment::pointer;

/// All references to components of both documents, with their pointers.
pub(super) struct Usage<'a> {
    documents: Sides<&'a Value>,
    references: Sides<Vec<(String, (Section, &'a str))>>,
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
        let references = documents.map(|document| {
            let references = references(document).into_iter();
            let to_components =
                references.filter_map(|Reference { pointer, target }| Some((pointer, component(target)?)));
            to_components.chain(required_schemes(document)).collect()
        });
        Self { documents, references }
    }

    pub(super) fn users(&self, renames: &Renames<'_>) -> Sides<Users<'_>> {
        Sides::of(|side| {
            let mut users = Users::default();
            for (pointer, target) in self.references.get(side) {
                let place = place(pointer, renames, side);
                users.targets.entry(place.clone()).or_default().insert(*target);
                users.places.entry(*target).or_default().push((place, pointer));
            }
            users
        })
    }

    /// Whether the documents use one name for different components: none of the places of the old one references the new
    /// one, and one of these places still exists or existed before.
    pub(super) fn is_reused(&self, name: (Section, &str), users: &Sides<Users<'_>>) -> bool {
        let [old, new] = [&users.base, &users.revision].map(|users| users.places.get(&name));
        // A security scheme needs less evidence, because the content identifies it.
        if (old.is_none() || new.is_none()) && name.0 != Section::SecuritySchemes {
            return false;
        }
        let [old, new] = [old, new].map(|places| places.map_or(&[][..], Vec::as_slice));
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

/// The security schemes that operations require, with the pointers of the operations.
fn required_schemes(document: &Value) -> Vec<(String, (Section, &str))> {
    let mut found = Vec::new();
    for (path, item) in document.get("paths").into_iter().flat_map(members) {
        for (method, operation) in members(item).filter(|(key, _)| METHODS.contains(&key.as_str())) {
            let requirements = operation.get("security").and_then(Value::as_array).into_iter().flatten();
            for (scheme, _) in requirements.flat_map(members) {
                let at = pointer::join(&pointer::join("/paths", path), method);
                found.push((at, (Section::SecuritySchemes, scheme.as_str())));
            }
        }
    }
    found
}

fn members(node: &Value) -> impl Iterator<Item = (&String, &Value)> {
    node.as_object().into_iter().flatten()
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
