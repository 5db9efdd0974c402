//! What a test can set before the emulator starts, and the defaults, which are those of Atlas where they are known.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use atlas_migration_sdk::Date;
use ipnet::IpNet;

use super::{ApiKey, DigestSide, MissingRole, Observer, Role, ServiceAccount, Settings};
use crate::auth::Challenge;
use crate::emulator::Emulator;
use crate::faults::FaultRate;
use crate::jobs::{MigrationCourse, ValidationCourse};
use crate::journal::RecordedRequest;
use crate::{seed, unknown};

/// Sets up an [`Emulator`]. Made by [`Emulator::builder`]; every default is that of [`Emulator::start`].
#[derive(Clone)]
#[must_use = "nothing listens before `start`"]
pub struct EmulatorBuilder {
    pub(crate) settings: Settings,
    pub(crate) address: SocketAddr,
    pub(crate) ops_manager_address: SocketAddr,
    pub(crate) keep_alive: bool,
    pub(crate) faults: Option<FaultRate>,
    pub(crate) today: Option<Date>,
    pub(crate) time_scale: f64,
    pub(crate) organizations: usize,
    pub(crate) observer: Option<Observer>,
}

impl Default for EmulatorBuilder {
    fn default() -> Self {
        Self {
            settings: Settings {
                service_account: seed::service_account(),
                atlas: DigestSide { realm: "MMS Public API".to_owned(), api_key: seed::api_key() },
                ops_manager: DigestSide {
                    realm: unknown::OPS_MANAGER_REALM.to_owned(),
                    api_key: seed::ops_manager_api_key(),
                },
                roles: vec![Role::OrganizationOwner],
                missing_role: MissingRole::Forbidden,
                access_list: None,
                require_access_list: false,
                client_address: None,
                token_lifetime: Duration::from_secs(3600),
                token_requests_per_minute: 10,
                active_token_limit: 100,
                challenges: vec![Challenge::md5()],
                one_challenge_header: false,
                nonce_lifetime: unknown::NONCE_LIFETIME,
                strict_nc: false,
                rate_capacity: unknown::RATE_CAPACITY,
                rate_window: unknown::RATE_WINDOW,
                validation_course: ValidationCourse::new(),
                migration_course: MigrationCourse::new(),
                one_job_per_host: true,
            },
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            ops_manager_address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            keep_alive: true,
            faults: None,
            today: None,
            time_scale: 1.0,
            organizations: 1,
            observer: None,
        }
    }
}

impl EmulatorBuilder {
    /// Starts the emulator, on the runtime that this is called in.
    ///
    /// # Errors
    ///
    /// When the address is not of the loopback interface, or cannot be bound.
    pub async fn start(self) -> io::Result<Emulator> {
        Emulator::launch(self).await
    }

    /// The address to listen on. Default: a free port of 127.0.0.1. [`start`](Self::start) refuses an address that
    /// other machines can reach: the emulator's credentials are printed in its source.
    pub fn address(mut self, address: SocketAddr) -> Self {
        self.address = address;
        self
    }

    /// The address on which the source side, Ops Manager, listens; a loopback address like the other. Default: a free
    /// port of 127.0.0.1.
    pub fn ops_manager_address(mut self, address: SocketAddr) -> Self {
        self.ops_manager_address = address;
        self
    }

    /// Whether a connection serves more than one request of HTTP/1. Default: yes. Without it every request comes by
    /// a connection of its own, so that [`RefuseConnection`](crate::FaultKind::RefuseConnection) counts requests.
    pub fn keep_alive(mut self, keep_alive: bool) -> Self {
        self.keep_alive = keep_alive;
        self
    }

    /// Faults at random. Default: none.
    pub fn faults(mut self, rate: FaultRate) -> Self {
        self.faults = Some(rate);
        self
    }

    /// How validations go. Default: [`ValidationCourse::new`].
    pub fn validation_course(mut self, course: ValidationCourse) -> Self {
        self.settings.validation_course = course;
        self
    }

    /// How migrations go. Default: [`MigrationCourse::new`].
    pub fn migration_course(mut self, course: MigrationCourse) -> Self {
        self.settings.migration_course = course;
        self
    }

    /// Whether a migration host that has a job refuses another. Default: yes.
    pub fn one_job_per_host(mut self, one: bool) -> Self {
        self.settings.one_job_per_host = one;
        self
    }

    /// The public and private part of the API key of Ops Manager. Default: fixed ones.
    pub fn ops_manager_api_key(mut self, public: impl Into<String>, private: impl Into<String>) -> Self {
        self.settings.ops_manager.api_key = ApiKey { public: public.into(), private: private.into() };
        self
    }

    /// The realm of Ops Manager's digest challenges. Default: `Ops Manager Public API`.
    pub fn ops_manager_realm(mut self, realm: impl Into<String>) -> Self {
        self.settings.ops_manager.realm = realm.into();
        self
    }

    /// The client id and secret of the service account. Default: fixed ones.
    pub fn service_account(mut self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.settings.service_account = ServiceAccount { id: id.into(), secret: secret.into() };
        self
    }

    /// The public and private part of the API key. Default: fixed ones.
    pub fn api_key(mut self, public: impl Into<String>, private: impl Into<String>) -> Self {
        self.settings.atlas.api_key = ApiKey { public: public.into(), private: private.into() };
        self
    }

    /// The roles of every credential. Default: [`Role::OrganizationOwner`].
    pub fn roles(mut self, roles: impl IntoIterator<Item = Role>) -> Self {
        self.settings.roles = roles.into_iter().collect();
        self
    }

    /// How a request without the role is answered. Default: [`MissingRole::Forbidden`].
    pub fn missing_role(mut self, answer: MissingRole) -> Self {
        self.settings.missing_role = answer;
        self
    }

    /// The networks from which credentials can be used. Default: no list, so from everywhere.
    pub fn access_list(mut self, networks: impl IntoIterator<Item = IpNet>) -> Self {
        self.settings.access_list = Some(networks.into_iter().collect());
        self
    }

    /// Whether the organization refuses credentials without an access list. Default: no.
    pub fn require_access_list(mut self, require: bool) -> Self {
        self.settings.require_access_list = require;
        self
    }

    /// The address that requests seem to come from, for access lists. Default: the one that they do come from.
    pub fn client_address(mut self, address: IpAddr) -> Self {
        self.settings.client_address = Some(address);
        self
    }

    /// How long an access token serves. Default: an hour.
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.settings.token_lifetime = lifetime;
        self
    }

    /// How many requests a minute the token endpoint takes from one client. Default: 10.
    pub fn token_requests_per_minute(mut self, limit: u32) -> Self {
        self.settings.token_requests_per_minute = limit;
        self
    }

    /// How many tokens of the service account can be active at once. Default: 100.
    pub fn active_token_limit(mut self, limit: usize) -> Self {
        self.settings.active_token_limit = limit;
        self
    }

    /// The realm of Atlas's digest challenges. Default: `MMS Public API`.
    pub fn realm(mut self, realm: impl Into<String>) -> Self {
        self.settings.atlas.realm = realm.into();
        self
    }

    /// The digest challenges, in this order. Default: one [`Challenge::md5`].
    pub fn challenges(mut self, challenges: impl IntoIterator<Item = Challenge>) -> Self {
        self.settings.challenges = challenges.into_iter().collect();
        self
    }

    /// Whether several challenges stand in one header, separated by commas. Default: no, each in its own.
    pub fn one_challenge_header(mut self, one: bool) -> Self {
        self.settings.one_challenge_header = one;
        self
    }

    /// How long a digest nonce serves. Default: five minutes.
    pub fn nonce_lifetime(mut self, lifetime: Duration) -> Self {
        self.settings.nonce_lifetime = lifetime;
        self
    }

    /// Whether a nonce counter that was used before is refused. Default: no.
    pub fn strict_nc(mut self, strict: bool) -> Self {
        self.settings.strict_nc = strict;
        self
    }

    /// How many requests each path takes in a window, and how long that is. Default: 500 in a minute.
    pub fn rate_limit(mut self, capacity: u32, window: Duration) -> Self {
        self.settings.rate_capacity = capacity;
        self.settings.rate_window = window;
        self
    }

    /// The date by which versions are deprecated and gone. Default: today's, in UTC.
    pub fn today(mut self, today: Date) -> Self {
        self.today = Some(today);
        self
    }

    /// How many times as fast as the world the clock runs. Default: 1. With 0 it stands still but for
    /// [`Emulator::advance`]. A number that is negative or not finite counts as 0.
    pub fn time_scale(mut self, scale: f64) -> Self {
        self.time_scale = if scale.is_finite() { scale.max(0.0) } else { 0.0 };
        self
    }

    /// How many organizations there are, at least one. Default: one. Every credential sees all of them, so that
    /// lists have pages; in Atlas it belongs to one.
    pub fn organizations(mut self, count: usize) -> Self {
        self.organizations = count.max(1);
        self
    }

    /// Calls this after each request, for instance to log it.
    pub fn on_request(mut self, observer: impl Fn(&RecordedRequest) + Send + Sync + 'static) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }
}
