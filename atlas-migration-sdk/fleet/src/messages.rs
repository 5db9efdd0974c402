//! What crosses the server: the inputs, results and states of workflows and activities.
//!
//! All of it is stored in histories. Nothing here has a field for a secret: a password and the credentials of a source
//! organization are named, and the worker finds them in its own fleet file.
//!
//! Histories outlive a release. Fields are only added, each with a default.

use std::collections::BTreeMap;
use std::time::Duration;

use atlas_migration_sdk::flow::{
    Action, Event, EventKind, Failure, Once, Question, Read, StageName, Started, Watch,
};
use atlas_migration_sdk::plan::PlanHash;
use atlas_migration_sdk::{MigrationId, OrgId, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::windows::Window;

/// A migration of the fleet: all that its workflow needs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct MigrationSpec {
    /// The fleet.
    pub(crate) fleet: String,
    /// The name of the migration, unique in the fleet.
    pub(crate) name: String,
    /// The start of the flow, with the plan.
    pub(crate) started: Started,
    /// The source organization, by its name in the fleet file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) source: Option<String>,
    /// The password of the source's user, by its name in the fleet file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) password: Option<String>,
    /// Who may approve and answer; everybody if empty.
    #[serde(default)]
    pub(crate) approvers: Vec<String>,
    /// When a cutover may begin; always if empty.
    #[serde(default)]
    pub(crate) windows: Vec<Window>,
    /// The longest lag with which a cutover may be approved.
    #[serde(default)]
    pub(crate) max_lag_seconds: Option<u64>,
    /// How long after its intent a request may begin. The settling time of the flow includes it.
    pub(crate) begin_seconds: u64,
    /// How often the worker polls Atlas, and after which time a step is tried again that had no effect.
    pub(crate) poll_seconds: u64,
    /// How often an unchanged state is recorded in the history.
    pub(crate) sample_seconds: u64,
}

impl MigrationSpec {
    /// The migration host, which is the lane.
    pub(crate) fn host(&self) -> &str {
        self.started.plan.migration_host()
    }

    pub(crate) fn settling_time(&self) -> Duration {
        Duration::from_secs(self.started.settling_seconds)
    }

    /// What the activities of this migration need to find.
    pub(crate) fn access(&self) -> Access {
        Access { org: self.started.org, source: self.source.clone(), password: self.password.clone() }
    }
}

/// What a worker must have to execute an activity: the names under which it finds the credentials and the password.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Access {
    /// The Atlas organization.
    pub(crate) org: OrgId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) source: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) password: Option<String>,
}

/// The input of the workflow of a migration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct MigrationInput {
    pub(crate) spec: MigrationSpec,
    /// The events of the flow until the workflow was continued as a new run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) journal: Vec<Event>,
    /// The hooks that were run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) notified: Vec<Notice>,
}

/// What is reported to the hooks once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Notice {
    /// A person has to answer a question.
    Question(Box<Question>),
    /// The migration expires unless it is cut over within this time.
    Expiring { hours: u64 },
    /// The migration has ended.
    Ended,
}

/// The input of [`read`](crate::activities::Atlas::read).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct ReadInput {
    pub(crate) access: Access,
    pub(crate) read: Read,
}

/// The input of [`watch`](crate::activities::Atlas::watch).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct WatchInput {
    pub(crate) access: Access,
    pub(crate) watch: Watch,
    /// The last recorded observation, with which a poll is compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) recorded: Option<Event>,
    pub(crate) poll_seconds: u64,
    pub(crate) sample_seconds: u64,
}

/// What a poll leaves to the next one, on whatever machine that runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Polled {
    /// The last observation.
    pub(crate) last: Event,
    /// The estimated time until the destination has caught up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) estimate_seconds: Option<u64>,
}

/// The input of [`perform`](crate::activities::Atlas::perform).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct PerformInput {
    pub(crate) fleet: String,
    pub(crate) access: Access,
    pub(crate) once: Once,
    /// How long after its scheduling the request may begin. One that comes later is not sent.
    pub(crate) begin_seconds: u64,
    /// After which time the workflow takes the outcome of the step for certain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) settling_seconds: Option<u64>,
    /// When the step may begin; always if empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) windows: Vec<Window>,
}

/// The input of [`permission`](crate::activities::Local::permission).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct PermissionInput {
    pub(crate) fleet: String,
}

/// The input of the hooks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct HookInput {
    pub(crate) notice: Option<Notice>,
    pub(crate) migration: MigrationView,
}

/// What a hook did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum HookOutcome {
    Succeeded,
    Failed(String),
}

/// What a person decides about a migration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Decision {
    /// Who decides.
    pub(crate) by: String,
    pub(crate) kind: DecisionKind,
}

/// The kinds of decision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DecisionKind {
    /// Approves the action that is asked for.
    Approve {
        action: Action,
        plan_hash: PlanHash,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expires: Option<Timestamp>,
    },
    /// No step begins until the migration is resumed.
    Hold { reason: String },
    /// Continues after a hold.
    Resume {},
    /// Tries again what failed.
    Retry {},
    /// The id of the migration that was lost.
    GiveId { migration: MigrationId },
    /// No migration was created.
    NotCreated {},
    /// How a migration ended that Atlas no longer shows.
    Conclude { completed: bool, reason: String },
    /// Gives the migration up. It cancels nothing in Atlas.
    Abandon {
        reason: String,
        /// The migration does not occupy its host any more, or never did.
        host_is_free: bool,
    },
}

impl DecisionKind {
    /// The event of the flow.
    pub(crate) fn event(&self) -> EventKind {
        match self {
            Self::Approve { action, plan_hash, expires } => EventKind::approve(*action, *plan_hash, *expires),
            Self::Hold { reason } => EventKind::hold(reason.clone()),
            Self::Resume {} => EventKind::release(),
            Self::Retry {} => EventKind::retry(),
            Self::GiveId { migration } => EventKind::found(*migration),
            Self::NotCreated {} => EventKind::not_created(),
            Self::Conclude { completed, reason } => EventKind::conclude(*completed, reason.clone()),
            Self::Abandon { reason, .. } => EventKind::abandon(reason.clone()),
        }
    }
}

/// The state of a migration, for people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MigrationView {
    pub(crate) fleet: String,
    pub(crate) name: String,
    /// The migration host, which is the lane.
    pub(crate) host: String,
    pub(crate) source_cluster: String,
    pub(crate) destination_cluster: String,
    /// The current part of the migration; none once it has ended.
    pub(crate) stage: Option<StageName>,
    /// The question that a person has to answer.
    pub(crate) question: Option<Question>,
    /// The last recorded state.
    pub(crate) observed: Option<Observed>,
    /// Until when the migration can certainly be cut over, if it is ready.
    #[schemars(with = "Option<String>")]
    pub(crate) cutover_possible_until: Option<Timestamp>,
    pub(crate) migration_id: Option<MigrationId>,
    /// Whether a step is being performed.
    pub(crate) performing: bool,
    /// What it waits for, where nobody is asked and somebody has to act.
    pub(crate) problem: Option<String>,
    /// How it ended.
    pub(crate) end: Option<atlas_migration_sdk::flow::End>,
    pub(crate) approvers: Vec<String>,
}

/// The last recorded state of a migration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Observed {
    #[schemars(with = "String")]
    pub(crate) at: Timestamp,
    pub(crate) status: Option<String>,
    pub(crate) lag_seconds: Option<u64>,
    pub(crate) ready: bool,
}

/// The input of the workflow of a lane: the migrations of a host, one after the other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct LaneInput {
    pub(crate) host: String,
    pub(crate) queue: Vec<Queued>,
}

/// A migration that waits for its host.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Queued {
    pub(crate) spec: MigrationSpec,
    /// Who put it on hold, and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) held: Option<(String, String)>,
}

/// A decision about a migration that waits for its host.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct QueueDecision {
    pub(crate) name: String,
    pub(crate) decision: Decision,
}

/// How a migration ended, for its lane and its fleet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct MigrationEnded {
    pub(crate) name: String,
    pub(crate) end: atlas_migration_sdk::flow::End,
}

/// The input of the workflow of a fleet.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct FleetInput {
    pub(crate) fleet: String,
    #[serde(default)]
    pub(crate) ledger: BTreeMap<String, LedgerEntry>,
    #[serde(default)]
    pub(crate) pause: Option<Pause>,
}

/// What the fleet knows of a migration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct LedgerEntry {
    pub(crate) host: String,
    pub(crate) plan_hash: PlanHash,
    pub(crate) source_cluster: String,
    pub(crate) destination_cluster: String,
    pub(crate) state: LedgerState,
    /// Since when it is in this state.
    pub(crate) since: Timestamp,
}

/// Where a migration is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LedgerState {
    /// It waits for its host.
    Queued,
    /// Its workflow runs.
    Running,
    /// It has ended.
    Ended(atlas_migration_sdk::flow::End),
    /// It was given up without a result of its workflow.
    Abandoned { reason: String },
    /// Its workflow ended without a result: only a person can tell whether its host is free.
    Blocked(String),
}

/// What a lane reports to its fleet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct LaneReport {
    pub(crate) name: String,
    pub(crate) state: LedgerState,
}

/// No new irreversible step begins anywhere in the fleet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Pause {
    pub(crate) by: String,
    pub(crate) reason: String,
    pub(crate) at: Timestamp,
}

/// A request to pause the fleet, or to continue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct PauseRequest {
    pub(crate) by: String,
    /// Why it pauses; none to continue.
    pub(crate) reason: Option<String>,
}

/// The state of a fleet.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct FleetView {
    pub(crate) fleet: String,
    pub(crate) ledger: BTreeMap<String, LedgerEntry>,
    pub(crate) pause: Option<Pause>,
}

/// A failure that a runner causes itself: nothing was sent, and another attempt may succeed.
pub(crate) fn not_sent_for_now(message: impl Into<String>) -> Failure {
    let mut failure = Failure::new(message);
    failure.temporary = true;
    failure
}
