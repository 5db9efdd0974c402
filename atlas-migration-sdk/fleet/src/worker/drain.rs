//! How a worker ends: it stops polling, and finishes what it has begun.
//!
//! A step that is being performed is finished, and never cut: its request has a deadline of its own. Reads and hooks have
//! theirs, too. Only a verification, which may take hours, is given up at once and begins anew on another worker.

use std::time::Duration;

use futures_util::future::join_all;
use temporalio_sdk::Worker;
use tokio::sync::watch;

use crate::context::interrupted;
use crate::failure::{Class, Failure};

/// How long the end may take. The longest activity, a step with two calls, takes 340 s at most; the rest is for reporting
/// its outcome to a server that does not respond.
const DRAIN_LIMIT: Duration = Duration::from_secs(600);

/// Runs the workers until a signal, and then to the end of what they have begun. If one fails, all end.
pub(super) async fn run(workers: &mut [Worker], stop: &watch::Sender<bool>) -> Result<(), Failure> {
    let handles: Vec<_> = workers.iter().map(Worker::shutdown_handle).collect();
    let stop_all = || {
        stop.send_replace(true);
        handles.iter().for_each(|shut_down| shut_down());
    };
    let running = join_all(workers.iter_mut().map(async |worker| {
        let queue = worker.task_queue().to_owned();
        let outcome = worker.run().await;
        // The others serve nothing without it.
        stop_all();
        outcome.map_err(|error| Failure::other(format!("the worker of {queue} ended: {}", causes(&error))))
    }));
    tokio::pin!(running);
    let signal = tokio::select! {
        outcomes = &mut running => return outcomes.into_iter().collect(),
        signal = interrupted() => signal,
    };
    tracing::info!(
        "{signal}: it polls no more, and finishes what it has begun; a second signal ends it at once"
    );
    stop_all();
    tokio::select! {
        outcomes = running => {
            tracing::info!("ended");
            outcomes.into_iter().collect()
        }
        signal = interrupted() => Err(cut(&format!("a second signal, {signal},"))),
        () = tokio::time::sleep(DRAIN_LIMIT) => Err(cut(&format!("the time limit of {} s", DRAIN_LIMIT.as_secs()))),
    }
}

fn cut(what: &str) -> Failure {
    let message = format!(
        "{what} ended the worker before it had finished. A step that it was performing may have taken effect: another worker \
         finds out when the request can no longer arrive, and repeats nothing before that. Everything else is repeated"
    );
    Failure::new(Class::Interrupted, message)
}

fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(error) = next {
        let cause = error.to_string();
        if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
        next = error.source();
    }
    text
}
