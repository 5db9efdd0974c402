//! What a worker tells about itself over HTTP.
//!
//! - `GET /healthz`: 200 if each of its task queues is polled and the server of Temporal responds, else 503; with the
//!   details as JSON. It is for readiness and alerts. A worker waits out a server that is not there by itself, so that a
//!   supervisor that restarts it for that gains nothing: for that purpose there is `/livez`.
//! - `GET /livez`: 200 as long as the process responds.
//! - `GET /metrics`: the metrics of Temporal's SDK, in the format of Prometheus.
//!
//! No response has more than names of task queues, workflows and activities, and numbers.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use http_body_util::{BodyExt as _, Empty, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HOST};
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use serde::Serialize;
use temporalio_client::grpc::WorkflowService as _;
use temporalio_client::tonic::IntoRequest as _;
use temporalio_client::{Client, NamespacedClient as _};
use temporalio_common::protos::temporal::api::enums::v1::TaskQueueType;
use temporalio_common::protos::temporal::api::taskqueue::v1::TaskQueue;
use temporalio_common::protos::temporal::api::workflowservice::v1::{
    DescribeTaskQueueRequest, GetSystemInfoRequest,
};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::temporal::names::FLEET_QUEUE;

/// How long a client may take for its request, and the exporter and the server of Temporal for their responses.
const LIMIT: Duration = Duration::from_secs(5);
/// The largest response of the exporter.
const MAX_METRICS: usize = 16 << 20;
/// How long the polls may take to arrive.
const ARRIVAL_LIMIT: Duration = Duration::from_secs(10);
/// How often a worker that is not ready looks whether it is.
const READY_INTERVAL: Duration = Duration::from_millis(100);

/// From what the health is derived.
#[derive(Clone)]
pub(super) struct Health {
    queues: Vec<String>,
    exporter: SocketAddr,
    client: Client,
    stopping: watch::Receiver<bool>,
}

/// The response of `/healthz`.
#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    status: Status,
    /// Whether the server of Temporal responds.
    server: bool,
    queues: Vec<Queue>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
enum Status {
    Serving,
    Failing,
    /// The worker ends, and finishes what it has begun.
    Draining,
}

#[derive(Debug, PartialEq, Serialize)]
struct Queue {
    name: String,
    polls: bool,
}

impl Health {
    pub(super) fn new(
        queues: Vec<String>,
        exporter: SocketAddr,
        client: Client,
        stopping: watch::Receiver<bool>,
    ) -> Self {
        Self { queues, exporter, client, stopping }
    }

    async fn report(&self) -> Report {
        let metrics = self.metrics().await.unwrap_or_default();
        let metrics = String::from_utf8_lossy(&metrics);
        let queues: Vec<_> = self
            .queues
            .iter()
            .map(|name| Queue { name: name.clone(), polls: polls(&metrics, name) })
            .collect();
        let mut connection = self.client.connection().clone();
        let info = connection.get_system_info(GetSystemInfoRequest::default().into_request());
        let server = tokio::time::timeout(LIMIT, info).await.is_ok_and(|response| response.is_ok());
        let status = match *self.stopping.borrow() {
            true => Status::Draining,
            false if server && queues.iter().all(|queue| queue.polls) => Status::Serving,
            false => Status::Failing,
        };
        Report { status, server, queues }
    }

    /// Whether the server shows the polls of this worker.
    async fn polls_have_arrived(&self) -> bool {
        let mut connection = self.client.connection().clone();
        let identity = self.client.identity();
        for name in &self.queues {
            let kind = if name == FLEET_QUEUE { TaskQueueType::Workflow } else { TaskQueueType::Activity };
            let request = DescribeTaskQueueRequest {
                namespace: self.client.namespace(),
                task_queue: Some(TaskQueue { name: name.clone(), ..TaskQueue::default() }),
                task_queue_type: kind as i32,
                ..DescribeTaskQueueRequest::default()
            };
            let Ok(described) = connection.describe_task_queue(request.into_request()).await else {
                return false;
            };
            if !described.into_inner().pollers.iter().any(|poller| poller.identity == identity) {
                return false;
            }
        }
        true
    }

    /// The metrics of the exporter.
    async fn metrics(&self) -> Option<Bytes> {
        let fetch = async {
            let stream = TcpStream::connect(self.exporter).await.ok()?;
            let (mut sender, connection) =
                hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.ok()?;
            let connection = tokio::spawn(connection);
            let request =
                Request::get("/metrics").header(HOST, "localhost").body(Empty::<Bytes>::new()).ok()?;
            let response = sender.send_request(request).await.ok()?;
            let body = Limited::new(response.into_body(), MAX_METRICS).collect().await.ok()?.to_bytes();
            connection.abort();
            Some(body)
        };
        tokio::time::timeout(LIMIT, fetch).await.ok().flatten()
    }
}

/// Whether each kind of task of a queue has a poll in progress, or no free slot to poll for.
fn polls(metrics: &str, queue: &str) -> bool {
    let label = format!("task_queue=\"{queue}\"");
    let value = |metric: &str, kind: &str| {
        let lines = metrics.lines().filter(|line| {
            line.strip_prefix(metric).is_some_and(|rest| rest.starts_with('{'))
                && line.contains(&label)
                && line.contains(kind)
        });
        lines.filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).reduce(f64::max)
    };
    let is_served = |poller: &str, slots: &str| {
        value("temporal_num_pollers", poller).is_some_and(|pollers| pollers > 0.0)
            || value("temporal_worker_task_slots_available", slots) == Some(0.0)
    };
    is_served("poller_type=\"activity_task\"", "worker_type=\"ActivityWorker\"")
        && (queue != FLEET_QUEUE || is_served("workflow_task\"", "worker_type=\"WorkflowWorker\""))
}

/// Serves until the process ends.
pub(super) async fn serve(listener: TcpListener, health: Health) {
    loop {
        // A connection that cannot be accepted is no reason to serve no other.
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(READY_INTERVAL).await;
            continue;
        };
        let health = health.clone();
        let service = hyper::service::service_fn(move |request| {
            let health = health.clone();
            async move { Ok::<_, Infallible>(respond(&request, &health).await) }
        });
        let connection = hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(LIMIT)
            .serve_connection(TokioIo::new(stream), service);
        // It fails if the client leaves.
        tokio::spawn(async move { drop(connection.await) });
    }
}

/// Logs that the worker is ready, once.
///
/// The server rejects queries until a poll has arrived, which is a moment after it was sent.
pub(super) async fn log_when_ready(health: Health) {
    while health.report().await.status != Status::Serving {
        tokio::time::sleep(READY_INTERVAL).await;
    }
    let arrived = async {
        while !health.polls_have_arrived().await {
            tokio::time::sleep(READY_INTERVAL).await;
        }
    };
    // Where a task queue has several partitions, the server may not show the polls of this worker.
    let _ = tokio::time::timeout(ARRIVAL_LIMIT, arrived).await;
    tracing::info!("ready: it polls {}", health.queues.join(" and "));
}

async fn respond(request: &Request<Incoming>, health: &Health) -> Response<Full<Bytes>> {
    if request.method() != Method::GET {
        return response(StatusCode::METHOD_NOT_ALLOWED, "text/plain", "only GET\n");
    }
    match request.uri().path() {
        "/healthz" => {
            let report = health.report().await;
            let status = match report.status {
                Status::Serving => StatusCode::OK,
                Status::Failing | Status::Draining => StatusCode::SERVICE_UNAVAILABLE,
            };
            let body = serde_json::to_vec(&report).unwrap_or_default();
            response(status, "application/json", body)
        }
        "/livez" => response(StatusCode::OK, "text/plain", "alive\n"),
        "/metrics" => match health.metrics().await {
            Some(metrics) => response(StatusCode::OK, "text/plain; version=0.0.4", metrics),
            None => response(StatusCode::SERVICE_UNAVAILABLE, "text/plain", "the metrics cannot be read\n"),
        },
        _ => response(StatusCode::NOT_FOUND, "text/plain", "/healthz, /livez, /metrics\n"),
    }
}

fn response(status: StatusCode, content_type: &'static str, body: impl Into<Bytes>) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body.into()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, hyper::header::HeaderValue::from_static(content_type));
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::temporal::names::ATLAS_QUEUE;

    fn metrics(activity: u32, workflow: u32, slots: u32) -> String {
        let pollers = |queue: &str, kind: &str, count: u32| {
            format!(
                "temporal_num_pollers{{namespace=\"default\",poller_type=\"{kind}\",task_queue=\"{queue}\"}} {count}\n"
            )
        };
        pollers(FLEET_QUEUE, "activity_task", activity)
            + &pollers(FLEET_QUEUE, "workflow_task", workflow)
            + &pollers(FLEET_QUEUE, "sticky_workflow_task", 0)
            + &pollers("another-queue", "activity_task", 5)
            + &format!(
                "temporal_worker_task_slots_available{{task_queue=\"{FLEET_QUEUE}\",worker_type=\"ActivityWorker\"}} {slots}\n"
            )
    }

    #[test]
    fn a_queue_is_polled_if_each_kind_of_task_is() {
        assert!(polls(&metrics(5, 1, 100), FLEET_QUEUE));
        assert!(!polls(&metrics(0, 1, 100), FLEET_QUEUE));
        assert!(!polls(&metrics(5, 0, 100), FLEET_QUEUE));
        assert!(polls(&metrics(0, 1, 0), FLEET_QUEUE), "it is busy");
        assert!(!polls(&metrics(5, 1, 100), ATLAS_QUEUE));
        assert!(!polls("", FLEET_QUEUE));
    }
}
