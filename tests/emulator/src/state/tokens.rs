//! The access tokens of the service account.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::Duration;

use super::{Bucket, Moment};
use crate::values::random;

/// The active access tokens, and the rate limits of the token endpoint.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    /// The tokens and when they expire.
    active: HashMap<String, Moment>,
    buckets: HashMap<(IpAddr, String), Bucket>,
}

impl Tokens {
    /// Creates a token.
    pub(crate) fn issue(&mut self, now: Moment, lifetime: Duration) -> String {
        let token = random::token();
        self.active.insert(token.clone(), now.saturating_add(lifetime));
        token
    }

    /// Whether the token was issued and is neither expired nor revoked.
    pub(crate) fn is_active(&self, token: &str, now: Moment) -> bool {
        self.active.get(token).is_some_and(|expiry| now < *expiry)
    }

    /// Removes the expired tokens. Returns how many are left.
    pub(crate) fn count_active(&mut self, now: Moment) -> usize {
        self.active.retain(|_, expiry| now < *expiry);
        self.active.len()
    }

    /// Revokes the token, if it exists.
    pub(crate) fn revoke(&mut self, token: &str) {
        self.active.remove(token);
    }

    /// Revokes all tokens. The emulator does not distinguish an expired token from a revoked one.
    pub(crate) fn revoke_all(&mut self) {
        self.active.clear();
    }

    /// The bucket for token requests of this client at this address.
    pub(crate) fn bucket(&mut self, address: IpAddr, client: &str) -> &mut Bucket {
        self.buckets.entry((address, client.to_owned())).or_default()
    }
}
