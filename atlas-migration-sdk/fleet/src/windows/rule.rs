//! One window with its parsed times.

use std::sync::LazyLock;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use atlas_migration_sdk::Timestamp;
use jiff::civil::{DateTime, Time, Weekday};
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};
use jiff::{Timestamp as Instant, ToSpan as _};

use super::{Day, Window};

/// The time zones in the program. That of the process could be the system's.
static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// A window with its parsed times.
pub(super) struct Rule {
    days: Vec<Weekday>,
    from: Time,
    to: Time,
    zone: TimeZone,
}

impl Rule {
    pub(super) fn new(window: &Window) -> Result<Self, String> {
        let days = if window.days.is_empty() {
            Day::ALL.iter().map(|(_, day)| weekday(*day)).collect()
        } else {
            window.days.iter().copied().map(weekday).collect()
        };
        Ok(Self {
            days,
            from: parse_time(&window.from)?,
            to: parse_time(&window.to)?,
            zone: parse_zone(&window.time_zone)?,
        })
    }

    pub(super) fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// Whether the clocks of the time zone show a time within the window.
    pub(super) fn contains(&self, instant: Instant) -> bool {
        let local = instant.to_zoned_datetime(self.zone.clone()).datetime();
        let (day, time) = (local.date().weekday(), local.time());
        let begins_on = |day: Weekday| self.days.contains(&day);
        if self.from < self.to {
            return begins_on(day) && self.from <= time && time < self.to;
        }
        (begins_on(day) && self.from <= time) || (begins_on(day.previous()) && time < self.to)
    }

    /// The times at which the window can open or close, from one day before until some days after.
    pub(super) fn boundaries(&self, after: Instant, days: i32) -> Vec<Instant> {
        let today = after.to_zoned_datetime(self.zone.clone()).date();
        let mut boundaries = Vec::new();
        for offset in -1..=days {
            // At the end of the calendar, there is none.
            let Ok(date) = today.checked_add(offset.days()) else { continue };
            for time in [self.from, self.to] {
                boundaries.extend(self.instants(date.to_datetime(time)));
            }
        }
        // A change of the clocks can skip the beginning of a window, or repeat a part of it.
        if let Some(last) = boundaries.iter().max().copied() {
            let changes = self.zone.following(after).map(|change| change.timestamp());
            boundaries.extend(changes.take_while(|change| *change <= last));
        }
        boundaries
    }

    /// When the clocks show this time: never, once or twice.
    fn instants(&self, local: DateTime) -> impl Iterator<Item = Instant> {
        let offsets = match self.zone.to_ambiguous_timestamp(local).offset() {
            AmbiguousOffset::Unambiguous { offset } => [Some(offset), None],
            AmbiguousOffset::Gap { .. } => [None, None],
            AmbiguousOffset::Fold { before, after } => [Some(before), Some(after)],
        };
        offsets.into_iter().flatten().filter_map(move |offset| offset.to_timestamp(local).ok())
    }
}

/// Reads a time such as `02:00`; `24:00` is the end of the day.
pub(crate) fn parse_time(text: &str) -> Result<Time, String> {
    let number = |digits: &str| {
        let is_number = digits.len() == 2 && digits.bytes().all(|digit| digit.is_ascii_digit());
        digits.parse::<i8>().ok().filter(|_| is_number)
    };
    let parsed = text.split_once(':').and_then(|(hour, minute)| match (number(hour)?, number(minute)?) {
        (24, 0) => Some(Time::midnight()),
        (hour, minute) => Time::new(hour, minute, 0, 0).ok(),
    });
    parsed.ok_or_else(|| "a time must have the form HH:MM, such as 02:00 or 24:00".to_owned())
}

/// Reads the IANA name of a time zone.
pub(crate) fn parse_zone(name: &str) -> Result<TimeZone, String> {
    ZONES.get(name).map_err(|_| {
        let known: Vec<String> = ZONES.available().map(|known| known.as_str().to_owned()).collect();
        let near = crate::names::nearest(name, known.iter().map(String::as_str));
        let near = near.map_or(String::new(), |near| format!(" Did you mean {near}?"));
        format!("there is no such time zone: use an IANA name, such as Europe/Berlin or UTC.{near}")
    })
}

/// The time for jiff, whose calendar ends one day before that of a timestamp.
pub(super) fn instant(at: Timestamp) -> Instant {
    Instant::try_from(SystemTime::from(at)).unwrap_or(Instant::MAX)
}

/// The time of jiff, to the millisecond.
pub(super) fn timestamp(instant: Instant) -> Timestamp {
    // None is before 1970: they follow another timestamp.
    let millis = u64::try_from(instant.as_millisecond()).unwrap_or_default();
    Timestamp::from(UNIX_EPOCH + Duration::from_millis(millis))
}

fn weekday(day: Day) -> Weekday {
    match day {
        Day::Mon => Weekday::Monday,
        Day::Tue => Weekday::Tuesday,
        Day::Wed => Weekday::Wednesday,
        Day::Thu => Weekday::Thursday,
        Day::Fri => Weekday::Friday,
        Day::Sat => Weekday::Saturday,
        Day::Sun => Weekday::Sunday,
    }
}
