//! `cargo xtask diff` as a process: where it finds its base, and how it ends.

#![allow(clippy::unwrap_used, reason = "a test that cannot unwrap cannot say what it expects")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

const FRAGMENT: &str = include_str!("fragment.yaml");

fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("fragment.yaml"), FRAGMENT).unwrap();
    folder
}

fn xtask(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    let Output { status, stdout, stderr } = command.current_dir(folder).args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

/// git without the settings of whoever runs the test.
fn git(folder: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    command.args(["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main"]);
    let output = command.current_dir(folder).args(arguments).output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn repository() -> TempDir {
    let folder = folder();
    git(folder.path(), &["init", "--quiet"]);
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "--quiet", "-m", "base"]);
    folder
}

/// Makes every operation another one: the paths move.
fn break_it(folder: &Path) {
    let edited = FRAGMENT.replacen("paths:\n  /", "paths:\n  /moved/", 1);
    assert_ne!(edited, FRAGMENT);
    fs::write(folder.join("fragment.yaml"), edited).unwrap();
}

const DIFF: &[&str] = &["diff", "--file", "fragment.yaml"];

#[track_caller]
fn ends(folder: &Path, more: &[&str], status: i32, says: &str) -> String {
    let (found, stdout, stderr) = xtask(folder, &[DIFF, more].concat());
    assert_eq!(found, status, "{stdout}{stderr}");
    assert!(stdout.contains(says) || stderr.contains(says), "no {says:?} in\n{stdout}{stderr}");
    stdout
}

#[test]
fn compares_with_a_file() {
    let folder = folder();
    fs::write(folder.path().join("base.yaml"), FRAGMENT).unwrap();
    ends(folder.path(), &["--base-file", "base.yaml"], 0, "0 edits, 0 pointers changed");
    break_it(folder.path());
    ends(folder.path(), &["--base-file", "base.yaml"], 0, "BREAKING");
    ends(folder.path(), &["--base-file", "base.yaml", "--fail-on", "breaking"], 4, "operation-removed");
    ends(folder.path(), &["--base-file", "none.yaml"], 3, "none.yaml");
}

#[test]
fn compares_with_git() {
    let folder = repository();
    ends(folder.path(), &[], 0, "main@");
    break_it(folder.path());
    ends(folder.path(), &["--fail-on", "risky,major"], 4, "→ worktree");
    git(folder.path(), &["commit", "--quiet", "-a", "-m", "change"]);
    ends(folder.path(), &["--base", "HEAD"], 0, "0 edits");
    ends(folder.path(), &["--base", "HEAD~1"], 0, "BREAKING");
    ends(folder.path(), &["--base", "nowhere"], 3, "git knows no revision \"nowhere\"");
    ends(folder.path(), &["--base", "--help"], 64, "--base");
}

#[test]
fn says_what_is_missing() {
    let folder = folder();
    ends(folder.path(), &[], 3, "--base-file");
    ends(folder.path(), &["--base", "main", "--base-file", "x"], 64, "cannot be used with");
    ends(folder.path(), &["--explain", "no-such-rule"], 3, "there is no rule");
    ends(folder.path(), &["--explain", "request-type-changed"], 0, "because");
}

#[test]
fn takes_what_was_acknowledged() {
    let folder = folder();
    fs::write(folder.path().join("base.yaml"), FRAGMENT).unwrap();
    break_it(folder.path());
    let refuse = &["--base-file", "base.yaml", "--fail-on", "breaking", "--format", "json"];
    let json = ends(folder.path(), refuse, 4, "fingerprint");
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
    let refuse = &["--base-file", "base.yaml", "--fail-on", "breaking"];
    ends(folder.path(), refuse, 0, "acknowledged: It moves.");
    fs::write(folder.path().join("fragment.yaml"), FRAGMENT).unwrap();
    ends(folder.path(), refuse, 4, "stale");
    fs::write(folder.path().join("acknowledged.toml"), "[[acknowledged]]\nwhy = 1\n").unwrap();
    ends(folder.path(), refuse, 3, "acknowledged.toml");
}
