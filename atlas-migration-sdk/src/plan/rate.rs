//! Rates at which data is copied or written, and how long that takes.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::error::{Error, Result};

/// The bytes of a megabyte. Sizes and rates are assumptions and measurements, for which the difference from 2^20 does not
/// matter.
pub(super) const MEGABYTE: f64 = 1_000_000.0;

/// A data rate in megabytes (1,000,000 bytes) per second.
///
/// ```
/// use atlas_migration_sdk::plan::DataRate;
/// use std::time::Duration;
///
/// let rate: DataRate = "40".parse()?;
/// assert_eq!(rate.duration_of(3_600_000_000), Duration::from_secs(90));
/// # Ok::<(), atlas_migration_sdk::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct DataRate(f64);

impl DataRate {
    pub(super) const fn constant(megabytes_per_second: f64) -> Self {
        Self(megabytes_per_second)
    }

    /// Creates a rate.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if it is not a finite number above 0.
    pub fn megabytes_per_second(rate: f64) -> Result<Self> {
        if rate.is_finite() && rate > 0.0 {
            Ok(Self(rate))
        } else {
            Err(Error::configuration("a rate must be a number of megabytes per second above 0, such as 20"))
        }
    }

    /// How long this many bytes take. [`Duration::MAX`] if it is more than that.
    #[must_use]
    pub fn duration_of(self, bytes: u64) -> Duration {
        Duration::try_from_secs_f64(bytes as f64 / MEGABYTE / self.0).unwrap_or(Duration::MAX)
    }
}

/// The rate in MB/s, such as `20 MB/s`.
impl fmt::Display for DataRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} MB/s", self.0)
    }
}

impl FromStr for DataRate {
    type Err = Error;

    /// Reads a number of megabytes per second, with or without the unit: `20`, `0.5 MB/s`.
    fn from_str(text: &str) -> Result<Self> {
        let number = text.trim();
        let number = number.strip_suffix("MB/s").map_or(number, str::trim_end);
        // An invalid number becomes one that is rejected.
        Self::megabytes_per_second(number.parse().unwrap_or(f64::NAN))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_read_and_written() {
        for (text, expected) in [
            ("20", Some("20 MB/s")),
            (" 0.5 MB/s ", Some("0.5 MB/s")),
            ("1e3", Some("1000 MB/s")),
            ("20MB/s", Some("20 MB/s")),
            ("0", None),
            ("-1", None),
            ("inf", None),
            ("NaN", None),
            ("", None),
            ("MB/s", None),
            ("20 GB/s", None),
        ] {
            let rate = text.parse::<DataRate>().ok().map(|rate| rate.to_string());
            assert_eq!(rate.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_duration_has_limits() {
        let rate = DataRate::constant;
        assert_eq!(rate(20.0).duration_of(0), Duration::ZERO);
        assert_eq!(rate(20.0).duration_of(100_000_000_000), Duration::from_secs(5000));
        assert_eq!(rate(f64::MIN_POSITIVE).duration_of(u64::MAX), Duration::MAX);
        assert!(rate(f64::MAX).duration_of(u64::MAX) < Duration::from_secs(1));
    }
}
