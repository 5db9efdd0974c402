//! Answers of persons.

use std::time::Duration;

use super::Applied;
use crate::flow::command::{End, Once};
use crate::flow::error::{FlowError, FlowErrorKind};
use crate::flow::event::{Actor, Event, EventKind};
use crate::flow::state::{Approved, Flow, Phase, Uncertain};
use crate::flow::step::Action;
use crate::generated::ids::MigrationId;
use crate::plan::PlanHash;
use crate::values::timestamp::Timestamp;

/// How long an approval without an expiry time is valid. It is given for a moment: the writes to the source have stopped,
/// or the destination has nothing that is needed. A flow that is resumed days later must not rely on it.
const APPROVAL_LIFETIME: Duration = Duration::from_secs(3600);

impl Flow {
    pub(super) fn apply_answer(&mut self, event: &Event) -> Applied {
        match &event.kind {
            EventKind::Approved { action, plan_hash, expires } => {
                self.approved(*action, *plan_hash, *expires, event)
            }
            EventKind::ApprovalExpired { action } => self.approval_expired(*action, event.at),
            EventKind::MigrationFound { migration } => self.migration_found(*migration, event),
            EventKind::MigrationNotCreated {} => self.migration_not_created(event),
            EventKind::Retried {} => self.retried(event),
            EventKind::Concluded { completed, reason } => self.concluded(*completed, reason, event),
            _ => Err(self.out_of_order(&event.kind)),
        }
    }

    fn approved(
        &mut self,
        action: Action,
        plan_hash: PlanHash,
        expires: Option<Timestamp>,
        event: &Event,
    ) -> Applied {
        let asked = match &self.phase {
            Phase::Due(once) => self.required_action(once),
            _ => None,
        };
        if asked != Some(action) {
            let message = format!("this approval is not expected now: {action}");
            return Err(FlowError::new(FlowErrorKind::NotAsked, message));
        }
        if plan_hash != self.started.plan_hash {
            let message = format!(
                "the approval is for the plan {plan_hash}, and this flow has the plan {}",
                self.started.plan_hash
            );
            return Err(FlowError::new(FlowErrorKind::OtherPlan, message));
        }
        require_person(&event.by)?;
        let approval = Approved { action, expires: expires.unwrap_or(event.at + APPROVAL_LIFETIME) };
        if approval.has_expired(event.at) {
            let message = "the approval has expired before it was given";
            return Err(FlowError::new(FlowErrorKind::ApprovalExpired, message));
        }
        self.withdraw(action);
        self.approvals.push(approval);
        Ok(())
    }

    pub(super) fn withdraw(&mut self, action: Action) {
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
            let message = "the id of the migration is not missing, so that this answer is not expected";
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
            let message = "the id of the migration is not missing, so that this answer is not expected";
            return Err(FlowError::new(FlowErrorKind::NotAsked, message));
        };
        require_person(&event.by)?;
        let settled_at = self.settled_at(lost);
        if event.at < settled_at {
            let message = format!(
                "the request was sent at {since} and may still take effect: look again after {settled_at}"
            );
            return Err(FlowError::new(FlowErrorKind::TooEarly, message));
        }
        let first = self.lost.as_ref().map_or(*since, |earlier| earlier.since);
        let lost = Uncertain { since: first, ..lost.clone() };
        self.phase = Phase::Due(lost.once.clone());
        self.lost = Some(lost);
        self.may_have_taken_effect = true;
        Ok(())
    }

    fn retried(&mut self, event: &Event) -> Applied {
        match &self.phase {
            Phase::Failed { once, .. } => {
                if self.may_have_taken_effect {
                    require_person(&event.by)?;
                }
                self.phase = Phase::Due(once.clone());
                self.uncertain_attempts = 0;
            }
            // The link does not become visible: the state is read, and the source is linked again if it is not linked.
            Phase::Linking if self.started.link.is_some() => {
                require_person(&event.by)?;
                self.go_to(Phase::CheckingLink);
            }
            Phase::VerificationFailed { migration, .. } => self.go_to(Phase::Verifying(*migration)),
            Phase::Missing { before, .. } => self.phase = (**before).clone(),
            _ => {
                let message = "nothing has failed, so that there is nothing to try again";
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
                let message = "the end of the migration is read from Atlas, so that it cannot be stated now";
                Err(FlowError::new(FlowErrorKind::NotAsked, message))
            }
        }
    }
}

/// Only a person can approve what is irreversible, and state what no request shows.
fn require_person(by: &Actor) -> Applied {
    match by {
        Actor::Person(name) if !name.trim().is_empty() => Ok(()),
        Actor::Person(_) => Err(FlowError::new(
            FlowErrorKind::NotAPerson,
            "the answer needs the name of the person who gives it",
        )),
        Actor::Process(_) => {
            Err(FlowError::new(FlowErrorKind::NotAPerson, "a process cannot give this answer: a person must"))
        }
    }
}
