//! The steps: their intents and outcomes.

use super::Applied;
use crate::flow::command::Once;
use crate::flow::error::{FlowError, FlowErrorKind};
use crate::flow::event::{Event, EventKind};
use crate::flow::state::{Flow, MAX_UNCERTAIN_ATTEMPTS, Phase, Uncertain};
use crate::flow::step::{Action, Failure, Step};
use crate::generated::ids::MigrationId;
use crate::values::timestamp::Timestamp;

impl Flow {
    pub(super) fn apply_step(&mut self, event: &Event) -> Applied {
        match &event.kind {
            EventKind::Intended { step } => self.intended(*step, event.at)?,
            EventKind::Rejected { step, failure } => {
                let Uncertain { once, .. } = self.outcome(*step)?;
                self.phase = Phase::Failed { once: once.clone(), failure: failure.clone() };
            }
            EventKind::OutcomeUnknown { step, failure } => {
                let uncertain = Uncertain { failure: Some(failure.clone()), ..self.outcome(*step)?.clone() };
                let is_validation = matches!(uncertain.once, Once::Validate { .. });
                self.phase = Phase::Uncertain(uncertain);
                if is_validation {
                    self.without_effect();
                }
            }
            EventKind::Linked {} => {
                self.outcome(Step::Link)?;
                self.withdraw(Action::ReplaceLink);
                self.go_to(Phase::Linking);
            }
            EventKind::ValidationStarted { validation } => {
                self.outcome(Step::Validate)?;
                self.go_to(Phase::Validating(*validation));
            }
            EventKind::MigrationCreated { migration } => {
                let since = self.outcome(Step::Migrate)?.since;
                self.created(*migration, since);
            }
            EventKind::CutoverAccepted {} => match self.outcome(Step::CutOver)?.once {
                Once::CutOver { migration, .. } => {
                    self.go_to(Phase::CuttingOver { migration, accepted: true });
                }
                _ => return Err(self.out_of_order(&event.kind)),
            },
            _ => return Err(self.out_of_order(&event.kind)),
        }
        Ok(())
    }

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
            let message = format!("an approval is missing: {action}");
            return Err(FlowError::new(FlowErrorKind::OutOfOrder, message));
        }
        if self.approval_for(once).is_some_and(|approval| approval.has_expired(at)) {
            let message = format!("the approval to {step} has expired: it must be given again");
            return Err(FlowError::new(FlowErrorKind::ApprovalExpired, message));
        }
        self.phase = Phase::Uncertain(Uncertain { once: once.clone(), since: at, failure: None });
        Ok(())
    }

    /// The step, if its intent was recorded and its outcome was not.
    fn outcome(&self, step: Step) -> Result<&Uncertain, FlowError> {
        match &self.phase {
            Phase::Uncertain(uncertain) if uncertain.once.step() == step && uncertain.failure.is_none() => {
                Ok(uncertain)
            }
            _ => Err(self.unexpected_step(step)),
        }
    }

    /// The step whose outcome was not known had no visible effect: another attempt is due, and after several of them a
    /// person decides about it.
    pub(super) fn without_effect(&mut self) {
        let Phase::Uncertain(Uncertain { once, failure, .. }) = &self.phase else { return };
        self.uncertain_attempts += 1;
        // A link would be visible, and a second validation does no harm.
        self.may_have_taken_effect |= matches!(once, Once::CutOver { .. });
        self.phase = if self.uncertain_attempts < MAX_UNCERTAIN_ATTEMPTS {
            Phase::Due(once.clone())
        } else {
            // A person decides, and not the runner.
            let failure = failure.clone().unwrap_or_else(Failure::interrupted);
            Phase::Failed { once: once.clone(), failure: Failure { temporary: false, ..failure } }
        };
    }

    pub(super) fn created(&mut self, migration: MigrationId, requested_at: Timestamp) {
        self.migration = Some(migration);
        // It did not exist before.
        self.not_ready_at = Some(requested_at);
        self.go_to(Phase::Copying(migration));
    }

    pub(super) fn go_to_cutover(&mut self, migration: MigrationId) {
        self.go_to(Phase::Due(Once::CutOver { project: self.started.project, migration }));
    }

    pub(super) fn after_link(&mut self) {
        let (project, plan) = (self.started.project, self.started.plan.clone());
        self.go_to(Phase::Due(if self.started.validate {
            Once::Validate { project, plan }
        } else {
            Once::Migrate { project, plan }
        }));
    }
}
