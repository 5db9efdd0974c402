//! Reads the state of a fleet: the ledger with one query, and more only of what runs or waits.

use std::collections::{BTreeSet, HashMap};

use atlas_migration_sdk::Timestamp;
use futures_util::stream::{self, StreamExt as _};

use super::pending::Pending;
use super::{Counts, FleetStatus, MigrationStatus, PauseStatus, State};
use crate::commands::remote::{Remote, RemoteError};
use crate::failure::Failure;
use crate::messages::{LedgerState, Queued};

/// How many queries run at once. Each needs a worker, which has other work.
const CONCURRENCY: usize = 16;

/// Reads the state of a fleet.
pub(crate) async fn read(remote: &Remote) -> Result<FleetStatus, Failure> {
    let view = remote.existing().await?;
    let lanes: BTreeSet<_> = view
        .ledger
        .values()
        .filter(|entry| matches!(entry.state, LedgerState::Queued))
        .map(|entry| entry.host.clone())
        .collect();
    let held = held(remote, lanes).await;
    let migrations: Vec<_> = stream::iter(&view.ledger)
        .map(|(name, entry)| {
            let held = held.get(name).cloned();
            async move {
                let mut status = MigrationStatus::from_ledger(name, entry);
                match entry.state {
                    LedgerState::Running => complete(remote, &mut status).await?,
                    LedgerState::Queued => hold(&mut status, held),
                    _ => {}
                }
                Ok::<_, Failure>(status)
            }
        })
        .buffered(CONCURRENCY)
        .collect()
        .await;
    let migrations = migrations.into_iter().collect::<Result<Vec<_>, _>>()?;
    let pause = view.pause.map(|pause| PauseStatus { by: pause.by, reason: pause.reason, since: pause.at });
    let counts = Counts::of(&migrations);
    Ok(FleetStatus { fleet: view.fleet, at: Timestamp::now(), pause, counts, migrations })
}

/// Adds what the workflow of a running migration shows.
async fn complete(remote: &Remote, status: &mut MigrationStatus) -> Result<(), Failure> {
    let name = status.name.clone();
    let (view, described) = tokio::join!(remote.migration(&name), remote.describe(&name));
    let now = Timestamp::now();
    match view {
        Ok(view) => status.add_view(view, now),
        // The lane has reported that it runs, and starts it next.
        Err(RemoteError::NotFound) => return Ok(()),
        // No worker: the others would have to wait as long.
        Err(error @ (RemoteError::NoAnswer | RemoteError::Server(_))) => {
            return Err(error.failure(&format!("the migration {name}")));
        }
        Err(error) => {
            status.problem = Some(error.failure("its state").to_string());
            return Ok(());
        }
    }
    match described {
        Ok(described) => status.add_pending(Pending::of(&described.raw().pending_activities, now)),
        Err(error) if status.problem.is_none() => {
            status.problem = Some(error.failure("what its workflow waits for").to_string());
        }
        Err(_) => {}
    }
    Ok(())
}

/// The migrations of this fleet that wait on hold, and those that may decide about the others.
async fn held(remote: &Remote, lanes: BTreeSet<String>) -> HashMap<String, Queued> {
    let queues = stream::iter(lanes)
        .map(|host| async move { remote.queue(&host).await.unwrap_or_default() })
        .buffer_unordered(CONCURRENCY);
    let queues: Vec<_> = queues.collect().await;
    let queued = queues.into_iter().flatten().filter(|queued| queued.spec.fleet == remote.fleet);
    queued.map(|queued| (queued.spec.name.clone(), queued)).collect()
}

fn hold(status: &mut MigrationStatus, queued: Option<Queued>) {
    let Some(queued) = queued else { return };
    status.approvers = queued.spec.approvers;
    if let Some((by, reason)) = queued.held {
        status.state = State::Held;
        status.problem = Some(format!("on hold by {by}: {reason}"));
    }
}
