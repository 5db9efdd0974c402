//! `cargo xtask diff`, run as a process: how it finds its base, and its exit status.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod automation;
mod base;
mod git;

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

const FRAGMENT: &str = include_str!("../fragment.yaml");

fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("fragment.yaml"), FRAGMENT).unwrap();
    folder
}

/// A program that runs in this folder, without the settings of git of the user or of the hook that runs the test: the
/// variables of a hook would lead to the repository of the hook.
fn program(name: &str, folder: &Path) -> Command {
    let mut command = Command::new(name);
    for (variable, _) in std::env::vars_os() {
        if variable.to_string_lossy().starts_with("GIT_") {
            command.env_remove(variable);
        }
    }
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1").current_dir(folder);
    command
}

fn xtask(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = program(env!("CARGO_BIN_EXE_xtask"), folder);
    let Output { status, stdout, stderr } = command.args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

/// Runs git, and returns its output.
fn git(folder: &Path, arguments: &[&str]) -> String {
    let mut command = program("git", folder);
    command.args(["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main"]);
    let output = command.args(arguments).output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn repository() -> TempDir {
    let folder = folder();
    git(folder.path(), &["init", "--quiet"]);
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "--quiet", "-m", "base"]);
    folder
}

/// Moves every path, which changes every operation.
fn move_paths(folder: &Path) {
    let edited = FRAGMENT.replacen("paths:\n  /", "paths:\n  /moved/", 1);
    assert_ne!(edited, FRAGMENT);
    fs::write(folder.join("fragment.yaml"), edited).unwrap();
}

const DIFF: &[&str] = &["diff", "--file", "fragment.yaml"];

#[track_caller]
fn ends(folder: &Path, more: &[&str], status: i32, expected: &str) -> String {
    let (found, stdout, stderr) = xtask(folder, &[DIFF, more].concat());
    assert_eq!(found, status, "{stdout}{stderr}");
    assert!(stdout.contains(expected) || stderr.contains(expected), "no {expected:?} in\n{stdout}{stderr}");
    stdout
}

#[test]
fn compares_with_a_file() {
    let folder = folder();
    fs::write(folder.path().join("base.yaml"), FRAGMENT).unwrap();
    ends(folder.path(), &["--base-file", "base.yaml"], 0, "0 edits, 0 pointers changed");
    move_paths(folder.path());
    ends(folder.path(), &["--base-file", "base.yaml"], 0, "BREAKING");
    ends(folder.path(), &["--base-file", "base.yaml", "--fail-on", "breaking"], 4, "operation-moved");
}

/// With a base file, the report has the position of a removal in that file, in a form that editors open.
#[test]
fn positions_lead_to_the_files() {
    let folder = folder();
    fs::create_dir(folder.path().join("old")).unwrap();
    fs::write(folder.path().join("old/base.yaml"), format!("# Moves each line.\n{FRAGMENT}")).unwrap();
    let hosts = FRAGMENT.lines().find(|line| line.trim_start().starts_with("hosts: ")).unwrap();
    let revision = FRAGMENT.replace(&format!("{hosts}\n"), "").replace("[NEW, DONE]", "[NEW, DONE, PAUSED]");
    fs::write(folder.path().join("fragment.yaml"), revision).unwrap();
    let report = ends(folder.path(), &["--base-file", "old/base.yaml"], 0, "2 edits");
    // The text at each position of the report.
    let texts = report.split([' ', '(', ')', '\n']).filter_map(|word| {
        let (path, position) = word.split_once(".yaml:")?;
        let (line, column) = position.split_once(':')?;
        let (line, column): (usize, usize) = (line.parse().ok()?, column.parse().ok()?);
        let text = fs::read_to_string(folder.path().join(format!("{path}.yaml"))).unwrap();
        Some(text.lines().nth(line - 1)?.chars().skip(column - 1).collect::<String>())
    });
    let texts: Vec<String> = texts.collect();
    assert!(texts.iter().any(|text| text.starts_with("hosts: ")), "{report}");
    assert!(texts.iter().any(|text| text.starts_with("PAUSED]")), "{report}");
    assert_eq!(texts.len(), 2, "{report}");
}

#[test]
fn compares_with_git() {
    let folder = repository();
    ends(folder.path(), &[], 0, "main@");
    move_paths(folder.path());
    ends(folder.path(), &["--fail-on", "risky,major"], 4, "→ worktree");
    git(folder.path(), &["commit", "--quiet", "-a", "-m", "change"]);
    ends(folder.path(), &["--base", "HEAD"], 0, "0 edits");
    ends(folder.path(), &["--base", "HEAD~1"], 0, "BREAKING");
}

/// A branch with one commit, and a default branch with another commit since.
fn branch() -> TempDir {
    let folder = repository();
    git(folder.path(), &["checkout", "--quiet", "-b", "work"]);
    move_paths(folder.path());
    git(folder.path(), &["commit", "--quiet", "-a", "-m", "work"]);
    git(folder.path(), &["checkout", "--quiet", "main"]);
    fs::write(folder.path().join("other"), "").unwrap();
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "--quiet", "-m", "meanwhile"]);
    git(folder.path(), &["checkout", "--quiet", "work"]);
    folder
}

/// A clone of a repository, made by `git clone` with these flags.
fn clone(of: &Path, flags: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("file://{}", of.display());
    git(folder.path(), &[&["clone", "--quiet"], flags, &[&url, "."]].concat());
    folder
}

/// Expects status 3 with this message and this help.
#[track_caller]
fn fails(folder: &Path, more: &[&str], what: &str, help: &str) {
    let (status, stdout, stderr) = xtask(folder, &[DIFF, more].concat());
    assert_eq!((status, stdout.as_str()), (3, ""), "{stderr}");
    let (found, found_help) =
        stderr.split_once("\n  help: ").unwrap_or_else(|| panic!("no help in {stderr}"));
    assert!(found.contains(what), "no {what:?} in {found}");
    assert!(found_help.contains(help), "no {help:?} in {found_help}");
}

/// The project's own fragment against a file, and flags that exclude each other.
#[test]
fn flags_combine_or_conflict() {
    let folder = folder();
    let (status, stdout, stderr) = xtask(folder.path(), &["diff", "--base-file", "fragment.yaml"]);
    assert_eq!(status, 0, "{stderr}");
    assert!(stdout.starts_with("spec/atlas-migration.yaml   fragment.yaml → worktree"), "{stdout}");
    ends(folder.path(), &["--base", "main", "--base-file", "x"], 64, "cannot be used with");
    ends(folder.path(), &["--base", "--help"], 64, "--base");
    ends(folder.path(), &["--explain", "no-such-rule"], 3, "there is no rule");
    ends(folder.path(), &["--explain", "response-property-gone"], 3, "response-property-removed");
    ends(folder.path(), &["--explain", "request-type-changed"], 0, "because");
    ends(folder.path(), &["--explain", "rust-field-added"], 0, "because");
}

/// The Rust API of a document that is not the fragment of the SDK cannot be reviewed.
#[test]
fn what_cannot_be_reviewed_does_not_pass() {
    let folder = folder();
    fs::write(folder.path().join("base.yaml"), FRAGMENT).unwrap();
    let against = ["--base-file", "base.yaml"];
    ends(folder.path(), &against, 0, "the base is not a fragment of this SDK");
    for class in ["version", "major", "minor"] {
        let fails = [&against[..], &["--fail-on", class]].concat();
        ends(folder.path(), &fails, 4, "FILE (this fails --fail-on major, minor and version)");
    }
    // A class about HTTP does not depend on the Rust API, beside one that does.
    ends(folder.path(), &["--base-file", "base.yaml", "--fail-on", "breaking"], 0, "not reviewed");
    let both = ["--base-file", "base.yaml", "--fail-on", "breaking", "--fail-on", "version"];
    ends(folder.path(), &both, 4, "not reviewed");
}

#[test]
fn acknowledged_findings_do_not_fail() {
    let folder = folder();
    fs::write(folder.path().join("base.yaml"), FRAGMENT).unwrap();
    move_paths(folder.path());
    let as_json = &["--base-file", "base.yaml", "--fail-on", "breaking", "--format", "json"];
    let json = ends(folder.path(), as_json, 4, "fingerprint");
    let mut file = String::new();
    let mut rest = json.as_str();
    while let Some((_, after)) = rest.split_once("\"fingerprint\": \"") {
        let (fingerprint, left) = after.split_once('"').unwrap();
        file += &format!(
            "[[acknowledged]]\nfingerprint = '{fingerprint}'\nrule = 'r'\nnode = 'n'\nreason = 'It moves.'\n"
        );
        rest = left;
    }
    fs::write(folder.path().join("acknowledged.toml"), &file).unwrap();
    let as_text = &["--base-file", "base.yaml", "--fail-on", "breaking"];
    ends(folder.path(), as_text, 0, "acknowledged: It moves.");
    fs::write(folder.path().join("fragment.yaml"), FRAGMENT).unwrap();
    ends(folder.path(), as_text, 4, "stale");
    fs::write(folder.path().join("acknowledged.toml"), "[[acknowledged]]\nwhy = 1\n").unwrap();
    ends(folder.path(), as_text, 3, "acknowledged.toml");
}

/// Lint rejects a fragment that contains a secret, but the fragment from before the secret was removed may be the base
/// of a comparison.
#[test]
fn a_changed_secret_is_reported_without_its_value() {
    let planted = |value: &str| {
        let in_schema =
            format!("format: password, default: {value}, example: {value}, enum: [{value}, a{value}]}}");
        let in_parent = format!(
            "      example: {{name: a, password: {value}, nested: {{token: {value}}}}}\n      required: [name]"
        );
        let edited =
            FRAGMENT.replace("format: password}", &in_schema).replace("      required: [name]", &in_parent);
        assert_eq!(edited.matches(value).count(), 6);
        edited
    };
    let unmarked = planted("hunter2").replace("format: password, ", "");
    let sides = [
        (planted("hunter2"), FRAGMENT.to_owned()),
        (FRAGMENT.to_owned(), planted("hunter2")),
        (planted("hunter2"), planted("hunter3")),
        (unmarked, FRAGMENT.to_owned()),
    ];
    for (base, revision) in sides {
        let folder = folder();
        fs::write(folder.path().join("base.yaml"), base).unwrap();
        fs::write(folder.path().join("fragment.yaml"), revision).unwrap();
        for format in ["text", "markdown", "github", "json"] {
            let (status, stdout, stderr) =
                xtask(folder.path(), &[DIFF, &["--base-file", "base.yaml", "--format", format]].concat());
            assert_eq!(status, 0, "{stderr}");
            let output = stdout + &stderr;
            assert!(!output.contains("hunter"), "{format}: {output}");
            assert!(output.contains("[redacted"), "{format}: {output}");
        }
        ends(folder.path(), &["--base-file", "base.yaml"], 0, "default: ");
    }
}
