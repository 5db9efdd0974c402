//! Versions of MongoDB: reading them, and which of them can be migrated.

use std::fmt;

/// The oldest feature compatibility version of a migration.
pub(super) const OLDEST_FEATURE_COMPATIBILITY: (u32, u32) = (6, 0);

/// The major versions that Cloud Manager can push, each with its first supported patch release. From MongoDB's
/// documentation of November 2026.
pub(super) const SUPPORTED: [Version; 2] =
    [Version { major: 6, minor: 0, patch: Some(17) }, Version { major: 7, minor: 0, patch: Some(13) }];

/// A version of MongoDB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Version {
    pub(super) major: u32,
    pub(super) minor: u32,
    pub(super) patch: Option<u32>,
}

impl Version {
    /// Reads versions such as `7.0.13`, `7.0.13-ent` and `8.0`. What follows the numbers is ignored.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
        let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let mut numbers = text[..end].split('.').map(str::parse);
        let (major, minor) = (numbers.next()?.ok()?, numbers.next()?.ok()?);
        let patch = match numbers.next() {
            Some(patch) => Some(patch.ok()?),
            None => None,
        };
        Some(Self { major, minor, patch })
    }

    pub(super) fn series(self) -> (u32, u32) {
        (self.major, self.minor)
    }

    /// Whether it is a release between two major versions. Since 5.0, those have another second number than 0.
    pub(super) fn is_rapid_release(self) -> bool {
        self.major >= 5 && self.minor != 0
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)?;
        self.patch.map_or(Ok(()), |patch| write!(f, ".{patch}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_version() {
        for (text, expected) in [
            ("7.0.13", Some((7, 0, Some(13)))),
            ("7.0.13-ent", Some((7, 0, Some(13)))),
            ("v6.0.17+build.5", Some((6, 0, Some(17)))),
            (" 8.0 ", Some((8, 0, None))),
            ("8.0 enterprise", Some((8, 0, None))),
            ("4.4.29", Some((4, 4, Some(29)))),
            ("7.0.13.1", Some((7, 0, Some(13)))),
            ("7", None),
            ("7.", None),
            ("7..1", None),
            ("7.0.", None),
            ("", None),
            ("ent-7.0", None),
            ("7.0.99999999999", None),
            ("७.०.१", None),
            ("\u{0}", None),
        ] {
            let expected = expected.map(|(major, minor, patch)| Version { major, minor, patch });
            assert_eq!(Version::parse(text), expected, "{text}");
        }
        assert_eq!(SUPPORTED.map(|version| version.to_string()), ["6.0.17", "7.0.13"]);
    }

    #[test]
    fn what_is_a_rapid_release() {
        for (text, rapid) in [("6.1.0", true), ("7.3.4", true), ("7.0.13", false), ("4.4.29", false)] {
            assert_eq!(Version::parse(text).unwrap().is_rapid_release(), rapid, "{text}");
        }
    }
}
