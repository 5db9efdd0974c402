//! Renamed components, and the resolution of references.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::equivalence::equivalent;
use super::moves::Moves;
use super::usage;
use crate::{Side, Sides};
use openapi_fragment::openapi::{MAX_REFERENCE_CHAIN, Role, Section, component};
use openapi_fragment::pointer;

/// The minimum share of common members for a component to count as renamed.
const MIN_SIMILARITY: f64 = 0.6;

/// Both documents, with the components and operations that were renamed or moved between them.
#[derive(Debug)]
pub(crate) struct Renames<'a> {
    base: &'a Value,
    revision: &'a Value,
    pairs: HashMap<(Section, &'a str), &'a str>,
    /// The operations that moved.
    pub(crate) moves: Moves<'a>,
}

impl<'a> Renames<'a> {
    /// Finds the renamed components by their effective forms, and then the operations that moved by their texts, because an
    /// operation that moves to another path inherits other parameters there. Returns both notations of the documents.
    pub(crate) fn find(effective: Sides<&'a Value>, texts: Sides<&'a Value>) -> (Self, Self) {
        let renames = Self::components(effective.base, effective.revision);
        let in_texts = Self {
            base: texts.base,
            revision: texts.revision,
            pairs: renames.pairs.clone(),
            moves: Moves::default(),
        };
        let moves = Moves::find(texts.base, texts.revision, &in_texts);
        (Self { moves: moves.clone(), ..renames }, Self { moves, ..in_texts })
    }

    /// Finds the renamed components. A component that references another renamed component is found after that one.
    fn components(base: &'a Value, revision: &'a Value) -> Self {
        let mut renames = Self { base, revision, pairs: HashMap::new(), moves: Moves::default() };
        let mut left = Self::candidates(base, revision);
        loop {
            let mut found = Vec::new();
            for (section, removed, new) in &left {
                found.extend(
                    unique(removed, new, |old, new| {
                        equivalent(section.member(), old.1, new.1, &renames).then_some(1.0)
                    })
                    .into_iter()
                    .map(|(old, new)| (*section, old, new)),
                );
            }
            if found.is_empty() {
                for (section, removed, new) in &left {
                    found.extend(
                        unique(removed, new, |old, new| {
                            Some(renames.similarity(old.1, new.1))
                                .filter(|similarity| *similarity >= MIN_SIMILARITY)
                        })
                        .into_iter()
                        .map(|(old, new)| (*section, old, new)),
                    );
                }
            }
            if found.is_empty() {
                found = usage::with_same_users(base, revision, &left);
            }
            if found.is_empty() {
                return renames;
            }
            for (section, old, new) in found {
                renames.pairs.insert((section, old), new);
                for (other, removed, added) in &mut left {
                    if *other == section {
                        removed.retain(|(name, _)| *name != old);
                        added.retain(|(name, _)| *name != new);
                    }
                }
            }
        }
    }

    /// The sections that have both removed and added components.
    fn candidates(base: &'a Value, revision: &'a Value) -> Vec<Candidates<'a>> {
        let sections = |document: &'a Value| document.get("components").and_then(Value::as_object);
        let (Some(old), Some(new)) = (sections(base), sections(revision)) else { return Vec::new() };
        let mut candidates = Vec::new();
        for (key, old) in old {
            let (Value::Object(old), Some(Value::Object(new))) = (old, new.get(key)) else { continue };
            let (removed, added) = (only_in(old, new), only_in(new, old));
            let section = Section::of(key);
            if section != Section::Other && !removed.is_empty() && !added.is_empty() {
                candidates.push((section, removed, added));
            }
        }
        candidates
    }

    /// The new name of a renamed component.
    pub(crate) fn get(&self, section: Section, old: &str) -> Option<&'a str> {
        self.pairs.get(&(section, old)).copied()
    }

    /// The name that a security scheme of the base has in the revision.
    pub(crate) fn scheme<'b>(&self, old: &'b str) -> &'b str
    where
        'a: 'b,
    {
        self.get(Section::SecuritySchemes, old).unwrap_or(old)
    }

    /// Whether two references have the same component as target, which may be renamed.
    pub(crate) fn same_reference(&self, old: &Value, new: &Value) -> bool {
        old == new || self.renamed(old, new).is_some()
    }

    /// The rename that explains the difference between two references.
    pub(crate) fn renamed(&self, old: &Value, new: &Value) -> Option<(Section, &'a str)> {
        let (section, old) = component(old.as_str()?)?;
        let (other, new) = component(new.as_str()?)?;
        let found = self.get(section, old)?;
        (section == other && found == new).then_some((section, found))
    }

    /// The target of a reference with its pointer, or the node itself if it is no reference. `None` if the target does not
    /// exist.
    pub(crate) fn resolve<'b>(&self, node: &'b Value, side: Side) -> Option<(Option<&'b str>, &'b Value)>
    where
        'a: 'b,
    {
        let document = match side {
            Side::Base => self.base,
            Side::Revision => self.revision,
        };
        let (mut node, mut at) = (node, None);
        for _ in 0..MAX_REFERENCE_CHAIN {
            let Some(reference) = node.get("$ref") else { return Some((at, node)) };
            let target = reference.as_str()?.strip_prefix('#')?;
            let mut here = document;
            for token in pointer::tokens(target)? {
                here = match here {
                    Value::Array(items) => items.get(token.parse::<usize>().ok()?)?,
                    other => other.get(token.as_ref())?,
                };
            }
            (node, at) = (here, Some(target));
        }
        None
    }

    /// The location (`in`) and the name of a parameter, which identify it.
    pub(crate) fn parameter_key(&self, node: &'a Value, side: Side) -> Option<(&'a Value, &'a Value)> {
        let (_, node) = self.resolve(node, side)?;
        Some((node.get("in")?, node.get("name")?))
    }

    pub(crate) fn is_path_parameter(&self, node: &'a Value, side: Side) -> bool {
        self.parameter_key(node, side).is_some_and(|(location, _)| location == "path")
    }

    /// Whether two parameters differ only in their names. Path variables are matched by their order instead.
    pub(super) fn same_parameter_but_name(&self, old: &'a Value, new: &'a Value) -> bool {
        let (Some((_, old)), Some((_, new))) =
            (self.resolve(old, Side::Base), self.resolve(new, Side::Revision))
        else {
            return false;
        };
        let (Some(old), Some(new)) = (nameless(old), nameless(new)) else { return false };
        old.get("in").is_some_and(|location| location != "path")
            && equivalent(Role::Parameter, &old, &new, self)
    }

    /// Whether two parameters have the same name in different locations. Path variables belong to their path.
    pub(super) fn same_parameter_but_location(&self, old: &'a Value, new: &'a Value) -> bool {
        let (Some(old), Some(new)) =
            (self.parameter_key(old, Side::Base), self.parameter_key(new, Side::Revision))
        else {
            return false;
        };
        old.1 == new.1 && old.0 != "path" && new.0 != "path"
    }

    /// The share of common properties or values of two schemas, from 0 to 1.
    fn similarity(&self, old: &Value, new: &Value) -> f64 {
        let share = |common: usize, old: usize, new: usize| {
            // One common member may be a coincidence. The counts are small enough for an exact `f64`.
            if common < 2 { 0.0 } else { common as f64 / old.max(new) as f64 }
        };
        match (old.get("properties"), new.get("properties"), old.get("enum"), new.get("enum")) {
            (Some(Value::Object(old)), Some(Value::Object(new)), ..) => {
                let same = |(key, old): &(&String, &Value)| {
                    new.get(*key).is_some_and(|new| equivalent(Role::Schema, old, new, self))
                };
                share(old.iter().filter(same).count(), old.len(), new.len())
            }
            (None, None, Some(Value::Array(old)), Some(Value::Array(new))) => {
                share(old.iter().filter(|value| new.contains(value)).count(), old.len(), new.len())
            }
            _ => 0.0,
        }
    }
}

pub(super) type Named<'a> = (&'a str, &'a Value);
pub(super) type Candidates<'a> = (Section, Vec<Named<'a>>, Vec<Named<'a>>);

fn only_in<'a>(all: &'a Map<String, Value>, other: &Map<String, Value>) -> Vec<Named<'a>> {
    all.iter()
        .filter(|(key, _)| !other.contains_key(*key))
        .map(|(key, value)| (key.as_str(), value))
        .collect()
}

fn nameless(parameter: &Value) -> Option<Value> {
    let mut parameter = parameter.as_object()?.clone();
    parameter.shift_remove("name");
    Some(Value::Object(parameter))
}

/// The pairs in which each is the only best match of the other.
fn unique<'a>(
    removed: &[Named<'a>],
    new: &[Named<'a>],
    score: impl Fn(Named<'a>, Named<'a>) -> Option<f64>,
) -> Vec<(&'a str, &'a str)> {
    let mut scored = Vec::new();
    for (row, old) in removed.iter().enumerate() {
        for (column, new) in new.iter().enumerate() {
            scored.extend(score(*old, *new).map(|score| (row, column, score)));
        }
    }
    let best = |row: usize, column: usize, score: f64| {
        scored.iter().all(|(other_row, other_column, other)| {
            ((row == *other_row) == (column == *other_column)) || *other < score
        })
    };
    scored
        .iter()
        .filter(|(row, column, score)| best(*row, *column, *score))
        .map(|(row, column, _)| (removed[*row].0, new[*column].0))
        .collect()
}
