//! Where we differ from the published document on purpose: a committed file, each entry with its reason.

use serde::Deserialize;

use openapi_diff::Edit;

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
    /// Left out where a reason holds for every difference of the kind.
    detail: Option<String>,
    reason: String,
}

impl Deviations {
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let file: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        match file.deviation.iter().find(|entry| entry.reason.trim().is_empty()) {
            Some(entry) => Err(format!("{} has no reason", entry.name())),
            None => Ok(file),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.deviation.len()
    }

    /// The entry that speaks of this difference, the most precise one.
    pub(super) fn find(&self, edit: &Edit) -> Option<usize> {
        let change = edit.change.id();
        let fits = |entry: &Entry| {
            entry.change == change
                && entry.detail.as_ref().is_none_or(|detail| *detail == edit.detail)
                && entry.node.as_ref().is_none_or(|node| *node == edit.node.name)
        };
        let fitting = self.deviation.iter().enumerate().filter(|(_, entry)| fits(entry));
        let precise = |entry: &Entry| usize::from(entry.node.is_some()) + usize::from(entry.detail.is_some());
        fitting.max_by_key(|(_, entry)| precise(entry)).map(|(index, _)| index)
    }

    /// Whether the entry holds for every difference of its kind, whatever the detail.
    pub(super) fn is_of_a_kind(&self, index: usize) -> bool {
        self.deviation[index].detail.is_none()
    }

    pub(super) fn reason(&self, index: usize) -> &str {
        &self.deviation[index].reason
    }

    /// The entries that speak of nothing.
    pub(super) fn unused<'a>(&'a self, used: &'a [bool]) -> impl Iterator<Item = String> + 'a {
        self.deviation.iter().zip(used).filter(|(_, used)| !**used).map(|(entry, _)| entry.name())
    }
}

impl Entry {
    fn name(&self) -> String {
        let node = self.node.as_deref().unwrap_or("any node");
        let detail = self.detail.as_deref().unwrap_or("anything");
        format!("{} of {node}: {detail}", self.change)
    }
}
