//! The handle on a running emulator: how it starts and stops, and where it is. What it saw, and what a test may change,
//! stands in the modules below.

mod controls;
mod faults;
mod jobs;
mod seen;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::config::EmulatorBuilder;
use crate::router::Routes;
use crate::seed;
use crate::server::{Listening, Server, Shared};
use crate::world::World;

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
/// // Point a client at `emulator.base_url()`, with one of these.
/// let (client_id, client_secret) = emulator.service_account();
/// let (public_key, private_key) = emulator.api_key();
/// let access_token = emulator.access_token();
///
/// // Make it meet what Atlas may do to it, …
/// emulator.expire_tokens();
/// // … and count what it sent.
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
    ops_manager_url: String,
    service_account: (String, String),
    api_key: (String, String),
    ops_manager_api_key: (String, String),
    listening: mpsc::Sender<Listening>,
    /// Taken when the emulator is told to stop.
    stop: Option<oneshot::Sender<()>>,
    server: JoinHandle<()>,
}

impl Emulator {
    /// Starts an emulator with the defaults of [`EmulatorBuilder`]: a free port of 127.0.0.1, one organization, one
    /// project, one service account and one API key, both with the role Organization Owner.
    ///
    /// # Errors
    ///
    /// When no port can be bound.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// An emulator to set up.
    pub fn builder() -> EmulatorBuilder {
        EmulatorBuilder::default()
    }

    pub(crate) async fn launch(builder: EmulatorBuilder) -> io::Result<Self> {
        let routes = Routes::new().map_err(|error| {
            io::Error::other(format!("the paths of the operation table collide: {error}"))
        })?;
        let atlas = listen(builder.address).await?;
        let ops_manager = listen(builder.ops_manager_address).await?;
        let address = atlas.local_addr()?;
        let (base_url, ops_manager_url) =
            (format!("http://{address}"), format!("http://{}", ops_manager.local_addr()?));
        let world = World::new(&builder, routes, base_url.clone());
        let service_account = world.settings.service_account.clone();
        let api_key = world.settings.atlas.api_key.clone();
        let ops_manager_api_key = world.settings.ops_manager.api_key.clone();
        let shared = Shared::new(world, builder.observer);
        let (stop, stopped) = oneshot::channel();
        let (listening, requests) = mpsc::channel(1);
        let server = Server {
            shared: Arc::clone(&shared),
            keep_alive: builder.keep_alive,
            address,
            atlas: Some(atlas),
            ops_manager,
            listening: requests,
            stop: stopped,
        };
        let server = tokio::spawn(server.run());
        Ok(Self {
            shared,
            address,
            base_url,
            ops_manager_url,
            listening,
            ops_manager_api_key: (ops_manager_api_key.public, ops_manager_api_key.private),
            service_account: (service_account.id, service_account.secret),
            api_key: (api_key.public, api_key.private),
            stop: Some(stop),
            server,
        })
    }

    /// Stops accepting, lets the requests that are being answered end, for at most five seconds, and closes.
    pub async fn shutdown(mut self) {
        drop(self.stop.take());
        // An error is a panic of the server, which has been printed.
        let _ = (&mut self.server).await;
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL to point a client at, without a trailing slash.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The id of the organization; of several the first.
    #[must_use]
    pub fn org_id(&self) -> &str {
        seed::ORG_ID
    }

    /// The id of the project.
    #[must_use]
    pub fn project_id(&self) -> &str {
        seed::PROJECT_ID
    }

    /// The client id and the client secret of the service account.
    #[must_use]
    pub fn service_account(&self) -> (&str, &str) {
        (&self.service_account.0, &self.service_account.1)
    }

    /// The public and the private part of the API key.
    #[must_use]
    pub fn api_key(&self) -> (&str, &str) {
        (&self.api_key.0, &self.api_key.1)
    }

    /// The URL of the source side, Ops Manager, without a trailing slash. Its calls begin with `/api/public/v1.0`.
    #[must_use]
    pub fn ops_manager_url(&self) -> &str {
        &self.ops_manager_url
    }

    /// The public and the private part of the API key of Ops Manager.
    #[must_use]
    pub fn ops_manager_api_key(&self) -> (&str, &str) {
        (&self.ops_manager_api_key.0, &self.ops_manager_api_key.1)
    }

    /// The id of the organization in Ops Manager.
    #[must_use]
    pub fn source_org_id(&self) -> &str {
        seed::SOURCE_ORG_ID
    }

    /// The id of the project in Ops Manager that can be migrated.
    #[must_use]
    pub fn source_project_id(&self) -> &str {
        seed::SOURCE_PROJECT_ID
    }

    /// The host that runs the migrations of the source project.
    #[must_use]
    pub fn migration_host(&self) -> &str {
        seed::MIGRATION_HOST
    }

    /// A new access token. It counts among the active ones, but needs no request.
    #[must_use]
    pub fn access_token(&self) -> String {
        let mut world = self.shared.world();
        let (now, lifetime) = (world.clock.now(), world.settings.token_lifetime);
        let lifetime = world.clock.of_the_world(lifetime);
        world.tokens.mint(now, lifetime)
    }
}

/// Binds a loopback address. The error names it, of the two that there are, and keeps its kind.
async fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    if !address.ip().is_loopback() {
        let problem = format!(
            "{} can be reached from other machines; the emulator's credentials are public, so it listens on a \
             loopback address only, such as 127.0.0.1",
            address.ip()
        );
        return Err(io::Error::new(io::ErrorKind::InvalidInput, problem));
    }
    let bound = TcpListener::bind(address).await;
    bound.map_err(|error| io::Error::new(error.kind(), format!("cannot listen on {address}: {error}")))
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // Drops the listener and every connection with the server's future.
        self.server.abort();
    }
}

impl std::fmt::Debug for Emulator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Emulator").field("base_url", &self.base_url).finish_non_exhaustive()
    }
}
