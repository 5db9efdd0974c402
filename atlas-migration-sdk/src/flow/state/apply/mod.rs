//! How an event changes a flow.

mod answers;
mod observations;
mod steps;

use super::{Flow, Phase};
use crate::flow::command::End;
use crate::flow::error::{FlowError, FlowErrorKind};
use crate::flow::event::{Event, EventKind};
use crate::flow::step::Step;

type Applied = Result<(), FlowError>;

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
                format!("the flow has ended, so that the event `{}` is not possible", event.kind.name());
            return Err(FlowError::new(FlowErrorKind::Ended, message));
        }
        match &event.kind {
            EventKind::Started(_) => Err(self.out_of_order(&event.kind)),
            EventKind::Intended { .. }
            | EventKind::Rejected { .. }
            | EventKind::OutcomeUnknown { .. }
            | EventKind::Linked {}
            | EventKind::ValidationStarted { .. }
            | EventKind::MigrationCreated { .. }
            | EventKind::CutoverAccepted {} => self.apply_step(event),
            EventKind::SourceObserved { .. }
            | EventKind::ValidationObserved { .. }
            | EventKind::ValidationMissing { .. }
            | EventKind::MigrationObserved { .. }
            | EventKind::MigrationMissing { .. }
            | EventKind::Verified {}
            | EventKind::VerificationFailed { .. } => self.apply_observation(event),
            EventKind::Approved { .. }
            | EventKind::ApprovalExpired { .. }
            | EventKind::MigrationFound { .. }
            | EventKind::MigrationNotCreated {}
            | EventKind::Retried {}
            | EventKind::Concluded { .. } => self.apply_answer(event),
            EventKind::Held { reason } => {
                self.hold = Some((event.by.clone(), reason.clone()));
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

    /// Leaves the current step.
    fn go_to(&mut self, phase: Phase) {
        self.phase = phase;
        self.uncertain_attempts = 0;
        self.may_have_taken_effect = false;
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
        FlowError::new(FlowErrorKind::OutOfOrder, format!("this step is not expected now: {step}"))
    }
}
