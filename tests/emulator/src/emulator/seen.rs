//! What happened, for tests to count.

use super::Emulator;
use crate::journal::{Effect, RecordedEffect, RecordedFault, RecordedRequest};

/// What happened.
impl Emulator {
    /// The requests that have been answered, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.shared.world().journal.requests()
    }

    /// What requests changed, oldest first.
    #[must_use]
    pub fn effects(&self) -> Vec<Effect> {
        self.recorded_effects().into_iter().map(|recorded| recorded.effect).collect()
    }

    /// The same, with the request that each came from.
    #[must_use]
    pub fn recorded_effects(&self) -> Vec<RecordedEffect> {
        self.shared.world().journal.effects()
    }

    /// The faults that have hit, oldest first.
    #[must_use]
    pub fn faults(&self) -> Vec<RecordedFault> {
        self.shared.world().journal.faults()
    }

    /// Forgets the requests, effects and faults so far. Numbers go on.
    pub fn clear_journal(&self) {
        self.shared.world().journal.clear();
    }

    /// How many connections have been accepted.
    #[must_use]
    pub fn connections(&self) -> u64 {
        self.shared.connections()
    }
}
