//! Which observations of a migration are worth recording.

use std::time::Duration;

use super::event::{Event, EventKind};
use crate::values::timestamp::Timestamp;

/// Selects the observations that a journal needs, because polling finds the same state many times.
///
/// It selects the first observation, every change except in the length of the lag, and one in each interval. The last
/// observation before the migration becomes ready is among them: the countdown of the
/// [`CutoverWindow`](super::CutoverWindow) begins with it. All other events pass.
///
/// ```
/// use atlas_migration_sdk::flow::{Actor, Event, EventKind, Sampler};
/// use std::time::Duration;
///
/// let mut sampler = Sampler::new(Duration::from_secs(60));
/// let event = |second, ready| {
///     let json = format!(
///         r#"{{"version":1,"at":"2026-11-28T08:00:{second}Z","by":{{"process":"p"}},"event":{{"migration_observed":
///         {{"migration":"6296fb4c7c7aa997cf94e9a8","status":"WORKING","ready":{ready}}}}}}}"#
///     );
///     json.parse::<Event>()
/// };
/// assert_eq!(sampler.select(event(10, false)?), [event(10, false)?]);
/// assert_eq!(sampler.select(event(20, false)?), []);
/// assert_eq!(sampler.select(event(30, true)?), [event(20, false)?, event(30, true)?]);
/// # Ok::<(), atlas_migration_sdk::flow::FlowError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Sampler {
    interval: Duration,
    /// When the last observation was recorded, and its state.
    recorded: Option<(Timestamp, EventKind)>,
    skipped: Option<Event>,
}

impl Sampler {
    /// Records an unchanged state once in this interval.
    #[must_use]
    pub fn new(interval: Duration) -> Self {
        Self { interval, recorded: None, skipped: None }
    }

    /// Returns the events to record now, in their order: none, this one, or the one before it too.
    #[must_use]
    pub fn select(&mut self, event: Event) -> Vec<Event> {
        let Some(state) = state(&event.kind) else {
            self.recorded = None;
            self.skipped = None;
            return vec![event];
        };
        let last = self.recorded.as_ref().filter(|(_, last)| *last == state);
        if last.is_some_and(|(at, _)| event.at.saturating_duration_since(*at) < self.interval) {
            self.skipped = Some(event);
            return Vec::new();
        }
        let changed = last.is_none();
        let before = self.skipped.take().filter(|_| changed);
        self.recorded = Some((event.at, state));
        before.into_iter().chain([event]).collect()
    }
}

/// The state that an observation shows, without the value of the lag; none for other events.
fn state(kind: &EventKind) -> Option<EventKind> {
    let mut state = match kind {
        EventKind::MigrationObserved { .. }
        | EventKind::ValidationObserved { .. }
        | EventKind::SourceObserved { .. } => kind.clone(),
        _ => return None,
    };
    if let EventKind::MigrationObserved { lag_seconds: Some(lag), .. } = &mut state {
        *lag = 0;
    }
    Some(state)
}
