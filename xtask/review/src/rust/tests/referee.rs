//! Compares the verdicts with those of cargo-semver-checks, on the documentation of both sides as JSON.
//!
//! The test runs only with `ATLAS_SEMVER_CHECKS=1`, because it takes minutes. It needs `cargo-semver-checks` in the
//! path. The compiler writes the JSON of a stable release only with `RUSTC_BOOTSTRAP=1`.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::workspace::{Workspace, target};
use super::*;

const FIELD_TYPE: &str = "it does not compare the types of fields";
const NOT_DOCUMENTED: &str = "the wrapper imports the old name, so rustdoc fails";

/// The edits on which cargo-semver-checks does not agree, and why. It never requires a higher version.
const DIFFERENCES: &[(&str, &str)] = &[
    ("response field narrower", FIELD_TYPE),
    ("response field without its format", FIELD_TYPE),
    ("response field newly required", FIELD_TYPE),
    ("response field no longer required", FIELD_TYPE),
    ("optional list nullable", FIELD_TYPE),
    ("required field nullable", FIELD_TYPE),
    (
        "response type loses its default",
        "it does not report a trait that is no longer derived, nor the type of the field",
    ),
    ("re-exported component renamed", NOT_DOCUMENTED),
    ("component that the wrapper names renamed", NOT_DOCUMENTED),
];

#[test]
fn cargo_semver_checks_agrees() {
    if std::env::var_os("ATLAS_SEMVER_CHECKS").is_none() {
        let skipped = "skipped: cargo-semver-checks runs with ATLAS_SEMVER_CHECKS=1";
        return writeln!(std::io::stderr(), "{skipped}").unwrap();
    }
    let base = generated(&CURRENT.base);
    let edited: Vec<Generated> = SINGLE_EDITS.iter().map(|edit| generated(edit.after.document)).collect();
    let workspace = Workspace::write(std::iter::once(&base).chain(&edited));
    workspace.add("user-0/Cargo.toml", "[package]\nname = \"user-0\"\nedition = \"2024\"\n");
    workspace.add("user-0/src/lib.rs", "");
    let base = documentation(&workspace, 0).unwrap_or_else(|errors| panic!("{errors}"));
    let mut wrong = Vec::new();
    for (n, SingleEdit { case, report, .. }) in SINGLE_EDITS.iter().enumerate() {
        let referee = documentation(&workspace, n + 1).and_then(|edited| is_major(&base, &edited));
        let ours = report.bump;
        writeln!(std::io::stderr(), "{}: {}, referee: {referee:?}", case.name, ours.name()).unwrap();
        let is_listed = DIFFERENCES.iter().any(|(name, _)| *name == case.name);
        let differs = !matches!(referee, Ok(is_major) if is_major == (ours == Bump::Major));
        if differs != is_listed {
            wrong.push(format!("{}: {}, referee: {referee:?}", case.name, ours.name()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The documentation of a version of the SDK as JSON. rustdoc does not compile the bodies of functions, so a wrapper
/// that must be adapted usually has it too.
fn documentation(workspace: &Workspace, n: usize) -> Result<PathBuf, String> {
    let mut command = workspace.cargo("rustdoc");
    command.args(["--package", &format!("sdk-{n}"), "--", "-Zunstable-options", "--output-format=json"]);
    let output = command.env("RUSTC_BOOTSTRAP", "1").output().unwrap();
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(errors.lines().filter(|line| line.starts_with("error")).collect::<Vec<_>>().join("; "));
    }
    let kept = workspace.path(&format!("{n}.json"));
    fs::copy(target().join("doc/atlas_migration_sdk.json"), &kept).unwrap();
    Ok(kept)
}

/// Whether the referee requires a major version.
fn is_major(base: &Path, edited: &Path) -> Result<bool, String> {
    let mut command = Command::new("cargo-semver-checks");
    command.args(["semver-checks", "--color", "never", "--release-type", "minor"]);
    let output = command.arg("--baseline-rustdoc").arg(base).arg("--current-rustdoc").arg(edited).output();
    let output = output.map_err(|error| format!("cargo-semver-checks could not be started: {error}"))?;
    let messages = String::from_utf8_lossy(&output.stderr);
    match (output.status.success(), messages.contains("requires new major version")) {
        (true, false) => Ok(false),
        (false, true) => Ok(true),
        _ => Err(messages.into_owned()),
    }
}
