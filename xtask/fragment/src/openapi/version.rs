//! API versions: calendar dates, and the media types that contain them.

/// Whether the text is an existing date in the form `YYYY-MM-DD`. Such texts sort chronologically.
#[must_use]
pub fn is_date(text: &str) -> bool {
    let shape = text.len() == 10
        && text.bytes().enumerate().all(|(index, byte)| match index {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if !shape {
        return false;
    }
    // The ranges contain only digits, so each number parses.
    let number = |range: std::ops::Range<usize>| text[range].parse().unwrap_or(0_u16);
    let (year, month, day) = (number(0..4), number(5..7), number(8..10));
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    };
    year > 0 && (1..=days).contains(&day)
}

/// The kinds of media types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaType<'a> {
    /// `application/json`
    Json,
    /// `application/vnd.atlas.<date>+json`, with the text of the date, which may be invalid.
    Version(&'a str),
    /// Any other media type.
    Other,
}

impl<'a> MediaType<'a> {
    /// Parses the name of a media type.
    #[must_use]
    pub fn read(name: &'a str) -> Self {
        if name == "application/json" {
            return Self::Json;
        }
        let date = name.strip_prefix("application/vnd.atlas.").and_then(|rest| rest.strip_suffix("+json"));
        date.map_or(Self::Other, Self::Version)
    }

    /// The text of the date, if the media type is a version.
    #[must_use]
    pub fn version(self) -> Option<&'a str> {
        match self {
            Self::Version(version) => Some(version),
            Self::Json | Self::Other => None,
        }
    }
}

/// The version of a media type, for reports: its date, or the whole media type if it has no date.
#[must_use]
pub fn version_label(media_type: &str) -> &str {
    media_type
        .strip_prefix("application/vnd.atlas.")
        .and_then(|rest| rest.split_once('+'))
        .map_or(media_type, |(date, _)| date)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        for date in ["2024-05-30", "2024-02-29", "2000-02-29", "9999-12-31", "0001-01-01"] {
            assert!(is_date(date), "{date}");
        }
        for text in [
            "2023-02-29",
            "1900-02-29",
            "2023-04-31",
            "0000-01-01",
            "2023-13-01",
            "2023-00-01",
            "2023-01-00",
            "2023-01-32",
            "2023-1-1",
            "2023/01/01",
            "+023-01-01",
            "2023-01-01 ",
            "２０２３-01",
            "",
        ] {
            assert!(!is_date(text), "{text}");
        }
    }

    #[test]
    fn media_types() {
        assert_eq!(MediaType::read("application/json"), MediaType::Json);
        assert_eq!(
            MediaType::read("application/vnd.atlas.2023-01-01+json"),
            MediaType::Version("2023-01-01")
        );
        assert_eq!(MediaType::read("application/json; charset=utf-8"), MediaType::Other);
        assert_eq!(MediaType::read("application/vnd.atlas.2023-01-01+csv"), MediaType::Other);
    }
}
