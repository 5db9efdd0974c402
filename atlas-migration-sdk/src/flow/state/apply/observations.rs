//! Observations: what was read of the source, of a validation and of the migration.

use std::time::Duration;

use super::Applied;
use crate::error::redacted;
use crate::flow::command::{End, Once};
use crate::flow::event::{Event, EventKind};
use crate::flow::state::{Flow, Observation, Phase, Uncertain};
use crate::flow::step::{Action, Failure};
use crate::generated::ids::MigrationId;
use crate::generated::models::{MigrationStatus, ValidationStatus};
use crate::values::timestamp::Timestamp;

/// The status of a source organization that is linked.
const SYNCED: &str = "SYNCED";

/// The state of the migration in an event.
struct Observed<'a> {
    migration: MigrationId,
    status: Option<&'a MigrationStatus>,
    lag: Option<Duration>,
    ready: bool,
    hosts: &'a [String],
}

impl Flow {
    pub(super) fn apply_observation(&mut self, event: &Event) -> Applied {
        match (&event.kind, &self.phase) {
            (EventKind::SourceObserved { link, project_available }, _) => {
                return self.source_observed(link.as_deref(), *project_available, event);
            }
            (EventKind::ValidationObserved { validation, status, message }, Phase::Validating(id))
                if id == validation =>
            {
                self.validated(status.as_ref(), message.as_deref());
            }
            (EventKind::ValidationMissing { validation }, Phase::Validating(id)) if id == validation => {
                self.validation_failed("Atlas does not find the validation any more");
            }
            (
                EventKind::MigrationObserved { migration, status, lag_seconds, ready, migration_hosts },
                phase,
            ) if phase.migration() == Some(*migration) => {
                let observed = Observed {
                    migration: *migration,
                    status: status.as_ref(),
                    lag: lag_seconds.map(Duration::from_secs),
                    ready: *ready,
                    hosts: migration_hosts,
                };
                self.migration_observed(&observed, event.at);
            }
            (EventKind::MigrationMissing { migration }, phase) if phase.migration() == Some(*migration) => {
                self.migration_missing(*migration);
            }
            (EventKind::Verified {}, Phase::Verifying(migration)) => self.go_to_cutover(*migration),
            (EventKind::VerificationFailed { message }, Phase::Verifying(migration)) => {
                self.go_to(Phase::VerificationFailed { migration: *migration, message: message.clone() });
            }
            _ => return Err(self.out_of_order(&event.kind)),
        }
        Ok(())
    }

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
            Phase::Uncertain(uncertain @ Uncertain { once: Once::Link { .. }, .. }) => {
                if visible {
                    self.after_link();
                } else if synced && !self.linked_elsewhere {
                    self.go_to(Phase::Linking);
                } else if event.at >= self.settled_at(uncertain) {
                    if synced {
                        // Perhaps the new link, which is not visible yet: a person decides again.
                        self.withdraw(Action::ReplaceLink);
                    }
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
                self.validation_failed(&format!("the validation failed: {}", redacted(reason, &[])));
            }
            // Pending, or a status that this version of the crate does not know.
            Some(_) | None => {}
        }
    }

    fn validation_failed(&mut self, message: &str) {
        let (project, plan) = (self.started.project, self.started.plan.clone());
        self.go_to(Phase::Failed { once: Once::Validate { project, plan }, failure: Failure::new(message) });
    }

    fn migration_observed(&mut self, observed: &Observed<'_>, at: Timestamp) {
        if let Phase::Confirming { migration, lost } = &self.phase {
            let (migration, lost) = (*migration, lost.clone());
            if !self.can_be_lost(observed) {
                self.excluded.push(migration);
                self.phase = Phase::Uncertain(lost);
                return;
            }
            // An earlier request may have created it.
            let earlier = self.lost.as_ref().map_or(lost.since, |earlier| earlier.since);
            self.created(migration, earlier.min(lost.since));
        }
        self.observation = Some(Observation {
            at,
            status: observed.status.cloned(),
            lag: observed.lag,
            ready: observed.ready,
        });
        if observed.ready {
            self.ready_since.get_or_insert(at);
        } else {
            self.not_ready_at = Some(at);
            self.ready_since = None;
        }
        if let Some(end) = end(observed.status) {
            self.go_to(Phase::Ended(end));
        } else {
            self.proceed(observed, at);
        }
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
            Phase::Uncertain(uncertain) if at >= self.settled_at(uncertain) => {
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

    fn migration_missing(&mut self, migration: MigrationId) {
        match &self.phase {
            Phase::Confirming { lost, .. } => {
                let lost = lost.clone();
                self.excluded.push(migration);
                self.phase = Phase::Uncertain(lost);
            }
            Phase::Missing { .. } => {}
            phase => self.phase = Phase::Missing { migration, before: Box::new(phase.clone()) },
        }
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
