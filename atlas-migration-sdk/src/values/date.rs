//! Calendar dates, which Atlas uses as names of API versions: `2024-05-30`.
//!
//! A date here is a name with an order, not a point in time: it has no time zone and no arithmetic.

use std::fmt;
use std::str::FromStr;

/// A day of the Gregorian calendar, written `YYYY-MM-DD`.
///
/// Atlas names the versions of its API by such dates.
///
/// ```
/// use atlas_migration_sdk::Date;
///
/// let version: Date = "2024-05-30".parse()?;
/// assert!(version > Date::new(2023, 1, 1).unwrap());
/// assert_eq!(version.to_string(), "2024-05-30");
/// # Ok::<(), atlas_migration_sdk::ParseDateError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// Creates a date from a year (1 to 9999), a month (1 to 12) and a day; `None` if there is no such day.
    #[must_use]
    pub const fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => return None,
        };
        if year == 0 || year > 9999 || day == 0 || day > days {
            return None;
        }
        Some(Self { year, month, day })
    }

    /// The same for the generated operation table, where an invalid date fails the build.
    pub(crate) const fn literal(year: u16, month: u8, day: u8) -> Self {
        match Self::new(year, month, day) {
            Some(date) => date,
            None => panic!("no such day"),
        }
    }

    /// The year.
    #[must_use]
    pub const fn year(self) -> u16 {
        self.year
    }

    /// The month, 1 to 12.
    #[must_use]
    pub const fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, from 1.
    #[must_use]
    pub const fn day(self) -> u8 {
        self.day
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// The text is not a date of the form `YYYY-MM-DD`. `Debug` output is the message.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ParseDateError;

impl fmt::Display for ParseDateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a date: write it as YYYY-MM-DD, for instance 2024-05-30")
    }
}

impl fmt::Debug for ParseDateError {
    /// The message, because `main` and `unwrap` print an error with `Debug`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for ParseDateError {}

impl FromStr for Date {
    type Err = ParseDateError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text.as_bytes() else {
            return Err(ParseDateError);
        };
        let year = number(&[y1, y2, y3, y4])?;
        let month = number(&[m1, m2])?;
        let day = number(&[d1, d2])?;
        // Two digits are at most 99, so that both fit into a `u8`.
        Self::new(year, month as u8, day as u8).ok_or(ParseDateError)
    }
}

fn number(digits: &[u8]) -> Result<u16, ParseDateError> {
    digits.iter().try_fold(0, |number, digit| match digit {
        b'0'..=b'9' => Ok(number * 10 + u16::from(digit - b'0')),
        _ => Err(ParseDateError),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes() {
        for (text, expected) in [
            ("2024-05-30", Some((2024, 5, 30))),
            ("2024-02-29", Some((2024, 2, 29))),
            ("2000-02-29", Some((2000, 2, 29))),
            ("1900-02-29", None),
            ("2023-02-29", None),
            ("2023-04-31", None),
            ("0000-01-01", None),
            ("2023-13-01", None),
            ("2023-00-01", None),
            ("2023-01-00", None),
            ("2023-1-1", None),
            ("2023-01-01 ", None),
            ("+023-01-01", None),
            ("2023/01/01", None),
            ("", None),
        ] {
            let read = text
                .parse::<Date>()
                .inspect_err(|error| assert_eq!(format!("{error:?}"), error.to_string()))
                .ok();
            assert_eq!(read.map(|d| (d.year(), d.month(), d.day())), expected, "{text}");
            if let Some(date) = read {
                assert_eq!(date.to_string(), text);
            }
        }
    }
}
