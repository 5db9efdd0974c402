//! The emulator's time: what tokens, nonces and rate limits are measured by. Tests move it; nothing sleeps.
//!
//! It is not the time of the connections: sockets and shutdown live in real time.

use std::time::{Duration, Instant, SystemTime};

use atlas_migration_sdk::Date;
use jiff::Timestamp;
use jiff::tz::Offset;

/// A point in the emulator's time, as the time since its start.
pub(crate) type Moment = Duration;

/// A clock that runs by itself, `scale` times as fast as the world, and that a test can move forward.
#[derive(Debug)]
pub(crate) struct Clock {
    started: Instant,
    started_at: SystemTime,
    scale: f64,
    moved: Duration,
    today: Option<Date>,
}

impl Clock {
    /// How much of the clock's time passes in this much of the world's, for what a client measures by its own clock:
    /// an access token serves as long as its `expires_in` says to whoever holds it. A clock that stands still, or that
    /// is slower than the world, changes nothing.
    pub(crate) fn of_the_world(&self, time: Duration) -> Duration {
        Duration::try_from_secs_f64(time.as_secs_f64() * self.scale.max(1.0)).unwrap_or(Duration::MAX)
    }

    /// A clock that starts now. A scale of 0 makes one that stands still until it is moved.
    pub(crate) fn new(scale: f64, today: Option<Date>) -> Self {
        Self { started: Instant::now(), started_at: SystemTime::now(), scale, moved: Duration::ZERO, today }
    }

    /// The time since the start.
    pub(crate) fn now(&self) -> Moment {
        let passed = self.started.elapsed().as_secs_f64() * self.scale;
        // Fails only for a time that no Duration holds; then the clock stops at its end.
        Duration::try_from_secs_f64(passed).unwrap_or(Duration::MAX).saturating_add(self.moved)
    }

    /// Moves the clock forward.
    pub(crate) fn advance(&mut self, by: Duration) {
        self.moved = self.moved.saturating_add(by);
    }

    /// Pins the date, from which versions are deprecated and gone.
    pub(crate) fn set_today(&mut self, today: Date) {
        self.today = Some(today);
    }

    /// The date: the pinned one, or that of the clock, in UTC.
    pub(crate) fn today(&self) -> Date {
        self.today.unwrap_or_else(|| self.date_of_clock())
    }

    fn date_of_clock(&self) -> Date {
        let now = self.started_at.checked_add(self.now());
        let timestamp = now.and_then(|now| Timestamp::try_from(now).ok()).unwrap_or(Timestamp::MAX);
        let date = Offset::UTC.to_datetime(timestamp).date();
        let year = u16::try_from(date.year()).unwrap_or(1);
        let (month, day) = (date.month().unsigned_abs(), date.day().unsigned_abs());
        // jiff's dates are of the same calendar; only a clock before the year 1 has none here.
        Date::new(year, month, day)
            .or(Date::new(1, 1, 1))
            .unwrap_or_else(|| unreachable!("1 January 1 exists"))
    }
}

/// The date as HTTP writes it, at midnight UTC. The day has no leading zero: so the server has been seen to write.
pub(crate) fn http_date(date: Date) -> String {
    let [year, month, day] = [date.year().cast_signed(), i16::from(date.month()), i16::from(date.day())];
    // Month and day are at most 12 and 31.
    match jiff::civil::Date::new(year, month as i8, day as i8) {
        Ok(date) => date.strftime("%a, %-d %b %Y 00:00:00 GMT").to_string(),
        Err(_) => date.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moves_and_stands_still() {
        let mut clock = Clock::new(0.0, None);
        assert_eq!(clock.now(), Duration::ZERO);
        clock.advance(Duration::from_secs(5));
        assert_eq!(clock.now(), Duration::from_secs(5));
        clock.advance(Duration::MAX);
        assert_eq!(clock.now(), Duration::MAX);
        clock.today();
    }

    #[test]
    fn writes_http_dates() {
        for (date, expected) in
            [("2027-07-01", "Thu, 1 Jul 2027 00:00:00 GMT"), ("2024-05-30", "Thu, 30 May 2024 00:00:00 GMT")]
        {
            assert_eq!(http_date(date.parse().unwrap()), expected);
        }
    }
}
