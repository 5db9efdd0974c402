//! The lane of a migration host: its migrations, one after the other.
//!
//! A host serves one migration at a time. The next one begins only when the one before has ended; where that is not known,
//! the lane waits for a person.

use temporalio_macros::{workflow, workflow_methods};
use temporalio_sdk::{
    ChildWorkflowOptions, ContinueAsNewOptions, ParentClosePolicy, SignalWorkflowOptions, WorkflowContext,
    WorkflowContextView, WorkflowIdReusePolicy, WorkflowResult,
};

use super::fleet::Fleet;
use super::migration::Migration;
use crate::messages::{
    DecisionKind, LaneInput, LaneReport, LedgerState, MigrationInput, QueueDecision, Queued,
};
use crate::temporal::names;

/// The workflow of a lane.
#[workflow]
pub(crate) struct Lane {
    host: String,
    queue: Vec<Queued>,
    /// The migration whose workflow ended without a result: only a person can tell whether the host is free.
    blocked: Option<String>,
    /// Migrations that were given up before they started.
    abandoned: Vec<(Queued, String)>,
}

#[workflow_methods]
impl Lane {
    #[init]
    fn new(_ctx: &WorkflowContextView, input: LaneInput) -> Self {
        let LaneInput { host, queue } = input;
        Self { host, queue, blocked: None, abandoned: Vec::new() }
    }

    /// Runs one migration, and continues with the next one as a new run, so that a history stays short.
    #[run(name = "AtlasLane")]
    pub(crate) async fn run(ctx: &mut WorkflowContext<Self>) -> WorkflowResult<()> {
        let Some(next) = Self::next(ctx).await? else { return Ok(()) };
        let name = next.spec.name.clone();
        let fleet = next.spec.fleet.clone();
        Self::report(ctx, &fleet, &name, LedgerState::Running).await;
        let end = Self::migrate(ctx, next).await?;
        Self::report(ctx, &fleet, &name, end).await;
        let input = ctx.state(|state| LaneInput { host: state.host.clone(), queue: state.queue.clone() });
        ctx.continue_as_new(input, ContinueAsNewOptions::default())?;
        Ok(())
    }

    /// Adds migrations to the end of the queue.
    #[signal]
    pub(crate) fn enqueue(
        &mut self,
        _ctx: &mut temporalio_sdk::SyncWorkflowContext<Self>,
        queued: Vec<Queued>,
    ) {
        self.queue.extend(queued);
    }

    /// Rejects what cannot be decided about a migration that has not started.
    #[update_validator(decide)]
    fn validate_decide(
        &self,
        _ctx: &WorkflowContextView,
        request: &QueueDecision,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        self.check(request).map_err(Into::into)
    }

    /// Holds, resumes or gives up a migration that has not started, or states that the host is free.
    #[update]
    pub(crate) fn decide(
        &mut self,
        _ctx: &mut temporalio_sdk::SyncWorkflowContext<Self>,
        request: QueueDecision,
    ) {
        let QueueDecision { name, decision } = request;
        if self.blocked.as_ref() == Some(&name) {
            self.blocked = None;
            return;
        }
        let Some(position) = self.queue.iter().position(|queued| queued.spec.name == name) else { return };
        match decision.kind {
            DecisionKind::Hold { reason } => self.queue[position].held = Some((decision.by, reason)),
            DecisionKind::Resume {} => self.queue[position].held = None,
            DecisionKind::Abandon { reason, .. } => {
                let queued = self.queue.remove(position);
                self.abandoned.push((queued, reason));
            }
            _ => {}
        }
    }

    /// The migrations that wait, with those on hold.
    #[query]
    pub(crate) fn queue(&self, _ctx: &WorkflowContextView) -> Vec<Queued> {
        self.queue.clone()
    }
}

impl Lane {
    fn check(&self, request: &QueueDecision) -> Result<(), String> {
        let QueueDecision { name, decision } = request;
        if self.blocked.as_ref() == Some(name) {
            return match &decision.kind {
                DecisionKind::Abandon { host_is_free: true, .. } => Ok(()),
                _ => Err(format!(
                    "the workflow of {name} ended without a result. Find out in Atlas whether its migration still runs on \
                     {}, then give it up with the statement that the host is free",
                    self.host
                )),
            };
        }
        let Some(queued) = self.queue.iter().find(|queued| queued.spec.name == *name) else {
            return Err(format!("no migration {name} waits for the host {}", self.host));
        };
        let approvers = &queued.spec.approvers;
        if !approvers.is_empty() && !approvers.contains(&decision.by) {
            return Err(format!("{} may not decide about {name}", decision.by));
        }
        match &decision.kind {
            DecisionKind::Hold { .. } | DecisionKind::Abandon { .. } => Ok(()),
            DecisionKind::Resume {} if queued.held.is_some() => Ok(()),
            DecisionKind::Resume {} => Err(format!("{name} is not on hold")),
            _ => Err(format!("{name} has not started yet: there is nothing to decide")),
        }
    }

    /// The next migration that is not on hold; none once the queue is empty.
    async fn next(ctx: &WorkflowContext<Self>) -> WorkflowResult<Option<Queued>> {
        loop {
            let ready = |state: &Self| state.queue.iter().any(|queued| queued.held.is_none());
            ctx.wait_condition(|state| state.queue.is_empty() || ready(state) || !state.abandoned.is_empty())
                .await?;
            let abandoned = ctx.state_mut(|state| std::mem::take(&mut state.abandoned));
            if abandoned.is_empty() {
                return Ok(ctx.state_mut(|state| {
                    let position = state.queue.iter().position(|queued| queued.held.is_none())?;
                    Some(state.queue.remove(position))
                }));
            }
            for (queued, reason) in abandoned {
                let (fleet, name) = (&queued.spec.fleet, &queued.spec.name);
                Self::report(ctx, fleet, name, LedgerState::Abandoned { reason }).await;
            }
        }
    }

    /// Runs the workflow of a migration to its end, or until a person states that the host is free.
    async fn migrate(ctx: &WorkflowContext<Self>, next: Queued) -> WorkflowResult<LedgerState> {
        let name = next.spec.name.clone();
        let fleet = next.spec.fleet.clone();
        let options = ChildWorkflowOptions::builder()
            .workflow_id(names::migration_id(&fleet, &name))
            // A migration continues whatever happens to its lane.
            .parent_close_policy(ParentClosePolicy::Abandon)
            // What has run under this name does not run again.
            .id_reuse_policy(WorkflowIdReusePolicy::RejectDuplicate)
            .build();
        let input = MigrationInput { spec: next.spec, journal: Vec::new(), notified: Vec::new() };
        let failure = match ctx.start_child_workflow(Migration::run, input, options).await {
            Ok(started) => match started.result().await {
                Ok(ended) => return Ok(LedgerState::Ended(ended.end)),
                Err(error) => error.to_string(),
            },
            Err(error) => error.to_string(),
        };
        // The migration may run at Atlas and occupy the host.
        let report = LedgerState::Blocked(failure);
        // Before the report: who reads it there decides here.
        ctx.state_mut(|state| state.blocked = Some(name.clone()));
        Self::report(ctx, &fleet, &name, report).await;
        ctx.wait_condition(|state| state.blocked.is_none()).await?;
        let reason =
            "its workflow ended without a result, and a person stated that the host is free".to_owned();
        Ok(LedgerState::Abandoned { reason })
    }

    /// Reports to the fleet. A fleet that does not run any more needs no report: the results of the migrations have it.
    async fn report(ctx: &WorkflowContext<Self>, fleet: &str, name: &str, state: LedgerState) {
        let report = LaneReport { name: name.to_owned(), state };
        let handle = ctx.external_workflow(names::fleet_id(fleet), None);
        let _ = handle.signal(Fleet::report, report, SignalWorkflowOptions::default()).await;
    }
}
