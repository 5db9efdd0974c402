//! Random faults, which are the same for the same seed and the same sequence of requests.

use std::time::Duration;

use super::fault::Fault;
use crate::values::FaultKind;

/// How often faults occur at random, and which kinds.
///
/// Each connection and each request draws its own random number on arrival, from separate generators for connections
/// and requests. The same seed therefore gives the same faults if the requests arrive in the same order, as they do
/// when a client makes one after the other. Only some kinds apply to connections, and only the others to requests; if
/// the kind that is drawn does not apply, no fault occurs. That way no kind is more frequent than the others.
///
/// ```
/// use atlas_emulator::{Emulator, FaultKind, FaultRate};
///
/// let rate = FaultRate::new(20, 7).kinds([FaultKind::ResetAfterEffect, FaultKind::TooManyRequests]);
/// let builder = Emulator::builder().fault_rate(rate);
/// ```
#[derive(Clone, Debug)]
#[must_use = "pass it to `EmulatorBuilder::fault_rate`"]
pub struct FaultRate {
    percent: u8,
    kinds: Vec<FaultKind>,
    delay: Duration,
    connections: fastrand::Rng,
    requests: fastrand::Rng,
}

impl FaultRate {
    /// Faults of every kind for this percentage of the requests. Slow responses are delayed by 100 milliseconds.
    pub fn new(percent: u8, seed: u64) -> Self {
        Self {
            percent,
            kinds: FaultKind::ALL.to_vec(),
            delay: Duration::from_millis(100),
            // Any seed that differs: the generators must not give the same numbers.
            connections: fastrand::Rng::with_seed(!seed),
            requests: fastrand::Rng::with_seed(seed),
        }
    }

    /// Limits the faults to these kinds.
    pub fn kinds(mut self, kinds: impl IntoIterator<Item = FaultKind>) -> Self {
        self.kinds = kinds.into_iter().collect();
        self
    }

    /// Sets how long slow responses are delayed, in real time.
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Draws the fault of the next connection.
    pub(super) fn draw_for_connection(&mut self) -> Option<Fault> {
        let kind = draw(&mut self.connections, self.percent, &self.kinds)?;
        kind.applies_to_connections().then(|| Fault::new(kind))
    }

    /// Draws the fault of the next request.
    pub(super) fn draw_for_request(&mut self) -> Option<Fault> {
        let kind = draw(&mut self.requests, self.percent, &self.kinds)?;
        (!kind.applies_to_connections()).then(|| Fault::new(kind).max_delay(self.delay))
    }
}

fn draw(random: &mut fastrand::Rng, percent: u8, kinds: &[FaultKind]) -> Option<FaultKind> {
    let occurs = random.u8(0..100) < percent;
    if occurs { random.choice(kinds).copied() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(percent: u8, seed: u64) -> Vec<Option<FaultKind>> {
        let mut rate = FaultRate::new(percent, seed);
        (0..1000).map(|_| rate.draw_for_request().map(|fault| fault.kind)).collect()
    }

    #[test]
    fn same_seed_gives_same_faults_at_the_rate() {
        assert_eq!(kinds(20, 7), kinds(20, 7));
        assert_ne!(kinds(20, 7), kinds(20, 8));
        let count = |percent| kinds(percent, 7).iter().flatten().count();
        assert_eq!(count(0), 0);
        assert!((150..250).contains(&count(20)), "{}", count(20));
        assert!((900..1000).contains(&count(100)), "{}", count(100));
        let mut resetting = FaultRate::new(100, 7).kinds([FaultKind::ResetOnAccept]);
        assert!(resetting.draw_for_connection().is_some() && resetting.draw_for_request().is_none());
        for kind in FaultKind::ALL {
            assert_eq!(kinds(100, 7).contains(&Some(kind)), !kind.applies_to_connections(), "{kind}");
        }
    }
}
