//! A migration over time: new, copying with a lag that shrinks, ready, cut over, complete; or failed, or expired.

use std::time::Duration;

use serde::Serialize;

use crate::clock::Moment;
use crate::unknown;

/// How long a migration waits for its cutover once it is ready. After that it has expired, and nothing extends it.
pub const CUTOVER_WINDOW: Duration = Duration::from_secs(120 * 60 * 60);

/// How a migration goes, in the emulator's time.
///
/// ```
/// use std::time::Duration;
/// use atlas_emulator::{Emulator, MigrationCourse};
///
/// // Ready 10 + 60 / 3 seconds after its start.
/// let course = MigrationCourse::new().starts_after(Duration::from_secs(10)).lag(Duration::from_secs(60)).speed(3);
/// let builder = Emulator::builder().migration_course(course);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationCourse {
    starts_after: Duration,
    lag: Duration,
    speed: u32,
    fails_after: Option<Duration>,
    cutover_takes: Duration,
}

impl MigrationCourse {
    /// `NEW` for 15 seconds, a lag of 600 seconds that shrinks by 5 a second, and `COMPLETE` 30 seconds after the
    /// cutover began.
    #[must_use]
    pub fn new() -> Self {
        Self {
            starts_after: Duration::from_secs(15),
            lag: Duration::from_secs(600),
            speed: 5,
            fails_after: None,
            cutover_takes: Duration::from_secs(30),
        }
    }

    /// How long it is `NEW`.
    #[must_use]
    pub fn starts_after(mut self, time: Duration) -> Self {
        self.starts_after = time;
        self
    }

    /// How far it is behind when it starts to copy.
    #[must_use]
    pub fn lag(mut self, lag: Duration) -> Self {
        self.lag = lag;
        self
    }

    /// How many seconds of lag it loses in a second. With 0 it never gets ready.
    #[must_use]
    pub fn speed(mut self, seconds_a_second: u32) -> Self {
        self.speed = seconds_a_second;
        self
    }

    /// Ends in `FAILED` this long after its start, unless it has ended before.
    #[must_use]
    pub fn fails_after(mut self, time: Duration) -> Self {
        self.fails_after = Some(time);
        self
    }

    /// How long it takes from the cutover to `COMPLETE`.
    #[must_use]
    pub fn cutover_takes(mut self, time: Duration) -> Self {
        self.cutover_takes = time;
        self
    }

    /// How long after its start it is ready.
    fn ready_after(&self) -> Option<Duration> {
        let catching_up =
            if self.lag.is_zero() { Some(Duration::ZERO) } else { self.lag.checked_div(self.speed) };
        catching_up.map(|time| self.starts_after.saturating_add(time))
    }
}

impl Default for MigrationCourse {
    fn default() -> Self {
        Self::new()
    }
}

/// Where a migration stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MigrationState {
    /// How many seconds the destination is behind.
    pub lag_time_seconds: Option<i64>,
    /// Whether it can be cut over.
    pub ready_for_cutover: bool,
    /// `NEW`, `WORKING`, `FAILED`, `COMPLETE` or `EXPIRED`; any text, and none, so that a test can send what a
    /// client does not know.
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
    pub(crate) course: MigrationCourse,
    /// When the cutover began.
    pub(crate) cut_over: Option<Moment>,
    /// Where a test put it, whatever the course says, until it is cut over.
    pub(crate) pinned: Option<MigrationState>,
}

impl Migration {
    /// Where it stands at this moment.
    pub(crate) fn state(&self, now: Moment) -> MigrationState {
        if let Some(pinned) = &self.pinned {
            return pinned.clone();
        }
        if let Some(status) = self.end(now) {
            return MigrationState::new(status);
        }
        if self.cut_over.is_some() {
            return unknown::state_during_cutover();
        }
        let age = now.saturating_sub(self.started);
        let Some(copying) = age.checked_sub(self.course.starts_after) else {
            return MigrationState::new("NEW");
        };
        let lag = self.course.lag.saturating_sub(copying.saturating_mul(self.course.speed));
        if lag.is_zero() { MigrationState::ready() } else { MigrationState::working(seconds(lag)) }
    }

    /// The status that it has ended with by this moment: of the ends that are past, the first.
    fn end(&self, now: Moment) -> Option<&'static str> {
        let course = &self.course;
        let fails = course.fails_after.map(|time| self.started.saturating_add(time));
        let completes = self.cut_over.map(|began| began.saturating_add(course.cutover_takes));
        let ready = course.ready_after().filter(|_| self.cut_over.is_none());
        let expires = ready.map(|time| self.started.saturating_add(time).saturating_add(CUTOVER_WINDOW));
        [(fails, "FAILED"), (completes, "COMPLETE"), (expires, "EXPIRED")]
            .into_iter()
            .filter_map(|(at, status)| Some((at?, status)))
            .filter(|(at, _)| *at <= now)
            .min_by_key(|(at, _)| *at)
            .map(|(_, status)| status)
    }

    /// Begins the cutover: from here on the course goes on, whatever was pinned.
    pub(crate) fn begin_cutover(&mut self, now: Moment) {
        self.cut_over = Some(now);
        self.pinned = None;
    }

    /// Whether it keeps its migration host busy and the link from being deleted.
    pub(crate) fn is_running(&self, now: Moment) -> bool {
        !matches!(self.state(now).status.as_deref(), Some("FAILED" | "COMPLETE" | "EXPIRED"))
    }

    /// As `GET …/liveMigrations/{liveMigrationId}` shows it at this moment.
    pub(crate) fn shown(&self, now: Moment) -> impl Serialize {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Shown<'m> {
            #[serde(rename = "_id")]
            id: &'m str,
            migration_hosts: &'m [String],
            #[serde(flatten)]
            state: MigrationState,
        }
        Shown { id: &self.id, migration_hosts: &self.migration_hosts, state: self.state(now) }
    }
}

/// The lag in whole seconds, rounded up, so that 0 means that nothing is left.
fn seconds(lag: Duration) -> i64 {
    let whole = lag.as_secs().saturating_add(u64::from(lag.subsec_nanos() > 0));
    i64::try_from(whole).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Duration = Duration::from_secs(1000);
    const HOURS_120: u64 = 432_000;

    fn course() -> MigrationCourse {
        let at = Duration::from_secs;
        // Ready after 10 + 60 / 3 = 30 seconds.
        MigrationCourse::new().starts_after(at(10)).lag(at(60)).speed(3).cutover_takes(at(5))
    }

    /// Holds a migration, cut over at some second or not, against its state at each of these seconds.
    #[track_caller]
    fn check(course: MigrationCourse, cut_over: Option<u64>, states: &[(u64, MigrationState)]) {
        let mut migration = Migration {
            id: String::new(),
            project_id: String::new(),
            migration_hosts: Vec::new(),
            started: START,
            course,
            cut_over: None,
            pinned: None,
        };
        for (second, state) in states {
            if cut_over.is_some_and(|at| at <= *second) && migration.cut_over.is_none() {
                migration.begin_cutover(START + Duration::from_secs(cut_over.unwrap()));
            }
            assert_eq!(migration.state(START + Duration::from_secs(*second)), *state, "{second} s");
        }
    }

    #[test]
    fn catches_up_and_expires() {
        check(
            course(),
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
    fn is_cut_over_and_does_not_expire_any_more() {
        let began = 30 + HOURS_120 - 1;
        check(
            course(),
            Some(began),
            &[
                (began - 1, MigrationState::ready()),
                (began, unknown::state_during_cutover()),
                (began + 4, unknown::state_during_cutover()),
                (began + 5, MigrationState::new("COMPLETE")),
                (began * 2, MigrationState::new("COMPLETE")),
            ],
        );
    }

    #[test]
    fn fails_unless_it_has_ended() {
        let failing = |second| course().fails_after(Duration::from_secs(second));
        let failed = MigrationState::new("FAILED");
        check(
            failing(5),
            None,
            &[(4, MigrationState::new("NEW")), (5, failed.clone()), (99, failed.clone())],
        );
        check(failing(33), Some(30), &[(32, unknown::state_during_cutover()), (33, failed.clone())]);
        check(failing(36), Some(30), &[(36, MigrationState::new("COMPLETE"))]);
        check(failing(HOURS_120 * 2), None, &[(HOURS_120 * 2, MigrationState::new("EXPIRED"))]);
    }

    #[test]
    fn never_gets_ready_at_no_speed() {
        let at = HOURS_120 * 2;
        check(course().speed(0), None, &[(at, MigrationState::working(60))]);
        let nothing_to_do = course().speed(0).lag(Duration::ZERO);
        check(nothing_to_do, None, &[(9, MigrationState::new("NEW")), (10, MigrationState::ready())]);
    }
}
