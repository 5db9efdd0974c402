//! The server's digest nonces: issued, used, expired.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use super::Moment;
use crate::values::random;

/// The valid nonces.
#[derive(Debug, Default)]
pub(crate) struct Nonces {
    valid: HashMap<String, Nonce>,
}

#[derive(Debug)]
struct Nonce {
    issued: Moment,
    /// The counts that were used with it. A set rather than the last one, because concurrent requests of a client may
    /// arrive out of order.
    used_counts: HashSet<u32>,
}

/// The status of a nonce in credentials that are correct otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NonceStatus {
    Valid,
    /// Expired, invalidated or never issued. The next challenge has `stale=true`.
    Stale,
    /// Used before with the same count. The next challenge is an ordinary one, as with Apache httpd.
    Replayed,
}

impl Nonces {
    /// Creates a nonce. Removes the expired ones.
    pub(crate) fn issue(&mut self, now: Moment, lifetime: Duration) -> String {
        self.valid.retain(|_, nonce| now.saturating_sub(nonce.issued) < lifetime);
        let nonce = random::nonce();
        self.valid.insert(nonce.clone(), Nonce { issued: now, used_counts: HashSet::new() });
        nonce
    }

    /// Checks the nonce of credentials that are correct otherwise, and records its use. Credentials without `qop` have
    /// no count.
    pub(crate) fn check(
        &mut self,
        nonce: &str,
        count: Option<u32>,
        now: Moment,
        lifetime: Duration,
        strict: bool,
    ) -> NonceStatus {
        let Some(nonce) = self.valid.get_mut(nonce) else { return NonceStatus::Stale };
        if now.saturating_sub(nonce.issued) >= lifetime {
            return NonceStatus::Stale;
        }
        // Without a count a replay cannot be detected.
        let Some(count) = count else { return NonceStatus::Valid };
        if nonce.used_counts.insert(count) || !strict { NonceStatus::Valid } else { NonceStatus::Replayed }
    }

    /// Invalidates every nonce.
    pub(crate) fn invalidate_all(&mut self) {
        self.valid.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nonce_is_valid_then_replayed_or_stale() {
        const LIFETIME: Duration = Duration::from_secs(10);
        let at = Duration::from_secs;
        let mut nonces = Nonces::default();
        let nonce = nonces.issue(at(1), LIFETIME);
        assert_eq!(nonce.len(), 32);
        let mut check = |count, now, strict| nonces.check(&nonce, count, at(now), LIFETIME, strict);
        assert_eq!(check(Some(2), 1, true), NonceStatus::Valid);
        assert_eq!(check(Some(1), 1, true), NonceStatus::Valid, "out of order");
        assert_eq!(check(Some(1), 1, true), NonceStatus::Replayed);
        assert_eq!(check(Some(1), 1, false), NonceStatus::Valid, "not strict");
        assert_eq!(check(None, 1, true), NonceStatus::Valid, "no count");
        assert_eq!(check(Some(3), 10, true), NonceStatus::Valid, "the last second");
        assert_eq!(check(Some(4), 11, true), NonceStatus::Stale, "expired");
        nonces.invalidate_all();
        assert_eq!(nonces.check(&nonce, None, at(1), LIFETIME, true), NonceStatus::Stale);
    }
}
