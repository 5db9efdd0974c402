//! The version gate: checks that version and changelog match the bump that the review requires.

use semver::Version;

use super::changelog::Changelog;
use crate::rust::verdict::{Bump, Gate};

/// The files of one side that state its version.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Release<'a> {
    /// The text of the workspace's `Cargo.toml`.
    pub(crate) manifest: &'a str,
    /// The text of `CHANGELOG.md`, if there is one.
    pub(crate) changelog: Option<&'a str>,
}

/// The version that the bump requires, and the version of the revision. `None` if a manifest has no valid version.
///
/// Below 1.0 a major change raises the second number, and any other change the third. A change that only shows at run
/// time requires a patch release. If the version of the base is not released yet, because its changelog has a date for
/// an earlier version only, the bump counts from that earlier version: several changes share one bump.
pub(crate) fn gate(base: Release<'_>, revision: Release<'_>, bump: Bump, runtime: bool) -> Option<Gate> {
    let found = version(revision.manifest)?;
    let old = Changelog::read(base.changelog.unwrap_or_default());
    let new = Changelog::read(revision.changelog.unwrap_or_default());
    let released = released(version(base.manifest)?, &old);
    let must_rise = bump != Bump::None || runtime;
    let needed = if must_rise { raised(&released, bump) } else { released.clone() };
    Some(Gate {
        base: released.to_string(),
        needed: needed.to_string(),
        changelog: !must_rise || new.has_new_entry(&old, &found.to_string(), bump),
        found: found.to_string(),
    })
}

fn version(manifest: &str) -> Option<Version> {
    let manifest: toml::Table = manifest.parse().ok()?;
    let package = manifest.get("workspace")?.get("package")?;
    Version::parse(package.get("version")?.as_str()?).ok()
}

fn released(version: Version, changelog: &Changelog) -> Version {
    let dated = changelog.dated().filter_map(|name| Version::parse(name).ok());
    match dated.max() {
        Some(newest) if newest < version => newest,
        _ => version,
    }
}

fn raised(version: &Version, bump: Bump) -> Version {
    let Version { major, minor, patch, .. } = *version;
    match (bump, major) {
        (Bump::Major, 0) => Version::new(0, minor + 1, 0),
        (Bump::Major, _) => Version::new(major + 1, 0, 0),
        (Bump::Minor, 1..) => Version::new(major, minor + 1, 0),
        (Bump::Minor | Bump::None, _) => Version::new(major, minor, patch + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "## [0.3.1] - 2026-01-01\n### Added\n- A thing.\n";

    #[track_caller]
    fn requires(base: &str, bump: Bump, found: &str, entry: &str, expected: (&str, &str, bool)) {
        let manifest = |version: &str| format!("[workspace.package]\nversion = \"{version}\"\n");
        let changelog = format!("{entry}\n{BASE}");
        let gate = gate(
            Release { manifest: &manifest(base), changelog: Some(BASE) },
            Release { manifest: &manifest(found), changelog: Some(&changelog) },
            bump,
            false,
        );
        let gate = gate.unwrap();
        let found = (gate.base.as_str(), gate.needed.as_str(), gate.passes());
        assert_eq!(found, expected, "{gate:?}");
    }

    #[test]
    fn the_needed_version_follows_the_bump() {
        let removed = "## [Unreleased]\n### Removed\n- It.";
        let added = "## [Unreleased]\n### Added\n- It.";
        requires("0.3.1", Bump::Major, "0.3.2", removed, ("0.3.1", "0.4.0", false));
        requires("0.3.1", Bump::Major, "0.4.0", removed, ("0.3.1", "0.4.0", true));
        requires("0.3.1", Bump::Major, "0.5.0", removed, ("0.3.1", "0.4.0", true));
        requires("0.3.1", Bump::Minor, "0.3.1", added, ("0.3.1", "0.3.2", false));
        requires("0.3.1", Bump::Minor, "0.3.2", added, ("0.3.1", "0.3.2", true));
        requires("0.3.1", Bump::None, "0.3.1", "", ("0.3.1", "0.3.1", true));
        // The base already has the unreleased version 0.4.0.
        requires("0.4.0", Bump::Major, "0.4.0", removed, ("0.3.1", "0.4.0", true));
    }

    #[test]
    fn the_changelog_must_have_a_new_entry() {
        let dated = "## [0.4.0] - 2026-02-01\n### Changed\n- It.";
        requires("0.3.1", Bump::Major, "0.4.0", "", ("0.3.1", "0.4.0", false));
        requires(
            "0.3.1",
            Bump::Major,
            "0.4.0",
            "## [Unreleased]\n### Added\n- It.",
            ("0.3.1", "0.4.0", false),
        );
        requires("0.3.1", Bump::Major, "0.4.0", "## [Unreleased]\n### Changed\n", ("0.3.1", "0.4.0", false));
        requires("0.3.1", Bump::Major, "0.4.0", dated, ("0.3.1", "0.4.0", true));
        requires("0.3.1", Bump::Minor, "0.3.2", "## [0.9.9]\n### Added\n- It.", ("0.3.1", "0.3.2", false));
    }

    #[test]
    fn versions_rise_by_the_rules_of_cargo() {
        for (version, bump, expected) in [
            ("0.1.0", Bump::Major, "0.2.0"),
            ("0.1.0", Bump::Minor, "0.1.1"),
            ("0.1.0", Bump::None, "0.1.1"),
            ("1.2.3", Bump::Major, "2.0.0"),
            ("1.2.3", Bump::Minor, "1.3.0"),
            ("1.2.3", Bump::None, "1.2.4"),
        ] {
            assert_eq!(raised(&Version::parse(version).unwrap(), bump).to_string(), expected, "{version}");
        }
    }

    #[test]
    fn without_a_version_there_is_no_gate() {
        let release = Release { manifest: "[workspace]", changelog: None };
        assert!(gate(release, release, Bump::Major, false).is_none());
    }
}
