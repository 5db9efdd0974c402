//! The handle on a running emulator: where it is, what it saw, and what a test may change.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use atlas_migration_sdk::Date;
use ipnet::IpNet;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::config::{EmulatorBuilder, Role};
use crate::jobs::{Migration, MigrationState, Validation};
use crate::journal::{Effect, RecordedRequest};
use crate::router::Routes;
use crate::script::CannedReply;
use crate::seed;
use crate::server::{self, Shared};
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
    service_account: (String, String),
    api_key: (String, String),
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
        if !builder.address.ip().is_loopback() {
            let problem = format!(
                "{} can be reached from other machines; the emulator's credentials are public, so it listens on a \
                 loopback address only, such as 127.0.0.1",
                builder.address.ip()
            );
            return Err(io::Error::new(io::ErrorKind::InvalidInput, problem));
        }
        let routes = Routes::new().map_err(|error| {
            io::Error::other(format!("the paths of the operation table collide: {error}"))
        })?;
        let listener = TcpListener::bind(builder.address).await?;
        let address = listener.local_addr()?;
        let base_url = format!("http://{address}");
        let world = World::new(&builder, routes, base_url.clone());
        let service_account = world.settings.service_account.clone();
        let api_key = world.settings.api_key.clone();
        let shared = Shared::new(world, builder.observer);
        let (stop, stopped) = oneshot::channel();
        let server = tokio::spawn(server::run(listener, Arc::clone(&shared), stopped));
        Ok(Self {
            shared,
            address,
            base_url,
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

    /// A new access token. It counts among the active ones, but needs no request.
    #[must_use]
    pub fn access_token(&self) -> String {
        let mut world = self.shared.world();
        let (now, lifetime) = (world.clock.now(), world.settings.token_lifetime);
        world.tokens.mint(now, lifetime)
    }
}

/// What happened.
impl Emulator {
    /// The requests that have been answered, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.shared.world().journal.requests()
    }

    /// What requests changed, oldest first.
    #[must_use]
    pub fn effects(&self) -> Vec<Effect> {
        self.shared.world().journal.effects()
    }

    /// Forgets the requests and effects so far.
    pub fn clear_journal(&self) {
        self.shared.world().journal.clear();
    }

    /// How many connections have been accepted.
    #[must_use]
    pub fn connections(&self) -> u64 {
        self.shared.connections()
    }
}

/// What a test may change.
impl Emulator {
    /// Moves the clock forward: tokens and nonces expire, rate limits fill again.
    pub fn advance(&self, by: Duration) {
        self.shared.world().clock.advance(by);
    }

    /// Pins the date by which versions are deprecated and gone.
    pub fn set_today(&self, today: Date) {
        self.shared.world().clock.set_today(today);
    }

    /// Ends every access token that is out.
    pub fn expire_tokens(&self) {
        self.shared.world().tokens.clear();
    }

    /// Revokes every access token that is out; a client cannot tell it from their end.
    pub fn revoke_all_tokens(&self) {
        self.expire_tokens();
    }

    /// Forgets every nonce: the next digest credentials, if right, are answered with `stale=true`.
    pub fn rotate_nonces(&self) {
        self.shared.world().nonces.rotate();
    }

    /// Sets the roles of every credential.
    pub fn set_roles(&self, roles: impl IntoIterator<Item = Role>) {
        self.shared.world().settings.roles = roles.into_iter().collect();
    }

    /// Sets the networks from which credentials can be used; `None` takes the list away.
    pub fn set_access_list(&self, networks: Option<Vec<IpNet>>) {
        self.shared.world().settings.access_list = networks;
    }

    /// Sets whether the organization refuses credentials without an access list.
    pub fn set_require_access_list(&self, require: bool) {
        self.shared.world().settings.require_access_list = require;
    }

    /// Sets the address that requests seem to come from; `None` is the one that they do come from.
    pub fn set_client_address(&self, address: Option<IpAddr>) {
        self.shared.world().settings.client_address = address;
    }

    /// Sets how many requests each path takes in a window, and how long that is. What has been taken stays taken.
    pub fn set_rate_limit(&self, capacity: u32, window: Duration) {
        let mut world = self.shared.world();
        world.settings.rate_capacity = capacity;
        world.settings.rate_window = window;
    }

    /// Links the organization to a source, or removes the link, without a request.
    pub fn set_linked(&self, linked: bool) {
        if let Some(organization) = self.shared.world().organization(seed::ORG_ID) {
            organization.link_tokens = if linked { vec![crate::unknown::link_token()] } else { Vec::new() };
        }
    }

    /// The link-tokens of the organization.
    #[must_use]
    pub fn link_tokens(&self) -> Vec<String> {
        let mut world = self.shared.world();
        world
            .organization(seed::ORG_ID)
            .map(|organization| organization.link_tokens.clone())
            .unwrap_or_default()
    }

    /// Sets the source projects that a linked organization sees, as JSON, so that a test can send what a client
    /// does not know.
    pub fn set_available_projects(&self, projects: Vec<Value>) {
        self.shared.world().available_projects = projects;
    }

    /// Adds a migration to the project in this state, without a request, and returns its id.
    #[must_use]
    pub fn add_migration(&self, state: MigrationState) -> String {
        let id = crate::random::id();
        let project_id = seed::PROJECT_ID.to_owned();
        let migration_hosts = vec![seed::MIGRATION_HOST.to_owned()];
        let migration = Migration { id: id.clone(), project_id, migration_hosts, state, cut_over: false };
        self.shared.world().migrations.insert(id.clone(), migration);
        id
    }

    /// Sets where the migration stands. Returns whether there is one of this id.
    pub fn set_migration(&self, id: &str, state: MigrationState) -> bool {
        let mut world = self.shared.world();
        world.migrations.get_mut(id).map(|migration| migration.state = state).is_some()
    }

    /// Adds a pending validation to the project, without a request, and returns its id.
    #[must_use]
    pub fn add_validation(&self) -> String {
        let validation = Validation {
            id: crate::random::id(),
            error_message: None,
            project_id: seed::PROJECT_ID.to_owned(),
            source_project_id: seed::SOURCE_PROJECT_ID.to_owned(),
            status: Some("PENDING".to_owned()),
        };
        let id = validation.id.clone();
        self.shared.world().validations.insert(id.clone(), validation);
        id
    }

    /// Sets the status and error message of a validation; any text, and none, so that a test can send what a client
    /// does not know. Returns whether there is one of this id.
    pub fn set_validation(&self, id: &str, status: Option<&str>, error_message: Option<&str>) -> bool {
        let mut world = self.shared.world();
        let Some(validation) = world.validations.get_mut(id) else { return false };
        validation.status = status.map(str::to_owned);
        validation.error_message = error_message.map(str::to_owned);
        true
    }

    /// Answers the next request with this reply instead; several are played in order.
    pub fn override_next(&self, reply: CannedReply) {
        self.shared.world().script.push(reply);
    }
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
