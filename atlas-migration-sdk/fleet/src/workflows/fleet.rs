//! The fleet: the ledger of all migrations, their lanes, and the pause.

use std::collections::BTreeMap;

use temporalio_macros::{workflow, workflow_methods};
use temporalio_sdk::{
    ChildWorkflowOptions, ContinueAsNewOptions, ParentClosePolicy, SignalWorkflowOptions,
    SyncWorkflowContext, WorkflowContext, WorkflowContextView, WorkflowResult,
};

use super::lane::Lane;
use crate::messages::{
    FleetInput, FleetView, LaneInput, LaneReport, LedgerEntry, LedgerState, MigrationSpec, Pause,
    PauseRequest, Queued,
};
use crate::temporal::names;

/// The workflow of a fleet. It does not end by itself: more migrations can be added at any time.
#[workflow]
pub(crate) struct Fleet {
    fleet: String,
    ledger: BTreeMap<String, LedgerEntry>,
    pause: Option<Pause>,
    /// Migrations that no lane has yet.
    added: Vec<MigrationSpec>,
}

#[workflow_methods]
impl Fleet {
    #[init]
    fn new(_ctx: &WorkflowContextView, input: FleetInput) -> Self {
        let FleetInput { fleet, ledger, pause } = input;
        Self { fleet, ledger, pause, added: Vec::new() }
    }

    /// Gives the migrations to their lanes.
    #[run(name = "AtlasFleet")]
    pub(crate) async fn run(ctx: &mut WorkflowContext<Self>) -> WorkflowResult<()> {
        loop {
            ctx.wait_condition(|state| !state.added.is_empty() || ctx.continue_as_new_suggested()).await?;
            for (host, queue) in ctx.state_mut(Self::take_added) {
                Self::enqueue(ctx, host, queue).await?;
            }
            if ctx.continue_as_new_suggested()
                && ctx.all_handlers_finished()
                && ctx.state(|state| state.added.is_empty())
            {
                let input = ctx.state(|state| FleetInput {
                    fleet: state.fleet.clone(),
                    ledger: state.ledger.clone(),
                    pause: state.pause.clone(),
                });
                ctx.continue_as_new(input, ContinueAsNewOptions::default())?;
            }
        }
    }

    /// Rejects a migration whose plan differs from that under the same name.
    #[update_validator(add)]
    #[allow(clippy::ptr_arg, reason = "a validator takes a reference to the type of the update's argument")]
    fn validate_add(
        &self,
        _ctx: &WorkflowContextView,
        specs: &Vec<MigrationSpec>,
    ) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let changed = specs.iter().find(|spec| {
            self.ledger.get(&spec.name).is_some_and(|entry| entry.plan_hash != spec.started.plan_hash)
        });
        match changed {
            None => Ok(()),
            Some(spec) => Err(format!(
                "the migration {} was added with another plan. Give the changed plan another name",
                spec.name
            )
            .into()),
        }
    }

    /// Adds the migrations that the fleet does not have yet, and returns how many these are.
    #[update]
    pub(crate) fn add(&mut self, ctx: &mut SyncWorkflowContext<Self>, specs: Vec<MigrationSpec>) -> usize {
        let since = ctx.workflow_time().unwrap_or(std::time::UNIX_EPOCH).into();
        let before = self.ledger.len();
        for spec in specs {
            let plan = &spec.started.plan;
            let entry = LedgerEntry {
                host: spec.host().to_owned(),
                plan_hash: spec.started.plan_hash,
                source_cluster: plan.source().cluster().to_owned(),
                destination_cluster: plan.destination().cluster().to_owned(),
                state: LedgerState::Queued,
                since,
            };
            if let std::collections::btree_map::Entry::Vacant(vacant) = self.ledger.entry(spec.name.clone()) {
                vacant.insert(entry);
                self.added.push(spec);
            }
        }
        self.ledger.len() - before
    }

    /// Pauses or continues, and returns the state.
    #[update]
    pub(crate) fn pause(&mut self, ctx: &mut SyncWorkflowContext<Self>, request: PauseRequest) -> FleetView {
        let at = ctx.workflow_time().unwrap_or(std::time::UNIX_EPOCH).into();
        let PauseRequest { by, reason } = request;
        self.pause = reason.map(|reason| Pause { by, reason, at });
        self.to_view()
    }

    /// A lane reports where a migration is.
    #[signal]
    pub(crate) fn report(&mut self, ctx: &mut SyncWorkflowContext<Self>, report: LaneReport) {
        if let Some(entry) = self.ledger.get_mut(&report.name) {
            entry.state = report.state;
            entry.since = ctx.workflow_time().unwrap_or(std::time::UNIX_EPOCH).into();
        }
    }

    /// The state, for `status`.
    #[query]
    pub(crate) fn view(&self, _ctx: &WorkflowContextView) -> FleetView {
        self.to_view()
    }

    /// Whether the fleet is paused, for the workers.
    #[query]
    pub(crate) fn paused(&self, _ctx: &WorkflowContextView) -> Option<Pause> {
        self.pause.clone()
    }
}

impl Fleet {
    fn to_view(&self) -> FleetView {
        FleetView { fleet: self.fleet.clone(), ledger: self.ledger.clone(), pause: self.pause.clone() }
    }

    /// The added migrations, by their hosts.
    fn take_added(&mut self) -> BTreeMap<String, Vec<Queued>> {
        let mut lanes: BTreeMap<String, Vec<Queued>> = BTreeMap::new();
        for spec in std::mem::take(&mut self.added) {
            lanes.entry(spec.host().to_owned()).or_default().push(Queued { spec, held: None });
        }
        lanes
    }

    /// Starts the lane of a host, or adds to its queue if it runs.
    async fn enqueue(ctx: &WorkflowContext<Self>, host: String, queue: Vec<Queued>) -> WorkflowResult<()> {
        loop {
            let options = ChildWorkflowOptions::builder()
                .workflow_id(names::lane_id(&host))
                // A lane continues whatever happens to its fleet.
                .parent_close_policy(ParentClosePolicy::Abandon)
                .build();
            let input = LaneInput { host: host.clone(), queue: queue.clone() };
            if ctx.start_child_workflow(Lane::run, input, options).await.is_ok() {
                return Ok(());
            }
            // It runs already, perhaps for another fleet, with which it shares the host.
            let lane = ctx.external_workflow(names::lane_id(&host), None);
            if lane.signal(Lane::enqueue, queue.clone(), SignalWorkflowOptions::default()).await.is_ok() {
                return Ok(());
            }
            // It ended between the two.
            let _ = ctx.timer(std::time::Duration::from_secs(1)).await;
        }
    }
}
