//! Settings that a test can change while the emulator runs. Jobs and faults have their own modules.

use std::net::IpAddr;
use std::time::Duration;

use atlas_migration_sdk::Date;
use ipnet::IpNet;
use serde_json::Value;

use super::Emulator;
use crate::assumptions;
use crate::faults::CannedResponse;
use crate::values::{Role, fixtures};

/// Settings that a test can change.
impl Emulator {
    /// The emulator's time since its start.
    #[must_use]
    pub fn now(&self) -> Duration {
        self.shared.lock().state.clock.now()
    }

    /// Moves the clock forward: tokens and nonces expire, rate limits refill, jobs proceed.
    pub fn advance(&self, by: Duration) {
        self.shared.lock().state.clock.advance(by);
    }

    /// Sets the date by which versions are deprecated and removed.
    pub fn set_today(&self, today: Date) {
        self.shared.lock().state.clock.set_today(today);
    }

    /// Makes the secret of the service account expire, or valid again. Access tokens stay valid.
    pub fn set_secret_expired(&self, expired: bool) {
        self.shared.lock().state.settings.secret_lifetime = expired.then_some(Duration::ZERO);
    }

    /// Makes every access token expire.
    pub fn expire_tokens(&self) {
        self.shared.lock().state.tokens.revoke_all();
    }

    /// Revokes every access token. A client sees the same as after [`expire_tokens`](Self::expire_tokens).
    pub fn revoke_all_tokens(&self) {
        self.expire_tokens();
    }

    /// Makes every digest nonce expire: the next valid credentials get a challenge with `stale=true`.
    pub fn expire_nonces(&self) {
        self.shared.lock().state.nonces.invalidate_all();
    }

    /// Sets the roles of every credential.
    pub fn set_roles(&self, roles: impl IntoIterator<Item = Role>) {
        self.shared.lock().state.settings.roles = roles.into_iter().collect();
    }

    /// Sets the networks from which credentials can be used; `None` removes the list.
    pub fn set_access_list(&self, networks: Option<Vec<IpNet>>) {
        self.shared.lock().state.settings.access_list = networks;
    }

    /// Sets whether the organization rejects credentials without an access list.
    pub fn set_require_access_list(&self, require: bool) {
        self.shared.lock().state.settings.require_access_list = require;
    }

    /// Sets the client address of every request; `None` is the real one.
    pub fn set_client_address(&self, address: Option<IpAddr>) {
        self.shared.lock().state.settings.client_address = address;
    }

    /// Sets how many requests each path accepts in a window of this length. Requests that were made before still count.
    pub fn set_rate_limit(&self, capacity: u32, window: Duration) {
        let state = &mut self.shared.lock().state;
        state.settings.rate_capacity = capacity;
        state.settings.rate_window = window;
    }

    /// Links the organization to the source, or removes the link, in both services and without a request.
    pub fn set_linked(&self, linked: bool) {
        let state = &mut self.shared.lock().state;
        let token = linked.then(assumptions::link_token);
        if let Some(organization) = state.organization(fixtures::ORG_ID) {
            organization.link_tokens = token.clone().into_iter().collect();
        }
        state.source_manager.link_token = token;
    }

    /// Sets whether validations and migrations need an available source, see
    /// [`EmulatorBuilder::require_available_source`](crate::EmulatorBuilder::require_available_source).
    pub fn set_require_available_source(&self, require: bool) {
        self.shared.lock().state.settings.require_available_source = require;
    }

    /// Whether the source is linked to Atlas.
    #[must_use]
    pub fn is_linked(&self) -> bool {
        self.shared.lock().state.is_linked()
    }

    /// The link-tokens of the organization.
    #[must_use]
    pub fn link_tokens(&self) -> Vec<String> {
        let state = &mut self.shared.lock().state;
        state
            .organization(fixtures::ORG_ID)
            .map(|organization| organization.link_tokens.clone())
            .unwrap_or_default()
    }

    /// Sets the source projects that are available to a linked organization, as JSON, so that a test can send what a
    /// client does not know. Validations and migrations need a cluster and a migration host of one of them.
    pub fn set_available_projects(&self, projects: Vec<Value>) {
        self.shared.lock().state.available_projects = projects;
    }

    /// Responds to the next request with this response. Several responses are sent in order.
    pub fn override_next(&self, response: CannedResponse) {
        self.shared.lock().faults.push_response(response);
    }
}
