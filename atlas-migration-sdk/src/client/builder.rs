//! The builder of a client: the settings and their defaults.

mod build;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::environment;
use crate::api::Polling;
use crate::auth::TokenStore;
use crate::call::{Backoff, RetryPolicy};
use crate::error::Result;
use crate::http::{self, PlainHttp};
use crate::values::clock::{Clock, SystemClock};
use crate::values::credentials::Credentials;
use crate::values::date::Date;
use crate::values::setting_names::SettingNames;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);
const OPERATION_TIMEOUT: Duration = Duration::from_secs(120);
const MAX_CONCURRENT_REQUESTS: usize = 100;
const MAX_RESPONSE_SIZE: usize = 16 * 1024 * 1024;

/// Builds a [`Client`](crate::Client). Created by [`Client::builder`](crate::Client::builder).
///
/// ```
/// use atlas_migration_sdk::{Client, Credentials};
/// use std::time::Duration;
///
/// let client = Client::builder()
///     .credentials(Credentials::service_account("mdb_sa_id_…", "mdb_sa_sk_…"))
///     .operation_timeout(Duration::from_secs(30))
///     .build()?;
/// # Ok::<(), atlas_migration_sdk::Error>(())
/// ```
#[must_use = "a builder does nothing until `build` is called"]
pub struct ClientBuilder {
    credentials: Option<Credentials>,
    base_url: String,
    names: SettingNames,
    plain_http: PlainHttp,
    api_version: Option<Date>,
    envelope: bool,
    pretty: bool,
    connect_timeout: Duration,
    attempt_timeout: Duration,
    operation_timeout: Duration,
    max_concurrent_requests: usize,
    max_response_size: usize,
    root_certificates: Vec<Vec<u8>>,
    user_agent: String,
    http_client: Option<reqwest::Client>,
    retry: Arc<dyn RetryPolicy>,
    polling: Polling,
    clock: Arc<dyn Clock>,
    token_store: Option<Arc<dyn TokenStore>>,
}

impl ClientBuilder {
    pub(crate) fn new() -> Self {
        Self {
            credentials: None,
            base_url: http::COMMERCIAL.to_owned(),
            names: SettingNames::ATLAS,
            plain_http: PlainHttp::Loopback,
            api_version: None,
            envelope: false,
            pretty: false,
            connect_timeout: CONNECT_TIMEOUT,
            attempt_timeout: ATTEMPT_TIMEOUT,
            operation_timeout: OPERATION_TIMEOUT,
            max_concurrent_requests: MAX_CONCURRENT_REQUESTS,
            max_response_size: MAX_RESPONSE_SIZE,
            root_certificates: Vec::new(),
            user_agent: concat!("atlas-migration-sdk/", env!("CARGO_PKG_VERSION")).to_owned(),
            http_client: None,
            retry: Arc::new(Backoff::default()),
            polling: Polling::default(),
            clock: Arc::new(SystemClock),
            token_store: None,
        }
    }

    /// Creates a builder with the credentials and the base URL from the environment, as
    /// [`Client::from_env`](crate::Client::from_env) reads them.
    ///
    /// # Errors
    ///
    /// As [`Client::from_env`](crate::Client::from_env).
    pub fn from_env() -> Result<Self> {
        let settings = environment::process().settings()?;
        let builder = Self::new().credentials(settings.credentials);
        Ok(match settings.base_url {
            Some(url) => builder.base_url(url.as_str()),
            None => builder,
        })
    }

    /// Sets the credentials. There is no default: without credentials, [`build`](Self::build) fails.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = Some(credentials);
        self
    }

    /// Sets the base URL of Atlas. Default: `https://cloud.mongodb.com`.
    ///
    /// Any https URL, with or without a path before `/api/atlas/v2` and with or without a trailing slash; http only to
    /// `localhost`, 127.0.0.0/8 and `[::1]`. User information, a query or a fragment is an error of
    /// [`build`](Self::build).
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = url.into();
        self
    }

    /// Sets the base URL to that of Atlas for Government: `https://cloud.mongodbgov.com`.
    pub fn government(self) -> Self {
        self.base_url(http::GOVERNMENT)
    }

    /// Sets the version of the API to request. Default: for each operation the newest version that this crate knows.
    ///
    /// Atlas responds with the newest version that is not later than this date. A call that needs a newer version fails
    /// before it is sent.
    pub fn api_version(mut self, version: Date) -> Self {
        self.api_version = Some(version);
        self
    }

    /// Whether to request responses in an envelope, which contains the status. Default: no.
    ///
    /// The envelope is removed, and its status is effective, so that there is no difference for callers.
    pub fn envelope(mut self, envelope: bool) -> Self {
        self.envelope = envelope;
        self
    }

    /// Whether to request indented responses, for debugging. Default: no. It has no effect on operations without the
    /// parameter.
    pub fn pretty(mut self, pretty: bool) -> Self {
        self.pretty = pretty;
        self
    }

    /// The time limit for connecting. Default: 10 s. Not used with [`http_client`](Self::http_client).
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = limit;
        self
    }

    /// The time limit for one request, from connecting to the end of the response. Default: 30 s.
    pub fn attempt_timeout(mut self, limit: Duration) -> Self {
        self.attempt_timeout = limit;
        self
    }

    /// The time limit for a whole call, with all attempts, the delays between them, and fetching an access token.
    /// Default: 120 s.
    pub fn operation_timeout(mut self, limit: Duration) -> Self {
        self.operation_timeout = limit;
        self
    }

    /// How many requests of the client and its clones are in progress at the same time, at least 1. Default: 100.
    ///
    /// Further calls wait in the order in which they began, within their
    /// [`operation_timeout`](Self::operation_timeout); the [`attempt_timeout`](Self::attempt_timeout) of a request begins
    /// when it is sent. A call that is still waiting at its operation timeout fails with
    /// [`ErrorKind::Timeout`](crate::ErrorKind::Timeout), and nothing was sent.
    ///
    /// Each request in progress has a connection with HTTP/1.1, and a stream of a common connection with HTTP/2. Servers
    /// should allow at least 100 streams (RFC 9113 section 6.5.2). If the server allows fewer, set that limit, so that
    /// requests do not wait for a stream within their attempt timeout. Requests for access tokens are not counted.
    pub fn max_concurrent_requests(mut self, limit: usize) -> Self {
        self.max_concurrent_requests = limit;
        self
    }

    /// The maximum size of a response in bytes. Default: 16 MiB.
    pub fn max_response_size(mut self, bytes: usize) -> Self {
        self.max_response_size = bytes;
        self
    }

    /// Trusts additional certificate authorities: one or more certificates in PEM. Default: only those of the system.
    pub fn root_certificates_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.root_certificates.push(pem.into());
        self
    }

    /// The `User-Agent`. Default: this crate's name and version. Not used with [`http_client`](Self::http_client).
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// Sends requests with a custom HTTP client. Default: a client that takes its proxy from the environment.
    ///
    /// It must not follow redirects (`reqwest::redirect::Policy::none()`): a redirect could send a request to another
    /// host, or repeat it. A response from another URL is an error of the kind
    /// [`ErrorKind::Redirected`](crate::ErrorKind::Redirected), but the request has been sent there by then; and a
    /// failure to connect may concern the other host.
    ///
    /// The custom client determines how to connect, which certificates to trust and which proxy to use. Its own time
    /// limits apply in addition to those of the builder. Its own retries are not counted: with reqwest's defaults, it
    /// repeats requests that an HTTP/2 server rejected without processing them.
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http_client = Some(client);
        self
    }

    /// Sets the retry policy. Default: [`Backoff`]. [`NoRetry`](crate::NoRetry) disables retries.
    ///
    /// Independent of the policy, a request is only repeated if that cannot have an effect twice.
    pub fn retry(mut self, policy: impl RetryPolicy) -> Self {
        self.retry = Arc::new(policy);
        self
    }

    /// Sets how often the jobs of this client are polled while waiting for them. Default: [`Polling::default`].
    ///
    /// [`MigrationJob::polling`](crate::MigrationJob::polling) and
    /// [`ValidationJob::polling`](crate::ValidationJob::polling) set it for one job.
    pub fn polling(mut self, polling: Polling) -> Self {
        self.polling = polling;
        self
    }

    /// Sets the clock. Default: [`SystemClock`].
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Shares the access token of the service account by a store with other clients and processes. Default: the client
    /// and its clones have a token of their own, in memory.
    ///
    /// Without effect on an API key or an access token, which are not fetched.
    ///
    /// ```
    /// use atlas_migration_sdk::{Client, Credentials, MemoryTokenStore};
    ///
    /// let store = MemoryTokenStore::default(); // or FileTokenStore::new(folder), with the feature `token-file`
    /// let client = Client::builder()
    ///     .credentials(Credentials::service_account("mdb_sa_id_…", "mdb_sa_sk_…"))
    ///     .token_store(store)
    ///     .build()?;
    /// # Ok::<(), atlas_migration_sdk::Error>(())
    /// ```
    pub fn token_store(mut self, store: impl TokenStore) -> Self {
        self.token_store = Some(Arc::new(store));
        self
    }

    /// Applies `change` to the settings except the base URL and the credentials, for a server without versions,
    /// envelopes and indented responses.
    pub(crate) fn configure_for_same_server(self, change: impl FnOnce(Self) -> Self) -> Self {
        let (base_url, credentials) = (self.base_url.clone(), self.credentials.clone());
        let (names, plain_http) = (self.names, self.plain_http);
        let (api_version, envelope, pretty) = (None, false, false);
        Self { base_url, credentials, names, plain_http, api_version, envelope, pretty, ..change(self) }
    }

    /// How errors name the settings.
    pub(crate) fn names(self, names: SettingNames) -> Self {
        Self { names, ..self }
    }

    /// Which hosts http is allowed to.
    pub(crate) fn plain_http(self, plain_http: PlainHttp) -> Self {
        Self { plain_http, ..self }
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Without the base URL: before `build` has validated it, it may contain a password.
        f.debug_struct("ClientBuilder")
            .field("credentials", &self.credentials)
            .field("api_version", &self.api_version)
            .field("connect_timeout", &self.connect_timeout)
            .field("attempt_timeout", &self.attempt_timeout)
            .field("operation_timeout", &self.operation_timeout)
            .field("max_concurrent_requests", &self.max_concurrent_requests)
            .field("max_response_size", &self.max_response_size)
            .field("retry", &self.retry)
            .field("polling", &self.polling)
            .field("token_store", &self.token_store)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
