//! What workflows need beside Atlas: permissions, hooks and the verification.

use std::sync::Arc;
use std::time::Duration;

use temporalio_macros::activities;
use temporalio_sdk::ApplicationFailure;
use temporalio_sdk::activities::{ActivityContext, ActivityError};
use tokio::sync::watch;

use super::atlas::paused;
use super::hooks::{self, Hooks};
use crate::messages::{HookInput, HookOutcome, MigrationView, PermissionInput};

/// How often a verification reports that it runs: within the time that the workflow gives it.
const HEARTBEAT_INTERVAL: Duration = Duration::from_secs(10);

/// The activities of the task queue `atlas-fleet`.
pub(crate) struct Local {
    pub(crate) hooks: Hooks,
    /// Whether the worker ends, so that a verification, which can take hours, begins anew on another one.
    pub(crate) stopping: watch::Receiver<bool>,
}

#[activities]
impl Local {
    /// Fails until the fleet is not paused.
    #[activity(name = "FleetPermission")]
    pub(crate) async fn permission(
        ctx: ActivityContext,
        input: PermissionInput,
    ) -> Result<(), ActivityError> {
        let message = match paused(&ctx, &input.fleet).await {
            Ok(None) => return Ok(()),
            Ok(Some(reason)) => format!("the fleet is paused: {reason}"),
            Err(error) => format!("it is not known whether the fleet is paused: {error}"),
        };
        let failure = ApplicationFailure::builder(std::io::Error::other(message))
            .type_name("Paused".to_owned())
            .next_retry_delay(Duration::from_secs(15))
            .build();
        Err(ActivityError::application(failure))
    }

    /// Runs the hook for a notice, if there is one.
    #[activity(name = "FleetNotify")]
    pub(crate) async fn notify(
        self: Arc<Self>,
        ctx: ActivityContext,
        input: HookInput,
    ) -> Result<HookOutcome, ActivityError> {
        let Some(line) = &self.hooks.notify else { return Ok(HookOutcome::Succeeded) };
        let outcome = hooks::run("notify", line, &input, hooks::limit(ctx.info().deadline)).await;
        log(&input.migration, "the hook `notify`", &outcome);
        Ok(outcome)
    }

    /// Runs the verification, until it ends, the workflow cancels it, or the worker ends.
    #[activity(name = "FleetVerify")]
    pub(crate) async fn verify(
        self: Arc<Self>,
        ctx: ActivityContext,
        input: HookInput,
    ) -> Result<HookOutcome, ActivityError> {
        let Some(line) = &self.hooks.verify else {
            let missing =
                "the fleet file of this worker has no `hooks.verify`: add it, and restart the worker";
            return Ok(HookOutcome::Failed(missing.to_owned()));
        };
        let mut stopping = self.stopping.clone();
        let outcome = tokio::select! {
            outcome = hooks::run("verify", line, &input, hooks::limit(ctx.info().deadline)) => outcome,
            // The server tells of a cancellation in its response to a heartbeat.
            error = heartbeats(&ctx) => return Err(error),
            () = ctx.cancelled() => return Err(ActivityError::cancelled()),
            Ok(_) = stopping.wait_for(|is_stopping| *is_stopping) => return Err(worker_ends()),
        };
        log(&input.migration, "the verification", &outcome);
        Ok(outcome)
    }
}

/// Reports that the activity runs, until the reports cannot be written any more.
async fn heartbeats(ctx: &ActivityContext) -> ActivityError {
    loop {
        if let Err(error) = ctx.record_heartbeat(()).await {
            return ActivityError::application(ApplicationFailure::new(error));
        }
        tokio::time::sleep(HEARTBEAT_INTERVAL).await;
    }
}

fn worker_ends() -> ActivityError {
    let failure =
        ApplicationFailure::builder(std::io::Error::other("the worker ended: the verification begins anew"))
            .type_name("WorkerEnded".to_owned())
            .next_retry_delay(Duration::from_secs(1))
            .build();
    ActivityError::application(failure)
}

fn log(migration: &MigrationView, what: &str, outcome: &HookOutcome) {
    let MigrationView { fleet, name, .. } = migration;
    match outcome {
        HookOutcome::Succeeded => tracing::info!(fleet, migration = name, "{what} succeeded"),
        HookOutcome::Failed(why) => tracing::warn!(fleet, migration = name, "{what} failed: {why}"),
    }
}
