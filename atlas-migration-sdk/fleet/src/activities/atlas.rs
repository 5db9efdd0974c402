//! The calls to Atlas and to the source.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use atlas_migration_sdk::flow::{Actor, Event, EventKind, Sampler};
use atlas_migration_sdk::{Client, Error, FlowExecutor, OrgId, Secret, SourceOrg, Timestamp};
use temporalio_client::WorkflowQueryOptions;
use temporalio_common::error::ApplicationErrorCategory;
use temporalio_macros::activities;
use temporalio_sdk::ApplicationFailure;
use temporalio_sdk::activities::{ActivityContext, ActivityError};

use crate::limits;
use crate::messages::{Access, PerformInput, Polled, ReadInput, WatchInput, not_sent_for_now};
use crate::temporal::names;
use crate::windows;
use crate::workflows::fleet::Fleet;

/// With what a worker calls Atlas and the sources. The secrets come from its own fleet file, and stay here.
pub(crate) struct Accounts {
    /// The Atlas organization that the client has access to.
    pub(crate) org: OrgId,
    pub(crate) client: Client,
    /// The time limit of a call of the clients.
    pub(crate) call_limit: Duration,
    pub(crate) sources: HashMap<String, SourceOrg>,
    pub(crate) passwords: HashMap<String, Secret>,
}

impl Accounts {
    /// An executor with what the names stand for.
    fn executor(&self, access: &Access) -> Result<FlowExecutor, String> {
        if access.org != self.org {
            return Err(format!(
                "this worker serves the Atlas organization {}, and not {}: use a Temporal namespace for each organization",
                self.org, access.org
            ));
        }
        let mut executor = FlowExecutor::new(self.client.clone());
        if let Some(name) = &access.source {
            let source = self.sources.get(name);
            let source =
                source.ok_or_else(|| missing(&format!("the source organization `sources.{name}`")))?;
            executor = executor.source(source.clone());
        }
        if let Some(name) = &access.password {
            let password = self.passwords.get(name);
            let password = password.ok_or_else(|| missing(&format!("the password `passwords.{name}`")))?;
            executor = executor.source_password(password.clone());
        }
        Ok(executor)
    }
}

fn missing(what: &str) -> String {
    format!("the fleet file of this worker does not have {what}: add it, and restart the worker")
}

/// The activities of the task queue `atlas-api`.
pub(crate) struct Atlas {
    pub(crate) accounts: Accounts,
}

#[activities]
impl Atlas {
    /// Reads, for the flow's commands `Read` and `Reconcile`.
    #[activity(name = "AtlasRead")]
    pub(crate) async fn read(
        self: Arc<Self>,
        _ctx: ActivityContext,
        input: ReadInput,
    ) -> Result<EventKind, ActivityError> {
        let executor = self.accounts.executor(&input.access).map_err(not_configured)?;
        executor.read(&input.read).await.map_err(|error| failed(&error, None))
    }

    /// Polls once.
    #[activity(name = "AtlasPoll")]
    pub(crate) async fn poll(
        self: Arc<Self>,
        _ctx: ActivityContext,
        input: WatchInput,
    ) -> Result<EventKind, ActivityError> {
        let executor = self.accounts.executor(&input.access).map_err(not_configured)?;
        executor.poll(&input.watch).await.map_err(|error| failed(&error, None))
    }

    /// Polls once, and fails until there is something to record. The next attempt, on whatever machine, goes on from the
    /// details of the last one.
    #[activity(name = "AtlasWatch")]
    pub(crate) async fn watch(
        self: Arc<Self>,
        ctx: ActivityContext,
        input: WatchInput,
    ) -> Result<Vec<Event>, ActivityError> {
        let interval = Duration::from_secs(input.poll_seconds);
        let executor = self.accounts.executor(&input.access).map_err(not_configured)?;
        // Details that another version wrote in another form are as none.
        let before: Option<Polled> = ctx.heartbeat_details().deserialize().ok().flatten();
        let kind = executor.poll(&input.watch).await.map_err(|error| failed(&error, Some(interval)))?;
        let event = Event::new(
            Timestamp::now(),
            Actor::process(ctx.info().workflow_id.clone().unwrap_or_default()),
            kind,
        );
        let selected = select(&input, before, &event);
        if !selected.is_empty() {
            return Ok(selected);
        }
        ctx.record_heartbeat(Polled { last: event, estimate_seconds: None }).await?;
        let unchanged = ApplicationFailure::builder(std::io::Error::other("nothing to record yet"))
            .type_name("Unchanged".to_owned())
            .next_retry_delay(interval)
            .category(ApplicationErrorCategory::Benign)
            .build();
        Err(ActivityError::application(unchanged))
    }

    /// Performs a step, once. It is not sent if the time to begin has passed, if the fleet is paused, or outside of the
    /// windows of a cutover.
    #[activity(name = "AtlasPerform")]
    pub(crate) async fn perform(
        self: Arc<Self>,
        ctx: ActivityContext,
        input: PerformInput,
    ) -> Result<EventKind, ActivityError> {
        let begun = Instant::now();
        let step = input.once.step();
        let executor = match self.accounts.executor(&input.access) {
            Ok(executor) => executor,
            Err(message) => {
                return Ok(EventKind::not_sent(step, atlas_migration_sdk::flow::Failure::new(message)));
            }
        };
        let begin_limit = Duration::from_secs(input.begin_seconds);
        let settling_time = input.settling_seconds.map(Duration::from_secs);
        if let Err(message) = limits::check(self.accounts.call_limit, begin_limit, settling_time) {
            return Ok(EventKind::not_sent(step, atlas_migration_sdk::flow::Failure::new(message)));
        }
        let not_sent = |message: String| Ok(EventKind::not_sent(step, not_sent_for_now(message)));
        if let Err(message) = windows::check(&input.windows, Timestamp::now()) {
            return not_sent(message);
        }
        match paused(&ctx, &input.fleet).await {
            Ok(None) => {}
            Ok(Some(reason)) => return not_sent(format!("the fleet is paused: {reason}")),
            Err(error) => return not_sent(format!("it is not known whether the fleet is paused: {error}")),
        }
        // The last check: everything before may have taken its time.
        if waited(&ctx) + begun.elapsed() > begin_limit {
            return not_sent("the worker came to it too late".to_owned());
        }
        Ok(executor.perform(&input.once).await)
    }
}

/// The events to record, of which the last one is this: none, this, or the one before it too.
fn select(input: &WatchInput, before: Option<Polled>, event: &Event) -> Vec<Event> {
    let mut sampler = Sampler::new(Duration::from_secs(input.sample_seconds));
    if let Some(recorded) = &input.recorded {
        let _ = sampler.select(recorded.clone());
    }
    if let Some(polled) = before {
        let _ = sampler.select(polled.last);
    }
    sampler.select(event.clone())
}

/// How long the activity waited for a worker, by the clock of the server: that of this machine may differ.
fn waited(ctx: &ActivityContext) -> Duration {
    match (ctx.info().scheduled_time, ctx.info().started_time) {
        (Some(scheduled), Some(started)) => started.duration_since(scheduled).unwrap_or_default(),
        // Too long, rather than too short.
        _ => Duration::MAX / 2,
    }
}

/// Why the fleet is paused, if it is.
pub(super) async fn paused(ctx: &ActivityContext, fleet: &str) -> Result<Option<String>, String> {
    let handle = ctx.client().get_workflow_handle::<Fleet>(names::fleet_id(fleet));
    let pause = handle.query(Fleet::paused, (), WorkflowQueryOptions::default()).await;
    Ok(pause.map_err(|error| error.to_string())?.map(|pause| pause.reason))
}

/// The failure of a read. Without an interval, the activity's own policy has the time until the next attempt.
fn failed(error: &Error, interval: Option<Duration>) -> ActivityError {
    // What does not go away by itself is polled less often.
    let interval = interval.map(|interval| if error.is_temporary() { interval } else { interval * 5 });
    let failure = ApplicationFailure::builder(std::io::Error::other(error.to_string()))
        .type_name(format!("{:?}", error.kind()))
        .maybe_next_retry_delay(error.retry_after().or(interval))
        .build();
    ActivityError::application(failure)
}

fn not_configured(message: String) -> ActivityError {
    let failure = ApplicationFailure::builder(std::io::Error::other(message))
        .type_name("NotConfigured".to_owned())
        .next_retry_delay(Duration::from_secs(60))
        .build();
    ActivityError::application(failure)
}
