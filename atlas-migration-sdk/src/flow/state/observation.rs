//! The recorded state of the migration, and how long it can be cut over.

use std::time::Duration;

use crate::generated::models::MigrationStatus;
use crate::values::timestamp::Timestamp;

/// How long a migration can be cut over once it is ready.
const CUTOVER_WINDOW: Duration = Duration::from_secs(120 * 3600);

/// The last recorded state of the migration.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Observation {
    /// When it was read.
    pub at: Timestamp,
    /// The status, if the response had one.
    pub status: Option<MigrationStatus>,
    /// How far the destination is behind the source, if that is known.
    pub lag: Option<Duration>,
    /// Whether it can be cut over.
    pub ready: bool,
}

/// The time in which a migration can be cut over: 120 hours from when it has become ready.
///
/// No response contains that time. It lies between the last recorded observation that found the migration not ready and
/// the first that found it ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CutoverWindow {
    /// When the migration was first observed to be ready.
    pub ready_since: Timestamp,
    /// Until then, it can certainly be cut over. Count down to this.
    pub ends_after: Timestamp,
    /// From then on, it certainly has expired.
    pub ends_before: Timestamp,
}

impl CutoverWindow {
    /// The window of a migration that became ready between these times.
    pub(super) fn new(not_ready_at: Timestamp, ready_since: Timestamp) -> Self {
        Self {
            ready_since,
            ends_after: not_ready_at + CUTOVER_WINDOW,
            ends_before: ready_since + CUTOVER_WINDOW,
        }
    }

    /// How long the migration can certainly be cut over from now.
    #[must_use]
    pub fn time_left(&self, now: Timestamp) -> Duration {
        self.ends_after.saturating_duration_since(now)
    }
}
