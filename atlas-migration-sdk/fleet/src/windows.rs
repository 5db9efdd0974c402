//! When a cutover may begin: windows of the week, in a time zone.
//!
//! A window is open while the clocks of its time zone show a time within it. So, when the clocks are set forward, a window
//! within the hour that is skipped does not open on that day, and one that begins in this hour opens with the first minute
//! after it. When they are set back, a window within the hour that is repeated opens twice.
//!
//! The rules of the time zones are those of the database in the program, not those of the system: each machine decides
//! alike, and a container needs no such data. Only what is not replayed calls this: activities, and the validator of an
//! update.

mod rule;

use std::time::Duration;

use atlas_migration_sdk::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use rule::Rule;
pub(crate) use rule::{parse_time, parse_zone};

/// A window of the week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Window {
    /// The days on which it begins, such as `sat`.
    pub(crate) days: Vec<Day>,
    /// When it begins, such as `02:00`.
    pub(crate) from: String,
    /// When it ends; on the next day if that is not after `from`.
    pub(crate) to: String,
    /// The IANA name of the time zone, such as `Europe/Berlin`.
    pub(crate) time_zone: String,
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Day {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl Day {
    /// All days, with their names.
    pub(crate) const ALL: [(&'static str, Self); 7] = [
        ("mon", Self::Mon),
        ("tue", Self::Tue),
        ("wed", Self::Wed),
        ("thu", Self::Thu),
        ("fri", Self::Fri),
        ("sat", Self::Sat),
        ("sun", Self::Sun),
    ];
}

/// Whether a cutover may begin now, and if not, when.
pub(crate) fn check(windows: &[Window], now: Timestamp) -> Result<(), String> {
    let schedule = Schedule::new(windows)?;
    if schedule.is_open(now) {
        return Ok(());
    }
    let next = match schedule.next_opening(now) {
        Some(next) => format!("the next one begins on {next}"),
        None => "none of them begins within the next weeks".to_owned(),
    };
    Err(format!(
        "a cutover begins only within the windows of the fleet file, and {next}. Repeat the approval within the window"
    ))
}

/// How many days ahead windows are looked for. A window opens every week, unless that hour is skipped.
const HORIZON_DAYS: i32 = 22;

/// Windows whose times were parsed. Without windows, it is always open.
pub(crate) struct Schedule {
    rules: Vec<Rule>,
}

/// When a window opens.
pub(crate) struct Opening {
    pub(crate) at: Timestamp,
    zone: TimeZone,
}

impl std::fmt::Display for Opening {
    /// The time in the zone of the window, and in UTC.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let at = rule::instant(self.at);
        let local = at.to_zoned_datetime(self.zone.clone());
        let utc = at.to_zoned_datetime(TimeZone::UTC);
        let zone = self.zone.iana_name().unwrap_or("local time");
        write!(f, "{} {zone} ({} UTC)", local.strftime("%a %F %H:%M"), utc.strftime("%F %H:%M"))
    }
}

impl Schedule {
    /// # Errors
    ///
    /// The first time or time zone that is invalid. A fleet file with one is refused, but another version of this program
    /// may have read it.
    pub(crate) fn new(windows: &[Window]) -> Result<Self, String> {
        let rules = windows.iter().map(Rule::new).collect::<Result<_, _>>()?;
        Ok(Self { rules })
    }

    /// Whether a window is open.
    pub(crate) fn is_open(&self, at: Timestamp) -> bool {
        let at = rule::instant(at);
        self.rules.is_empty() || self.rules.iter().any(|rule| rule.contains(at))
    }

    /// When the next window opens; now, if one is open.
    pub(crate) fn next_opening(&self, now: Timestamp) -> Option<Opening> {
        let opening = |at| {
            let at_instant = rule::instant(at);
            let rule = self.rules.iter().find(|rule| rule.contains(at_instant));
            rule.map(|rule| Opening { at, zone: rule.zone().clone() })
        };
        if self.rules.is_empty() {
            return Some(Opening { at: now, zone: TimeZone::UTC });
        }
        opening(now).or_else(|| self.boundaries(now).into_iter().find_map(opening))
    }

    /// The longest time between two windows in the next weeks; zero without windows.
    pub(crate) fn longest_closure(&self, now: Timestamp) -> Duration {
        let (mut longest, mut closed_at) = (Duration::ZERO, None);
        let mut was_open = self.is_open(now);
        for at in self.boundaries(now) {
            let is_open = self.is_open(at);
            match (was_open, is_open, closed_at) {
                (true, false, _) => closed_at = Some(at),
                (false, true, Some(closed_at)) => {
                    longest = longest.max(at.saturating_duration_since(closed_at));
                }
                _ => {}
            }
            was_open = is_open;
        }
        longest
    }

    /// The times at which a window can open or close, in order. Between two of them, nothing changes.
    fn boundaries(&self, after: Timestamp) -> Vec<Timestamp> {
        let instants = self.rules.iter().flat_map(|rule| rule.boundaries(rule::instant(after), HORIZON_DAYS));
        let mut boundaries: Vec<Timestamp> =
            instants.map(rule::timestamp).filter(|boundary| *boundary > after).collect();
        boundaries.sort_unstable();
        boundaries.dedup();
        boundaries
    }
}

#[cfg(test)]
mod tests;
