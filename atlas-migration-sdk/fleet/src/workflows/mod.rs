//! The workflows. Their code is deterministic: the time comes from the history, and everything else from activities.
//!
//! - [`fleet`]: the ledger of all migrations, and the pause.
//! - [`lane`]: the migrations of a host, one after the other.
//! - [`migration`]: one migration, from its plan to its cutover, by the library's flow.
//!
//! A history outlives a release. A change of what a workflow does, or in which order, needs `patched`, and the replay
//! test over the stored histories shows whether one was forgotten.

pub(crate) mod fleet;
pub(crate) mod lane;
pub(crate) mod migration;

use std::time::Duration;

use atlas_migration_sdk::Timestamp;
use temporalio_common::RetryPolicy;
use temporalio_sdk::{ActivityOptions, WorkflowContext};

/// The time according to the history.
fn now<W>(ctx: &WorkflowContext<W>) -> Timestamp {
    // There is a time once the first task of the workflow has started.
    ctx.workflow_time().unwrap_or(std::time::UNIX_EPOCH).into()
}

/// An activity that may be repeated freely, until it succeeds, less and less often.
fn repeated(queue: &str, limit: Duration, interval: Duration) -> ActivityOptions {
    with_interval(queue, limit, interval, 2.0)
}

/// An activity whose attempts are polls. A poll that fails, such as one whose worker was killed, does not delay the next
/// ones, however many there were before.
fn polled(queue: &str, limit: Duration, interval: Duration) -> ActivityOptions {
    with_interval(queue, limit, interval, 1.0)
}

fn with_interval(queue: &str, limit: Duration, interval: Duration, factor: f64) -> ActivityOptions {
    let policy = RetryPolicy::builder()
        .initial_interval(interval)
        .backoff_coefficient(factor)
        .maximum_interval(Duration::from_secs(300).max(interval))
        .build();
    ActivityOptions::with_start_to_close_timeout(limit)
        .task_queue(queue.to_owned())
        .retry_policy(policy)
        .build()
}

/// An activity that is attempted once.
fn once(queue: &str, limit: Duration) -> ActivityOptions {
    ActivityOptions::with_start_to_close_timeout(limit)
        .task_queue(queue.to_owned())
        .retry_policy(RetryPolicy::builder().maximum_attempts(1).build())
        .do_not_eagerly_execute(true)
        .build()
}
