//! What a test may change while the emulator runs, apart from jobs and faults.

use std::net::IpAddr;
use std::time::Duration;

use atlas_migration_sdk::Date;
use ipnet::IpNet;
use serde_json::Value;

use super::Emulator;
use crate::config::Role;
use crate::script::CannedReply;
use crate::seed;

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
