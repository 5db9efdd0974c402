//! The handle on a running emulator: where it is, what it saw, and what a test may change.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use atlas_migration_sdk::Date;
use ipnet::IpNet;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::config::{EmulatorBuilder, Role};
use crate::faults::{Fault, FaultRate, Injected};
use crate::jobs::{
    Migration, MigrationCourse, MigrationState, Validation, ValidationCourse, ValidationState,
};
use crate::journal::{Effect, RecordedEffect, RecordedFault, RecordedRequest};
use crate::router::Routes;
use crate::script::CannedReply;
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
        self.recorded_effects().into_iter().map(|recorded| recorded.effect).collect()
    }

    /// The same, with the request that each came from.
    #[must_use]
    pub fn recorded_effects(&self) -> Vec<RecordedEffect> {
        self.shared.world().journal.effects()
    }

    /// The faults that have hit, oldest first.
    #[must_use]
    pub fn faults(&self) -> Vec<RecordedFault> {
        self.shared.world().journal.faults()
    }

    /// Forgets the requests, effects and faults so far. Numbers go on.
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
    /// The emulator's time since its start.
    #[must_use]
    pub fn now(&self) -> Duration {
        self.shared.world().clock.now()
    }

    /// Moves the clock forward: tokens and nonces expire, rate limits fill again, jobs go on.
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

    /// Links the organization to the source, or removes the link, on both sides and without a request.
    pub fn set_linked(&self, linked: bool) {
        let mut world = self.shared.world();
        let token = linked.then(crate::unknown::link_token);
        if let Some(organization) = world.organization(seed::ORG_ID) {
            organization.link_tokens = token.clone().into_iter().collect();
        }
        world.ops_manager.link_token = token;
    }

    /// Whether the source side is linked to Atlas.
    #[must_use]
    pub fn is_linked(&self) -> bool {
        self.shared.world().is_synced()
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

    /// Answers the next request with this reply instead; several are played in order.
    pub fn override_next(&self, reply: CannedReply) {
        self.shared.world().script.reply(reply);
    }
}

/// Jobs.
impl Emulator {
    /// Sets how validations go that are started from now on.
    pub fn set_validation_course(&self, course: ValidationCourse) {
        self.shared.world().settings.validation_course = course;
    }

    /// Sets how migrations go that are started from now on.
    pub fn set_migration_course(&self, course: MigrationCourse) {
        self.shared.world().settings.migration_course = course;
    }

    /// Adds a migration to the project, without a request, and returns its id. It stays in this state, whatever the
    /// time, until it is cut over.
    #[must_use]
    pub fn add_migration(&self, state: MigrationState) -> String {
        let mut world = self.shared.world();
        let migration = Migration {
            id: crate::random::id(),
            project_id: seed::PROJECT_ID.to_owned(),
            migration_hosts: vec![seed::MIGRATION_HOST.to_owned()],
            started: world.clock.now(),
            course: world.settings.migration_course.clone(),
            cut_over: None,
            pinned: Some(state),
        };
        let id = migration.id.clone();
        world.jobs.migrations.insert(id.clone(), migration);
        id
    }

    /// Sets where the migration stands; there it stays, whatever the time, until it is cut over. Returns whether
    /// there is one of this id.
    pub fn set_migration(&self, id: &str, state: MigrationState) -> bool {
        let mut world = self.shared.world();
        let migration = world.jobs.migrations.get_mut(id);
        migration.map(|migration| migration.pinned = Some(state)).is_some()
    }

    /// Where the migration stands, if there is one of this id.
    #[must_use]
    pub fn migration(&self, id: &str) -> Option<MigrationState> {
        let world = self.shared.world();
        world.jobs.migrations.get(id).map(|migration| migration.state(world.clock.now()))
    }

    /// Adds a validation to the project, without a request, and returns its id. It stays pending, whatever the time.
    #[must_use]
    pub fn add_validation(&self) -> String {
        let mut world = self.shared.world();
        let validation = Validation {
            id: crate::random::id(),
            project_id: seed::PROJECT_ID.to_owned(),
            source_project_id: seed::SOURCE_PROJECT_ID.to_owned(),
            migration_hosts: vec![seed::MIGRATION_HOST.to_owned()],
            started: world.clock.now(),
            course: world.settings.validation_course.clone(),
            pinned: Some(ValidationState::new(Some("PENDING"), None)),
        };
        let id = validation.id.clone();
        world.jobs.validations.insert(id.clone(), validation);
        id
    }

    /// Sets the status and error message of a validation, whatever the time; any text, and none, so that a test can
    /// send what a client does not know. Returns whether there is one of this id.
    pub fn set_validation(&self, id: &str, status: Option<&str>, error_message: Option<&str>) -> bool {
        let mut world = self.shared.world();
        let state = ValidationState::new(status, error_message);
        let validation = world.jobs.validations.get_mut(id);
        validation.map(|validation| validation.pinned = Some(state)).is_some()
    }
}

/// Faults.
impl Emulator {
    /// Makes the next request that the fault is meant for meet it.
    pub fn inject(&self, fault: Fault) -> Injected {
        let injected = fault.injected.clone();
        self.shared.world().script.fault(fault);
        injected
    }

    /// Sets the faults at random; `None` ends them.
    pub fn set_faults(&self, rate: Option<FaultRate>) {
        self.shared.world().script.set_rate(rate);
    }

    /// Closes Atlas's port, so that whoever connects is refused by the system, or opens it again, at the same
    /// address. Connections that stand are not touched.
    ///
    /// # Errors
    ///
    /// When the port cannot be opened again, because somebody else took it.
    pub async fn set_listening(&self, listening: bool) -> io::Result<()> {
        let (done, answer) = oneshot::channel();
        let gone = |_| io::Error::other("the server has stopped");
        self.listening.send((listening, done)).await.map_err(|_| gone(()))?;
        answer.await.map_err(|_| gone(()))?
    }
}

/// Binds a loopback address.
async fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    if !address.ip().is_loopback() {
        let problem = format!(
            "{} can be reached from other machines; the emulator's credentials are public, so it listens on a \
             loopback address only, such as 127.0.0.1",
            address.ip()
        );
        return Err(io::Error::new(io::ErrorKind::InvalidInput, problem));
    }
    TcpListener::bind(address).await
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
