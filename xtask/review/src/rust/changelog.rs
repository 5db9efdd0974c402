//! Parses the changelog for the version gate: versions, headings and entries.
//!
//! The format is that of keepachangelog.com. Other lines are ignored.

use std::collections::BTreeSet;

use semver::Version;

use crate::rust::verdict::Bump;

/// The name of the section for unreleased changes.
const UNRELEASED: &str = "Unreleased";

/// The headings for changes that break users' code.
const BREAKING: [&str; 2] = ["Changed", "Removed"];

#[derive(Clone, Debug, Default)]
pub(crate) struct Changelog {
    entries: Vec<Entry>,
    dated: Vec<Version>,
}

#[derive(Clone, Debug)]
struct Entry {
    version: String,
    heading: String,
    text: String,
}

impl Changelog {
    /// Parses lines of the forms `## [version] - date`, `### Heading` and `- entry`.
    pub(crate) fn read(text: &str) -> Self {
        let mut changelog = Self::default();
        let (mut version, mut heading) = (String::new(), String::new());
        for line in text.lines().map(str::trim) {
            if let Some(name) = line.strip_prefix("### ") {
                name.trim().clone_into(&mut heading);
            } else if let Some(name) = line.strip_prefix("## ") {
                let (name, date) = name.split_once(" - ").unwrap_or((name, ""));
                name.trim().trim_matches(['[', ']']).clone_into(&mut version);
                heading.clear();
                if date.trim().starts_with(|first: char| first.is_ascii_digit()) {
                    changelog.dated.extend(Version::parse(&version));
                }
            } else if let Some(text) = line.strip_prefix("- ").or_else(|| line.strip_prefix("* ")) {
                let (version, heading) = (version.clone(), heading.clone());
                changelog.entries.push(Entry { version, heading, text: text.trim().to_owned() });
            }
        }
        changelog
    }

    /// The versions with a date, which are the released ones.
    pub(crate) fn dated(&self) -> impl Iterator<Item = &Version> {
        self.dated.iter()
    }

    /// Whether the unreleased section or the section of this version has an entry that the other changelog lacks, under
    /// a heading that fits the bump.
    pub(crate) fn has_new_entry(&self, other: &Self, version: &str, bump: Bump) -> bool {
        let old: BTreeSet<&str> = other.entries.iter().map(|entry| entry.text.as_str()).collect();
        self.entries.iter().any(|entry| {
            (entry.version == UNRELEASED || entry.version == version)
                && !old.contains(entry.text.as_str())
                && (bump < Bump::Major || BREAKING.contains(&entry.heading.as_str()))
        })
    }
}
