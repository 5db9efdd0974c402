//! The state of a fleet, for people and programs.
//!
//! - [`mod@read`]: reads it from the workflows.
//! - [`pending`]: what the server shows of the activities of a migration.
//! - [`table`]: the form for people.

pub(crate) mod pending;
mod read;
mod table;
#[cfg(test)]
mod tests;

use std::time::Duration;

use atlas_migration_sdk::flow::{End, Question, StageName};
use atlas_migration_sdk::{MigrationId, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

use crate::messages::{LedgerEntry, LedgerState, MigrationView};
use pending::Pending;
pub(crate) use read::read;
pub(crate) use table::{for_people, question, text};

/// The state of a fleet.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FleetStatus {
    pub(crate) fleet: String,
    /// When it was read.
    pub(crate) at: Timestamp,
    /// Why no new step begins; none if the fleet is not paused.
    pub(crate) pause: Option<PauseStatus>,
    pub(crate) counts: Counts,
    /// The migrations, by their names.
    pub(crate) migrations: Vec<MigrationStatus>,
}

#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PauseStatus {
    pub(crate) by: String,
    pub(crate) reason: String,
    pub(crate) since: Timestamp,
}

/// How many migrations are in each state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Counts {
    /// Nobody has to do anything.
    pub(crate) running: usize,
    /// A person has to decide.
    pub(crate) waiting: usize,
    /// They wait for their migration host, also those on hold there.
    pub(crate) queued: usize,
    pub(crate) done: usize,
    /// Failed, expired or abandoned.
    pub(crate) failed: usize,
}

/// Where a migration is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    /// It waits for its migration host.
    Queued,
    /// It waits for its migration host, and was put on hold.
    Held,
    /// It runs, and needs nobody.
    Running,
    /// A person has to decide.
    Waiting,
    Complete,
    Failed,
    Expired,
    Abandoned,
}

/// The state of a migration.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MigrationStatus {
    pub(crate) name: String,
    /// The migration host, which is the lane.
    pub(crate) host: String,
    pub(crate) source_cluster: String,
    pub(crate) destination_cluster: String,
    pub(crate) state: State,
    /// Since when it is queued or running, or when it ended.
    pub(crate) since: Timestamp,
    /// The current part of the migration; none before it begins and once it has ended.
    pub(crate) stage: Option<StageName>,
    pub(crate) migration_id: Option<MigrationId>,
    /// The status that Atlas reports.
    pub(crate) status: Option<String>,
    /// How far the destination is behind the source.
    pub(crate) lag_seconds: Option<u64>,
    /// When status and lag were read.
    pub(crate) observed_at: Option<Timestamp>,
    /// Whether it can be cut over.
    pub(crate) ready_for_cutover: bool,
    /// The estimated time until the destination has caught up.
    pub(crate) estimated_remaining_seconds: Option<u64>,
    /// The time that is certainly left to cut over.
    pub(crate) cutover_seconds_left: Option<u64>,
    /// Whether a request of a step is being sent.
    pub(crate) performing: bool,
    /// What a person has to decide.
    pub(crate) question: Option<Question>,
    /// Who may decide; everybody if empty.
    pub(crate) approvers: Vec<String>,
    /// What goes wrong, or why it ended.
    pub(crate) problem: Option<String>,
    /// How often the call with the problem was attempted.
    pub(crate) attempts: Option<u32>,
}

impl MigrationStatus {
    /// What the ledger of the fleet has.
    pub(crate) fn from_ledger(name: &str, entry: &LedgerEntry) -> Self {
        let (state, problem) = match &entry.state {
            LedgerState::Queued => (State::Queued, None),
            LedgerState::Running => (State::Running, None),
            LedgerState::Ended(end) => ended(end),
            LedgerState::Abandoned { reason } => (State::Abandoned, Some(reason.clone())),
            LedgerState::Blocked(failure) => {
                let problem = format!(
                    "its workflow ended without a result ({failure}): find out in Atlas whether the migration still runs on \
                     its host, then abandon it with --host-is-free"
                );
                (State::Waiting, Some(problem))
            }
        };
        Self {
            name: name.to_owned(),
            host: entry.host.clone(),
            source_cluster: entry.source_cluster.clone(),
            destination_cluster: entry.destination_cluster.clone(),
            state,
            since: entry.since,
            stage: None,
            migration_id: None,
            status: None,
            lag_seconds: None,
            observed_at: None,
            ready_for_cutover: false,
            estimated_remaining_seconds: None,
            cutover_seconds_left: None,
            performing: false,
            question: None,
            approvers: Vec::new(),
            problem,
            attempts: None,
        }
    }

    /// Adds what the workflow of a running migration shows.
    pub(crate) fn add_view(&mut self, view: MigrationView, now: Timestamp) {
        let observed = view.observed;
        self.stage = view.stage;
        self.migration_id = view.migration_id;
        self.status = observed.as_ref().and_then(|observed| observed.status.clone());
        self.lag_seconds = observed.as_ref().and_then(|observed| observed.lag_seconds);
        self.ready_for_cutover = observed.as_ref().is_some_and(|observed| observed.ready);
        self.observed_at = observed.map(|observed| observed.at);
        let until = view.cutover_possible_until.filter(|_| view.end.is_none());
        self.cutover_seconds_left = until.map(|until| until.saturating_duration_since(now).as_secs());
        self.performing = view.performing;
        self.problem = view.problem;
        self.approvers = view.approvers;
        if let Some(end) = &view.end {
            (self.state, self.problem) = ended(end);
        } else if let Some(question) = view.question {
            // A failure that had no effect and may pass is tried again without a person.
            let needs_person = !matches!(
                &question,
                Question::TryAgain { failure, may_have_taken_effect: false, .. } if failure.temporary
            );
            self.problem = match &question {
                Question::TryAgain { failure, .. } => Some(failure.message.clone()),
                Question::VerificationFailed { message, .. } => Some(message.clone()),
                Question::FindMigration(lost) => Some(lost.failure.message.clone()),
                _ => None,
            };
            if needs_person {
                self.state = State::Waiting;
                self.question = Some(question);
            }
        }
    }

    /// Adds what the server shows of the activities: newer observations than the recorded one, and failures.
    pub(crate) fn add_pending(&mut self, pending: Pending) {
        if let Some(polled) = pending.polled {
            let newer = self.observed_at.is_none_or(|at| polled.at > at);
            if newer {
                let before = self.observed_at.zip(self.lag_seconds);
                self.estimated_remaining_seconds = polled.estimate_seconds.or_else(|| {
                    let lag = polled.lag_seconds?;
                    estimate(before?, (polled.at, lag)).map(|left| left.as_secs())
                });
                self.observed_at = Some(polled.at);
                self.lag_seconds = polled.lag_seconds.or(self.lag_seconds);
                self.status = polled.status.or(self.status.take());
            } else {
                self.estimated_remaining_seconds = polled.estimate_seconds;
            }
        }
        if self.problem.is_none() {
            (self.problem, self.attempts) = (pending.problem, pending.attempts);
        }
    }
}

/// The time until the lag is zero, if it continues to shrink as between these two observations.
fn estimate(before: (Timestamp, u64), after: (Timestamp, u64)) -> Option<Duration> {
    let elapsed = after.0.saturating_duration_since(before.0).as_secs_f64();
    let caught_up = before.1.checked_sub(after.1).filter(|caught_up| *caught_up > 0)? as f64;
    // A rate over a few seconds is noise.
    (elapsed >= 60.0).then(|| Duration::from_secs_f64(after.1 as f64 * elapsed / caught_up))
}

fn ended(end: &End) -> (State, Option<String>) {
    match end {
        End::Complete => (State::Complete, None),
        End::Failed { reason, .. } => (State::Failed, Some(reason.clone())),
        End::Expired => (State::Expired, Some("it was not cut over within 120 hours".to_owned())),
        End::Abandoned { reason, .. } => (State::Abandoned, Some(reason.clone())),
        _ => (State::Failed, Some("it ended in a way that this version does not know".to_owned())),
    }
}

impl Counts {
    pub(crate) fn of(migrations: &[MigrationStatus]) -> Self {
        let mut counts = Self::default();
        for migration in migrations {
            *match migration.state {
                State::Running => &mut counts.running,
                State::Waiting => &mut counts.waiting,
                State::Queued | State::Held => &mut counts.queued,
                State::Complete => &mut counts.done,
                State::Failed | State::Expired | State::Abandoned => &mut counts.failed,
            } += 1;
        }
        counts
    }

    /// Whether no migration can go on by itself or by a decision.
    pub(crate) fn have_all_ended(self) -> bool {
        self.running + self.waiting + self.queued == 0
    }
}
