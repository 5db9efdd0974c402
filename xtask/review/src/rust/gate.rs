//! The version gate: checks that version and changelog match the bump that the review requires.

use openapi_diff::Sides;
use semver::Version;

use super::changelog::Changelog;
use crate::rust::verdict::{Bump, Gate};

/// What one side states about its version.
#[derive(Clone, Debug)]
pub(crate) struct Release {
    version: Version,
    changelog: Changelog,
}

impl Release {
    /// Reads the texts of the workspace's `Cargo.toml` and of `CHANGELOG.md`, if there is one.
    ///
    /// # Errors
    ///
    /// Why the manifest has no valid version.
    pub(crate) fn read(manifest: &str, changelog: Option<&str>) -> Result<Self, String> {
        let table: toml::Table =
            manifest.parse().map_err(|error: toml::de::Error| error.message().to_owned())?;
        let package = table.get("workspace").and_then(|workspace| workspace.get("package"));
        let version = package.and_then(|package| package.get("version")?.as_str());
        let version = version.ok_or("it has no text at workspace.package.version")?;
        let version = Version::parse(version)
            .map_err(|error| format!("its version {version:?} is invalid: {error}"))?;
        Ok(Self { version, changelog: Changelog::read(changelog.unwrap_or_default()) })
    }

    /// The version from which a bump counts. If the version is not released yet, because the changelog has a date for
    /// an earlier version only, it is that earlier version: several changes share one bump. A pre-release does not
    /// count as released.
    fn released(&self) -> &Version {
        let dated = self.changelog.dated().filter(|dated| dated.pre.is_empty());
        dated.max().filter(|newest| **newest < self.version).unwrap_or(&self.version)
    }
}

/// The version that the bump requires, and the version of the revision.
///
/// Below 1.0 a major change raises the second number, and any other change the third. A change that only shows at run
/// time requires a patch release.
pub(crate) fn gate(releases: Sides<&Release>, bump: Bump, runtime: bool) -> Gate {
    let Sides { base, revision } = releases;
    let released = base.released();
    let must_rise = bump != Bump::None || runtime;
    Gate {
        base: released.clone(),
        needed: if must_rise { raised(released, bump) } else { released.clone() },
        changelog: !must_rise
            || revision.changelog.has_new_entry(&base.changelog, &revision.version.to_string(), bump),
        found: revision.version.clone(),
    }
}

fn raised(version: &Version, bump: Bump) -> Version {
    let Version { major, minor, patch, .. } = *version;
    match (bump, major) {
        // The release follows its pre-releases, whatever changed since them.
        _ if !version.pre.is_empty() => Version::new(major, minor, patch),
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

    fn release(version: &str, changelog: &str) -> Release {
        Release::read(&format!("[workspace.package]\nversion = \"{version}\"\n"), Some(changelog)).unwrap()
    }

    #[track_caller]
    fn requires(base: &str, bump: Bump, found: &str, entry: &str, expected: (&str, &str, bool)) {
        let changelog = format!("{entry}\n{BASE}");
        let gate = gate(Sides::new(&release(base, BASE), &release(found, &changelog)), bump, false);
        let found = (gate.base.to_string(), gate.needed.to_string(), gate.passes());
        assert_eq!((found.0.as_str(), found.1.as_str(), found.2), expected, "{gate:?}");
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
    fn a_pre_release_is_lower_than_its_release() {
        let removed = "## [Unreleased]\n### Removed\n- It.";
        requires("0.3.1", Bump::Major, "0.4.0-rc.1", removed, ("0.3.1", "0.4.0", false));
        requires("0.3.1", Bump::Major, "0.4.1-rc.1", removed, ("0.3.1", "0.4.0", true));
        requires("0.3.1", Bump::Major, "0.4.0+build.1", removed, ("0.3.1", "0.4.0", true));
        requires("0.3.1", Bump::None, "0.3.1-rc.1", "", ("0.3.1", "0.3.1", false));
        requires("0.4.0-rc.1", Bump::Major, "0.4.0-rc.2", removed, ("0.3.1", "0.4.0", false));
        // A released pre-release promises nothing.
        let dated = "## [0.4.0-rc.1] - 2026-02-01\n### Removed\n- It.\n## [0.3.1] - 2026-01-01\n";
        let base = release("0.4.0-rc.1", dated);
        assert_eq!(gate(Sides::new(&base, &base), Bump::Major, false).needed.to_string(), "0.4.0");
        let base = release("0.4.0-rc.1", "");
        assert_eq!(gate(Sides::new(&base, &base), Bump::Major, false).needed.to_string(), "0.4.0");
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
    fn a_manifest_without_a_valid_version_is_an_error() {
        for (manifest, expected) in [
            ("", "it has no text at workspace.package.version"),
            ("[workspace]", "it has no text at workspace.package.version"),
            ("[workspace.package]\nversion = 1", "it has no text at workspace.package.version"),
            ("[workspace.package]\nversion = '1.x'", "its version \"1.x\" is invalid"),
            ("<<<<<<< HEAD", "key"),
        ] {
            let problem = Release::read(manifest, None).unwrap_err();
            assert!(problem.contains(expected) && problem.lines().count() == 1, "{manifest:?}: {problem}");
        }
    }
}
