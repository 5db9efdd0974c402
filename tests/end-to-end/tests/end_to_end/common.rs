//! An emulator and a client for it, with each kind of credential.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use atlas_emulator::{CannedResponse, Emulator};
use atlas_migration_sdk::{
    BoxFuture, Client, ClientBuilder, Clock, CredentialKind, Credentials, NoRetry, Org, Project, RetryPolicy,
    RetryState, Secret,
};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// Every kind of credential.
pub(crate) const EACH_CREDENTIAL: [CredentialKind; 3] =
    [CredentialKind::ServiceAccount, CredentialKind::ApiKey, CredentialKind::AccessToken];

/// The emulator's credential of this kind.
pub(crate) fn credentials(emulator: &Emulator, kind: CredentialKind) -> Credentials {
    match kind {
        CredentialKind::ServiceAccount => {
            let (id, secret) = emulator.service_account();
            Credentials::service_account(id, Secret::new(secret))
        }
        CredentialKind::ApiKey => {
            let (public, private) = emulator.api_key();
            Credentials::api_key(public, Secret::new(private))
        }
        _ => Credentials::access_token(Secret::new(emulator.access_token())),
    }
}

/// A client without retries, so that a test sees each failure. The tests of retries configure them.
pub(crate) fn builder(emulator: &Emulator, kind: CredentialKind) -> ClientBuilder {
    Client::builder().base_url(emulator.base_url()).credentials(credentials(emulator, kind)).retry(NoRetry)
}

/// A policy that repeats everything that the client allows, once.
#[derive(Debug)]
pub(crate) struct Eager;

impl RetryPolicy for Eager {
    fn next_delay(&self, state: &RetryState<'_>) -> Option<Duration> {
        (state.attempts < 2).then_some(Duration::ZERO)
    }
}

/// A clock that moves only by `advance` and by sleeping, which returns at once.
#[derive(Clone, Debug)]
pub(crate) struct ManualClock {
    now: Arc<Mutex<Instant>>,
    started: (Instant, SystemTime),
    delays: Arc<Mutex<Vec<Duration>>>,
}

impl ManualClock {
    pub(crate) fn new() -> Self {
        Self::at(SystemTime::now())
    }

    /// A clock with this time of day.
    pub(crate) fn at(system_time: SystemTime) -> Self {
        let now = Instant::now();
        Self { now: Arc::new(Mutex::new(now)), started: (now, system_time), delays: Arc::default() }
    }

    pub(crate) fn advance(&self, by: Duration) {
        *self.now.lock().unwrap() += by;
    }

    /// Every delay so far.
    pub(crate) fn delays(&self) -> Vec<Duration> {
        self.delays.lock().unwrap().clone()
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Instant {
        *self.now.lock().unwrap()
    }

    fn system_time(&self) -> SystemTime {
        let (started, system_time) = self.started;
        system_time + (self.now() - started)
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<()> {
        self.delays.lock().unwrap().push(duration);
        self.advance(duration);
        Box::pin(tokio::task::yield_now())
    }
}

/// A clock that the client and the emulator share: a delay of the client moves the emulator's clock.
#[derive(Debug)]
pub(crate) struct SharedClock {
    began: Instant,
    emulator: Arc<Emulator>,
}

impl SharedClock {
    pub(crate) fn new(emulator: &Arc<Emulator>) -> Self {
        Self { began: Instant::now(), emulator: Arc::clone(emulator) }
    }
}

impl Clock for SharedClock {
    fn now(&self) -> Instant {
        self.began + self.emulator.now()
    }

    fn system_time(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<()> {
        self.emulator.advance(duration);
        Box::pin(tokio::task::yield_now())
    }
}

pub(crate) fn client(emulator: &Emulator, kind: CredentialKind) -> Client {
    builder(emulator, kind).build().unwrap()
}

/// A client with an access token, for tests to which the kind of credential does not matter.
pub(crate) fn bearer(emulator: &Emulator) -> Client {
    client(emulator, CredentialKind::AccessToken)
}

pub(crate) fn org(emulator: &Emulator, client: &Client) -> Org {
    client.org(emulator.org_id().parse().unwrap())
}

pub(crate) fn project(emulator: &Emulator, client: &Client) -> Project {
    client.project(emulator.project_id().parse().unwrap())
}

/// An error response in the form of the API.
pub(crate) fn api_error(status: u16) -> CannedResponse {
    let body = format!(r#"{{"error":{status},"reason":"a reason"}}"#);
    CannedResponse::new(status).header("Content-Type", "application/json").body(body)
}

/// How many requests had a response with this status.
pub(crate) fn count_with_status(emulator: &Emulator, status: u16) -> usize {
    emulator.requests().iter().filter(|request| request.status == status).count()
}

/// How many requests the token endpoint received.
pub(crate) fn token_requests(emulator: &Emulator) -> usize {
    emulator.requests().iter().filter(|request| request.target == "/api/oauth/token").count()
}

/// How many requests the API received, without those to the token endpoint.
pub(crate) fn api_requests(emulator: &Emulator) -> usize {
    emulator.requests().iter().filter(|request| request.operation.is_some()).count()
}

/// An example of the SDK as a process, without the environment variables that configure the SDK.
pub(crate) fn example(name: &str) -> tokio::process::Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = tokio::process::Command::new(cargo);
    command
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
        .args(["run", "--quiet", "--manifest-path", concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml")])
        .args(["--package", "atlas-migration-sdk", "--example", name, "--"])
        .kill_on_drop(true);
    for (name, _) in std::env::vars_os() {
        let prefixes = ["MONGODB_ATLAS_", "SOURCE_MANAGER_", "MCLI_"];
        if prefixes.iter().any(|prefix| name.to_string_lossy().starts_with(prefix)) {
            command.env_remove(name);
        }
    }
    command
}

/// A TLS acceptor for `localhost` that offers these protocols, and the PEM of its certificate authority.
pub(crate) fn tls_acceptor(protocols: &[&str]) -> (TlsAcceptor, String) {
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate =
        rcgen::CertificateParams::new(["localhost".to_owned()]).unwrap().self_signed(&key).unwrap();
    // Named, because rustls selects none by itself where the SDK is tested with ring beside it.
    let provider = Arc::new(tokio_rustls::rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::Pkcs8(key.serialize_der().into()))
        .unwrap();
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.as_bytes().to_owned()).collect();
    (TlsAcceptor::from(Arc::new(config)), certificate.pem())
}
