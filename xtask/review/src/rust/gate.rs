//! The version gate: whether version and changelog say what the verdict asks for.

use semver::Version;

use super::changelog::Changelog;
use crate::rust::verdict::{Bump, Gate};

/// What one side says of itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Release<'a> {
    /// The text of the workspace's `Cargo.toml`.
    pub(crate) manifest: &'a str,
    /// The text of `CHANGELOG.md`, where there is one.
    pub(crate) changelog: Option<&'a str>,
}

/// What the bump asks for, and what was done. `None` where a manifest has no version that can be read.
///
/// Below 1.0 a major change raises the second number, and any other the third. Without a change of the public API
/// only what is noticed at run time asks for anything: a patch. A version that the base prepares (its changelog
/// gives a date to an earlier one only) counts from the earlier one: several changes share one bump.
pub(crate) fn gate(base: Release<'_>, revision: Release<'_>, bump: Bump, runtime: bool) -> Option<Gate> {
    let found = version(revision.manifest)?;
    let old = Changelog::read(base.changelog.unwrap_or_default());
    let new = Changelog::read(revision.changelog.unwrap_or_default());
    let released = released(version(base.manifest)?, &old);
    let asked = bump != Bump::None || runtime;
    let needed = if asked { raised(&released, bump) } else { released.clone() };
    Some(Gate {
        base: released.to_string(),
        needed: needed.to_string(),
        changelog: !asked || new.has_new_entry(&old, &found.to_string(), bump),
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
    fn asks(base: &str, bump: Bump, found: &str, entry: &str, expected: (&str, &str, bool)) {
        let manifest = |version: &str| format!("[workspace.package]\nversion = \"{version}\"\n");
        let changelog = format!("{entry}\n{BASE}");
        let gate = gate(
            Release { manifest: &manifest(base), changelog: Some(BASE) },
            Release { manifest: &manifest(found), changelog: Some(&changelog) },
            bump,
            false,
        );
        let gate = gate.unwrap();
        let said = (gate.base.as_str(), gate.needed.as_str(), gate.passes());
        assert_eq!(said, expected, "{gate:?}");
    }

    #[test]
    fn the_needed_version_follows_the_bump() {
        let removed = "## [Unreleased]\n### Removed\n- It.";
        let added = "## [Unreleased]\n### Added\n- It.";
        asks("0.3.1", Bump::Major, "0.3.2", removed, ("0.3.1", "0.4.0", false));
        asks("0.3.1", Bump::Major, "0.4.0", removed, ("0.3.1", "0.4.0", true));
        asks("0.3.1", Bump::Major, "0.5.0", removed, ("0.3.1", "0.4.0", true));
        asks("0.3.1", Bump::Minor, "0.3.1", added, ("0.3.1", "0.3.2", false));
        asks("0.3.1", Bump::Minor, "0.3.2", added, ("0.3.1", "0.3.2", true));
        asks("0.3.1", Bump::None, "0.3.1", "", ("0.3.1", "0.3.1", true));
        // The base prepares 0.4.0 already.
        asks("0.4.0", Bump::Major, "0.4.0", removed, ("0.3.1", "0.4.0", true));
    }

    #[test]
    fn the_changelog_must_say_what_changed() {
        let dated = "## [0.4.0] - 2026-02-01\n### Changed\n- It.";
        asks("0.3.1", Bump::Major, "0.4.0", "", ("0.3.1", "0.4.0", false));
        asks("0.3.1", Bump::Major, "0.4.0", "## [Unreleased]\n### Added\n- It.", ("0.3.1", "0.4.0", false));
        asks("0.3.1", Bump::Major, "0.4.0", "## [Unreleased]\n### Changed\n", ("0.3.1", "0.4.0", false));
        asks("0.3.1", Bump::Major, "0.4.0", dated, ("0.3.1", "0.4.0", true));
        asks("0.3.1", Bump::Minor, "0.3.2", "## [0.9.9]\n### Added\n- It.", ("0.3.1", "0.3.2", false));
    }

    #[test]
    fn versions_rise_by_cargos_rules() {
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
