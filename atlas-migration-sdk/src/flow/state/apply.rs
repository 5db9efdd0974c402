//! How an event changes a flow.

use super::{Approved, Flow, MAX_UNCERTAIN_ATTEMPTS, Observation, Phase, Uncertain};
use crate::flow::command::{End, Once};
use crate::flow::error::{FlowError, FlowErrorKind};
use crate::flow::event::{Actor, Event, EventKind};
use crate::flow::step::{Action, Failure, Step};
use crate::generated::ids::MigrationId;
use crate::generated::models::{MigrationStatus, ValidationStatus};
use crate::plan::PlanHash;
use crate::values::timestamp::Timestamp;

use std::time::Duration;

/// The status of a source organization that is linked.
const SYNCED: &str = "SYNCED";

type Applied = Result<(), FlowError>;

/// The state of the migration in an event.
struct Observed<'a> {
    migration: MigrationId,
    status: Option<&'a MigrationStatus>,
    lag: Option<Duration>,
    ready: bool,
    hosts: &'a [String],
}

impl Flow {
    /// Whether the flow accepts the event, such as the answer of a person, before it is recorded.
    ///
    /// # Errors
    ///
    /// As [`apply`](Self::apply).
    pub fn check(&self, event: &Event) -> Result<(), FlowError> {
        self.clone().apply(event)
    }

    /// Takes what happened. Record an event durably only if the flow accepts it, and before anything that follows from it
    /// is done.
    ///
    /// # Errors
    ///
    /// If the event does not follow from the state, for the reason of [`FlowError::kind`]. The flow is unchanged then.
    pub fn apply(&mut self, event: &Event) -> Result<(), FlowError> {
        event.check_version()?;
        if let Phase::Ended(_) = self.phase {
            let message =
                format!("the flow has ended, and the event `{}` came after that", event.kind.name());
            return Err(FlowError::new(FlowErrorKind::Ended, message));
        }
        let (at, by) = (event.at, &event.by);
        match &event.kind {
            EventKind::Started(_) => Err(self.out_of_order(&event.kind)),
            EventKind::Intended { step } => self.intended(*step, at),
            EventKind::Rejected { step, failure } => self.rejected(*step, failure),
            EventKind::OutcomeUnknown { step, failure } => self.outcome_unknown(*step, failure),
            EventKind::Linked {} => {
                self.outcome(Step::Link)?;
                self.go_to(Phase::Linking);
                Ok(())
            }
            EventKind::ValidationStarted { validation } => {
                self.outcome(Step::Validate)?;
                self.go_to(Phase::Validating(*validation));
                Ok(())
            }
            EventKind::MigrationCreated { migration } => {
                let since = self.outcome(Step::Migrate)?;
                self.created(*migration, since);
                Ok(())
            }
            EventKind::CutoverAccepted {} => {
                self.outcome(Step::CutOver)?;
                // A cutover has its migration.
                let Some(migration) = self.phase.migration() else {
                    return Err(self.out_of_order(&event.kind));
                };
                self.go_to(Phase::CuttingOver { migration, accepted: true });
                Ok(())
            }
            EventKind::SourceObserved { link, project_available } => {
                self.source_observed(link.as_deref(), *project_available, event)
            }
            EventKind::ValidationObserved { validation, status, message } => match self.phase {
                Phase::Validating(id) if id == *validation => {
                    self.validated(status.as_ref(), message.as_deref());
                    Ok(())
                }
                _ => Err(self.out_of_order(&event.kind)),
            },
            EventKind::ValidationMissing { validation } => match self.phase {
                Phase::Validating(id) if id == *validation => {
                    self.validation_failed("Atlas does not find the validation any more");
                    Ok(())
                }
                _ => Err(self.out_of_order(&event.kind)),
            },
            EventKind::MigrationObserved { migration, status, lag_seconds, ready, migration_hosts } => {
                let observed = Observed {
                    migration: *migration,
                    status: status.as_ref(),
                    lag: lag_seconds.map(Duration::from_secs),
                    ready: *ready,
                    hosts: migration_hosts,
                };
                self.migration_observed(&observed, event)
            }
            EventKind::MigrationMissing { migration } => self.migration_missing(*migration, event),
            EventKind::Verified {} => match self.phase {
                Phase::Verifying(migration) => {
                    self.go_to_cutover(migration);
                    Ok(())
                }
                _ => Err(self.out_of_order(&event.kind)),
            },
            EventKind::VerificationFailed { message } => match self.phase {
                Phase::Verifying(migration) => {
                    self.go_to(Phase::VerificationFailed { migration, message: message.clone() });
                    Ok(())
                }
                _ => Err(self.out_of_order(&event.kind)),
            },
            EventKind::Approved { action, plan_hash, expires } => {
                self.approved(*action, *plan_hash, *expires, at, by)
            }
            EventKind::ApprovalExpired { action } => self.approval_expired(*action, at),
            EventKind::MigrationFound { migration } => self.migration_found(*migration, event),
            EventKind::MigrationNotCreated {} => self.migration_not_created(event),
            EventKind::Retried {} => self.retried(event),
            EventKind::Concluded { completed, reason } => self.concluded(*completed, reason, event),
            EventKind::Held { reason } => {
                self.hold = Some((by.clone(), reason.clone()));
                Ok(())
            }
            EventKind::Released {} => match self.hold.take() {
                Some(_) => Ok(()),
                None => Err(FlowError::new(FlowErrorKind::NotAsked, "the flow is not on hold")),
            },
            EventKind::Abandoned { reason } => {
                self.phase = Phase::Ended(End::Abandoned { reason: reason.clone() });
                Ok(())
            }
        }
    }
}

/// Steps.
impl Flow {
    fn intended(&mut self, step: Step, at: Timestamp) -> Applied {
        if self.hold.is_some() {
            let message = format!("the flow is on hold: release it before you {step}");
            return Err(FlowError::new(FlowErrorKind::OnHold, message));
        }
        let once = match &self.phase {
            Phase::Due(once) => once,
            // A validation may be repeated without asking what became of the one before.
            Phase::Uncertain(Uncertain { once: once @ Once::Validate { .. }, .. }) => once,
            _ => return Err(self.unexpected_step(step)),
        };
        if once.step() != step {
            return Err(self.unexpected_step(step));
        }
        if let Some(action) = self.missing_approval(once) {
            let message = format!("nobody has approved to {action}");
            return Err(FlowError::new(FlowErrorKind::OutOfOrder, message));
        }
        if self.approval_for(once).is_some_and(|approval| approval.has_expired(at)) {
            let message = format!("the approval to {step} has expired: it must be given again");
            return Err(FlowError::new(FlowErrorKind::ApprovalExpired, message));
        }
        self.phase = Phase::Uncertain(Uncertain { once: once.clone(), since: at, failure: None });
        Ok(())
    }

    /// The time of the step's intent, if its outcome has not been recorded.
    fn outcome(&self, step: Step) -> Result<Timestamp, FlowError> {
        match &self.phase {
            Phase::Uncertain(Uncertain { once, since, failure: None }) if once.step() == step => Ok(*since),
            _ => Err(self.unexpected_step(step)),
        }
    }

    fn rejected(&mut self, step: Step, failure: &Failure) -> Applied {
        self.outcome(step)?;
        if let Phase::Uncertain(Uncertain { once, .. }) = &self.phase {
            self.phase = Phase::Failed { once: once.clone(), failure: failure.clone() };
        }
        Ok(())
    }

    fn outcome_unknown(&mut self, step: Step, failure: &Failure) -> Applied {
        self.outcome(step)?;
        if let Phase::Uncertain(uncertain) = &mut self.phase {
            uncertain.failure = Some(failure.clone());
            if let Once::Validate { .. } = uncertain.once {
                self.without_effect();
            }
        }
        Ok(())
    }

    /// The step whose outcome was not known had no visible effect: another attempt is due, and after several of them a
    /// person decides about it.
    fn without_effect(&mut self) {
        let Phase::Uncertain(Uncertain { once, failure, .. }) = &self.phase else { return };
        self.uncertain_attempts += 1;
        // A link would be visible, and a second validation does no harm.
        self.may_have_taken_effect |= matches!(once, Once::CutOver { .. });
        self.phase = if self.uncertain_attempts < MAX_UNCERTAIN_ATTEMPTS {
            Phase::Due(once.clone())
        } else {
            let failure = failure.clone().unwrap_or_else(Failure::interrupted);
            Phase::Failed { once: once.clone(), failure }
        };
    }

    /// Leaves the current step.
    fn go_to(&mut self, phase: Phase) {
        self.phase = phase;
        self.uncertain_attempts = 0;
        self.may_have_taken_effect = false;
    }

    fn created(&mut self, migration: MigrationId, requested_at: Timestamp) {
        self.migration = Some(migration);
        // It did not exist before.
        self.not_ready_at = Some(requested_at);
        self.go_to(Phase::Copying(migration));
    }

    fn go_to_cutover(&mut self, migration: MigrationId) {
        self.go_to(Phase::Due(Once::CutOver { project: self.started.project, migration }));
    }

    fn after_link(&mut self) {
        let (project, plan) = (self.started.project, self.started.plan.clone());
        self.go_to(Phase::Due(if self.started.validate {
            Once::Validate { project, plan }
        } else {
            Once::Migrate { project, plan }
        }));
    }
}

/// Observations.
impl Flow {
    fn source_observed(&mut self, link: Option<&str>, available: bool, event: &Event) -> Applied {
        let synced = link == Some(SYNCED);
        let visible = available && (synced || self.started.link.is_none());
        match &self.phase {
            Phase::CheckingLink | Phase::Due(Once::Link { .. }) => {
                match &self.started.link {
                    Some(link) if !visible => {
                        self.linked_elsewhere = synced;
                        self.phase = Phase::Due(Once::Link {
                            org: self.started.org,
                            source_org: link.org,
                            access_list: link.access_list.clone(),
                        });
                    }
                    _ => self.after_link(),
                }
                Ok(())
            }
            Phase::Linking | Phase::Failed { once: Once::Link { .. }, .. } => {
                if visible {
                    self.after_link();
                }
                Ok(())
            }
            Phase::Uncertain(Uncertain { once: Once::Link { .. }, since, .. }) => {
                if visible {
                    self.after_link();
                } else if synced {
                    self.go_to(Phase::Linking);
                } else if event.at >= self.settled_at(*since) {
                    self.without_effect();
                }
                Ok(())
            }
            _ => Err(self.out_of_order(&event.kind)),
        }
    }

    fn validated(&mut self, status: Option<&ValidationStatus>, message: Option<&str>) {
        match status {
            Some(ValidationStatus::Success) => {
                let (project, plan) = (self.started.project, self.started.plan.clone());
                self.go_to(Phase::Due(Once::Migrate { project, plan }));
            }
            Some(ValidationStatus::Failed) => {
                let reason = message.unwrap_or("no reason was given");
                self.validation_failed(&format!("the validation failed: {reason}"));
            }
            // Pending, or a status that this version of the crate does not know.
            Some(_) | None => {}
        }
    }

    fn validation_failed(&mut self, message: &str) {
        let (project, plan) = (self.started.project, self.started.plan.clone());
        self.go_to(Phase::Failed { once: Once::Validate { project, plan }, failure: Failure::new(message) });
    }

    fn migration_observed(&mut self, observed: &Observed<'_>, event: &Event) -> Applied {
        if self.phase.migration() != Some(observed.migration) {
            return Err(self.out_of_order(&event.kind));
        }
        if let Phase::Confirming { migration, lost } = &self.phase {
            let (migration, lost) = (*migration, lost.clone());
            if !self.can_be_lost(observed) {
                self.excluded.push(migration);
                self.phase = Phase::Uncertain(lost);
                return Ok(());
            }
            self.created(migration, lost.since);
        }
        self.observation = Some(Observation {
            at: event.at,
            status: observed.status.cloned(),
            lag: observed.lag,
            ready: observed.ready,
        });
        if observed.ready {
            self.ready_since.get_or_insert(event.at);
        } else {
            self.not_ready_at = Some(event.at);
            self.ready_since = None;
        }
        if let Some(end) = end(observed.status) {
            self.go_to(Phase::Ended(end));
            return Ok(());
        }
        self.proceed(observed, event.at);
        Ok(())
    }

    /// Whether this migration can be the one that was just created: it is on the host of the plan, and has not ended.
    fn can_be_lost(&self, observed: &Observed<'_>) -> bool {
        let host = self.started.plan.migration_host();
        let on_host = observed.hosts.is_empty() || observed.hosts.iter().any(|one| one == host);
        on_host && end(observed.status).is_none()
    }

    /// Goes on from the state of a migration that has not ended.
    fn proceed(&mut self, observed: &Observed<'_>, at: Timestamp) {
        let Observed { migration, ready, lag, .. } = *observed;
        match &self.phase {
            Phase::Missing { before, .. } => {
                self.phase = (**before).clone();
                self.proceed(observed, at);
            }
            Phase::Copying(_) if ready && self.started.verify => self.go_to(Phase::Verifying(migration)),
            Phase::Copying(_) if ready => self.go_to_cutover(migration),
            // Not ready any more: the data changed since it was verified, and the approval was for another moment.
            Phase::Verifying(_)
            | Phase::VerificationFailed { .. }
            | Phase::Due(_)
            | Phase::Failed { .. }
            | Phase::CuttingOver { accepted: false, .. }
                if !ready && (!self.may_have_taken_effect || lag.is_some()) =>
            {
                self.withdraw(Action::CutOver);
                self.go_to(Phase::Copying(migration));
            }
            // The lag is reported only before the cutover: it has started.
            Phase::Due(_) | Phase::Failed { .. } if !ready => {
                self.phase = Phase::CuttingOver { migration, accepted: false };
            }
            Phase::Uncertain(_) if !ready && lag.is_none() => {
                self.may_have_taken_effect = true;
                self.phase = Phase::CuttingOver { migration, accepted: false };
            }
            Phase::Uncertain(Uncertain { since, .. }) if at >= self.settled_at(*since) => {
                if ready {
                    self.without_effect();
                } else {
                    self.withdraw(Action::CutOver);
                    self.go_to(Phase::Copying(migration));
                }
            }
            Phase::CuttingOver { accepted: false, .. } if ready => {
                let once = Once::CutOver { project: self.started.project, migration };
                let failure = Failure::new("the migration is ready for cutover again");
                self.phase = Phase::Failed { once, failure };
            }
            _ => {}
        }
    }

    fn migration_missing(&mut self, migration: MigrationId, event: &Event) -> Applied {
        if self.phase.migration() != Some(migration) {
            return Err(self.out_of_order(&event.kind));
        }
        match &self.phase {
            Phase::Confirming { lost, .. } => {
                let lost = lost.clone();
                self.excluded.push(migration);
                self.phase = Phase::Uncertain(lost);
            }
            Phase::Missing { .. } => {}
            phase => self.phase = Phase::Missing { migration, before: Box::new(phase.clone()) },
        }
        Ok(())
    }
}

/// How a migration with this status ended; none if it has not.
fn end(status: Option<&MigrationStatus>) -> Option<End> {
    match status? {
        MigrationStatus::Complete => Some(End::Complete),
        MigrationStatus::Failed => Some(End::Failed {
            reason: "the migration failed; see the project's Live Migration page in Atlas and the log of the migration \
                     host"
                .to_owned(),
        }),
        MigrationStatus::Expired => Some(End::Expired),
        MigrationStatus::New | MigrationStatus::Working | MigrationStatus::Unknown(_) => None,
    }
}

/// Answers.
impl Flow {
    fn approved(
        &mut self,
        action: Action,
        plan_hash: PlanHash,
        expires: Option<Timestamp>,
        at: Timestamp,
        by: &Actor,
    ) -> Applied {
        let asked = match &self.phase {
            Phase::Due(once) => self.required_action(once),
            _ => None,
        };
        if asked != Some(action) {
            let message = format!("nobody is asked to approve this now: {action}");
            return Err(FlowError::new(FlowErrorKind::NotAsked, message));
        }
        if plan_hash != self.started.plan_hash {
            let message = format!(
                "the approval is for the plan {plan_hash}, and this flow has the plan {}",
                self.started.plan_hash
            );
            return Err(FlowError::new(FlowErrorKind::OtherPlan, message));
        }
        require_person(by)?;
        let approval = Approved { action, expires };
        if approval.has_expired(at) {
            let message = "the approval has expired before it was given";
            return Err(FlowError::new(FlowErrorKind::ApprovalExpired, message));
        }
        self.withdraw(action);
        self.approvals.push(approval);
        Ok(())
    }

    fn withdraw(&mut self, action: Action) {
        self.approvals.retain(|approval| approval.action != action);
    }

    fn approval_expired(&mut self, action: Action, at: Timestamp) -> Applied {
        let expired = |approval: &Approved| approval.action == action && approval.has_expired(at);
        if !self.approvals.iter().any(expired) {
            let message = format!("there is no approval that has expired: {action}");
            return Err(FlowError::new(FlowErrorKind::OutOfOrder, message));
        }
        self.withdraw(action);
        Ok(())
    }

    /// The request whose migration may be lost.
    fn lost(&self, event: &Event) -> Result<Uncertain, FlowError> {
        let lost = match &self.phase {
            Phase::Uncertain(uncertain @ Uncertain { once: Once::Migrate { .. }, .. }) => Some(uncertain),
            // A person stated that it was not created, and finds it after all.
            Phase::Due(Once::Migrate { .. }) | Phase::Failed { once: Once::Migrate { .. }, .. } => {
                self.lost.as_ref()
            }
            _ => None,
        };
        let Some(lost) = lost else {
            let message = format!("no migration is lost, and the event `{}` needs one", event.kind.name());
            return Err(FlowError::new(FlowErrorKind::NotAsked, message));
        };
        require_person(&event.by)?;
        Ok(lost.clone())
    }

    fn migration_found(&mut self, migration: MigrationId, event: &Event) -> Applied {
        let lost = self.lost(event)?;
        self.phase = Phase::Confirming { migration, lost };
        Ok(())
    }

    fn migration_not_created(&mut self, event: &Event) -> Applied {
        let Phase::Uncertain(lost @ Uncertain { once: Once::Migrate { .. }, since, .. }) = &self.phase else {
            let message = "no migration is lost, so that nobody has to look for one";
            return Err(FlowError::new(FlowErrorKind::NotAsked, message));
        };
        require_person(&event.by)?;
        let settled_at = self.settled_at(*since);
        if event.at < settled_at {
            let message = format!(
                "the request was sent at {since} and may still take effect: look again after {settled_at}"
            );
            return Err(FlowError::new(FlowErrorKind::TooEarly, message));
        }
        let lost = lost.clone();
        self.phase = Phase::Due(lost.once.clone());
        self.lost = Some(lost);
        self.may_have_taken_effect = true;
        Ok(())
    }

    fn retried(&mut self, event: &Event) -> Applied {
        match &self.phase {
            Phase::Failed { once, .. } => {
                self.phase = Phase::Due(once.clone());
                self.uncertain_attempts = 0;
            }
            Phase::VerificationFailed { migration, .. } => self.go_to(Phase::Verifying(*migration)),
            Phase::Missing { before, .. } => self.phase = (**before).clone(),
            _ => {
                let message = format!("nothing has failed, and the event `{}` needs that", event.kind.name());
                return Err(FlowError::new(FlowErrorKind::NotAsked, message));
            }
        }
        Ok(())
    }

    fn concluded(&mut self, completed: bool, reason: &str, event: &Event) -> Applied {
        match &self.phase {
            Phase::Missing { .. } | Phase::Uncertain(Uncertain { once: Once::Migrate { .. }, .. }) => {
                require_person(&event.by)?;
                self.phase = Phase::Ended(if completed {
                    End::Complete
                } else {
                    End::Failed { reason: reason.to_owned() }
                });
                Ok(())
            }
            _ => {
                let message = "Atlas shows the migration, so that its end is not for a person to state";
                Err(FlowError::new(FlowErrorKind::NotAsked, message))
            }
        }
    }

    fn out_of_order(&self, kind: &EventKind) -> FlowError {
        let now = match self.stage() {
            Some(stage) => format!("in the stage {stage}"),
            None => "at the end".to_owned(),
        };
        FlowError::new(
            FlowErrorKind::OutOfOrder,
            format!("the event `{}` is not possible {now}", kind.name()),
        )
    }

    fn unexpected_step(&self, step: Step) -> FlowError {
        FlowError::new(FlowErrorKind::OutOfOrder, format!("the current step is not to {step}"))
    }
}

/// Only a person can approve what is irreversible, and state what no request can tell.
fn require_person(by: &Actor) -> Applied {
    match by {
        Actor::Person(name) if !name.trim().is_empty() => Ok(()),
        Actor::Person(_) => {
            Err(FlowError::new(FlowErrorKind::NotAPerson, "the answer has no name of a person"))
        }
        Actor::Process(_) => {
            Err(FlowError::new(FlowErrorKind::NotAPerson, "this answer must be that of a person"))
        }
    }
}
