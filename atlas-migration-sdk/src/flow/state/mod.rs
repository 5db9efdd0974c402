//! The state of a flow, and what comes next.

mod apply;
mod observation;
mod phase;
#[cfg(test)]
mod tests;

use phase::{Phase, Uncertain};

pub use observation::{CutoverWindow, Observation};
pub use phase::StageName;

use super::command::{Command, Once, Read, Reconcile, SourceLink, Watch};
use super::error::{FlowError, FlowErrorKind};
use super::event::{Actor, Event, EventKind};
use super::question::{Approval, LostMigration, Question};
use super::started::Started;
use super::step::{Action, Failure};
use crate::generated::ids::MigrationId;
use crate::values::timestamp::Timestamp;

/// After this many attempts with an unknown outcome, a person decides about another one.
const MAX_UNCERTAIN_ATTEMPTS: u32 = 2;

/// The state of a migration from its plan to its cutover, without I/O and without a clock.
///
/// [`next`](Self::next) returns what to do, and [`apply`](Self::apply) takes what happened. See the
/// [guide](crate::guide::flow).
#[derive(Clone, Debug, PartialEq)]
pub struct Flow {
    started: Started,
    phase: Phase,
    hold: Option<(Actor, String)>,
    approvals: Vec<Approved>,
    /// The source was linked before, and Atlas did not list the source project.
    linked_elsewhere: bool,
    /// The attempts of the current step with an unknown outcome, since the last decision of a person.
    uncertain_attempts: u32,
    /// Whether an earlier attempt of the current step may have taken effect although nothing shows it.
    may_have_taken_effect: bool,
    /// The last request that created no migration, as a person stated, with the time of the first one.
    lost: Option<Uncertain>,
    migration: Option<MigrationId>,
    /// Ids that a person gave, and that are not those of the lost migration.
    excluded: Vec<MigrationId>,
    observation: Option<Observation>,
    /// The last time at which the migration was not ready.
    not_ready_at: Option<Timestamp>,
    ready_since: Option<Timestamp>,
}

/// An approval that was given.
#[derive(Clone, Debug, PartialEq)]
struct Approved {
    action: Action,
    expires: Timestamp,
}

impl Flow {
    /// Starts a flow with its first event.
    ///
    /// # Errors
    ///
    /// [`FlowErrorKind::NotStarted`] for any other event than [`EventKind::Started`], and [`FlowErrorKind::Altered`] or
    /// [`FlowErrorKind::Malformed`] if its content is invalid.
    pub fn start(event: &Event) -> Result<Self, FlowError> {
        event.check_version()?;
        let EventKind::Started(started) = &event.kind else {
            let message =
                format!("a journal begins with the event `started`, and not with `{}`", event.kind.name());
            return Err(FlowError::new(FlowErrorKind::NotStarted, message));
        };
        started.check()?;
        let phase = if started.link.is_some() { Phase::CheckingLink } else { Phase::Linking };
        Ok(Self {
            started: (**started).clone(),
            phase,
            hold: None,
            approvals: Vec::new(),
            linked_elsewhere: false,
            uncertain_attempts: 0,
            may_have_taken_effect: false,
            lost: None,
            migration: None,
            excluded: Vec::new(),
            observation: None,
            not_ready_at: None,
            ready_since: None,
        })
    }

    /// Resumes a flow from the events of its journal, in their order.
    ///
    /// # Errors
    ///
    /// As [`start`](Self::start) for the first event, and as [`apply`](Self::apply) for the others.
    pub fn resume<'a>(events: impl IntoIterator<Item = &'a Event>) -> Result<Self, FlowError> {
        let mut events = events.into_iter();
        let first = events.next().ok_or_else(FlowError::no_events)?;
        let mut flow = Self::start(first)?;
        events.try_for_each(|event| flow.apply(event)).map(|()| flow)
    }

    /// What to do next.
    #[must_use]
    pub fn next(&self) -> Command {
        let project = self.started.project;
        match (&self.phase, &self.hold) {
            (Phase::Ended(end), _) => Command::End(end.clone()),
            (_, Some((by, reason))) => {
                Command::Ask(Question::OnHold { by: by.clone(), reason: reason.clone() })
            }
            (Phase::CheckingLink, _) => Command::Read(Read::Source(self.source_link())),
            (Phase::Due(once), _) => match self.missing_approval(once) {
                Some(action) => Command::Ask(Question::Approve(self.approval_of(action))),
                None => Command::Once(once.clone()),
            },
            (Phase::Uncertain(uncertain), _) => self.after_uncertainty(uncertain),
            (Phase::Failed { once, failure }, _) => Command::Ask(Question::TryAgain {
                step: once.step(),
                failure: failure.clone(),
                may_have_taken_effect: self.may_have_taken_effect,
            }),
            (Phase::Linking, _) => Command::Watch(Watch::Linked(self.source_link())),
            (Phase::Validating(validation), _) => {
                Command::Watch(Watch::Validated { project, validation: *validation })
            }
            (Phase::Confirming { migration, .. }, _) => {
                Command::Read(Read::Migration { project, migration: *migration })
            }
            (Phase::Copying(migration), _) => Command::Watch(Watch::Ready { project, migration: *migration }),
            (Phase::Verifying(_), _) => Command::Verify,
            (Phase::VerificationFailed { message, .. }, _) => {
                Command::Ask(Question::VerificationFailed { message: message.clone() })
            }
            (Phase::CuttingOver { migration, .. }, _) => {
                Command::Watch(Watch::Complete { project, migration: *migration })
            }
            (Phase::Missing { migration, .. }, _) => {
                Command::Ask(Question::MigrationMissing { project, migration: *migration })
            }
        }
    }

    /// What to do about a step whose outcome is not known.
    fn after_uncertainty(&self, uncertain: &Uncertain) -> Command {
        let once = &uncertain.once;
        let read = match once {
            // It changes nothing, so that it is repeated.
            Once::Validate { .. } => return Command::Once(once.clone()),
            Once::Migrate { .. } => {
                return Command::Ask(Question::FindMigration(self.lost_migration(uncertain)));
            }
            Once::Link { .. } => Read::Source(self.source_link()),
            Once::CutOver { project, migration } => {
                Read::Migration { project: *project, migration: *migration }
            }
        };
        Command::Reconcile(Reconcile { step: once.step(), not_before: self.settled_at(uncertain), read })
    }

    /// The event to record before the step of [`Command::Once`]: its intent, or that its approval has expired. Perform
    /// the step only after an [`EventKind::Intended`].
    #[must_use]
    pub fn intent(&self, once: &Once, at: Timestamp) -> EventKind {
        match self.approval_for(once).filter(|approval| approval.has_expired(at)) {
            Some(Approved { action, .. }) => EventKind::ApprovalExpired { action: *action },
            None => EventKind::Intended { step: once.step() },
        }
    }

    /// What to poll while a question is open, and while the flow is on hold: the migration, if there is one.
    #[must_use]
    pub fn watch(&self) -> Option<Watch> {
        let (project, migration) = (self.started.project, self.phase.migration()?);
        match self.phase {
            // Its id is not confirmed, or Atlas does not find it.
            Phase::Confirming { .. } | Phase::Missing { .. } => None,
            Phase::CuttingOver { .. } => Some(Watch::Complete { project, migration }),
            _ => Some(Watch::Ready { project, migration }),
        }
    }

    /// What the flow was started with.
    #[must_use]
    pub fn started(&self) -> &Started {
        &self.started
    }

    /// The id of the migration, once it is known.
    #[must_use]
    pub fn migration(&self) -> Option<MigrationId> {
        self.migration
    }

    /// Whether a migration exists or may exist: its creation was requested, and was not rejected.
    ///
    /// Until the flow has ended, no other flow may create a migration of the same plan.
    #[must_use]
    pub fn may_have_migration(&self) -> bool {
        let is_requested = match &self.phase {
            Phase::Uncertain(Uncertain { once, .. }) => matches!(once, Once::Migrate { .. }),
            Phase::Confirming { .. } => true,
            _ => false,
        };
        is_requested || self.migration.is_some() || self.lost.is_some()
    }

    /// The current part of the migration; none once the flow has ended.
    #[must_use]
    pub fn stage(&self) -> Option<StageName> {
        self.phase.stage()
    }

    /// The last recorded state of the migration.
    #[must_use]
    pub fn observation(&self) -> Option<&Observation> {
        self.observation.as_ref()
    }

    /// The time in which the migration can be cut over, while it is ready.
    #[must_use]
    pub fn cutover_window(&self) -> Option<CutoverWindow> {
        let ready_since = self.ready_since?;
        Some(CutoverWindow::new(self.not_ready_at.unwrap_or(ready_since), ready_since))
    }

    fn source_link(&self) -> SourceLink {
        SourceLink {
            org: self.started.org,
            project: self.started.plan.source().project(),
            source_org: self.started.link.as_ref().map(|link| link.org),
        }
    }

    /// When the step can no longer take effect.
    fn settled_at(&self, uncertain: &Uncertain) -> Timestamp {
        uncertain.since + self.started.settling_time_of(uncertain.once.step())
    }

    /// What a person has to approve before the step.
    fn required_action(&self, once: &Once) -> Option<Action> {
        match once {
            Once::Link { .. } => self.linked_elsewhere.then_some(Action::ReplaceLink),
            Once::Validate { .. } => None,
            Once::Migrate { plan, .. } => {
                plan.drops_destination_data().then_some(Action::DropDestinationData)
            }
            Once::CutOver { .. } => Some(Action::CutOver),
        }
    }

    fn approval_for(&self, once: &Once) -> Option<&Approved> {
        let action = self.required_action(once)?;
        self.approvals.iter().find(|approval| approval.action == action)
    }

    fn missing_approval(&self, once: &Once) -> Option<Action> {
        let action = self.required_action(once)?;
        self.approval_for(once).is_none().then_some(action)
    }

    fn approval_of(&self, action: Action) -> Approval {
        let Started { plan, plan_hash, org, project, .. } = &self.started;
        Approval {
            action,
            plan_hash: *plan_hash,
            org: *org,
            project: *project,
            source_cluster: plan.source().cluster().to_owned(),
            destination_cluster: plan.destination().cluster().to_owned(),
            migration: self.migration,
        }
    }

    fn lost_migration(&self, uncertain: &Uncertain) -> LostMigration {
        let plan = &self.started.plan;
        LostMigration {
            project: self.started.project,
            source_cluster: plan.source().cluster().to_owned(),
            destination_cluster: plan.destination().cluster().to_owned(),
            migration_host: plan.migration_host().to_owned(),
            requested_at: uncertain.since,
            not_before: self.settled_at(uncertain),
            failure: uncertain.failure.clone().unwrap_or_else(Failure::interrupted),
            excluded: self.excluded.clone(),
        }
    }
}

impl Approved {
    fn has_expired(&self, at: Timestamp) -> bool {
        at >= self.expires
    }
}
