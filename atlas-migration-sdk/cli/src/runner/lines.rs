//! The output for programs: one JSON object a line, and a last one with the result.

use atlas_migration_sdk::MigrationId;
use atlas_migration_sdk::flow::{End, Event};
use schemars::JsonSchema;
use serde::Serialize;

use crate::journal::{HookName, HookOutcome};
use crate::output::progress::ProgressReport;

/// How a run ended without a failure of the program.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Outcome {
    Ended(End),
    /// It stopped before the cutover, as requested.
    Ready,
}

impl Outcome {
    pub(crate) fn is_success(&self) -> bool {
        matches!(self, Self::Ready | Self::Ended(End::Complete))
    }
}

/// One line of the output for programs.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub(crate) enum PushLine {
    /// What was recorded in the journal.
    Event { event: Box<Event> },
    /// The migration at one poll.
    #[allow(dead_code, reason = "the display of a wait writes this line; it is here for the schema")]
    Progress(ProgressReport),
    /// The time to cut over ends soon.
    Warning {
        message: String,
        /// For how many hours the migration can certainly be cut over; less than this.
        hours: u64,
    },
    /// A hook has ended.
    Hook {
        /// `on-ready`, `on-warning` or `verify`.
        hook: String,
        succeeded: bool,
        /// Why it failed.
        message: Option<String>,
    },
    /// The last line.
    Result(PushResult),
}

/// How a run ended.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PushResult {
    /// `complete`, `ready` (it stopped before the cutover), `failed`, `expired` or `abandoned`.
    outcome: &'static str,
    migration_id: Option<MigrationId>,
    /// Why it failed or was abandoned.
    reason: Option<String>,
}

impl PushLine {
    pub(crate) fn event(event: &Event) -> Self {
        Self::Event { event: Box::new(event.clone()) }
    }

    pub(crate) fn hook(name: HookName, outcome: &HookOutcome) -> Self {
        let (succeeded, message) = match outcome {
            HookOutcome::Succeeded => (true, None),
            HookOutcome::Failed(message) => (false, Some(message.clone())),
        };
        Self::Hook { hook: name.key().to_owned(), succeeded, message }
    }

    pub(crate) fn result(outcome: &Outcome, migration_id: Option<MigrationId>) -> Self {
        let (outcome, reason) = match outcome {
            Outcome::Ready => ("ready", None),
            Outcome::Ended(End::Complete) => ("complete", None),
            Outcome::Ended(End::Failed { reason, .. }) => ("failed", Some(reason.clone())),
            Outcome::Ended(End::Expired) => ("expired", None),
            Outcome::Ended(End::Abandoned { reason, .. }) => ("abandoned", Some(reason.clone())),
            Outcome::Ended(_) => ("unknown", None),
        };
        Self::Result(PushResult { outcome, migration_id, reason })
    }
}
