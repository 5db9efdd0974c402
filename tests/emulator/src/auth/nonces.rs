//! The server's nonces: handed out, counted, expired.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use super::digest::Proof;
use crate::clock::Moment;
use crate::random;

/// The nonces that are out.
#[derive(Debug, Default)]
pub(crate) struct Nonces {
    out: HashMap<String, Nonce>,
}

#[derive(Debug)]
struct Nonce {
    issued: Moment,
    /// The counters that were used with it. A set and not the last one, because concurrent requests of one client
    /// may overtake each other.
    used: HashSet<u32>,
}

/// What the nonce of right credentials is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Good,
    /// Expired, rotated or never handed out. The challenge that follows says `stale=true`.
    Stale,
    /// Used before with the same counter. The challenge that follows is an ordinary one, as Apache httpd has it.
    Replayed,
}

impl Nonces {
    /// A new nonce. Those that have expired are forgotten.
    pub(crate) fn issue(&mut self, now: Moment, lifetime: Duration) -> String {
        self.out.retain(|_, nonce| now.saturating_sub(nonce.issued) < lifetime);
        let nonce = random::nonce();
        self.out.insert(nonce.clone(), Nonce { issued: now, used: HashSet::new() });
        nonce
    }

    /// Judges the nonce of credentials that are right otherwise, and notes its use.
    pub(crate) fn judge(
        &mut self,
        proof: &Proof<'_>,
        now: Moment,
        lifetime: Duration,
        strict: bool,
    ) -> Verdict {
        let Some(nonce) = self.out.get_mut(proof.nonce) else { return Verdict::Stale };
        if now.saturating_sub(nonce.issued) >= lifetime {
            return Verdict::Stale;
        }
        // Without `qop` there is no counter, and nothing by which to tell a replay.
        let Some(nc) = proof.nc else { return Verdict::Good };
        if nonce.used.insert(nc) || !strict { Verdict::Good } else { Verdict::Replayed }
    }

    /// Forgets every nonce.
    pub(crate) fn rotate(&mut self) {
        self.out.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn judges() {
        const LIFETIME: Duration = Duration::from_secs(10);
        let at = Duration::from_secs;
        let mut nonces = Nonces::default();
        let nonce = nonces.issue(at(1), LIFETIME);
        assert_eq!(nonce.len(), 32);
        let mut judge =
            |nc, now, strict| nonces.judge(&Proof { nonce: &nonce, nc }, at(now), LIFETIME, strict);
        assert_eq!(judge(Some(2), 1, true), Verdict::Good);
        assert_eq!(judge(Some(1), 1, true), Verdict::Good, "overtaken");
        assert_eq!(judge(Some(1), 1, true), Verdict::Replayed);
        assert_eq!(judge(Some(1), 1, false), Verdict::Good, "not strict");
        assert_eq!(judge(None, 1, true), Verdict::Good, "no counter");
        assert_eq!(judge(Some(3), 10, true), Verdict::Good, "the last second");
        assert_eq!(judge(Some(4), 11, true), Verdict::Stale, "expired");
        nonces.rotate();
        assert_eq!(nonces.judge(&Proof { nonce: &nonce, nc: None }, at(1), LIFETIME, true), Verdict::Stale);
    }
}
