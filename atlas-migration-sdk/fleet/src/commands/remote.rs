//! A fleet at the server of Temporal: what commands read from its workflows and send to them, and why that fails.

use std::future::Future;
use std::time::Duration;

use atlas_migration_sdk::flow::Event;
use temporalio_client::errors::{
    WorkflowInteractionError, WorkflowQueryError, WorkflowStartError, WorkflowUpdateError,
};
use temporalio_client::grpc::WorkflowService as _;
use temporalio_client::tonic::{Code, IntoRequest as _, Status};
use temporalio_client::{
    Client, NamespacedClient as _, WorkflowDescribeOptions, WorkflowExecuteUpdateOptions,
    WorkflowExecutionDescription, WorkflowIdConflictPolicy, WorkflowQueryOptions, WorkflowStartOptions,
};
use temporalio_common::data_converters::{SerializationContextData, WorkflowSerializationContext};
use temporalio_common::payload_visitor::decode_payloads;
use temporalio_common::protos::temporal::api::enums::v1::TaskQueueType;
use temporalio_common::protos::temporal::api::failure::v1::Failure as ServerFailure;
use temporalio_common::protos::temporal::api::taskqueue::v1::TaskQueue;
use temporalio_common::protos::temporal::api::workflowservice::v1::DescribeTaskQueueRequest;

use super::which::Which;
use crate::context::Context;
use crate::failure::{Class, Failure};
use crate::messages::{
    Decision, FleetInput, FleetView, MigrationSpec, MigrationView, PauseRequest, QueueDecision, Queued,
};
use crate::temporal::names::{self, FLEET_QUEUE};
use crate::workflows::fleet::Fleet;
use crate::workflows::lane::Lane;
use crate::workflows::migration::Migration;

/// After which time without an answer the server is asked whether there are workers.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long a worker may take to answer a query.
const QUERY_LIMIT: Duration = Duration::from_secs(20);
/// How long a worker may take to accept and execute an update.
const UPDATE_LIMIT: Duration = Duration::from_secs(30);
/// How long reading the state of a migration may take: a worker calls Atlas for it, and waits for its turn.
const REFRESH_LIMIT: Duration = Duration::from_secs(180);

/// A fleet at the server.
pub(crate) struct Remote {
    client: Client,
    pub(crate) fleet: String,
}

/// Why a call failed.
#[derive(Debug)]
pub(crate) enum RemoteError {
    /// There is no such workflow.
    NotFound,
    /// The workflow refuses the update, for this reason.
    Rejected(String),
    /// No worker answered a query, which changes nothing.
    NoAnswer,
    /// No worker answered an update, and one may still take it.
    UpdateNotAnswered,
    /// What was received cannot be read.
    Unreadable(String),
    /// The server refuses the call, or there is no connection.
    Server(Box<Status>),
}

impl Remote {
    /// Connects to the server of the fleet.
    pub(crate) async fn connect(context: &Context, which: &Which) -> Result<Self, Failure> {
        let (fleet, key_file) = which.resolve()?;
        Self::connect_to(context, fleet, key_file.as_deref()).await
    }

    pub(crate) async fn connect_to(
        context: &Context,
        fleet: String,
        key_file: Option<&std::path::Path>,
    ) -> Result<Self, Failure> {
        let client = context.connect(key_file).await?;
        Ok(Self { client, fleet })
    }

    /// The state of the fleet.
    pub(crate) async fn view(&self) -> Result<FleetView, RemoteError> {
        let handle = self.client.get_workflow_handle::<Fleet>(names::fleet_id(&self.fleet));
        self.ask(handle.query(Fleet::view, (), WorkflowQueryOptions::default())).await
    }

    /// Fails if the server sees no worker for the workflows, before anything is sent.
    pub(crate) async fn require_worker(&self) -> Result<(), RemoteError> {
        if self.has_no_worker().await { Err(RemoteError::NoAnswer) } else { Ok(()) }
    }

    async fn has_no_worker(&self) -> bool {
        let request = DescribeTaskQueueRequest {
            namespace: self.client.namespace(),
            task_queue: Some(TaskQueue { name: FLEET_QUEUE.to_owned(), ..TaskQueue::default() }),
            task_queue_type: TaskQueueType::Workflow as i32,
            ..DescribeTaskQueueRequest::default()
        };
        let described = self.client.connection().clone().describe_task_queue(request.into_request()).await;
        described.is_ok_and(|response| response.into_inner().pollers.is_empty())
    }

    /// Completes if the server sees no worker for the workflows. A call would wait until its limit.
    async fn no_worker(&self) {
        // A worker answers within this time, if it is not busy.
        tokio::time::sleep(PATIENCE).await;
        if !self.has_no_worker().await {
            std::future::pending().await
        }
    }

    /// The text of a failure, which the client does not decrypt.
    async fn text(&self, mut failure: ServerFailure) -> String {
        let context = SerializationContextData::Workflow(WorkflowSerializationContext::new());
        match decode_payloads(&mut failure, self.client.data_converter().codec(), &context).await {
            Ok(()) => failure_text(&failure),
            Err(error) => format!("the reason cannot be read: {error}"),
        }
    }

    async fn ask<T>(
        &self,
        query: impl Future<Output = Result<T, WorkflowQueryError>>,
    ) -> Result<T, RemoteError> {
        tokio::select! {
            answer = tokio::time::timeout(QUERY_LIMIT, query) => {
                answer.unwrap_or_else(|_| Err(WorkflowQueryError::Rpc(Status::deadline_exceeded(""))))
                    .map_err(RemoteError::from)
            }
            () = self.no_worker() => Err(RemoteError::NoAnswer),
        }
    }

    async fn update<T>(
        &self,
        limit: Duration,
        update: impl Future<Output = Result<T, WorkflowUpdateError>>,
    ) -> Result<T, RemoteError> {
        tokio::select! {
            outcome = tokio::time::timeout(limit, update) => match outcome {
                Ok(Err(WorkflowUpdateError::Failed(failure))) => {
                    Err(RemoteError::Rejected(self.text(*failure).await))
                }
                Ok(outcome) => outcome.map_err(RemoteError::from),
                Err(_) => Err(RemoteError::UpdateNotAnswered),
            },
            () = self.no_worker() => Err(RemoteError::UpdateNotAnswered),
        }
    }

    /// The state of the fleet, which must exist.
    pub(crate) async fn existing(&self) -> Result<FleetView, Failure> {
        self.view().await.map_err(|error| match error {
            RemoteError::NotFound => Failure::new(
                Class::NotFound,
                format!(
                    "the server has no fleet {}: start it (`atlas-migration-fleet start`), or check the name, \
                     TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE",
                    self.fleet
                ),
            ),
            error => error.failure(&format!("the fleet {}", self.fleet)),
        })
    }

    /// Starts the workflow of the fleet, unless it runs.
    pub(crate) async fn start(&self) -> Result<(), RemoteError> {
        let input = FleetInput { fleet: self.fleet.clone(), ..FleetInput::default() };
        let options = WorkflowStartOptions::new(FLEET_QUEUE, names::fleet_id(&self.fleet))
            .id_conflict_policy(WorkflowIdConflictPolicy::UseExisting)
            .build();
        let started = self.client.start_workflow(Fleet::run, input, options);
        match tokio::time::timeout(UPDATE_LIMIT, started).await {
            Ok(Ok(_)) | Ok(Err(WorkflowStartError::AlreadyStarted { .. })) => Ok(()),
            Ok(Err(WorkflowStartError::Rpc(status))) => Err(RemoteError::Server(Box::new(status))),
            Ok(Err(error)) => Err(RemoteError::Unreadable(error.to_string())),
            Err(_) => Err(RemoteError::UpdateNotAnswered),
        }
    }

    /// Adds migrations, and returns how many of them are new.
    pub(crate) async fn add(&self, specs: Vec<MigrationSpec>) -> Result<usize, RemoteError> {
        let handle = self.client.get_workflow_handle::<Fleet>(names::fleet_id(&self.fleet));
        let options = WorkflowExecuteUpdateOptions::default();
        self.update(UPDATE_LIMIT, handle.execute_update(Fleet::add, specs, options)).await
    }

    /// Pauses or continues.
    pub(crate) async fn pause(&self, request: PauseRequest) -> Result<FleetView, RemoteError> {
        let handle = self.client.get_workflow_handle::<Fleet>(names::fleet_id(&self.fleet));
        let options = WorkflowExecuteUpdateOptions::default();
        self.update(UPDATE_LIMIT, handle.execute_update(Fleet::pause, request, options)).await
    }

    /// The state of a migration.
    pub(crate) async fn migration(&self, name: &str) -> Result<MigrationView, RemoteError> {
        let handle = self.client.get_workflow_handle::<Migration>(names::migration_id(&self.fleet, name));
        self.ask(handle.query(Migration::view, (), WorkflowQueryOptions::default())).await
    }

    /// The journal of a migration.
    pub(crate) async fn journal(&self, name: &str) -> Result<Vec<Event>, RemoteError> {
        let handle = self.client.get_workflow_handle::<Migration>(names::migration_id(&self.fleet, name));
        self.ask(handle.query(Migration::journal, (), WorkflowQueryOptions::default())).await
    }

    /// What the server shows of the workflow of a migration: its pending activities.
    pub(crate) async fn describe(&self, name: &str) -> Result<WorkflowExecutionDescription, RemoteError> {
        let handle = self.client.get_workflow_handle::<Migration>(names::migration_id(&self.fleet, name));
        match tokio::time::timeout(QUERY_LIMIT, handle.describe(WorkflowDescribeOptions::default())).await {
            Ok(described) => described.map_err(RemoteError::from),
            Err(_) => Err(RemoteError::NoAnswer),
        }
    }

    /// The state of a migration, which is read from Atlas now.
    pub(crate) async fn refresh(&self, name: &str) -> Result<MigrationView, RemoteError> {
        let handle = self.client.get_workflow_handle::<Migration>(names::migration_id(&self.fleet, name));
        let options = WorkflowExecuteUpdateOptions::default();
        let refreshed =
            self.update(REFRESH_LIMIT, handle.execute_update(Migration::refresh, (), options)).await;
        // It changes nothing but what is recorded about the state.
        refreshed.map_err(|error| match error {
            RemoteError::UpdateNotAnswered => RemoteError::NoAnswer,
            error => error,
        })
    }

    /// Sends a decision about a migration that has started.
    pub(crate) async fn decide(&self, name: &str, decision: Decision) -> Result<MigrationView, RemoteError> {
        let handle = self.client.get_workflow_handle::<Migration>(names::migration_id(&self.fleet, name));
        let options = WorkflowExecuteUpdateOptions::default();
        self.update(UPDATE_LIMIT, handle.execute_update(Migration::decide, decision, options)).await
    }

    /// Sends a decision about a migration that waits for its host.
    pub(crate) async fn decide_in_lane(&self, host: &str, request: QueueDecision) -> Result<(), RemoteError> {
        let handle = self.client.get_workflow_handle::<Lane>(names::lane_id(host));
        let options = WorkflowExecuteUpdateOptions::default();
        self.update(UPDATE_LIMIT, handle.execute_update(Lane::decide, request, options)).await
    }

    /// The migrations that wait for a host.
    pub(crate) async fn queue(&self, host: &str) -> Result<Vec<Queued>, RemoteError> {
        let handle = self.client.get_workflow_handle::<Lane>(names::lane_id(host));
        self.ask(handle.query(Lane::queue, (), WorkflowQueryOptions::default())).await
    }
}

/// The text of a failure whose payloads are decrypted; if it has none, that of its cause.
pub(crate) fn failure_text(failure: &ServerFailure) -> String {
    #[derive(serde::Deserialize)]
    struct Encoded {
        message: String,
    }
    // Where a key is given, the text is in a payload.
    let encoded = failure.encoded_attributes.as_ref();
    let encoded = encoded.and_then(|payload| serde_json::from_slice::<Encoded>(&payload.data).ok());
    let text = encoded.map_or_else(|| failure.message.clone(), |encoded| encoded.message);
    match &failure.cause {
        Some(cause) if text.is_empty() => failure_text(cause),
        _ if text.is_empty() => "a failure without a text".to_owned(),
        _ => text,
    }
}

impl From<WorkflowQueryError> for RemoteError {
    fn from(error: WorkflowQueryError) -> Self {
        match error {
            WorkflowQueryError::NotFound(status) => not_found(status),
            WorkflowQueryError::Rpc(status) if has_no_worker(&status) => Self::NoAnswer,
            WorkflowQueryError::Rpc(status) => Self::Server(Box::new(status)),
            error => Self::Unreadable(error.to_string()),
        }
    }
}

impl From<WorkflowUpdateError> for RemoteError {
    fn from(error: WorkflowUpdateError) -> Self {
        match error {
            WorkflowUpdateError::NotFound(status) => not_found(status),
            WorkflowUpdateError::Failed(failure) => Self::Rejected(failure_text(&failure)),
            WorkflowUpdateError::Rpc(status)
                if matches!(status.code(), Code::DeadlineExceeded | Code::Cancelled) =>
            {
                Self::UpdateNotAnswered
            }
            WorkflowUpdateError::Rpc(status) => Self::Server(Box::new(status)),
            error => Self::Unreadable(error.to_string()),
        }
    }
}

impl From<WorkflowInteractionError> for RemoteError {
    fn from(error: WorkflowInteractionError) -> Self {
        match error {
            WorkflowInteractionError::NotFound(status) => not_found(status),
            WorkflowInteractionError::Rpc(status) => Self::Server(Box::new(status)),
            error => Self::Unreadable(error.to_string()),
        }
    }
}

/// A namespace that is missing is not a workflow that is missing.
fn not_found(status: Status) -> RemoteError {
    let names_namespace = status.message().to_ascii_lowercase().contains("namespace");
    if names_namespace { RemoteError::Server(Box::new(status)) } else { RemoteError::NotFound }
}

/// Whether the server says that no worker polls, or gave up waiting for one.
fn has_no_worker(status: &Status) -> bool {
    let message = status.message().to_ascii_lowercase();
    matches!(status.code(), Code::DeadlineExceeded | Code::Cancelled)
        || message.contains("no poller")
        || message.contains("no worker")
}

impl RemoteError {
    /// The failure of a command that concerned this.
    pub(crate) fn failure(self, what: &str) -> Failure {
        let no_worker = format!(
            "No worker polls the task queue {FLEET_QUEUE}, or all are too busy: start one (`atlas-migration-fleet worker`) \
             with the same TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE"
        );
        match self {
            Self::NotFound => Failure::new(Class::NotFound, format!("the server does not have {what}")),
            // It names the migration itself.
            Self::Rejected(reason) if reason.contains(what) => Failure::new(Class::Conflict, reason),
            Self::Rejected(reason) => Failure::new(Class::Conflict, format!("{what}: {reason}")),
            Self::NoAnswer => Failure::new(
                Class::TimedOut,
                format!("{what} cannot be read: no worker answered. {no_worker}"),
            ),
            Self::UpdateNotAnswered => Failure::new(
                Class::MayHaveTakenEffect,
                format!(
                    "{what}: no worker answered, and one may still take the request. {no_worker}. Look at \
                     `atlas-migration-fleet status` before you repeat the command"
                ),
            ),
            Self::Unreadable(error) => Failure::other(format!(
                "{what} cannot be read: {error}. Perhaps it is encrypted with another key (ATLAS_FLEET_KEY_FILE), or a newer \
                 version wrote it"
            )),
            Self::Server(status) => server_failure(what, &status),
        }
    }
}

fn server_failure(what: &str, status: &Status) -> Failure {
    let (class, advice) = match status.code() {
        Code::Unauthenticated => (
            Class::Credentials,
            "check TEMPORAL_API_KEY, or TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH",
        ),
        Code::PermissionDenied => {
            (Class::Refused, "ask for the permission to write to the namespace (TEMPORAL_NAMESPACE)")
        }
        Code::NotFound => (Class::NotFound, "check TEMPORAL_NAMESPACE"),
        Code::Unavailable => (Class::Network, "check TEMPORAL_ADDRESS, and whether the server runs"),
        Code::ResourceExhausted => (Class::RateLimited, "repeat the command later"),
        _ => (Class::Other, "look at the log of the server"),
    };
    let message = status.message();
    Failure::new(
        class,
        format!("{what}: the server of Temporal responded {:?}: {message}; {advice}", status.code()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_the_server_have_a_class_and_advice() {
        for (status, class, advice) in [
            (Status::unavailable("tcp connect error"), Class::Network, "TEMPORAL_ADDRESS"),
            (Status::unauthenticated("bad key"), Class::Credentials, "TEMPORAL_API_KEY"),
            (Status::permission_denied("no"), Class::Refused, "TEMPORAL_NAMESPACE"),
            (Status::not_found("Namespace x is not found."), Class::NotFound, "TEMPORAL_NAMESPACE"),
            (Status::resource_exhausted("slow down"), Class::RateLimited, "later"),
            (Status::internal("?"), Class::Other, "log"),
        ] {
            let failure = RemoteError::Server(Box::new(status)).failure("the fleet orders");
            assert_eq!(failure.class(), class, "{failure}");
            assert!(failure.to_string().contains(advice), "{failure}");
            assert!(failure.to_string().starts_with("the fleet orders"), "{failure}");
        }
    }

    #[test]
    fn a_query_without_a_worker_is_told_from_other_errors() {
        for (status, expected) in [
            (Status::deadline_exceeded("context deadline exceeded"), true),
            (Status::failed_precondition("no poller seen for task queue recently, worker may be down"), true),
            (Status::unavailable("connection refused"), false),
        ] {
            let error = RemoteError::from(WorkflowQueryError::Rpc(status.clone()));
            assert_eq!(matches!(error, RemoteError::NoAnswer), expected, "{status}");
            if expected {
                let failure = error.failure("the fleet orders");
                assert_eq!(failure.class(), Class::TimedOut);
                assert!(
                    failure.to_string().contains("No worker polls the task queue atlas-fleet"),
                    "{failure}"
                );
            }
        }
    }

    #[test]
    fn a_missing_namespace_is_not_a_missing_workflow() {
        let namespace = WorkflowQueryError::NotFound(Status::not_found("Namespace other is not found."));
        assert!(matches!(RemoteError::from(namespace), RemoteError::Server(_)));
        let workflow = WorkflowQueryError::NotFound(Status::not_found("workflow not found for ID: x"));
        assert!(matches!(RemoteError::from(workflow), RemoteError::NotFound));
    }

    #[test]
    fn an_update_without_an_answer_may_have_taken_effect() {
        let failure = RemoteError::UpdateNotAnswered.failure("orders");
        assert_eq!(failure.class(), Class::MayHaveTakenEffect);
        let failure = RemoteError::Rejected("there is nothing to approve".to_owned()).failure("orders");
        assert_eq!(failure.class(), Class::Conflict);
        assert_eq!(failure.to_string(), "orders: there is nothing to approve");
        let failure = RemoteError::Rejected("orders is not on hold".to_owned()).failure("orders");
        assert_eq!(failure.to_string(), "orders is not on hold");
    }
}
