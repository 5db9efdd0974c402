//! What only a person can decide, or answer.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::event::Actor;
use super::step::{Action, Failure, Step};
use crate::generated::ids::{MigrationId, OrgId, ProjectId};
use crate::plan::PlanHash;
use crate::values::timestamp::Timestamp;

/// A question to a person. `Display` writes it with what to look for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Question {
    /// May the action be performed? Answer with [`EventKind::approve`](super::EventKind::approve).
    Approve(Approval),
    /// A step failed. [`EventKind::retry`](super::EventKind::retry) allows another attempt. A runner may give that
    /// answer itself where the failure is [temporary](Failure::temporary) and `may_have_taken_effect` is false.
    #[non_exhaustive]
    TryAgain {
        /// The step.
        step: Step,
        /// Why it failed.
        failure: Failure,
        /// Whether an earlier attempt may have taken effect.
        may_have_taken_effect: bool,
    },
    /// The verification failed. [`EventKind::retry`](super::EventKind::retry) runs it again.
    #[non_exhaustive]
    VerificationFailed {
        /// Why.
        message: String,
    },
    /// The migration may have been created, and its id is lost, because no operation lists migrations. Answer with
    /// [`EventKind::found`](super::EventKind::found) or
    /// [`EventKind::not_created`](super::EventKind::not_created), or with
    /// [`EventKind::conclude`](super::EventKind::conclude) once a migration has ended whose id Atlas does not show.
    FindMigration(LostMigration),
    /// Atlas does not find the migration. Answer with [`EventKind::retry`](super::EventKind::retry) to look again, or
    /// with [`EventKind::conclude`](super::EventKind::conclude).
    #[non_exhaustive]
    MigrationMissing {
        /// The project of the destination.
        project: ProjectId,
        /// The migration.
        migration: MigrationId,
    },
    /// The flow is on hold. Answer with [`EventKind::release`](super::EventKind::release).
    #[non_exhaustive]
    OnHold {
        /// Who put it on hold.
        by: Actor,
        /// Why.
        reason: String,
    },
}

/// A request for an approval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Approval {
    /// What to approve.
    pub action: Action,
    /// The plan for which the approval is given.
    pub plan_hash: PlanHash,
    /// The Atlas organization.
    pub org: OrgId,
    /// The project of the destination.
    pub project: ProjectId,
    /// The name of the source cluster.
    pub source_cluster: String,
    /// The name of the destination cluster.
    pub destination_cluster: String,
    /// The migration, if it exists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub migration: Option<MigrationId>,
}

/// The facts about a migration whose id is lost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct LostMigration {
    /// The project of the destination, whose page "Live Migration to Atlas" lists the migration.
    pub project: ProjectId,
    /// The name of the source cluster.
    pub source_cluster: String,
    /// The name of the destination cluster.
    pub destination_cluster: String,
    /// The host that runs it.
    pub migration_host: String,
    /// When the request was about to be sent.
    pub requested_at: Timestamp,
    /// From when it can be stated that no migration was created. Before, the request may still take effect.
    pub not_before: Timestamp,
    /// Why the outcome is not known.
    pub failure: Failure,
    /// Ids that were given and are not those of this migration.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excluded: Vec<MigrationId>,
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Approve(approval) => approval.fmt(f),
            Self::TryAgain { step, failure, may_have_taken_effect: false } => {
                write!(f, "Could not {step}: {failure}\nTry again?")
            }
            Self::TryAgain { step, failure, may_have_taken_effect: true } => write!(
                f,
                "Could not {step}: {failure}\nAn earlier attempt may have taken effect. Check in Atlas before you try again."
            ),
            Self::VerificationFailed { message } => {
                write!(f, "The verification of the copied data failed: {message}\nRun it again?")
            }
            Self::FindMigration(lost) => lost.fmt(f),
            Self::MigrationMissing { project, migration } => write!(
                f,
                "Atlas does not find the migration {migration} in the project {project}. Look at the page \"Live \
                 Migration to Atlas\" of the project: did the migration complete, did it fail, or is it still there?"
            ),
            Self::OnHold { by, reason } => write!(f, "On hold by {by}: {reason}\nContinue?"),
        }
    }
}

impl fmt::Display for Approval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { source_cluster, destination_cluster, project, .. } = self;
        match self.action {
            Action::ReplaceLink => write!(
                f,
                "The source organization is linked, but Atlas does not list the source project in the organization {}: \
                 the link may be to another Atlas organization, or not visible yet. Linking replaces it. Replace the link?",
                self.org
            ),
            Action::DropDestinationData => write!(
                f,
                "All data of the cluster {destination_cluster} in the project {project} will be dropped, and the data of \
                 {source_cluster} copied to it. Drop the data and start?"
            ),
            Action::CutOver => write!(
                f,
                "The migration from {source_cluster} to {destination_cluster} in the project {project} is ready. Stop \
                 the writes to the source first. This cannot be reversed. Cut over?"
            ),
        }
    }
}

impl fmt::Display for LostMigration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { project, source_cluster, destination_cluster, migration_host, .. } = self;
        write!(
            f,
            "At {}, a migration from {source_cluster} to {destination_cluster} on the host {migration_host} was requested, \
             and it is not known whether it was created: {}\nNo operation lists migrations. Look at the page \"Live \
             Migration to Atlas\" of the project {project} (in the sidebar: Services, Migration) for a migration to \
             {destination_cluster} that started at that time. If Atlas shows its id (24 hex digits), give it. If it \
             shows the migration without an id, continue in Atlas, where the card of the cluster cuts it over or \
             cancels it, and state here how it ended. State that none was created only if none has appeared after {}, \
             because another one could drop the destination's data again.",
            self.requested_at, self.failure, self.not_before
        )?;
        for id in &self.excluded {
            write!(f, "\nNot this migration: {id}")?;
        }
        if !self.excluded.is_empty() {
            f.write_str(
                "\nAn id is not accepted if Atlas does not find it, if its migration has ended, or if another host runs it. \
                 If the migration that you look for has ended, state how.",
            )?;
        }
        Ok(())
    }
}
