//! Findings that were looked at and accepted, each with the reason.
//!
//! A finding is known by its fingerprint: rule, node, before and after. An acknowledgement that nothing matches any more
//! is stale, so that a list of them holds nothing that was true only once.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// All findings that were accepted.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acknowledgements {
    /// In any order.
    #[serde(default)]
    pub acknowledged: Vec<Acknowledgement>,
}

/// One finding that was accepted.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acknowledgement {
    /// As a report shows it.
    pub fingerprint: String,
    /// The rule, for readers of the list.
    pub rule: String,
    /// The node, for readers of the list.
    pub node: String,
    /// Why it was accepted.
    pub reason: String,
}

/// An acknowledgement that matches nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Stale {
    /// As the acknowledgement has it.
    pub fingerprint: String,
    /// As the acknowledgement has it.
    pub rule: String,
    /// As the acknowledgement has it.
    pub node: String,
}

impl Acknowledgements {
    /// The reason for which a finding was accepted.
    #[must_use]
    pub fn reason(&self, fingerprint: &str) -> Option<&str> {
        let mut entries = self.acknowledged.iter();
        entries.find(|entry| entry.fingerprint == fingerprint).map(|entry| entry.reason.as_str())
    }

    /// The acknowledgements that were not used.
    pub(crate) fn stale(&self, used: &BTreeSet<String>) -> Vec<Stale> {
        let unused = self.acknowledged.iter().filter(|entry| !used.contains(&entry.fingerprint));
        unused
            .map(|Acknowledgement { fingerprint, rule, node, .. }| Stale {
                fingerprint: fingerprint.clone(),
                rule: rule.clone(),
                node: node.clone(),
            })
            .collect()
    }
}
