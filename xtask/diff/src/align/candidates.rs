//! The components that may be renamed, and the best match of each.

use serde_json::{Map, Value};

use crate::Sides;
use openapi_fragment::openapi::Section;

/// A renamed component: its section, and its old and its new name.
pub(super) type Pair<'a> = (Section, &'a str, &'a str);

/// The name and the content of a component.
pub(super) type Named<'a> = (&'a str, &'a Value);

/// The components of a section that have no match in the other document.
pub(super) struct Candidates<'a> {
    pub(super) section: Section,
    pub(super) removed: Vec<Named<'a>>,
    pub(super) added: Vec<Named<'a>>,
}

impl<'a> Candidates<'a> {
    /// The components that only one of the documents has, for each section.
    pub(super) fn of(base: &'a Value, revision: &'a Value) -> Vec<Self> {
        sections(base, revision)
            .map(|(section, old, new)| Self { section, removed: only_in(old, new), added: only_in(new, old) })
            .collect()
    }

    /// Removes the components of these pairs.
    pub(super) fn remove(all: &mut [Self], (section, old, new): Pair<'_>) {
        for candidates in all.iter_mut().filter(|candidates| candidates.section == section) {
            candidates.removed.retain(|(name, _)| *name != old);
            candidates.added.retain(|(name, _)| *name != new);
        }
    }

    /// The pairs in which each is the only best match of the other.
    pub(super) fn unique(&self, score: impl Fn(&Value, &Value) -> Option<f64>) -> Vec<Pair<'a>> {
        let mut scored = Vec::new();
        for (row, old) in self.removed.iter().enumerate() {
            for (column, new) in self.added.iter().enumerate() {
                scored.extend(score(old.1, new.1).map(|score| (row, column, score)));
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
            .map(|(row, column, _)| (self.section, self.removed[*row].0, self.added[*column].0))
            .collect()
    }
}

/// The components that both documents have under one name, with different content.
pub(super) fn edited<'a>(base: &'a Value, revision: &'a Value) -> Vec<(Section, &'a str, Sides<&'a Value>)> {
    let components = sections(base, revision).flat_map(|(section, old, new)| {
        old.iter().filter_map(move |(name, was)| {
            let is = new.get(name).filter(|is| *is != was && !is_alias(is) && !is_alias(was))?;
            Some((section, name.as_str(), Sides::new(was, is)))
        })
    });
    components.collect()
}

/// The components of the sections that both documents have.
fn sections<'a>(
    base: &'a Value,
    revision: &'a Value,
) -> impl Iterator<Item = (Section, &'a Map<String, Value>, &'a Map<String, Value>)> {
    let components = |document: &'a Value| document.get("components").and_then(Value::as_object);
    let sections = components(base).into_iter().flatten().filter_map(move |(key, old)| {
        let new = components(revision)?.get(key)?.as_object()?;
        Some((Section::of(key), old.as_object()?, new))
    });
    sections.filter(|(section, ..)| *section != Section::Other)
}

/// The components that only the first section has. A component that is a reference is another name of its target.
fn only_in<'a>(all: &'a Map<String, Value>, other: &Map<String, Value>) -> Vec<Named<'a>> {
    let components =
        all.iter().filter(|(name, component)| !is_alias(component) && other.get(*name).is_none_or(is_alias));
    components.map(|(name, component)| (name.as_str(), component)).collect()
}

fn is_alias(component: &Value) -> bool {
    component.get("$ref").is_some()
}
