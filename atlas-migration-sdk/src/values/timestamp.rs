//! Points in time as RFC 3339 text in UTC, with milliseconds.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The last millisecond of the year 9999, after which RFC 3339 has no notation.
const LAST: u64 = 253_402_300_799_999;

/// A point in time, in milliseconds, written as RFC 3339 in UTC: `2026-11-28T08:40:37.123Z`.
///
/// From 1970 to 9999. A [`SystemTime`] outside of that becomes the nearest time within it.
///
/// ```
/// use atlas_migration_sdk::Timestamp;
/// use std::time::Duration;
///
/// let ready: Timestamp = "2026-11-28T08:40:37Z".parse()?;
/// let end = ready + Duration::from_secs(120 * 3600);
/// assert_eq!(end.to_string(), "2026-12-03T08:40:37.000Z");
/// assert_eq!(end.saturating_duration_since(ready).as_secs(), 432_000);
/// # Ok::<(), atlas_migration_sdk::ParseTimestampError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);

impl Timestamp {
    /// The current time of the system.
    #[must_use]
    pub fn now() -> Self {
        SystemTime::now().into()
    }

    /// The time that passed since an earlier point in time; zero if that is later.
    #[must_use]
    pub fn saturating_duration_since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }
}

impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        let since_epoch = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        Self(u64::try_from(since_epoch.as_millis()).unwrap_or(LAST).min(LAST))
    }
}

impl From<Timestamp> for SystemTime {
    fn from(timestamp: Timestamp) -> Self {
        UNIX_EPOCH + Duration::from_millis(timestamp.0)
    }
}

impl std::ops::Add<Duration> for Timestamp {
    type Output = Self;

    /// Ends at the last millisecond of the year 9999.
    fn add(self, duration: Duration) -> Self {
        let millis = u64::try_from(duration.as_millis()).unwrap_or(LAST);
        Self(self.0.saturating_add(millis).min(LAST))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Within the years that humantime can write.
        humantime::format_rfc3339_millis(SystemTime::from(*self)).fmt(f)
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The text is not a time of the form `YYYY-MM-DDThh:mm:ssZ`. `Debug` output is the message.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ParseTimestampError;

impl fmt::Display for ParseTimestampError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a time in UTC: write it as YYYY-MM-DDThh:mm:ssZ, for instance 2026-11-28T08:40:37Z")
    }
}

impl fmt::Debug for ParseTimestampError {
    /// The message, because `main` and `unwrap` print an error with `Debug`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for ParseTimestampError {}

impl FromStr for Timestamp {
    type Err = ParseTimestampError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        humantime::parse_rfc3339(text).map(Self::from).map_err(|_| ParseTimestampError)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = Timestamp;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a time as RFC 3339 in UTC")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
                text.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_str(Visitor)
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for Timestamp {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Timestamp".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "date-time" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes() {
        for (text, expected) in [
            ("2026-11-28T08:40:37.123Z", Some("2026-11-28T08:40:37.123Z")),
            ("2026-11-28T08:40:37Z", Some("2026-11-28T08:40:37.000Z")),
            ("2026-11-28T08:40:37.123999Z", Some("2026-11-28T08:40:37.123Z")),
            ("1970-01-01T00:00:00Z", Some("1970-01-01T00:00:00.000Z")),
            ("9999-12-31T23:59:59.999Z", Some("9999-12-31T23:59:59.999Z")),
            ("2026-11-28T08:40:37+01:00", None),
            ("2026-11-28 08:40:37", None),
            ("2026-02-30T08:40:37Z", None),
            ("2026-11-28", None),
            ("", None),
        ] {
            let read = text.parse::<Timestamp>();
            assert_eq!(read.ok().map(|read| read.to_string()).as_deref(), expected, "{text}");
            let json = serde_json::to_string(text).unwrap();
            let deserialized = serde_json::from_str::<Timestamp>(&json).ok();
            assert_eq!(deserialized, read.ok(), "{text}");
        }
    }

    #[test]
    fn times_outside_of_the_range_become_the_nearest_one() {
        let before = Timestamp::from(UNIX_EPOCH - Duration::from_secs(1));
        assert_eq!(before.to_string(), "1970-01-01T00:00:00.000Z");
        let last = before + Duration::MAX;
        assert_eq!(last.to_string(), "9999-12-31T23:59:59.999Z");
        assert_eq!(last + Duration::from_millis(1), last);
        assert_eq!(before.saturating_duration_since(last), Duration::ZERO);
        let later = UNIX_EPOCH + Duration::from_secs(1 << 40);
        assert_eq!(Timestamp::from(later), last);
    }
}
