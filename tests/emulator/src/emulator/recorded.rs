//! The journal: what happened, for a test to check.

use super::Emulator;
use crate::state::{Effect, RecordedEffect, RecordedFault, RecordedRequest};

/// The journal.
impl Emulator {
    /// The processed requests, oldest first: the last ones, as many as the
    /// [capacity](crate::EmulatorBuilder::journal_capacity) allows.
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.shared.lock().state.journal.requests()
    }

    /// The changes made by requests, oldest first. Of these, and of the faults, the last 100,000 are kept.
    #[must_use]
    pub fn effects(&self) -> Vec<Effect> {
        self.recorded_effects().into_iter().map(|recorded| recorded.effect).collect()
    }

    /// The changes made by requests, with the request of each, oldest first.
    #[must_use]
    pub fn recorded_effects(&self) -> Vec<RecordedEffect> {
        self.shared.lock().state.journal.effects()
    }

    /// The faults that occurred, oldest first.
    #[must_use]
    pub fn faults(&self) -> Vec<RecordedFault> {
        self.shared.lock().state.journal.faults()
    }

    /// How many requests, effects and faults the journal has dropped because it was full, since the start or since it
    /// was cleared. It is 0 if the journal is complete.
    #[must_use]
    pub fn dropped_entries(&self) -> u64 {
        self.shared.lock().state.journal.dropped()
    }

    /// Removes all requests, effects and faults. The numbers of requests continue.
    pub fn clear_journal(&self) {
        self.shared.lock().state.journal.clear();
    }

    /// How many connections have been accepted.
    #[must_use]
    pub fn connection_count(&self) -> u64 {
        self.shared.connection_count()
    }
}
