//! Faults at random, the same for the same seed and the same sequence of requests.

use std::time::Duration;

use super::{Fault, FaultKind};

/// How many requests meet a fault, and which.
///
/// Each connection and each request throws its own dice when it comes; those of connections and of requests are
/// apart. So the same seed brings the same faults as long as the requests come in the same order, which they do where
/// a client makes one after the other.
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
    stall: Duration,
    connections: Dice,
    requests: Dice,
}

impl FaultRate {
    /// Faults of every kind for this share of the requests and of the connections. Replies that are slow are held
    /// back for 100 milliseconds.
    pub fn new(percent: u8, seed: u64) -> Self {
        // Any other seed would do for the connections; theirs must not be the same dice.
        let dice = |seed| Dice { kinds: Vec::new(), random: fastrand::Rng::with_seed(seed) };
        let rate = Self {
            percent,
            stall: Duration::from_millis(100),
            connections: dice(!seed),
            requests: dice(seed),
        };
        rate.kinds(FaultKind::ALL)
    }

    /// Only faults of these kinds.
    pub fn kinds(mut self, kinds: impl IntoIterator<Item = FaultKind>) -> Self {
        (self.connections.kinds, self.requests.kinds) =
            kinds.into_iter().partition(|kind| kind.hits_connections());
        self
    }

    /// How long slow replies are held back, in real time.
    pub fn stall(mut self, time: Duration) -> Self {
        self.stall = time;
        self
    }

    /// The fault of the next connection.
    pub(crate) fn of_connection(&mut self) -> Option<Fault> {
        self.connections.throw(self.percent).map(Fault::new)
    }

    /// The fault of the next request.
    pub(crate) fn of_request(&mut self) -> Option<Fault> {
        let stall = self.stall;
        self.requests.throw(self.percent).map(|kind| Fault::new(kind).at_most(stall))
    }
}

#[derive(Clone, Debug)]
struct Dice {
    kinds: Vec<FaultKind>,
    random: fastrand::Rng,
}

impl Dice {
    fn throw(&mut self, percent: u8) -> Option<FaultKind> {
        let hits = self.random.u8(0..100) < percent;
        if hits { self.random.choice(&self.kinds).copied() } else { None }
    }
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
        assert_eq!((hits(0), hits(100)), (0, 1000));
        assert!((150..250).contains(&hits(20)), "{}", hits(20));
        for kind in FaultKind::ALL {
            assert_eq!(kinds(100, 7).contains(&Some(kind)), !kind.hits_connections(), "{kind}");
        }
    }
}
