//! Findings that were reviewed and accepted, each with the reason.
//!
//! A fingerprint of the rule, the node, the detail and both values identifies a finding. An acknowledgement that no longer
//! matches a finding is stale and is reported, so that a list of acknowledgements stays up to date.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// All accepted findings.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Acknowledgements {
    /// The accepted findings, in any order.
    #[serde(default)]
    pub acknowledged: Vec<Acknowledgement>,
}

/// One accepted finding.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Acknowledgement {
    /// The fingerprint from a report.
    pub fingerprint: String,
    /// The rule, for readers of the list.
    pub rule: String,
    /// The node, for readers of the list.
    pub node: String,
    /// Why the finding was accepted.
    pub reason: String,
}

/// An acknowledgement that matches no finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct StaleAcknowledgement {
    /// The fingerprint of the acknowledgement.
    pub fingerprint: String,
    /// The rule of the acknowledgement.
    pub rule: String,
    /// The node of the acknowledgement.
    pub node: String,
}

impl Acknowledgements {
    /// The reason for accepting a finding, if it was accepted.
    #[must_use]
    pub fn reason(&self, fingerprint: &str) -> Option<&str> {
        let mut entries = self.acknowledged.iter();
        entries.find(|entry| entry.fingerprint == fingerprint).map(|entry| entry.reason.as_str())
    }

    /// The acknowledgements that were not used.
    pub(crate) fn stale(&self, used: &BTreeSet<String>) -> Vec<StaleAcknowledgement> {
        let unused = self.acknowledged.iter().filter(|entry| !used.contains(&entry.fingerprint));
        unused
            .map(|Acknowledgement { fingerprint, rule, node, .. }| StaleAcknowledgement {
                fingerprint: fingerprint.clone(),
                rule: rule.clone(),
                node: node.clone(),
            })
            .collect()
    }
}
