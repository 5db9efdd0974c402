//! The rules that requests are checked against: credentials, roles, limits. Most can change while the emulator runs.

use std::net::IpAddr;
use std::time::Duration;

use ipnet::IpNet;

use super::{MigrationTimeline, NonceRules, ValidationTimeline};
use crate::assumptions;
use crate::values::{ApiKey, Challenge, MissingRole, Role, ServiceAccount, fixtures};

/// The digest realm of one service, Atlas or Cloud Manager, and the API key that it accepts.
#[derive(Clone)]
pub(crate) struct DigestRealm {
    pub(crate) name: String,
    pub(crate) api_key: ApiKey,
}

/// The rules that requests are checked against.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) service_account: ServiceAccount,
    pub(crate) atlas: DigestRealm,
    pub(crate) source_manager: DigestRealm,
    pub(crate) roles: Vec<Role>,
    pub(crate) missing_role: MissingRole,
    pub(crate) access_list: Option<Vec<IpNet>>,
    pub(crate) require_access_list: bool,
    pub(crate) client_address: Option<IpAddr>,
    /// When the secret of the service account expires, if ever.
    pub(crate) secret_lifetime: Option<Duration>,
    pub(crate) token_lifetime: Duration,
    pub(crate) token_requests_per_minute: u32,
    pub(crate) token_retry_after: bool,
    pub(crate) active_token_limit: usize,
    pub(crate) challenges: Vec<Challenge>,
    pub(crate) single_challenge_header: bool,
    pub(crate) nonces: NonceRules,
    pub(crate) rate_capacity: u32,
    pub(crate) rate_window: Duration,
    pub(crate) validation_timeline: ValidationTimeline,
    pub(crate) migration_timeline: MigrationTimeline,
    pub(crate) one_job_per_host: bool,
    pub(crate) require_available_source: bool,
    /// How many bytes the recorded requests may take.
    pub(crate) journal_capacity: usize,
}

impl Default for Settings {
    /// Atlas's own values where they are known.
    fn default() -> Self {
        Self {
            service_account: fixtures::service_account(),
            atlas: DigestRealm { name: "MMS Public API".to_owned(), api_key: fixtures::api_key() },
            source_manager: DigestRealm {
                name: assumptions::SOURCE_MANAGER_REALM.to_owned(),
                api_key: fixtures::source_manager_api_key(),
            },
            roles: vec![Role::OrganizationOwner],
            missing_role: MissingRole::Forbidden,
            access_list: None,
            require_access_list: false,
            client_address: None,
            secret_lifetime: None,
            token_lifetime: Duration::from_secs(3600),
            token_requests_per_minute: 10,
            token_retry_after: assumptions::TOKEN_RETRY_AFTER,
            active_token_limit: 100,
            challenges: vec![Challenge::md5()],
            single_challenge_header: false,
            nonces: NonceRules {
                lifetime: assumptions::NONCE_LIFETIME,
                strict_counts: false,
                count_window: None,
                one_time: false,
            },
            rate_capacity: assumptions::RATE_CAPACITY,
            rate_window: assumptions::RATE_WINDOW,
            validation_timeline: ValidationTimeline::new(),
            migration_timeline: MigrationTimeline::new(),
            one_job_per_host: true,
            require_available_source: true,
            journal_capacity: 32 << 20,
        }
    }
}
