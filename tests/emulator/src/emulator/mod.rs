//! The handle of a running emulator: addresses, ids, credentials, shutdown. The modules below add what a test can
//! change and read.

mod builder;
mod controls;
mod faults;
mod jobs;
mod launch;
mod recorded;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

pub use self::builder::EmulatorBuilder;
use crate::server::{SetListening, Shared};
use crate::values::{ApiKey, ServiceAccount, fixtures};

/// A running emulator. It stops when it is dropped.
///
/// ```
/// use atlas_emulator::Emulator;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// let emulator = Emulator::start().await?;
/// assert!(emulator.base_url().starts_with("http://127.0.0.1:"));
///
/// // Configure a client with `emulator.base_url()` and one of these.
/// let (client_id, client_secret) = emulator.service_account();
/// let (public_key, private_key) = emulator.api_key();
/// let access_token = emulator.access_token();
///
/// // Change what the client has to handle …
/// emulator.expire_tokens();
/// // … and check what it sent.
/// assert!(emulator.requests().is_empty());
///
/// emulator.shutdown().await;
/// # Ok(())
/// # }
/// ```
pub struct Emulator {
    shared: Arc<Shared>,
    address: SocketAddr,
    base_url: String,
    source_manager_url: String,
    service_account: ServiceAccount,
    api_key: ApiKey,
    source_manager_api_key: ApiKey,
    set_listening: mpsc::Sender<SetListening>,
    /// Taken by the shutdown.
    stop: Option<oneshot::Sender<()>>,
    server: JoinHandle<()>,
}

impl Emulator {
    /// Starts an emulator with the defaults of [`EmulatorBuilder`]: a free port of 127.0.0.1, one organization, one
    /// project, one service account and one API key, both with the role Organization Owner.
    ///
    /// # Errors
    ///
    /// If no port can be bound.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// Configures an emulator.
    pub fn builder() -> EmulatorBuilder {
        EmulatorBuilder::default()
    }

    /// Stops accepting connections, waits at most five seconds for the requests in progress, and closes all
    /// connections.
    pub async fn shutdown(mut self) {
        drop(self.stop.take());
        // The error is a panic of the server, which was already printed.
        let _ = (&mut self.server).await;
    }

    /// The address of Atlas.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The base URL of Atlas, without a trailing slash.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The id of the organization; the first one if there are several.
    #[must_use]
    pub fn org_id(&self) -> &str {
        fixtures::ORG_ID
    }

    /// The id of the project.
    #[must_use]
    pub fn project_id(&self) -> &str {
        fixtures::PROJECT_ID
    }

    /// The client id and client secret of the service account.
    #[must_use]
    pub fn service_account(&self) -> (&str, &str) {
        (&self.service_account.id, &self.service_account.secret)
    }

    /// The public and private key of the API key.
    #[must_use]
    pub fn api_key(&self) -> (&str, &str) {
        (&self.api_key.public, &self.api_key.private)
    }

    /// The base URL of Cloud Manager, the source side, without a trailing slash. Its paths start with `/api/public/v1.0`.
    #[must_use]
    pub fn source_manager_url(&self) -> &str {
        &self.source_manager_url
    }

    /// The public and private key of the API key of Cloud Manager.
    #[must_use]
    pub fn source_manager_api_key(&self) -> (&str, &str) {
        (&self.source_manager_api_key.public, &self.source_manager_api_key.private)
    }

    /// The id of the organization in Cloud Manager.
    #[must_use]
    pub fn source_org_id(&self) -> &str {
        fixtures::SOURCE_ORG_ID
    }

    /// The id of the project in Cloud Manager that can be migrated.
    #[must_use]
    pub fn source_project_id(&self) -> &str {
        fixtures::SOURCE_PROJECT_ID
    }

    /// The name of the source project's cluster.
    #[must_use]
    pub fn source_cluster(&self) -> &str {
        fixtures::SOURCE_CLUSTER
    }

    /// The migration host of the source project.
    #[must_use]
    pub fn migration_host(&self) -> &str {
        fixtures::MIGRATION_HOST
    }

    /// Creates an access token without a request. It counts as an active one.
    #[must_use]
    pub fn access_token(&self) -> String {
        self.shared.lock().state.issue_access_token()
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // Drops the server's future, with the listeners and every connection.
        self.server.abort();
    }
}

impl std::fmt::Debug for Emulator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Emulator").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}
