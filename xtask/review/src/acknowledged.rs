//! Findings that somebody looked at and accepted, with the reason, in a committed file.
//!
//! A finding is known by its fingerprint: rule, node, before and after. One that nothing matches any more is stale and
//! fails, so that the file holds nothing that only once was true.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Acknowledged {
    #[serde(default)]
    acknowledged: Vec<Entry>,
}

/// One finding that was accepted.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    fingerprint: String,
    rule: String,
    node: String,
    reason: String,
}

/// An entry that matches nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Stale {
    pub(crate) fingerprint: String,
    pub(crate) rule: String,
    pub(crate) node: String,
}

impl Acknowledged {
    /// Reads the file's text. The error names the line.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let file: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        match file.acknowledged.iter().find(|entry| entry.reason.trim().is_empty()) {
            Some(entry) => Err(format!("{} ({}) has no reason", entry.fingerprint, entry.rule)),
            None => Ok(file),
        }
    }

    /// The reason for which a finding was accepted.
    pub(crate) fn reason(&self, fingerprint: &str) -> Option<&str> {
        let mut entries = self.acknowledged.iter();
        entries.find(|entry| entry.fingerprint == fingerprint).map(|entry| entry.reason.as_str())
    }

    /// The entries that were not used.
    pub(crate) fn stale(&self, used: &BTreeSet<String>) -> Vec<Stale> {
        let unused = self.acknowledged.iter().filter(|entry| !used.contains(&entry.fingerprint));
        unused
            .map(|Entry { fingerprint, rule, node, .. }| Stale {
                fingerprint: fingerprint.clone(),
                rule: rule.clone(),
                node: node.clone(),
            })
            .collect()
    }
}
