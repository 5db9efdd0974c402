//! The server's digest nonces: issued, used, expired.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use super::Moment;
use crate::values::random;

/// When a nonce is accepted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NonceRules {
    pub(crate) lifetime: Duration,
    /// Whether each count is accepted once only.
    pub(crate) strict_counts: bool,
    /// How many counts around the number of accepted requests are accepted, each once, as with Tomcat; `None` for all.
    pub(crate) count_window: Option<u32>,
    /// Whether a nonce is accepted once only.
    pub(crate) one_time: bool,
}

/// The valid nonces.
#[derive(Debug, Default)]
pub(crate) struct Nonces {
    valid: HashMap<String, Nonce>,
}

#[derive(Debug)]
struct Nonce {
    issued: Moment,
    /// The number of accepted requests.
    accepted: u32,
    /// The counts that were used with it. A set rather than the last one, because concurrent requests of a client may
    /// arrive out of order.
    used_counts: HashSet<u32>,
}

/// The status of a nonce in credentials that are correct otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NonceStatus {
    Valid,
    /// Expired, invalidated, never issued, or used before although it is valid once only. The next challenge has
    /// `stale=true`.
    Stale,
    /// Used before with the same count, or with a count outside of the window. The next challenge is an ordinary one,
    /// as with Apache httpd and Tomcat.
    CountRejected,
}

impl NonceRules {
    fn has_expired(&self, nonce: &Nonce, now: Moment) -> bool {
        now.saturating_sub(nonce.issued) >= self.lifetime
    }

    fn accepts_count(&self, nonce: &Nonce, count: u32) -> bool {
        let is_unused = !nonce.used_counts.contains(&count);
        match self.count_window {
            Some(window) => is_unused && is_in_window(window, nonce.accepted, count),
            None => is_unused || !self.strict_counts,
        }
    }
}

/// Whether the count is in Tomcat's window: half of it below the number of accepted requests, half of it above.
fn is_in_window(window: u32, accepted: u32, count: u32) -> bool {
    let (window, accepted, count) = (i64::from(window), i64::from(accepted), i64::from(count));
    let start = accepted - window / 2;
    start < count && count <= start + window
}

impl Nonces {
    /// Creates a nonce. Removes the expired ones.
    pub(crate) fn issue(&mut self, now: Moment, rules: &NonceRules) -> String {
        self.valid.retain(|_, nonce| !rules.has_expired(nonce, now));
        let nonce = random::nonce();
        self.valid.insert(nonce.clone(), Nonce { issued: now, accepted: 0, used_counts: HashSet::new() });
        nonce
    }

    /// Checks the nonce of credentials that are correct otherwise, and records its use. Credentials without `qop` have
    /// no count.
    pub(crate) fn check(
        &mut self,
        nonce: &str,
        count: Option<u32>,
        now: Moment,
        rules: &NonceRules,
    ) -> NonceStatus {
        let Some(nonce) = self.valid.get_mut(nonce) else { return NonceStatus::Stale };
        if rules.has_expired(nonce, now) || (rules.one_time && nonce.accepted > 0) {
            return NonceStatus::Stale;
        }
        // Without a count a replay cannot be detected.
        if let Some(count) = count {
            if !rules.accepts_count(nonce, count) {
                return NonceStatus::CountRejected;
            }
            nonce.used_counts.insert(count);
        }
        nonce.accepted += 1;
        NonceStatus::Valid
    }

    /// Invalidates every nonce.
    pub(crate) fn invalidate_all(&mut self) {
        self.valid.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: NonceRules = NonceRules {
        lifetime: Duration::from_secs(10),
        strict_counts: false,
        count_window: None,
        one_time: false,
    };

    /// Checks each count, in this order, against the outcome.
    #[track_caller]
    fn check_counts(rules: NonceRules, counts: &[(Option<u32>, NonceStatus)]) {
        let mut nonces = Nonces::default();
        let nonce = nonces.issue(Duration::ZERO, &rules);
        for (count, expected) in counts {
            assert_eq!(nonces.check(&nonce, *count, Duration::ZERO, &rules), *expected, "{count:?}");
        }
    }

    #[test]
    fn nonce_is_valid_until_it_expires_or_is_invalidated() {
        let at = Duration::from_secs;
        let mut nonces = Nonces::default();
        let nonce = nonces.issue(at(1), &RULES);
        assert_eq!(nonce.len(), 32);
        assert_eq!(nonces.check(&nonce, Some(3), at(10), &RULES), NonceStatus::Valid, "the last second");
        assert_eq!(nonces.check(&nonce, Some(4), at(11), &RULES), NonceStatus::Stale, "expired");
        nonces.invalidate_all();
        assert_eq!(nonces.check(&nonce, None, at(1), &RULES), NonceStatus::Stale);
    }

    #[test]
    fn strict_counts_are_accepted_once_in_any_order() {
        use NonceStatus::{CountRejected, Valid};
        check_counts(RULES, &[(Some(1), Valid), (Some(1), Valid)]);
        let strict = NonceRules { strict_counts: true, ..RULES };
        check_counts(
            strict,
            &[(Some(2), Valid), (Some(1), Valid), (Some(1), CountRejected), (None, Valid), (None, Valid)],
        );
    }

    #[test]
    fn counts_are_accepted_within_the_window() {
        use NonceStatus::{CountRejected, Valid};
        let window = NonceRules { count_window: Some(4), ..RULES };
        // None accepted: 1 and 2. One accepted: up to 3. Three accepted: from 2 to 5.
        check_counts(
            window,
            &[
                (Some(3), CountRejected),
                (Some(2), Valid),
                (Some(2), CountRejected),
                (Some(3), Valid),
                (Some(4), Valid),
                (Some(1), CountRejected),
                (Some(5), Valid),
                (Some(1000), CountRejected),
            ],
        );
        check_counts(NonceRules { count_window: Some(0), ..RULES }, &[(Some(1), CountRejected)]);
        check_counts(NonceRules { count_window: Some(u32::MAX), ..RULES }, &[(Some(1), Valid)]);
    }

    #[test]
    fn one_time_nonce_is_stale_after_its_first_use() {
        let once = NonceRules { one_time: true, ..RULES };
        check_counts(once, &[(Some(1), NonceStatus::Valid), (Some(2), NonceStatus::Stale)]);
        check_counts(once, &[(None, NonceStatus::Valid), (None, NonceStatus::Stale)]);
    }
}
