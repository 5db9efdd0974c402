//! `cargo xtask import` as a process: exit statuses, output, and changed files.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

use tempfile::TempDir;

const FRAGMENT: &str = include_str!("../import/tests/fragment.yaml");
const PUBLISHED: &str = include_str!("../import/tests/published.yaml");

/// A folder with a fragment, `fragment.yaml`, and a published document, `published.yaml`.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("fragment.yaml"), FRAGMENT).unwrap();
    fs::write(folder.path().join("published.yaml"), PUBLISHED).unwrap();
    folder
}

/// The exit status, standard output and standard error.
fn import(folder: &TempDir, arguments: &[&str], input: &str) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.current_dir(folder.path()).args(["import", "--file", "fragment.yaml"]).args(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // The command may end without reading it.
    _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn fragment(folder: &TempDir) -> String {
    fs::read_to_string(folder.path().join("fragment.yaml")).unwrap()
}

/// The names of all files of a folder.
fn files(folder: &TempDir) -> Vec<String> {
    let entries = fs::read_dir(folder.path()).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn the_operation_is_printed_and_the_rest_is_on_standard_error() {
    let folder = folder();
    let (status, stdout, stderr) = import(&folder, &["getOrg", "--from", "published.yaml"], "");
    assert_eq!(status, 0, "{stderr}");
    assert!(stdout.starts_with("paths:\n  /api/atlas/v2/orgs/{orgId}:\n"), "{stdout}");
    assert!(stderr.contains("left to do for `getOrg`:\n  1. "), "{stderr}");
    assert_eq!(fragment(&folder), FRAGMENT);

    let (status, from_stdin, _) = import(&folder, &["getOrg", "--from", "-"], PUBLISHED);
    assert_eq!((status, from_stdin), (0, stdout));
}

#[test]
fn an_entry_is_proposed_for_each_difference() {
    let folder = folder();
    let (_, _, stderr) = import(&folder, &["getOrg", "--from", "published.yaml"], "");
    let (_, entries) = stderr.split_once("entries for deviations.toml").unwrap();
    let (_, entries) = entries.split_once("\n\n").unwrap();
    assert!(!entries.contains("MARKER"), "{entries}");
    // The file needs reasons.
    fs::write(folder.path().join("deviations.toml"), entries).unwrap();
    let (status, _, stderr) = import(&folder, &["getOrg", "--from", "published.yaml"], "");
    assert_eq!(status, 3, "{stderr}");
    assert!(stderr.contains("has no reason"), "{stderr}");
    // With them, no difference is left.
    let explained = entries.replace("reason = \"TODO\"", "reason = \"A test.\"");
    fs::write(folder.path().join("deviations.toml"), explained).unwrap();
    let (status, _, stderr) = import(&folder, &["getOrg", "--from", "published.yaml"], "");
    assert_eq!(status, 0, "{stderr}");
    assert!(!stderr.contains("deviations.toml"), "{stderr}");
}

#[test]
fn an_operation_is_written_once() {
    let folder = folder();
    let (status, stdout, stderr) = import(&folder, &["getOrg", "--from", "published.yaml", "--write"], "");
    assert_eq!((status, &*stdout), (0, ""), "{stderr}");
    assert!(stderr.starts_with("import: wrote `getOrg` to fragment.yaml\n"), "{stderr}");
    let written = fragment(&folder);
    assert!(written.contains("operationId: getOrg\n"));
    assert_eq!(files(&folder), ["fragment.yaml", "published.yaml"]);

    for arguments in
        [&["getOrg", "--from", "published.yaml", "--write"][..], &["GetOrg", "--from", "published.yaml"]]
    {
        let (status, stdout, stderr) = import(&folder, arguments, "");
        assert_eq!((status, &*stdout), (0, ""), "{stderr}");
        assert!(
            stderr.starts_with("import: `getOrg` is already in the fragment, at fragment.yaml:"),
            "{stderr}"
        );
        assert_eq!(fragment(&folder), written);
    }
}

#[test]
fn nothing_is_written_if_lint_refuses_the_operation() {
    let folder = folder();
    let (status, _, stderr) =
        import(&folder, &["downloadOrgLogs", "--from", "published.yaml", "--write"], "");
    assert_eq!(status, 2, "{stderr}");
    assert!(stderr.starts_with("fragment.yaml with downloadOrgLogs:"), "{stderr}");
    assert!(stderr.contains("`application/vnd.atlas.2023-01-01+gzip` is neither JSON"), "{stderr}");
    assert_eq!(fragment(&folder), FRAGMENT);
}

#[test]
fn other_failures_have_a_way_on() {
    let folder = folder();
    let (status, _, stderr) = import(&folder, &["getOrgs", "--from", "published.yaml"], "");
    assert_eq!(status, 3);
    assert!(stderr.contains("no operation `getOrgs`; similar names: `getOrg`"), "{stderr}");
    let (status, _, stderr) = import(&folder, &["getOrg", "--from", "absent.yaml"], "");
    assert_eq!(status, 3);
    assert!(stderr.contains("could not read absent.yaml"), "{stderr}");
    let (status, _, stderr) = import(&folder, &["getOrg", "--from", "-"], "<html>");
    assert_eq!(status, 2);
    assert!(stderr.starts_with("standard input:1:1: "), "{stderr}");
    let (status, _, stderr) = import(&folder, &["getOrg"], "");
    assert_eq!(status, 64, "{stderr}");
    assert_eq!(fragment(&folder), FRAGMENT);

    // Everything in one line.
    let flow = "{openapi: 3.0.3, info: {title: t, version: '1'}, paths: {/a: {}}, components: {schemas: {A: {type: string}}}}\n";
    fs::write(folder.path().join("fragment.yaml"), flow).unwrap();
    let (status, _, stderr) = import(&folder, &["getOrg", "--from", "published.yaml", "--write"], "");
    assert_eq!(status, 3, "{stderr}");
    assert!(stderr.contains("could not find where to insert"), "{stderr}");
    assert!(stderr.contains("print the operation without --write"), "{stderr}");
    assert_eq!(fragment(&folder), flow);
    let (status, stdout, _) = import(&folder, &["getOrg", "--from", "published.yaml"], "");
    assert_eq!(status, 3);
    assert!(stdout.contains("operationId: getOrg\n"), "{stdout}");
}
