//! `cargo xtask diff`, run as a process: how it finds its base, and its exit status.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod automation;
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
    assert!(texts.iter().any(|text| text.starts_with("properties:")), "{report}");
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

#[test]
fn finds_where_the_branch_left_the_default_branch() {
    let folder = branch();
    let at = folder.path();
    ends(at, &[], 0, "main@");
    ends(at, &[], 0, "1 edit, 1 pointer changed");
    git(at, &["checkout", "--quiet", "--detach"]);
    ends(at, &[], 0, "1 edit, 1 pointer changed");

    // The HEAD of the remote is the default branch, whatever its name.
    git(at, &["branch", "--quiet", "--move", "main", "trunk"]);
    git(at, &["checkout", "--quiet", "trunk"]);
    let remote = clone(at, &[]);
    git(remote.path(), &["checkout", "--quiet", "work"]);
    ends(remote.path(), &[], 0, "trunk@");
    git(remote.path(), &["remote", "rename", "origin", "upstream"]);
    ends(remote.path(), &[], 0, "trunk@");

    // Without a remote, only the usual names and git's settings are left.
    git(at, &["checkout", "--quiet", "work"]);
    ends(at, &[], 3, "no default branch was found; tried main, master");
    git(at, &["config", "init.defaultBranch", "trunk"]);
    ends(at, &[], 0, "trunk@");
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

#[test]
fn a_missing_base_is_explained() {
    let outside = folder();
    fails(outside.path(), &[], "is not in a git repository", "--base-file FILE, or work in a clone");
    fails(outside.path(), &["--base", "main"], "is not in a git repository", "--base-file FILE");

    let empty = folder();
    git(empty.path(), &["init", "--quiet"]);
    fails(empty.path(), &[], "has no commit yet", "--base-file FILE");

    let folder = branch();
    fails(folder.path(), &["--base", "nowhere"], "there is no commit \"nowhere\"", "git fetch");
    fails(folder.path(), &["--base", "HEAD:fragment.yaml"], "there is no commit", "--base REV");

    git(folder.path(), &["checkout", "--quiet", "--orphan", "apart"]);
    git(folder.path(), &["commit", "--quiet", "-m", "apart"]);
    fails(folder.path(), &[], "HEAD and main have no commit in common", "--base REV");
}

#[test]
fn a_shallow_clone_is_recognized() {
    let folder = branch();
    // Like the checkout of a pull request: one branch with one commit.
    let alone = clone(folder.path(), &["--depth", "1", "--branch", "work"]);
    git(alone.path(), &["remote", "set-head", "origin", "--delete"]);
    fails(alone.path(), &[], "no default branch was found", "git fetch --unshallow");
    fails(alone.path(), &["--base", "main"], "there is no commit \"main\"", "git fetch --unshallow");
    // Both branches, with one commit each.
    let both = clone(folder.path(), &["--depth", "1", "--no-single-branch", "--branch", "work"]);
    git(both.path(), &["remote", "set-head", "origin", "main"]);
    fails(
        both.path(),
        &[],
        "this clone is shallow and lacks the commit at which HEAD left origin/main",
        "fetch-depth: 0",
    );
    ends(both.path(), &["--base", "origin/main"], 0, "1 edit, 1 pointer changed");
}

#[test]
fn a_new_or_missing_fragment_is_explained() {
    let folder = repository();
    fs::copy(folder.path().join("fragment.yaml"), folder.path().join("new.yaml")).unwrap();
    let (status, _, stderr) = xtask(folder.path(), &["diff", "--file", "new.yaml"]);
    assert_eq!(status, 3, "{stderr}");
    assert!(stderr.contains("has no file new.yaml: the file is new, or had another name"), "{stderr}");
    fs::remove_file(folder.path().join("fragment.yaml")).unwrap();
    fails(
        folder.path(),
        &[],
        "there is no fragment.yaml in the working tree",
        "git restore -- fragment.yaml",
    );
    // An absolute path may be outside of the repository, so the help does not suggest `git restore`.
    let elsewhere = folder.path().join("fragment.yaml").display().to_string();
    let (status, _, stderr) = xtask(folder.path(), &["diff", "--file", &elsewhere]);
    assert_eq!(status, 3, "{stderr}");
    assert!(stderr.contains("there is no file") && !stderr.contains("restore"), "{stderr}");
    // A folder in place of the file.
    fs::create_dir(folder.path().join("fragment.yaml")).unwrap();
    fails(folder.path(), &[], "fragment.yaml is a folder", "--file FILE");
}

#[test]
fn an_unreadable_file_is_explained() {
    let folder = folder();
    let at = folder.path();
    fails(at, &["--base-file", "none.yaml"], "there is no file none.yaml", "--base-file FILE");
    fails(at, &["--base-file", "."], ". is a folder", "--base-file FILE");
    fs::write(at.join("broken.yaml"), "paths: [").unwrap();
    ends(at, &["--base-file", "broken.yaml"], 2, "broken.yaml");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::write(at.join("secret.yaml"), FRAGMENT).unwrap();
        fs::set_permissions(at.join("secret.yaml"), fs::Permissions::from_mode(0o000)).unwrap();
        match fs::read(at.join("secret.yaml")) {
            Ok(_) => _ = writeln!(std::io::stderr(), "skipped: this user can read every file"),
            Err(_) => fails(
                at,
                &["--base-file", "secret.yaml"],
                "permission to read secret.yaml was denied",
                "chmod",
            ),
        }
    }
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
        ends(folder.path(), &[&against[..], &["--fail-on", class]].concat(), 4, "0 edits");
    }
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
