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
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
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
    ends(folder.path(), &["--base-file", "base.yaml", "--fail-on", "breaking"], 4, "operation-moved");
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
}

/// A branch that left the default branch, and what has happened there since.
fn branch() -> TempDir {
    let folder = repository();
    git(folder.path(), &["checkout", "--quiet", "-b", "work"]);
    break_it(folder.path());
    git(folder.path(), &["commit", "--quiet", "-a", "-m", "work"]);
    git(folder.path(), &["checkout", "--quiet", "main"]);
    fs::write(folder.path().join("other"), "").unwrap();
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "--quiet", "-m", "meanwhile"]);
    git(folder.path(), &["checkout", "--quiet", "work"]);
    folder
}

/// A clone of it, as `git clone` with these flags makes it.
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

    // The remote says which branch is its own, whatever it is called.
    git(at, &["branch", "--quiet", "--move", "main", "trunk"]);
    git(at, &["checkout", "--quiet", "trunk"]);
    let remote = clone(at, &[]);
    git(remote.path(), &["checkout", "--quiet", "work"]);
    ends(remote.path(), &[], 0, "trunk@");
    git(remote.path(), &["remote", "rename", "origin", "upstream"]);
    ends(remote.path(), &[], 0, "trunk@");

    // Nobody says so.
    git(at, &["checkout", "--quiet", "work"]);
    ends(at, &[], 3, "no default branch is known here: there is none of main, master");
    git(at, &["config", "init.defaultBranch", "trunk"]);
    ends(at, &[], 0, "trunk@");
}

/// What a person did, the status, what is said of it, and what to do.
#[track_caller]
fn fails(folder: &Path, more: &[&str], what: &str, help: &str) {
    let (status, stdout, stderr) = xtask(folder, &[DIFF, more].concat());
    assert_eq!((status, stdout.as_str()), (3, ""), "{stderr}");
    let (says, helps) = stderr.split_once("\n  help: ").unwrap_or_else(|| panic!("no help in {stderr}"));
    assert!(says.contains(what), "no {what:?} in {says}");
    assert!(helps.contains(help), "no {help:?} in {helps}");
}

#[test]
fn says_why_there_is_no_base() {
    let outside = folder();
    fails(outside.path(), &[], "is in no git repository", "--base-file FILE, or work in a clone");
    fails(outside.path(), &["--base", "main"], "is in no git repository", "--base-file FILE");

    let empty = folder();
    git(empty.path(), &["init", "--quiet"]);
    fails(empty.path(), &[], "has no commit yet", "--base-file FILE");

    let folder = branch();
    fails(folder.path(), &["--base", "nowhere"], "git knows no commit \"nowhere\"", "git fetch");
    fails(folder.path(), &["--base", "HEAD:fragment.yaml"], "git knows no commit", "--base REV");

    git(folder.path(), &["checkout", "--quiet", "--orphan", "apart"]);
    git(folder.path(), &["commit", "--quiet", "-m", "apart"]);
    fails(folder.path(), &[], "HEAD and main have no commit in common", "--base REV");
}

#[test]
fn says_that_a_clone_is_shallow() {
    let folder = branch();
    // As a checkout of a pull request is: the branch alone, and one commit of it.
    let alone = clone(folder.path(), &["--depth", "1", "--branch", "work"]);
    git(alone.path(), &["remote", "set-head", "origin", "--delete"]);
    fails(alone.path(), &[], "no default branch is known here", "git fetch --unshallow");
    fails(alone.path(), &["--base", "main"], "git knows no commit \"main\"", "git fetch --unshallow");
    // Both branches, and one commit of each.
    let both = clone(folder.path(), &["--depth", "1", "--no-single-branch", "--branch", "work"]);
    git(both.path(), &["remote", "set-head", "origin", "main"]);
    fails(
        both.path(),
        &[],
        "this clone is shallow: where HEAD left origin/main is cut off",
        "fetch-depth: 0",
    );
    ends(both.path(), &["--base", "origin/main"], 0, "1 edit, 1 pointer changed");
}

#[test]
fn says_that_the_fragment_came_or_went() {
    let folder = repository();
    fs::copy(folder.path().join("fragment.yaml"), folder.path().join("new.yaml")).unwrap();
    let (status, _, stderr) = xtask(folder.path(), &["diff", "--file", "new.yaml"]);
    assert_eq!(status, 3, "{stderr}");
    assert!(stderr.contains("has no file new.yaml: it is new, or had another name"), "{stderr}");
    fs::remove_file(folder.path().join("fragment.yaml")).unwrap();
    fails(folder.path(), &[], "there is no fragment.yaml in the working tree", "git restore fragment.yaml");
    // Git is not asked for what need not be in its tree.
    let elsewhere = folder.path().join("fragment.yaml").display().to_string();
    let (status, _, stderr) = xtask(folder.path(), &["diff", "--file", &elsewhere]);
    assert_eq!(status, 3, "{stderr}");
    assert!(stderr.contains("there is no file") && !stderr.contains("restore"), "{stderr}");
    // Where a file was is a folder now.
    fs::create_dir(folder.path().join("fragment.yaml")).unwrap();
    fails(folder.path(), &[], "fragment.yaml is a folder", "--file FILE");
}

#[test]
fn says_what_is_wrong_with_a_file() {
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
            Ok(_) => println!("this user may read everything: nothing to see here"),
            Err(_) => fails(at, &["--base-file", "secret.yaml"], "secret.yaml may not be read", "chmod"),
        }
    }
}

/// The project's own fragment against a file, and flags that exclude each other.
#[test]
fn takes_the_flags_together_that_belong_together() {
    let folder = folder();
    let (status, stdout, stderr) = xtask(folder.path(), &["diff", "--base-file", "fragment.yaml"]);
    assert_eq!(status, 0, "{stderr}");
    assert!(stdout.starts_with("spec/atlas-migration.yaml   fragment.yaml → worktree"), "{stdout}");
    ends(folder.path(), &["--base", "main", "--base-file", "x"], 64, "cannot be used with");
    ends(folder.path(), &["--base", "--help"], 64, "--base");
    ends(folder.path(), &["--explain", "no-such-rule"], 3, "there is no rule");
    ends(folder.path(), &["--explain", "reply-property-gone"], 3, "reply-property-removed");
    ends(folder.path(), &["--explain", "request-type-changed"], 0, "because");
    ends(folder.path(), &["--explain", "rust-field-added"], 0, "because");
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

/// A fragment with a secret in it is refused, but the one before it was taken out may be the base of a comparison.
#[test]
fn shows_that_a_secret_changed_and_never_the_secret() {
    let planted = |value: &str| {
        let beside =
            format!("format: password, default: {value}, example: {value}, enum: [{value}, a{value}]}}");
        let around = format!(
            "      example: {{name: a, password: {value}, nested: {{token: {value}}}}}\n      required: [name]"
        );
        let edited =
            FRAGMENT.replace("format: password}", &beside).replace("      required: [name]", &around);
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
            let said = stdout + &stderr;
            assert!(!said.contains("hunter"), "{format}: {said}");
            assert!(said.contains("[redacted"), "{format}: {said}");
        }
        ends(folder.path(), &["--base-file", "base.yaml"], 0, "default: ");
    }
}
