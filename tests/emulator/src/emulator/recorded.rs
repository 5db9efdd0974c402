//! The journal: what happened, for a test to check.

use super::Emulator;
use crate::state::{Effect, RecordedEffect, RecordedFault, RecordedRequest};

/// The journal.
impl Emulator {
    /// The processed requests, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.shared.lock().state.journal.requests()
    }

    /// The changes made by requests, oldest first.
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
