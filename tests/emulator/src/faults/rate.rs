//! Faults at random, the same for the same seed and the same sequence of requests.

use std::time::Duration;

use super::{Fault, FaultKind};

/// How many requests meet a fault, and which.
///
/// Each connection and each request throws its own dice when it comes, and those of connections and of requests are
/// apart. So the same seed brings the same faults as long as the requests come in the same order, which they do where
/// a client makes one after the other. A connection meets only the kinds for connections and a request only the
/// others; whoever throws one that is not for it goes unharmed, so that no kind comes more often than the rest.
///
/// ```
/// use atlas_emulator::{Emulator, FaultKind, FaultRate};
///
/// let rate = FaultRate::new(20, 7).kinds([FaultKind::ResetAfterEffect, FaultKind::TooManyRequests]);
/// let builder = Emulator::builder().faults(rate);
/// ```
#[derive(Clone, Debug)]
#[must_use = "give it to `EmulatorBuilder::faults`"]
pub struct FaultRate {
    percent: u8,
    kinds: Vec<FaultKind>,
    stall: Duration,
    connections: fastrand::Rng,
    requests: fastrand::Rng,
}

impl FaultRate {
    /// Faults of every kind for this share of the requests. Replies that are slow are held back for 100
    /// milliseconds.
    pub fn new(percent: u8, seed: u64) -> Self {
        Self {
            percent,
            kinds: FaultKind::ALL.to_vec(),
            stall: Duration::from_millis(100),
            // Any other seed would do; it must not be the same dice.
            connections: fastrand::Rng::with_seed(!seed),
            requests: fastrand::Rng::with_seed(seed),
        }
    }

    /// Only faults of these kinds.
    pub fn kinds(mut self, kinds: impl IntoIterator<Item = FaultKind>) -> Self {
        self.kinds = kinds.into_iter().collect();
        self
    }

    /// How long slow replies are held back, in real time.
    pub fn stall(mut self, time: Duration) -> Self {
        self.stall = time;
        self
    }

    /// The fault of the next connection.
    pub(crate) fn of_connection(&mut self) -> Option<Fault> {
        let kind = throw(&mut self.connections, self.percent, &self.kinds)?;
        kind.hits_connections().then(|| Fault::new(kind))
    }

    /// The fault of the next request.
    pub(crate) fn of_request(&mut self) -> Option<Fault> {
        let kind = throw(&mut self.requests, self.percent, &self.kinds)?;
        (!kind.hits_connections()).then(|| Fault::new(kind).at_most(self.stall))
    }
}

fn throw(dice: &mut fastrand::Rng, percent: u8, kinds: &[FaultKind]) -> Option<FaultKind> {
    let hits = dice.u8(0..100) < percent;
    if hits { dice.choice(kinds).copied() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(percent: u8, seed: u64) -> Vec<Option<FaultKind>> {
        let mut rate = FaultRate::new(percent, seed);
        (0..1000).map(|_| rate.of_request().map(|fault| fault.kind)).collect()
    }

    #[test]
    fn repeats_itself_and_keeps_to_the_rate() {
        assert_eq!(kinds(20, 7), kinds(20, 7));
        assert_ne!(kinds(20, 7), kinds(20, 8));
        let hits = |percent| kinds(percent, 7).iter().flatten().count();
        assert_eq!(hits(0), 0);
        assert!((150..250).contains(&hits(20)), "{}", hits(20));
        assert!((900..1000).contains(&hits(100)), "{}", hits(100));
        let mut refusing = FaultRate::new(100, 7).kinds([FaultKind::RefuseConnection]);
        assert!(refusing.of_connection().is_some() && refusing.of_request().is_none());
        for kind in FaultKind::ALL {
            assert_eq!(kinds(100, 7).contains(&Some(kind)), !kind.hits_connections(), "{kind}");
        }
    }
}
