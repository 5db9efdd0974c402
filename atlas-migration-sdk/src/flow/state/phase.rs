//! Where a flow stands.

use crate::flow::command::{End, Once};
use crate::flow::step::{Failure, Step};
use crate::generated::ids::{MigrationId, ValidationId};
use crate::values::timestamp::Timestamp;

/// Where a flow stands. Holds and approvals are kept beside it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Phase {
    /// The flow has not read yet whether the source is linked.
    CheckingLink,
    /// The step is next, once it is approved.
    Due(Once),
    /// The intent of the step was recorded, and its outcome was not, or is not known.
    Uncertain(Uncertain),
    /// The step failed, and a person decides whether it is tried again.
    Failed { once: Once, failure: Failure },
    /// The link is not visible yet.
    Linking,
    /// The validation is running.
    Validating(ValidationId),
    /// A person gave this id for the migration that was lost, and it has not been read yet.
    Confirming { migration: MigrationId, lost: Uncertain },
    /// The migration is copying.
    Copying(MigrationId),
    /// The migration is ready, and the data has not been verified.
    Verifying(MigrationId),
    /// The verification failed.
    VerificationFailed { migration: MigrationId, message: String },
    /// The cutover has started: Atlas `accepted` it, or the state of the migration shows it.
    CuttingOver { migration: MigrationId, accepted: bool },
    /// Atlas does not find the migration.
    Missing { migration: MigrationId, before: Box<Phase> },
    /// The end.
    Ended(End),
}

/// A step whose outcome is not known.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Uncertain {
    pub(super) once: Once,
    /// When the intent was recorded.
    pub(super) since: Timestamp,
    /// The failure after which the outcome is not known; none if nothing was recorded.
    pub(super) failure: Option<Failure>,
}

/// The parts of a migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum StageName {
    /// Linking the source.
    Link,
    /// The validation in Atlas.
    Validation,
    /// Creating the migration, with the question whether data may be dropped.
    Start,
    /// Copying, until the migration can be cut over.
    Copy,
    /// The verification of the copied data.
    Verification,
    /// Waiting for the approval of the cutover.
    Approval,
    /// The cutover.
    Cutover,
}

impl std::fmt::Display for StageName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Link => "link",
            Self::Validation => "validation",
            Self::Start => "start",
            Self::Copy => "copy",
            Self::Verification => "verification",
            Self::Approval => "approval",
            Self::Cutover => "cutover",
        })
    }
}

impl Phase {
    /// The migration, in the phases that read it.
    pub(super) fn migration(&self) -> Option<MigrationId> {
        match self {
            Self::Due(once) | Self::Failed { once, .. } | Self::Uncertain(Uncertain { once, .. }) => {
                match once {
                    Once::CutOver { migration, .. } => Some(*migration),
                    Once::Link { .. } | Once::Validate { .. } | Once::Migrate { .. } => None,
                }
            }
            Self::Confirming { migration, .. }
            | Self::Copying(migration)
            | Self::Verifying(migration)
            | Self::VerificationFailed { migration, .. }
            | Self::CuttingOver { migration, .. }
            | Self::Missing { migration, .. } => Some(*migration),
            Self::CheckingLink | Self::Linking | Self::Validating(_) | Self::Ended(_) => None,
        }
    }

    /// The part of the migration; none at the end.
    pub(super) fn stage(&self) -> Option<StageName> {
        Some(match self {
            Self::CheckingLink | Self::Linking => StageName::Link,
            Self::Validating(_) => StageName::Validation,
            Self::Confirming { .. } => StageName::Start,
            Self::Due(Once::CutOver { .. }) => StageName::Approval,
            Self::Due(once) | Self::Failed { once, .. } | Self::Uncertain(Uncertain { once, .. }) => {
                match once.step() {
                    Step::Link => StageName::Link,
                    Step::Validate => StageName::Validation,
                    Step::Migrate => StageName::Start,
                    Step::CutOver => StageName::Cutover,
                }
            }
            Self::Copying(_) => StageName::Copy,
            Self::Verifying(_) | Self::VerificationFailed { .. } => StageName::Verification,
            Self::CuttingOver { .. } => StageName::Cutover,
            Self::Missing { before, .. } => return before.stage(),
            Self::Ended(_) => return None,
        })
    }
}
