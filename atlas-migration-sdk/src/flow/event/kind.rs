//! The kinds of event.

use serde::{Deserialize, Serialize};

use crate::flow::started::Started;
use crate::flow::step::{Action, Failure, Step};
use crate::generated::ids::{MigrationId, ValidationId};
use crate::generated::models::{Migration, MigrationStatus, Validation, ValidationStatus};
use crate::plan::PlanHash;
use crate::values::timestamp::Timestamp;

/// Declares the kinds of event, and the list of their names in JSON.
macro_rules! kinds {
    ($(#[$outer:meta])* pub enum EventKind { $($(#[$attribute:meta])+ $name:ident = $json:literal $body:tt,)+ }) => {
        $(#[$outer])*
        pub enum EventKind { $($(#[$attribute])+ #[serde(rename = $json)] $name $body,)+ }

        pub(in crate::flow) const KINDS: &[&str] = &[$($json),+];

        impl EventKind {
            /// The name of the kind in JSON, such as `migration_created`.
            #[must_use]
            pub fn name(&self) -> &'static str {
                match self { $(Self::$name { .. } => $json,)+ }
            }
        }
    };
}

kinds! {
/// What happened.
///
/// A runner creates the events of steps and observations from the results of a
/// [`FlowExecutor`](crate::FlowExecutor), and those of persons with the functions of this type.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum EventKind {
    /// The flow started. The first event, and only that.
    Started = "started" (Box<Started>),
    /// The step is about to be performed. Recorded, and durable, before anything is sent.
    #[non_exhaustive]
    Intended = "intended" {
        /// The step.
        step: Step,
    },
    /// The step certainly had no effect: it was not sent, or Atlas rejected it.
    #[non_exhaustive]
    Rejected = "rejected" {
        /// The step.
        step: Step,
        /// Why.
        failure: Failure,
    },
    /// The step may have taken effect: its response was lost, or cannot be read.
    #[non_exhaustive]
    OutcomeUnknown = "outcome_unknown" {
        /// The step.
        step: Step,
        /// What happened instead.
        failure: Failure,
    },
    /// The source accepted a new link-token.
    #[non_exhaustive]
    Linked = "linked" {},
    /// A validation has started.
    #[non_exhaustive]
    ValidationStarted = "validation_started" {
        /// Its id.
        validation: ValidationId,
    },
    /// The migration was created.
    #[non_exhaustive]
    MigrationCreated = "migration_created" {
        /// Its id.
        migration: MigrationId,
    },
    /// Atlas accepted the cutover.
    #[non_exhaustive]
    CutoverAccepted = "cutover_accepted" {},
    /// The state of the link.
    #[non_exhaustive]
    SourceObserved = "source_observed" {
        /// The status of the link at the source, such as `SYNCED`; none if the flow does not link.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        link: Option<String>,
        /// Whether Atlas lists the source project of the plan.
        project_available: bool,
    },
    /// The state of the validation.
    #[non_exhaustive]
    ValidationObserved = "validation_observed" {
        /// The validation.
        validation: ValidationId,
        /// Its status.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        status: Option<ValidationStatus>,
        /// Why it failed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<String>,
    },
    /// Atlas does not find the validation.
    #[non_exhaustive]
    ValidationMissing = "validation_missing" {
        /// The validation.
        validation: ValidationId,
    },
    /// The state of the migration.
    #[non_exhaustive]
    MigrationObserved = "migration_observed" {
        /// The migration.
        migration: MigrationId,
        /// Its status.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        status: Option<MigrationStatus>,
        /// How far the destination is behind the source, if that is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lag_seconds: Option<u64>,
        /// Whether it can be cut over.
        #[serde(default)]
        ready: bool,
        /// The hosts that run it, where they matter.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        migration_hosts: Vec<String>,
    },
    /// Atlas does not find the migration.
    #[non_exhaustive]
    MigrationMissing = "migration_missing" {
        /// The migration.
        migration: MigrationId,
    },
    /// The verification of the copied data succeeded.
    #[non_exhaustive]
    Verified = "verified" {},
    /// The verification of the copied data failed.
    #[non_exhaustive]
    VerificationFailed = "verification_failed" {
        /// Why.
        message: String,
    },
    /// A person approved an action.
    #[non_exhaustive]
    Approved = "approved" {
        /// The action.
        action: Action,
        /// The plan for which the approval is given.
        plan_hash: PlanHash,
        /// Until when the action may begin. Default: an hour later.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expires: Option<Timestamp>,
    },
    /// An approval was not used in time.
    #[non_exhaustive]
    ApprovalExpired = "approval_expired" {
        /// The action.
        action: Action,
    },
    /// A person found the migration whose id was lost.
    #[non_exhaustive]
    MigrationFound = "migration_found" {
        /// Its id.
        migration: MigrationId,
    },
    /// A person found that no migration was created.
    #[non_exhaustive]
    MigrationNotCreated = "migration_not_created" {},
    /// The failed step, verification or search may be tried again.
    #[non_exhaustive]
    Retried = "retried" {},
    /// A person stated how a migration ended that Atlas no longer shows.
    #[non_exhaustive]
    Concluded = "concluded" {
        /// Whether the migration is complete; otherwise it failed.
        completed: bool,
        /// Why the person is sure.
        reason: String,
    },
    /// The flow is on hold: no step begins.
    #[non_exhaustive]
    Held = "held" {
        /// Why.
        reason: String,
    },
    /// The flow continues after a hold.
    #[non_exhaustive]
    Released = "released" {},
    /// The flow ended without success. A migration that was created continues; Atlas can cancel it on the card of the
    /// cluster.
    #[non_exhaustive]
    Abandoned = "abandoned" {
        /// Why.
        reason: String,
    },
}
}

/// Events that a runner creates.
impl EventKind {
    /// The start of a flow.
    #[must_use]
    pub fn start(started: Started) -> Self {
        Self::Started(Box::new(started))
    }

    /// The approval of an action for a plan. The action must begin before `expires`; without that, within an hour.
    #[must_use]
    pub fn approve(action: Action, plan_hash: PlanHash, expires: Option<Timestamp>) -> Self {
        Self::Approved { action, plan_hash, expires }
    }

    /// The answer to [`Question::FindMigration`](crate::flow::Question::FindMigration): the id of the migration.
    #[must_use]
    pub fn found(migration: MigrationId) -> Self {
        Self::MigrationFound { migration }
    }

    /// The answer to [`Question::FindMigration`](crate::flow::Question::FindMigration): there is no such migration.
    #[must_use]
    pub fn not_created() -> Self {
        Self::MigrationNotCreated {}
    }

    /// The permission to try again. A person can also give it while a new link does not become visible: the source is
    /// linked again if it is not linked.
    #[must_use]
    pub fn retry() -> Self {
        Self::Retried {}
    }

    /// A statement of how a migration ended that Atlas no longer shows.
    pub fn conclude(completed: bool, reason: impl Into<String>) -> Self {
        Self::Concluded { completed, reason: reason.into() }
    }

    /// The success of the verification.
    #[must_use]
    pub fn verified() -> Self {
        Self::Verified {}
    }

    /// The failure of the verification.
    pub fn verification_failed(message: impl Into<String>) -> Self {
        Self::VerificationFailed { message: message.into() }
    }

    /// The outcome of a step that the runner did not send after all, such as one that it came to too late.
    #[must_use]
    pub fn not_sent(step: Step, failure: Failure) -> Self {
        Self::Rejected { step, failure }
    }

    /// A hold: no step begins until the flow is released.
    pub fn hold(reason: impl Into<String>) -> Self {
        Self::Held { reason: reason.into() }
    }

    /// The end of a hold.
    #[must_use]
    pub fn release() -> Self {
        Self::Released {}
    }

    /// The end of the flow without success. It cancels nothing.
    pub fn abandon(reason: impl Into<String>) -> Self {
        Self::Abandoned { reason: reason.into() }
    }

    /// The state of a migration that was read.
    #[must_use]
    pub fn observed(id: MigrationId, migration: &Migration) -> Self {
        let ended = matches!(
            migration.status,
            Some(MigrationStatus::Complete | MigrationStatus::Failed | MigrationStatus::Expired)
        );
        Self::MigrationObserved {
            migration: id,
            status: migration.status.clone(),
            lag_seconds: migration.lag_time_seconds.and_then(|seconds| u64::try_from(seconds).ok()),
            ready: migration.ready_for_cutover == Some(true) && !ended,
            migration_hosts: Vec::new(),
        }
    }

    /// The same observation with the hosts that run the migration.
    pub(crate) fn on_hosts(mut self, hosts: Vec<String>) -> Self {
        if let Self::MigrationObserved { migration_hosts, .. } = &mut self {
            *migration_hosts = hosts;
        }
        self
    }

    /// The state of a validation. The caller redacts its message.
    pub(crate) fn validated(id: ValidationId, validation: Validation) -> Self {
        Self::ValidationObserved {
            validation: id,
            status: validation.status,
            message: validation.error_message,
        }
    }
}
