//! What a runner does next.

use serde::{Deserialize, Serialize};

use super::question::Question;
use super::step::Step;
use crate::generated::ids::{MigrationId, OrgId, ProjectId, SourceProjectId, ValidationId};
use crate::plan::MigrationPlan;
use crate::values::access_list::AccessListEntry;
use crate::values::ids::SourceOrgId;
use crate::values::timestamp::Timestamp;

/// What a runner does next. A command contains all that is needed to execute it but the passwords.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Command {
    /// Read, and record what was found. May be repeated freely.
    Read(Read),
    /// Poll, and record what was found, until the flow returns another command.
    Watch(Watch),
    /// Record the [intent](super::Flow::intent), perform the step, and record the outcome. It must not be repeated
    /// without asking the flow again.
    Once(Once),
    /// The outcome of a step is not known: wait until its request can no longer take effect, then read what happened,
    /// and record it.
    Reconcile(Reconcile),
    /// Run the verification of the copied data, and record its result. May be repeated freely.
    Verify,
    /// Ask a person, and record the answer. [`Flow::watch`](super::Flow::watch) returns what to poll in the meantime.
    Ask(Question),
    /// Nothing: the flow has ended.
    End(End),
}

/// A read. It changes nothing and may be repeated freely.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Read {
    /// Whether the source is linked, and Atlas lists the source project.
    Source(SourceLink),
    /// The state of a migration.
    #[non_exhaustive]
    Migration {
        /// The project of the destination.
        project: ProjectId,
        /// The migration.
        migration: MigrationId,
    },
}

/// Where a link can be seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SourceLink {
    /// The Atlas organization, which lists the available projects.
    pub org: OrgId,
    /// The source project of the plan.
    pub project: SourceProjectId,
    /// The source organization, if the flow links it: its status is read too.
    pub source_org: Option<SourceOrgId>,
}

/// What to poll for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Watch {
    /// The link is visible at the source and in Atlas.
    Linked(SourceLink),
    /// The validation has ended.
    #[non_exhaustive]
    Validated {
        /// The project of the destination.
        project: ProjectId,
        /// The validation.
        validation: ValidationId,
    },
    /// The migration can be cut over.
    #[non_exhaustive]
    Ready {
        /// The project of the destination.
        project: ProjectId,
        /// The migration.
        migration: MigrationId,
    },
    /// The migration is complete.
    #[non_exhaustive]
    Complete {
        /// The project of the destination.
        project: ProjectId,
        /// The migration.
        migration: MigrationId,
    },
}

/// A step that is irreversible or costly, with what is needed to perform it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Once {
    /// Create a link-token in Atlas and enter it at the source, without storing it.
    #[non_exhaustive]
    Link {
        /// The Atlas organization.
        org: OrgId,
        /// The source organization.
        source_org: SourceOrgId,
        /// The addresses from which the link-token may be used.
        access_list: Vec<AccessListEntry>,
    },
    /// Start a validation.
    #[non_exhaustive]
    Validate {
        /// The project of the destination.
        project: ProjectId,
        /// The plan, without the password.
        plan: MigrationPlan,
    },
    /// Create the migration.
    #[non_exhaustive]
    Migrate {
        /// The project of the destination.
        project: ProjectId,
        /// The plan, without the password.
        plan: MigrationPlan,
    },
    /// Cut over.
    #[non_exhaustive]
    CutOver {
        /// The project of the destination.
        project: ProjectId,
        /// The migration.
        migration: MigrationId,
    },
}

impl Once {
    /// The step.
    #[must_use]
    pub fn step(&self) -> Step {
        match self {
            Self::Link { .. } => Step::Link,
            Self::Validate { .. } => Step::Validate,
            Self::Migrate { .. } => Step::Migrate,
            Self::CutOver { .. } => Step::CutOver,
        }
    }
}

/// How to find out whether a step took effect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Reconcile {
    /// The step.
    pub step: Step,
    /// When its request can no longer take effect. An earlier read may show that it took effect, but not that it did not.
    pub not_before: Timestamp,
    /// What shows whether it took effect.
    pub read: Read,
}

/// How a flow ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum End {
    /// The migration is complete.
    Complete,
    /// The migration failed.
    #[non_exhaustive]
    Failed {
        /// Why, and where to look.
        reason: String,
    },
    /// The migration was not cut over in time.
    Expired,
    /// A person gave up. A migration that was created continues: no operation cancels it, but the card of the cluster in
    /// Atlas does.
    #[non_exhaustive]
    Abandoned {
        /// Why.
        reason: String,
    },
}
