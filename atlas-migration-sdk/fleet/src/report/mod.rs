//! The report of a fleet for a change record: what happened, when, and who did it.
//!
//! - [`mod@markdown`]: the form for people.
//! - [`mod@describe`]: an event as a sentence.

mod describe;
mod markdown;
#[cfg(test)]
mod tests;

use atlas_migration_sdk::Timestamp;
use atlas_migration_sdk::flow::{End, Event, Flow, FlowError, Summary};
use schemars::JsonSchema;
use serde::Serialize;

use crate::messages::{LedgerEntry, LedgerState};
use crate::status::PauseStatus;
use describe::{describe, is_observation};
pub(crate) use markdown::markdown;

/// What happened in a fleet, when, and who did it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FleetReport {
    pub(crate) fleet: String,
    /// When it was read.
    pub(crate) at: Timestamp,
    pub(crate) pause: Option<PauseStatus>,
    /// The migrations, by their names.
    pub(crate) migrations: Vec<MigrationReport>,
}

/// What happened in a migration.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MigrationReport {
    pub(crate) name: String,
    /// The migration host, which is the lane.
    pub(crate) host: String,
    pub(crate) source_cluster: String,
    pub(crate) destination_cluster: String,
    /// What the fleet has of it: queued, running, or how it ended.
    pub(crate) outcome: String,
    /// Why it ended without success.
    pub(crate) reason: Option<String>,
    /// Since when.
    pub(crate) since: Timestamp,
    /// The stages, the lag over time, and the questions with their answers; none if there is no journal.
    pub(crate) summary: Option<Summary>,
    /// What happened, without the polls.
    pub(crate) log: Vec<LogEntry>,
    /// Why there is no journal.
    pub(crate) missing: Option<String>,
}

/// Something that happened.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LogEntry {
    pub(crate) at: Timestamp,
    pub(crate) by: String,
    pub(crate) text: String,
}

impl MigrationReport {
    /// What the ledger of the fleet has.
    pub(crate) fn from_ledger(name: &str, entry: &LedgerEntry) -> Self {
        let (outcome, reason) = outcome(&entry.state);
        Self {
            name: name.to_owned(),
            host: entry.host.clone(),
            source_cluster: entry.source_cluster.clone(),
            destination_cluster: entry.destination_cluster.clone(),
            outcome: outcome.to_owned(),
            reason,
            since: entry.since,
            summary: None,
            log: Vec::new(),
            missing: None,
        }
    }

    /// Adds the journal.
    pub(crate) fn add_journal(&mut self, events: &[Event]) -> Result<(), FlowError> {
        self.summary = Some(Flow::summarize(events)?);
        let log = events.iter().filter(|event| !is_observation(&event.kind));
        self.log = log
            .map(|event| LogEntry { at: event.at, by: event.by.to_string(), text: describe(&event.kind) })
            .collect();
        Ok(())
    }
}

fn outcome(state: &LedgerState) -> (&'static str, Option<String>) {
    match state {
        LedgerState::Queued => ("queued", None),
        LedgerState::Running => ("not ended", None),
        LedgerState::Ended(End::Complete) => ("complete", None),
        LedgerState::Ended(End::Failed { reason, .. }) => ("failed", Some(reason.clone())),
        LedgerState::Ended(End::Expired) => {
            ("expired", Some("It was not cut over within 120 hours.".to_owned()))
        }
        LedgerState::Ended(End::Abandoned { reason, .. }) | LedgerState::Abandoned { reason } => {
            ("abandoned", Some(reason.clone()))
        }
        LedgerState::Ended(_) => ("ended", None),
        LedgerState::Blocked(failure) => ("workflow ended without a result", Some(failure.clone())),
    }
}

/// A time in UTC, to the second.
fn time(at: Timestamp) -> String {
    // `2026-11-28T08:40:37.123Z`: the notation has a fixed length.
    let text = at.to_string();
    text.get(..19).map_or(text.clone(), |text| text.replace('T', " "))
}
