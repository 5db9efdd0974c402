//! The emulator's clock, for tokens, nonces, rate limits and jobs. Tests move it forward; nothing sleeps.
//!
//! Connections do not use it: sockets and the shutdown use real time.

use std::time::{Duration, Instant, SystemTime};

use atlas_migration_sdk::Date;
use jiff::Timestamp;
use jiff::tz::Offset;

/// A point in the emulator's time, as the duration since its start.
pub(crate) type Moment = Duration;

/// A clock that runs `scale` times as fast as real time, and that a test can move forward.
#[derive(Debug)]
pub(crate) struct Clock {
    started: Instant,
    started_at: SystemTime,
    scale: f64,
    advanced: Duration,
    today: Option<Date>,
}

impl Clock {
    /// Converts real time to the emulator's time, for what a client measures by its own clock: an access token is valid
    /// for the `expires_in` of its response. A clock that is stopped or slower than real time converts nothing.
    pub(crate) fn scale_real_time(&self, time: Duration) -> Duration {
        Duration::try_from_secs_f64(time.as_secs_f64() * self.scale.max(1.0)).unwrap_or(Duration::MAX)
    }

    /// A clock that starts now. With a scale of 0 it moves only by [`advance`](Self::advance).
    pub(crate) fn new(scale: f64, today: Option<Date>) -> Self {
        Self {
            started: Instant::now(),
            started_at: SystemTime::now(),
            scale,
            advanced: Duration::ZERO,
            today,
        }
    }

    /// The time since the start.
    pub(crate) fn now(&self) -> Moment {
        let elapsed = self.started.elapsed().as_secs_f64() * self.scale;
        // Fails only beyond the largest Duration; the clock then stops there.
        Duration::try_from_secs_f64(elapsed).unwrap_or(Duration::MAX).saturating_add(self.advanced)
    }

    /// Moves the clock forward.
    pub(crate) fn advance(&mut self, by: Duration) {
        self.advanced = self.advanced.saturating_add(by);
    }

    /// Sets the date, by which versions are deprecated and removed.
    pub(crate) fn set_today(&mut self, today: Date) {
        self.today = Some(today);
    }

    /// The date that was set, or else the clock's, in UTC.
    pub(crate) fn today(&self) -> Date {
        self.today.unwrap_or_else(|| self.date_of_clock())
    }

    fn date_of_clock(&self) -> Date {
        let now = self.started_at.checked_add(self.now());
        let timestamp = now.and_then(|now| Timestamp::try_from(now).ok()).unwrap_or(Timestamp::MAX);
        let date = Offset::UTC.to_datetime(timestamp).date();
        let year = u16::try_from(date.year()).unwrap_or(1);
        let (month, day) = (date.month().unsigned_abs(), date.day().unsigned_abs());
        // jiff uses the same calendar; only a clock before the year 1 has no date here.
        Date::new(year, month, day)
            .or(Date::new(1, 1, 1))
            .unwrap_or_else(|| unreachable!("1 January 1 exists"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stopped_clock_moves_only_by_advance() {
        let mut clock = Clock::new(0.0, None);
        assert_eq!(clock.now(), Duration::ZERO);
        clock.advance(Duration::from_secs(5));
        assert_eq!(clock.now(), Duration::from_secs(5));
        clock.advance(Duration::MAX);
        assert_eq!(clock.now(), Duration::MAX);
        clock.today();
    }
}
