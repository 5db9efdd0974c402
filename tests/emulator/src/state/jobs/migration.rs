//! A migration over time: new, copying with a decreasing lag, ready, cut over, complete; or failed, or expired.

use std::time::Duration;

use serde::Serialize;

use crate::assumptions;
use crate::state::Moment;

/// How long a migration that is ready can be cut over. After that it expires; the window cannot be extended.
pub const CUTOVER_WINDOW: Duration = Duration::from_secs(120 * 60 * 60);

/// The phases of a migration, in the emulator's time.
///
/// ```
/// use std::time::Duration;
/// use atlas_emulator::{Emulator, MigrationTimeline};
///
/// // Ready 10 + 60 / 3 seconds after its start.
/// let timeline = MigrationTimeline::new()
///     .start_delay(Duration::from_secs(10))
///     .initial_lag(Duration::from_secs(60))
///     .catch_up_rate(3);
/// let builder = Emulator::builder().migration_timeline(timeline);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationTimeline {
    start_delay: Duration,
    initial_lag: Duration,
    catch_up_rate: u32,
    fails_after: Option<Duration>,
    cutover_duration: Duration,
}

impl MigrationTimeline {
    /// `NEW` for 15 seconds, a lag of 600 seconds that decreases by 5 seconds per second, and `COMPLETE` 30 seconds
    /// after the start of the cutover.
    #[must_use]
    pub fn new() -> Self {
        Self {
            start_delay: Duration::from_secs(15),
            initial_lag: Duration::from_secs(600),
            catch_up_rate: 5,
            fails_after: None,
            cutover_duration: Duration::from_secs(30),
        }
    }

    /// Sets how long it is `NEW`.
    #[must_use]
    pub fn start_delay(mut self, delay: Duration) -> Self {
        self.start_delay = delay;
        self
    }

    /// Sets the lag when it starts to copy.
    #[must_use]
    pub fn initial_lag(mut self, lag: Duration) -> Self {
        self.initial_lag = lag;
        self
    }

    /// Sets by how many seconds the lag decreases per second. With 0 it never becomes ready.
    #[must_use]
    pub fn catch_up_rate(mut self, seconds_per_second: u32) -> Self {
        self.catch_up_rate = seconds_per_second;
        self
    }

    /// Makes it end in `FAILED` this long after its start, unless it has ended before.
    #[must_use]
    pub fn fails_after(mut self, time: Duration) -> Self {
        self.fails_after = Some(time);
        self
    }

    /// Sets the time from the start of the cutover to `COMPLETE`.
    #[must_use]
    pub fn cutover_duration(mut self, duration: Duration) -> Self {
        self.cutover_duration = duration;
        self
    }

    /// How long after its start it becomes ready.
    fn ready_after(&self) -> Option<Duration> {
        let catching_up = match self.initial_lag {
            Duration::ZERO => Some(Duration::ZERO),
            lag => lag.checked_div(self.catch_up_rate),
        };
        catching_up.map(|time| self.start_delay.saturating_add(time))
    }
}

impl Default for MigrationTimeline {
    fn default() -> Self {
        Self::new()
    }
}

/// The state of a migration. A constructor returns a state, whose fields can be changed.
///
/// ```
/// use atlas_emulator::MigrationState;
///
/// let mut paused = MigrationState::new("PAUSED");
/// paused.lag_time_seconds = Some(60);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct MigrationState {
    /// The lag of the destination in seconds.
    pub lag_time_seconds: Option<i64>,
    /// Whether it can be cut over.
    pub ready_for_cutover: bool,
    /// `NEW`, `WORKING`, `FAILED`, `COMPLETE` or `EXPIRED`. Any text and `None` are allowed, so that a test can send
    /// what a client does not know.
    pub status: Option<String>,
}

impl MigrationState {
    /// A state with this status, not ready and without a lag.
    #[must_use]
    pub fn new(status: impl Into<String>) -> Self {
        Self { lag_time_seconds: None, ready_for_cutover: false, status: Some(status.into()) }
    }

    /// Copying, with this lag.
    #[must_use]
    pub fn working(lag_time_seconds: i64) -> Self {
        Self { lag_time_seconds: Some(lag_time_seconds), ..Self::new("WORKING") }
    }

    /// Copying, caught up, and ready to be cut over.
    #[must_use]
    pub fn ready() -> Self {
        Self { ready_for_cutover: true, ..Self::working(0) }
    }
}

/// A migration.
#[derive(Clone, Debug)]
pub(crate) struct Migration {
    pub(crate) id: String,
    pub(crate) project_id: String,
    pub(crate) migration_hosts: Vec<String>,
    pub(crate) started: Moment,
    pub(crate) timeline: MigrationTimeline,
    /// When the cutover was started.
    pub(crate) cutover_started: Option<Moment>,
    /// The state that a test has set, in place of the timeline's, until the cutover.
    pub(crate) fixed_state: Option<MigrationState>,
}

impl Migration {
    /// Its state at this time.
    pub(crate) fn state(&self, now: Moment) -> MigrationState {
        if let Some(state) = &self.fixed_state {
            return state.clone();
        }
        if let Some(status) = self.final_status(now) {
            return MigrationState::new(status);
        }
        if self.cutover_started.is_some() {
            return MigrationState::new(assumptions::STATUS_DURING_CUTOVER);
        }
        let age = now.saturating_sub(self.started);
        let Some(copying) = age.checked_sub(self.timeline.start_delay) else {
            return MigrationState::new("NEW");
        };
        let caught_up = copying.saturating_mul(self.timeline.catch_up_rate);
        let lag = self.timeline.initial_lag.saturating_sub(caught_up);
        if lag.is_zero() { MigrationState::ready() } else { MigrationState::working(whole_seconds(lag)) }
    }

    /// The status that it has ended with by this time: of the possible ends in the past, the earliest.
    fn final_status(&self, now: Moment) -> Option<&'static str> {
        let timeline = &self.timeline;
        let fails = timeline.fails_after.map(|time| self.started.saturating_add(time));
        let completes = self.cutover_started.map(|start| start.saturating_add(timeline.cutover_duration));
        let ready = timeline.ready_after().filter(|_| self.cutover_started.is_none());
        let expires = ready.map(|time| self.started.saturating_add(time).saturating_add(CUTOVER_WINDOW));
        [(fails, "FAILED"), (completes, "COMPLETE"), (expires, "EXPIRED")]
            .into_iter()
            .filter_map(|(at, status)| Some((at?, status)))
            .filter(|(at, _)| *at <= now)
            .min_by_key(|(at, _)| *at)
            .map(|(_, status)| status)
    }

    /// Starts the cutover. From here on the timeline applies, in place of any fixed state.
    pub(crate) fn start_cutover(&mut self, now: Moment) {
        self.cutover_started = Some(now);
        self.fixed_state = None;
    }

    /// Whether its migration host is busy with it, and the link cannot be deleted.
    pub(crate) fn is_running(&self, now: Moment) -> bool {
        !matches!(self.state(now).status.as_deref(), Some("FAILED" | "COMPLETE" | "EXPIRED"))
    }

    /// The body of `GET …/liveMigrations/{liveMigrationId}` at this time.
    pub(crate) fn to_body(&self, now: Moment) -> impl Serialize {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Body<'m> {
            #[serde(rename = "_id")]
            id: &'m str,
            migration_hosts: &'m [String],
            #[serde(flatten)]
            state: MigrationState,
        }
        Body { id: &self.id, migration_hosts: &self.migration_hosts, state: self.state(now) }
    }
}

/// The lag in whole seconds, rounded up, so that 0 means no lag.
fn whole_seconds(lag: Duration) -> i64 {
    let whole = lag.as_secs().saturating_add(u64::from(lag.subsec_nanos() > 0));
    i64::try_from(whole).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Duration = Duration::from_secs(1000);
    const HOURS_120: u64 = 432_000;

    fn timeline() -> MigrationTimeline {
        let at = Duration::from_secs;
        // Ready after 10 + 60 / 3 = 30 seconds.
        MigrationTimeline::new()
            .start_delay(at(10))
            .initial_lag(at(60))
            .catch_up_rate(3)
            .cutover_duration(at(5))
    }

    fn during_cutover() -> MigrationState {
        MigrationState::new(assumptions::STATUS_DURING_CUTOVER)
    }

    /// Checks the state of a migration, cut over at some second or not, at each of these seconds.
    #[track_caller]
    fn check(timeline: MigrationTimeline, cutover: Option<u64>, states: &[(u64, MigrationState)]) {
        let mut migration = Migration {
            id: String::new(),
            project_id: String::new(),
            migration_hosts: Vec::new(),
            started: START,
            timeline,
            cutover_started: None,
            fixed_state: None,
        };
        for (second, state) in states {
            if cutover.is_some_and(|at| at <= *second) && migration.cutover_started.is_none() {
                migration.start_cutover(START + Duration::from_secs(cutover.unwrap()));
            }
            assert_eq!(migration.state(START + Duration::from_secs(*second)), *state, "{second} s");
        }
    }

    #[test]
    fn catches_up_then_expires() {
        check(
            timeline(),
            None,
            &[
                (0, MigrationState::new("NEW")),
                (9, MigrationState::new("NEW")),
                (10, MigrationState::working(60)),
                (11, MigrationState::working(57)),
                (29, MigrationState::working(3)),
                (30, MigrationState::ready()),
                (30 + HOURS_120 - 1, MigrationState::ready()),
                (30 + HOURS_120, MigrationState::new("EXPIRED")),
            ],
        );
    }

    #[test]
    fn does_not_expire_after_its_cutover() {
        let cutover = 30 + HOURS_120 - 1;
        check(
            timeline(),
            Some(cutover),
            &[
                (cutover - 1, MigrationState::ready()),
                (cutover, during_cutover()),
                (cutover + 4, during_cutover()),
                (cutover + 5, MigrationState::new("COMPLETE")),
                (cutover * 2, MigrationState::new("COMPLETE")),
            ],
        );
    }

    #[test]
    fn fails_unless_it_has_ended_before() {
        let failing = |second| timeline().fails_after(Duration::from_secs(second));
        let failed = MigrationState::new("FAILED");
        check(
            failing(5),
            None,
            &[(4, MigrationState::new("NEW")), (5, failed.clone()), (99, failed.clone())],
        );
        check(failing(33), Some(30), &[(32, during_cutover()), (33, failed.clone())]);
        check(failing(36), Some(30), &[(36, MigrationState::new("COMPLETE"))]);
        check(failing(HOURS_120 * 2), None, &[(HOURS_120 * 2, MigrationState::new("EXPIRED"))]);
    }

    #[test]
    fn never_becomes_ready_without_catching_up() {
        let at = HOURS_120 * 2;
        check(timeline().catch_up_rate(0), None, &[(at, MigrationState::working(60))]);
        let nothing_to_do = timeline().catch_up_rate(0).initial_lag(Duration::ZERO);
        check(nothing_to_do, None, &[(9, MigrationState::new("NEW")), (10, MigrationState::ready())]);
    }
}
