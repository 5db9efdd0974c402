//! The progress of a running migration: its state, its lag, and how long it may still take.

use std::collections::VecDeque;
use std::fmt;
use std::time::{Duration, Instant};

use crate::generated::models::{Migration, MigrationStatus};

/// The number of polls that the estimate is based on.
const SAMPLES: usize = 12;
/// The time in which a migration can be cut over once it is ready.
const CUTOVER_WINDOW: Duration = Duration::from_secs(120 * 3600);

/// The result of polling a migration once.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Progress {
    /// The migration in the response of Atlas.
    pub migration: Migration,
    /// The time since the first poll.
    pub elapsed: Duration,
    /// The estimated time until nothing is left to copy, extrapolated from the lag so far. `None` while the lag is
    /// unknown or does not decrease.
    pub estimated_remaining: Option<Duration>,
    /// The time that is left to cut over, of 120 hours, while the migration is ready. It is measured from the first poll
    /// with a ready migration: if the migration was ready before, less time is left.
    pub cutover_time_left: Option<Duration>,
    /// Whether the migration was ready already at the first poll, so that it is not known since when. Less than
    /// `cutover_time_left` is left then.
    pub ready_since_unknown: bool,
}

impl Progress {
    /// The state of the migration, if the response has one.
    #[must_use]
    pub fn status(&self) -> Option<&MigrationStatus> {
        self.migration.status.as_ref()
    }

    /// How far the destination is behind the source; `None` if that is not known. A negative value of the server counts
    /// as not known.
    #[must_use]
    pub fn lag(&self) -> Option<Duration> {
        lag(&self.migration)
    }

    /// Whether the migration can be cut over. False once it has ended.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        is_ready(&self.migration)
    }

    /// Whether the state is final: COMPLETE, FAILED or EXPIRED.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        has_ended(&self.migration)
    }
}

/// One line for people, such as "WORKING, lag 60 s, about 25 s remaining" or "WORKING, lag unknown".
impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.status() {
            // An unknown state may contain control characters.
            Some(status) => write!(f, "{}", status.as_str().escape_debug())?,
            None => f.write_str("state unknown")?,
        }
        if self.has_ended() {
            return Ok(());
        }
        match self.lag() {
            Some(lag) => write!(f, ", lag {} s", lag.as_secs())?,
            None => f.write_str(", lag unknown")?,
        }
        match (self.cutover_time_left, self.estimated_remaining) {
            (Some(left), _) => {
                write!(
                    f,
                    ", ready for cutover, at most {} h {} min left",
                    left.as_secs() / 3600,
                    left.as_secs() / 60 % 60
                )
            }
            (None, Some(remaining)) => write!(f, ", about {} s remaining", remaining.as_secs()),
            (None, None) => Ok(()),
        }
    }
}

fn lag(migration: &Migration) -> Option<Duration> {
    migration.lag_time_seconds.and_then(|seconds| u64::try_from(seconds).ok()).map(Duration::from_secs)
}

fn is_ready(migration: &Migration) -> bool {
    migration.ready_for_cutover == Some(true) && !has_ended(migration)
}

fn has_ended(migration: &Migration) -> bool {
    match migration.status {
        Some(MigrationStatus::Complete | MigrationStatus::Failed | MigrationStatus::Expired) => true,
        Some(MigrationStatus::New | MigrationStatus::Working | MigrationStatus::Unknown(_)) | None => false,
    }
}

/// Computes the [`Progress`] of successive polls.
#[derive(Debug, Default)]
pub(crate) struct Tracker {
    started: Option<Instant>,
    ready_since: Option<Instant>,
    lags: VecDeque<(Duration, f64)>,
}

impl Tracker {
    pub(crate) fn observe(&mut self, migration: Migration, now: Instant) -> Progress {
        let elapsed = now.saturating_duration_since(*self.started.get_or_insert(now));
        if is_ready(&migration) {
            self.ready_since.get_or_insert(now);
        } else {
            self.ready_since = None;
        }
        match lag(&migration) {
            Some(lag) => {
                if self.lags.len() == SAMPLES {
                    self.lags.pop_front();
                }
                self.lags.push_back((elapsed, lag.as_secs_f64()));
            }
            None => self.lags.clear(),
        }
        let cutover_time_left =
            self.ready_since.map(|since| CUTOVER_WINDOW.saturating_sub(now.saturating_duration_since(since)));
        Progress {
            migration,
            elapsed,
            estimated_remaining: self.estimated_remaining(),
            cutover_time_left,
            ready_since_unknown: self.ready_since.is_some() && self.ready_since == self.started,
        }
    }

    /// When the least-squares line through the lags reaches zero.
    fn estimated_remaining(&self) -> Option<Duration> {
        let count = self.lags.len() as f64;
        let (_, last) = *self.lags.back()?;
        let mean_time = self.lags.iter().map(|(time, _)| time.as_secs_f64()).sum::<f64>() / count;
        let mean_lag = self.lags.iter().map(|(_, lag)| lag).sum::<f64>() / count;
        let (mut with_lag, mut with_time) = (0.0, 0.0);
        for (time, lag) in &self.lags {
            let apart = time.as_secs_f64() - mean_time;
            with_lag += apart * (lag - mean_lag);
            with_time += apart * apart;
        }
        // There is no slope without two polls at different times. A flat or rising line does not reach zero.
        let slope = with_lag / with_time;
        if slope.is_nan() || slope >= 0.0 {
            return None;
        }
        Duration::try_from_secs_f64(last / -slope).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn migration(lag: Option<i64>, ready: bool) -> Migration {
        let json = serde_json::json!({"status": "WORKING", "lagTimeSeconds": lag, "readyForCutover": ready});
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn a_lag_that_is_not_known_is_not_zero() {
        for (seconds, expected, text) in [
            (Some(60), Some(60), "WORKING, lag 60 s"),
            (Some(0), Some(0), "WORKING, lag 0 s"),
            (None, None, "WORKING, lag unknown"),
            (Some(-1), None, "WORKING, lag unknown"),
            (Some(i64::MIN), None, "WORKING, lag unknown"),
        ] {
            let progress = Tracker::default().observe(migration(seconds, false), Instant::now());
            assert_eq!(progress.lag().map(|lag| lag.as_secs()), expected);
            assert_eq!(progress.to_string(), text);
        }
    }

    #[test]
    fn a_migration_that_has_ended_is_not_ready() {
        for (status, ended, text) in [
            (Some("WORKING"), false, "WORKING, lag 0 s, ready for cutover, at most 120 h 0 min left"),
            (
                Some("PAUSED\u{1b}"),
                false,
                "PAUSED\\u{1b}, lag 0 s, ready for cutover, at most 120 h 0 min left",
            ),
            (None, false, "state unknown, lag 0 s, ready for cutover, at most 120 h 0 min left"),
            (Some("COMPLETE"), true, "COMPLETE"),
            (Some("FAILED"), true, "FAILED"),
            (Some("EXPIRED"), true, "EXPIRED"),
        ] {
            let migration = Migration { status: status.map(Into::into), ..migration(Some(0), true) };
            let progress = Tracker::default().observe(migration, Instant::now());
            assert_eq!((progress.has_ended(), progress.is_ready()), (ended, !ended), "{status:?}");
            assert_eq!(progress.cutover_time_left.is_some(), !ended, "{status:?}");
            assert_eq!(progress.to_string(), text);
        }
    }

    #[track_caller]
    fn estimates(polls: &[(u64, Option<i64>)], expected: Option<u64>) {
        let (now, mut tracker) = (Instant::now(), Tracker::default());
        let mut last = None;
        for (seconds, lag) in polls {
            last = tracker
                .observe(migration(*lag, false), now + Duration::from_secs(*seconds))
                .estimated_remaining;
        }
        assert_eq!(last.map(|estimate| estimate.as_secs()), expected, "{polls:?}");
    }

    #[test]
    fn the_estimate_follows_the_slope() {
        estimates(&[(0, Some(100))], None);
        estimates(&[(0, Some(100)), (10, Some(90))], Some(90));
        estimates(&[(0, Some(100)), (10, Some(80))], Some(40));
        estimates(&[(0, Some(100)), (10, Some(100))], None);
        estimates(&[(0, Some(100)), (10, Some(110))], None);
        estimates(&[(0, Some(100)), (10, Some(0))], Some(0));
        estimates(&[(0, Some(100)), (0, Some(90))], None);
        estimates(&[(0, None), (10, None)], None);
        estimates(&[(0, Some(100)), (10, None), (20, Some(80))], None);
        estimates(&[(0, Some(-5)), (10, Some(i64::MIN))], None);
        estimates(&[(0, Some(i64::MAX)), (1, Some(i64::MAX - 4096))], Some(2_251_799_813_685_247));
    }

    #[test]
    fn old_polls_are_dropped() {
        let mut polls: Vec<_> = (0..100).map(|at| (at, Some(1000))).collect();
        polls.extend((100..100 + SAMPLES as u64).map(|at| (at, Some(1000 - 10 * (at as i64 - 99)))));
        estimates(&polls, Some(88));
    }

    #[test]
    fn the_time_left_starts_when_the_migration_is_ready() {
        let (now, mut tracker) = (Instant::now(), Tracker::default());
        let mut left = |hours: u64, ready| {
            let progress =
                tracker.observe(migration(Some(0), ready), now + Duration::from_secs(hours * 3600));
            assert!(!progress.ready_since_unknown);
            progress.cutover_time_left.map(|left| left.as_secs() / 3600)
        };
        assert_eq!(left(0, false), None);
        assert_eq!(left(5, true), Some(120));
        assert_eq!(left(6, true), Some(119));
        assert_eq!(left(125, true), Some(0));
        assert_eq!(left(200, true), Some(0));
    }

    #[test]
    fn a_migration_that_is_ready_at_the_first_poll_may_be_ready_for_long() {
        let (now, mut tracker) = (Instant::now(), Tracker::default());
        let mut is_unknown = |hours: u64, ready| {
            tracker
                .observe(migration(Some(0), ready), now + Duration::from_secs(hours * 3600))
                .ready_since_unknown
        };
        assert!(is_unknown(0, true));
        assert!(is_unknown(1, true));
        assert!(!is_unknown(2, false));
        assert!(!is_unknown(3, true));
    }
}
