//! Where we differ from the published document on purpose: a committed file, each entry with its reason.

use serde::Deserialize;

use crate::diff::{Edit, rules};

/// The file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Deviations {
    #[serde(default)]
    deviation: Vec<Entry>,
}

/// One difference, or several of a kind: without a node it holds for every node.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// The id of the change, as the table of rules has it.
    change: String,
    node: Option<String>,
    /// Before and after are part of it, so that a change of the published document makes it stale.
    detail: String,
    reason: String,
}

impl Deviations {
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let file: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        match file.deviation.iter().find(|entry| entry.reason.trim().is_empty()) {
            Some(entry) => Err(format!("{:?} has no reason", entry.detail)),
            None => Ok(file),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.deviation.len()
    }

    /// The entry that speaks of this difference, one with a node before one without.
    pub(super) fn find(&self, edit: &Edit) -> Option<(usize, &str)> {
        let change = rules::half(edit.change).map_or("", |half| half.id);
        let fits = |entry: &Entry| entry.change == change && entry.detail == edit.detail;
        let named = |entry: &Entry| entry.node.as_ref().is_some_and(|node| *node == edit.node.name);
        let mut entries = self.deviation.iter();
        let index = entries
            .position(|entry| fits(entry) && named(entry))
            .or_else(|| self.deviation.iter().position(|entry| fits(entry) && entry.node.is_none()))?;
        Some((index, self.deviation[index].reason.as_str()))
    }

    /// The entries that speak of nothing.
    pub(super) fn unused<'a>(&'a self, used: &'a [bool]) -> impl Iterator<Item = &'a str> {
        self.deviation.iter().zip(used).filter(|(_, used)| !**used).map(|(entry, _)| entry.detail.as_str())
    }
}
