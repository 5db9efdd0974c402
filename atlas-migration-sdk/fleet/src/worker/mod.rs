//! A worker: serves the workflows and the calls to Atlas, until it is told to end.
//!
//! - [`drain`]: how a worker ends.
//! - [`health`]: what a worker tells about itself over HTTP.
//!
//! # Versions
//! Workflows run for weeks and outlive a release, so that workers of a new version go on with histories of an old one. A
//! change of what a workflow does is made with `patched`, and a replay test over stored histories shows whether one was
//! forgotten. Workers are not versioned in Temporal's sense (`use_worker_versioning`), for three reasons:
//!
//! - Pinned versions need workers of each old version until the last of its workflows has ended: with an approval of up to
//!   120 hours and a copy of days before it, several versions would run side by side for weeks, each on machines with
//!   credentials. A bug in an irreversible step could not be corrected for what runs.
//! - Unpinned versions (`AutoUpgrade`) need the same patches.
//! - Both do nothing at all until somebody sets a current version. Who forgets that has a fleet that stands still.
//!
//! So each worker takes every task, and its build id, the version of the package and not a hash of the program, only tells
//! in histories and in the web interface who did what. While workers of two versions run, an old one may get a task of a
//! workflow that has passed a new patch: that task fails, and is tried again until a new worker gets it. Replace all workers
//! within minutes, then; nothing is lost in the meantime.

mod drain;
mod health;

use std::net::SocketAddr;
use std::sync::Arc;

use temporalio_client::Client;
use temporalio_common::telemetry::metrics::CoreMeter;
use temporalio_common::telemetry::{
    PrometheusExporterOptions, TelemetryOptions, start_prometheus_metric_exporter,
};
use temporalio_common::worker::{WorkerDeploymentOptions, WorkerDeploymentVersion};
use temporalio_sdk::runtime::RuntimeOptions;
use temporalio_sdk::{Runtime, Worker, WorkerOptions};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::activities::{Accounts, Atlas, Hooks, Local};
use crate::failure::Failure;
use crate::temporal::ConnectionArguments;
use crate::temporal::names::{ATLAS_QUEUE, FLEET_QUEUE};
use crate::workflows::fleet::Fleet;
use crate::workflows::lane::Lane;
use crate::workflows::migration::Migration;
use health::Health;

/// What a worker serves, and with what.
pub(crate) struct WorkerConfig {
    /// With what it calls Atlas and the sources; none if it does not serve these calls.
    pub(crate) accounts: Option<Accounts>,
    /// The commands of the user; none if it does not serve the workflows.
    pub(crate) hooks: Option<Hooks>,
    /// How many activities that call Atlas begin in a second, over all workers. Each worker sets it for the task queue, and
    /// the last one that polled determines it: all need the same.
    pub(crate) requests_per_second: f64,
    /// Where it tells about itself.
    pub(crate) listen: SocketAddr,
    pub(crate) connection: ConnectionArguments,
    pub(crate) key_file: Option<std::path::PathBuf>,
}

/// Serves until a signal ends it.
///
/// # Errors
/// There is no connection, the address for the metrics is in use, or the server rejects the polls. A worker that was ended
/// by a second signal fails, because what it was doing has no known outcome.
pub(crate) async fn run(config: WorkerConfig) -> Result<(), Failure> {
    let listener = TcpListener::bind(config.listen).await.map_err(|error| {
        Failure::other(format!(
            "the address {} for health and metrics cannot be used: {error}. A second worker on a machine needs another one \
             (--listen 127.0.0.1:0 for any free port)",
            config.listen
        ))
    })?;
    // The exporter of the SDK serves nothing but metrics, and on an address of its own.
    let exporter = PrometheusExporterOptions::builder().socket_addr(([127, 0, 0, 1], 0).into()).build();
    let exporter = start_prometheus_metric_exporter(exporter)
        .map_err(|error| Failure::other(format!("the metrics cannot be exported: {error}")))?;
    let telemetry =
        TelemetryOptions::builder().metrics(Arc::clone(&exporter.meter) as Arc<dyn CoreMeter>).build();
    let options = RuntimeOptions::builder().telemetry_options(telemetry).build().map_err(Failure::other)?;
    let runtime = Runtime::from_current_tokio(options).map_err(|error| Failure::other(error.to_string()))?;
    let client = config.connection.connect_with(config.key_file.as_deref(), identity(), None).await?;

    let (stop, stopping) = watch::channel(false);
    let mut workers = Vec::new();
    if let Some(hooks) = config.hooks {
        workers.push(worker(&runtime, &client, workflow_options(hooks, stopping.clone())?)?);
    }
    if let Some(accounts) = config.accounts {
        workers.push(worker(&runtime, &client, atlas_options(accounts, config.requests_per_second))?);
    }
    let queues = workers.iter().map(|worker| worker.task_queue().to_owned()).collect();
    let health = Health::new(queues, exporter.bound_addr, client, stopping);
    let address = listener.local_addr().unwrap_or(config.listen);
    tracing::info!(
        version = env!("CARGO_PKG_VERSION"),
        "health and metrics: http://{address}/healthz, /metrics"
    );
    let served = tokio::spawn(health::serve(listener, health.clone()));
    let ready = tokio::spawn(health::log_when_ready(health));
    let outcome = drain::run(&mut workers, &stop).await;
    ready.abort();
    served.abort();
    exporter.abort_handle.abort();
    outcome
}

fn worker(runtime: &Runtime, client: &Client, options: WorkerOptions) -> Result<Worker, Failure> {
    Worker::new(runtime, client.clone(), options).map_err(|error| Failure::other(error.to_string()))
}

fn workflow_options(hooks: Hooks, stopping: watch::Receiver<bool>) -> Result<WorkerOptions, Failure> {
    let failed = |error: temporalio_sdk::WorkflowRegistrationError| Failure::other(error.to_string());
    let options = WorkerOptions::new(FLEET_QUEUE)
        .register_workflow::<Fleet>()
        .and_then(|options| options.register_workflow::<Lane>())
        .and_then(|options| options.register_workflow::<Migration>())
        .map_err(failed)?;
    Ok(options.register_activities(Local { hooks, stopping }).deployment_options(deployment()).build())
}

fn atlas_options(accounts: Accounts, requests_per_second: f64) -> WorkerOptions {
    WorkerOptions::new(ATLAS_QUEUE)
        .register_activities(Atlas { accounts })
        .deployment_options(deployment())
        .max_task_queue_activities_per_second(requests_per_second)
        .build()
}

fn deployment() -> WorkerDeploymentOptions {
    let version = WorkerDeploymentVersion::builder()
        .deployment_name(env!("CARGO_PKG_NAME"))
        .build_id(env!("CARGO_PKG_VERSION"))
        .build();
    WorkerDeploymentOptions::new(version).build()
}

/// How histories and the web interface name this process.
fn identity() -> String {
    let host = gethostname::gethostname();
    format!(
        "{}@{} {} {}",
        std::process::id(),
        host.display(),
        env!("CARGO_PKG_NAME"),
        env!("CARGO_PKG_VERSION")
    )
}
