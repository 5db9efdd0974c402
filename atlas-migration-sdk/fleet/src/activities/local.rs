//! What workflows need beside Atlas: permissions, hooks and the verification.

use std::sync::Arc;
use std::time::Duration;

use temporalio_macros::activities;
use temporalio_sdk::ApplicationFailure;
use temporalio_sdk::activities::{ActivityContext, ActivityError};

use super::atlas::paused;
use crate::messages::{HookInput, HookOutcome, PermissionInput};

/// The commands of the user, from the fleet file of the worker. No history has them, so that who can start a workflow
/// cannot run a command.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hooks {
    pub(crate) notify: Option<String>,
    pub(crate) verify: Option<String>,
}

/// The activities of the task queue `atlas-fleet`.
pub(crate) struct Local {
    pub(crate) hooks: Hooks,
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

    /// Runs the hook for a notice.
    #[activity(name = "FleetNotify")]
    pub(crate) async fn notify(
        self: Arc<Self>,
        _ctx: ActivityContext,
        input: HookInput,
    ) -> Result<HookOutcome, ActivityError> {
        let _ = (&self.hooks.notify, input);
        Ok(HookOutcome::Succeeded)
    }

    /// Runs the verification.
    #[activity(name = "FleetVerify")]
    pub(crate) async fn verify(
        self: Arc<Self>,
        _ctx: ActivityContext,
        input: HookInput,
    ) -> Result<HookOutcome, ActivityError> {
        let _ = (&self.hooks.verify, input);
        Ok(HookOutcome::Failed("no verification is set".to_owned()))
    }
}
