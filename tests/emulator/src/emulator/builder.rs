//! The configuration of an emulator. The defaults are those of Atlas where they are known.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use atlas_migration_sdk::Date;
use ipnet::IpNet;

use crate::faults::FaultRate;
use crate::server::RequestObserver;
use crate::state::{MigrationTimeline, RecordedRequest, Settings, ValidationTimeline};
use crate::values::{ApiKey, Challenge, MissingRole, Role, ServiceAccount};

/// Configures an [`Emulator`](crate::Emulator). [`Emulator::builder`](crate::Emulator::builder) creates one;
/// [`Emulator::start`](crate::Emulator::start) uses the defaults.
#[derive(Clone)]
#[must_use = "nothing listens before `start`"]
pub struct EmulatorBuilder {
    pub(super) settings: Settings,
    pub(super) address: SocketAddr,
    pub(super) source_manager_address: SocketAddr,
    pub(super) keep_alive: bool,
    pub(super) fault_rate: Option<FaultRate>,
    pub(super) today: Option<Date>,
    pub(super) time_scale: f64,
    pub(super) organizations: usize,
    pub(super) observer: Option<RequestObserver>,
}

impl Default for EmulatorBuilder {
    fn default() -> Self {
        Self {
            settings: Settings::default(),
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            source_manager_address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            keep_alive: true,
            fault_rate: None,
            today: None,
            time_scale: 1.0,
            organizations: 1,
            observer: None,
        }
    }
}

impl EmulatorBuilder {
    /// Sets the address of Atlas. Default: a free port of 127.0.0.1. [`start`](Self::start) rejects an address that
    /// other machines can reach, because the emulator's credentials are part of its source.
    pub fn address(mut self, address: SocketAddr) -> Self {
        self.address = address;
        self
    }

    /// Sets the address of Cloud Manager, also a loopback address. Default: a free port of 127.0.0.1.
    pub fn source_manager_address(mut self, address: SocketAddr) -> Self {
        self.source_manager_address = address;
        self
    }

    /// Sets whether an HTTP/1 connection serves more than one request. Default: true. Without it every request has its
    /// own connection, so that [`ResetOnAccept`](crate::FaultKind::ResetOnAccept) counts requests.
    pub fn keep_alive(mut self, keep_alive: bool) -> Self {
        self.keep_alive = keep_alive;
        self
    }

    /// Sets the rate of random faults. Default: none.
    pub fn fault_rate(mut self, rate: FaultRate) -> Self {
        self.fault_rate = Some(rate);
        self
    }

    /// Sets how validations proceed. Default: [`ValidationTimeline::new`].
    pub fn validation_timeline(mut self, timeline: ValidationTimeline) -> Self {
        self.settings.validation_timeline = timeline;
        self
    }

    /// Sets how migrations proceed. Default: [`MigrationTimeline::new`].
    pub fn migration_timeline(mut self, timeline: MigrationTimeline) -> Self {
        self.settings.migration_timeline = timeline;
        self
    }

    /// Sets whether a migration host that runs a job rejects another. Default: true.
    pub fn one_job_per_host(mut self, enabled: bool) -> Self {
        self.settings.one_job_per_host = enabled;
        self
    }

    /// Sets whether validations and migrations are rejected if the organization is not linked to the source, or if its
    /// available projects do not have the plan's source project, cluster or migration host. Default: true.
    ///
    /// A test that is not about the source can turn it off, and then use any names.
    pub fn require_available_source(mut self, require: bool) -> Self {
        self.settings.require_available_source = require;
        self
    }

    /// Sets the public and private key of the API key of Cloud Manager. Default: fixed values.
    pub fn source_manager_api_key(mut self, public: impl Into<String>, private: impl Into<String>) -> Self {
        self.settings.source_manager.api_key = ApiKey { public: public.into(), private: private.into() };
        self
    }

    /// Sets the realm of Cloud Manager's digest challenges. Default: `Cloud Manager Public API`.
    pub fn source_manager_realm(mut self, realm: impl Into<String>) -> Self {
        self.settings.source_manager.name = realm.into();
        self
    }

    /// Sets the client id and secret of the service account. Default: fixed values.
    pub fn service_account(mut self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.settings.service_account = ServiceAccount { id: id.into(), secret: secret.into() };
        self
    }

    /// Sets the public and private key of the API key. Default: fixed values.
    pub fn api_key(mut self, public: impl Into<String>, private: impl Into<String>) -> Self {
        self.settings.atlas.api_key = ApiKey { public: public.into(), private: private.into() };
        self
    }

    /// Sets the roles of every credential. Default: [`Role::OrganizationOwner`].
    pub fn roles(mut self, roles: impl IntoIterator<Item = Role>) -> Self {
        self.settings.roles = roles.into_iter().collect();
        self
    }

    /// Sets the response to a request without the required role. Default: [`MissingRole::Forbidden`].
    pub fn missing_role(mut self, response: MissingRole) -> Self {
        self.settings.missing_role = response;
        self
    }

    /// Sets the networks from which credentials can be used. Default: no list, so all networks.
    pub fn access_list(mut self, networks: impl IntoIterator<Item = IpNet>) -> Self {
        self.settings.access_list = Some(networks.into_iter().collect());
        self
    }

    /// Sets whether the organization rejects credentials without an access list. Default: false.
    pub fn require_access_list(mut self, require: bool) -> Self {
        self.settings.require_access_list = require;
        self
    }

    /// Sets the client address of every request, for access lists. Default: the real one.
    pub fn client_address(mut self, address: IpAddr) -> Self {
        self.settings.client_address = Some(address);
        self
    }

    /// Sets how long after the start the secret of the service account expires, in the emulator's time. Default: it does
    /// not expire. The token endpoint then rejects it; access tokens stay valid until they expire.
    pub fn secret_lifetime(mut self, lifetime: Duration) -> Self {
        self.settings.secret_lifetime = Some(lifetime);
        self
    }

    /// Sets how long an access token is valid. Default: one hour.
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.settings.token_lifetime = lifetime;
        self
    }

    /// Sets how many requests per minute the token endpoint accepts from a client. Default: 10.
    pub fn token_requests_per_minute(mut self, limit: u32) -> Self {
        self.settings.token_requests_per_minute = limit;
        self
    }

    /// Sets whether the token endpoint's response to too many requests has `Retry-After`. Default: false; the error
    /// contains the rate.
    pub fn token_retry_after(mut self, enabled: bool) -> Self {
        self.settings.token_retry_after = enabled;
        self
    }

    /// Sets how many tokens of the service account can be active at once. Default: 100.
    pub fn active_token_limit(mut self, limit: usize) -> Self {
        self.settings.active_token_limit = limit;
        self
    }

    /// Sets the realm of Atlas's digest challenges. Default: `MMS Public API`.
    pub fn realm(mut self, realm: impl Into<String>) -> Self {
        self.settings.atlas.name = realm.into();
        self
    }

    /// Sets the digest challenges, in this order. Default: one [`Challenge::md5`].
    pub fn challenges(mut self, challenges: impl IntoIterator<Item = Challenge>) -> Self {
        self.settings.challenges = challenges.into_iter().collect();
        self
    }

    /// Sets whether several challenges are combined in one header, separated by commas. Default: false, each has its
    /// own header.
    pub fn single_challenge_header(mut self, single: bool) -> Self {
        self.settings.single_challenge_header = single;
        self
    }

    /// Sets how long a digest nonce is valid. Default: five minutes.
    pub fn nonce_lifetime(mut self, lifetime: Duration) -> Self {
        self.settings.nonces.lifetime = lifetime;
        self
    }

    /// Sets whether a nonce count that was used before is rejected. Default: false.
    pub fn strict_nc(mut self, strict: bool) -> Self {
        self.settings.nonces.strict_counts = strict;
        self
    }

    /// Sets how many nonce counts around the number of accepted requests are accepted, each once. A count outside of
    /// this window gets a challenge without `stale=true`. Tomcat does so, with a window of 100. Default: no window.
    pub fn nonce_window(mut self, counts: u32) -> Self {
        self.settings.nonces.count_window = Some(counts);
        self
    }

    /// Sets whether a nonce is accepted once only. Its second use gets a challenge with `stale=true`. Default: false.
    pub fn one_time_nonces(mut self, enabled: bool) -> Self {
        self.settings.nonces.one_time = enabled;
        self
    }

    /// Sets how many requests each path accepts in a window of this length. Default: 500 per minute.
    pub fn rate_limit(mut self, capacity: u32, window: Duration) -> Self {
        self.settings.rate_capacity = capacity;
        self.settings.rate_window = window;
        self
    }

    /// Sets the date by which versions are deprecated and removed. Default: today, in UTC.
    pub fn today(mut self, today: Date) -> Self {
        self.today = Some(today);
        self
    }

    /// Sets how many times as fast as real time the emulator's clock runs. Default: 1. With 0 it moves only by
    /// [`Emulator::advance`](crate::Emulator::advance). A negative or infinite number counts as 0.
    pub fn time_scale(mut self, scale: f64) -> Self {
        self.time_scale = if scale.is_finite() { scale.max(0.0) } else { 0.0 };
        self
    }

    /// Sets the number of organizations, at least one. Default: one. Every credential has access to all of them, so
    /// that lists have several pages; in Atlas a credential belongs to one.
    pub fn organizations(mut self, count: usize) -> Self {
        self.organizations = count.max(1);
        self
    }

    /// Sets how many bytes of memory the recorded requests may take, about. Default: 32 MiB, which is enough for more than
    /// 15,000 requests with small bodies. When they take more, the oldest are dropped, and
    /// [`Emulator::dropped_entries`](crate::Emulator::dropped_entries) counts them. With 0 none is kept.
    pub fn journal_capacity(mut self, bytes: usize) -> Self {
        self.settings.journal_capacity = bytes;
        self
    }

    /// Calls the observer after each request, for instance to log it.
    pub fn on_request(mut self, observer: impl Fn(&RecordedRequest) + Send + Sync + 'static) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }
}
