//! The intended differences from the published document: a committed file of entries with reasons.

use serde::Deserialize;

use openapi_diff::Edit;

/// The contents of the file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Deviations {
    #[serde(default)]
    deviation: Vec<Entry>,
}

/// The reason for one difference, or for several of one kind: an entry without a node applies to every node.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// The id of the change in the table of rules.
    change: String,
    node: Option<String>,
    /// The text of the difference. It contains the published value, so the entry becomes stale if that value changes.
    /// Left out if the reason applies to every difference of the kind.
    detail: Option<String>,
    reason: String,
}

impl Deviations {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let file: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        match file.deviation.iter().find(|entry| entry.reason.trim().is_empty()) {
            Some(entry) => Err(format!("{} has no reason", entry.name())),
            None => Ok(file),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.deviation.len()
    }

    /// The index of the most specific entry for this difference.
    pub(super) fn find(&self, edit: &Edit) -> Option<usize> {
        let change = edit.change.id();
        let matches = |entry: &Entry| {
            entry.change == change
                && entry.detail.as_ref().is_none_or(|detail| *detail == edit.detail)
                && entry.node.as_ref().is_none_or(|node| *node == edit.node.name)
        };
        let matching = self.deviation.iter().enumerate().filter(|(_, entry)| matches(entry));
        let specificity =
            |entry: &Entry| usize::from(entry.node.is_some()) + usize::from(entry.detail.is_some());
        matching.max_by_key(|(_, entry)| specificity(entry)).map(|(index, _)| index)
    }

    /// Whether the entry applies to every difference of its kind, whatever the detail.
    pub(super) fn applies_to_any_detail(&self, index: usize) -> bool {
        self.deviation[index].detail.is_none()
    }

    pub(super) fn reason(&self, index: usize) -> &str {
        &self.deviation[index].reason
    }

    /// The entries that match no difference.
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
