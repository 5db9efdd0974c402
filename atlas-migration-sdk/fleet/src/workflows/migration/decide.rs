//! Whether a decision of a person fits, and why not.

use std::time::Duration;

use atlas_migration_sdk::Timestamp;
use atlas_migration_sdk::flow::{Action, Actor, Approval, Command, Event, Flow, Question};
use atlas_migration_sdk::plan::PlanHash;

use super::Migration;
use crate::messages::{Decision, DecisionKind};
use crate::windows;

/// How old the observation may be for which a cutover is approved.
const FRESH: Duration = Duration::from_secs(300);

impl Migration {
    /// Whether the decision can be taken now.
    pub(super) fn check(&self, decision: &Decision, now: Timestamp) -> Result<(), String> {
        let Decision { by, kind } = decision;
        if !self.spec.approvers.is_empty() && !self.spec.approvers.contains(by) {
            return Err(format!(
                "{by} may not decide about {}: the fleet file names {}",
                self.spec.name,
                self.spec.approvers.join(", ")
            ));
        }
        if self.performing && !matches!(kind, DecisionKind::Hold { .. }) {
            return Err(
                "a step is being performed. Wait for its outcome, and look at the status again".to_owned()
            );
        }
        let Some(flow) = &self.flow else { return Err("the migration has not started yet".to_owned()) };
        match kind {
            DecisionKind::Approve { action, plan_hash, expires } => {
                self.check_approval(flow, *action, *plan_hash, *expires, now)?;
            }
            DecisionKind::Abandon { host_is_free: false, .. } if flow.may_have_migration() => {
                return Err(format!(
                    "the migration may still run on the host {}, and the next one of this host would begin. Cancel it in \
                     Atlas on the card of the cluster first, then state that the host is free",
                    self.spec.host()
                ));
            }
            _ => {}
        }
        // The flow has the last word about what fits its state.
        let event = Event::new(now, Actor::person(by.clone()), kind.event());
        flow.clone().apply(&event).map_err(|error| error.to_string())
    }

    fn check_approval(
        &self,
        flow: &Flow,
        action: Action,
        plan_hash: PlanHash,
        expires: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(), String> {
        let Command::Ask(Question::Approve(approval)) = flow.next() else {
            let stage = flow.stage().map_or_else(|| "ended".to_owned(), |stage| stage.to_string());
            return Err(format!("there is nothing to approve: the migration is at the stage {stage}"));
        };
        let Approval { action: asked, plan_hash: asked_hash, .. } = approval;
        if action != asked {
            return Err(format!("the approval is to {action}, and the migration asks to {asked}"));
        }
        if plan_hash != asked_hash {
            return Err(format!(
                "the approval is for another plan: {plan_hash} instead of {asked_hash}. Look at the status again"
            ));
        }
        if expires.is_some_and(|expires| expires <= now) {
            return Err("the approval has expired already".to_owned());
        }
        if action == Action::CutOver { self.check_cutover(flow, now) } else { Ok(()) }
    }

    fn check_cutover(&self, flow: &Flow, now: Timestamp) -> Result<(), String> {
        let fresh = flow.observation().filter(|seen| now.saturating_duration_since(seen.at) <= FRESH);
        let Some(seen) = fresh else {
            return Err(format!(
                "the state of the migration was last read more than {} ago. Look at the status again",
                humantime::format_duration(FRESH)
            ));
        };
        let limit = self.spec.max_lag_seconds.map(Duration::from_secs);
        if let (Some(lag), Some(limit)) = (seen.lag, limit)
            && lag > limit
        {
            return Err(format!(
                "the destination is {} behind, and the fleet file permits {}. Wait until it has caught up",
                humantime::format_duration(lag),
                humantime::format_duration(limit)
            ));
        }
        windows::check(&self.spec.windows, now)
    }
}
