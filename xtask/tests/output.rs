//! A reader that closes the output early gets no message, and the exit status is that of the command. Messages have no
//! control characters.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

const FRAGMENT: &str = include_str!("fragment.yaml");

/// Commands that print something, with their exit statuses.
const COMMANDS: &[(&str, i32)] = &[
    ("lint --file fragment.yaml", 0),
    ("codegen --file fragment.yaml --out generated --check", 1),
    ("codegen --file fragment.yaml --out generated", 0),
    ("codegen --file fragment.yaml --print lowered", 0),
    ("codegen --file fragment.yaml --print models", 0),
    ("operations-table --file fragment.yaml", 0),
    ("diff --file fragment.yaml --base-file base.yaml", 0),
    ("diff --file fragment.yaml --base-file base.yaml --fail-on breaking", 4),
    ("diff --file fragment.yaml --base-file base.yaml --format markdown", 0),
    ("diff --file fragment.yaml --base-file base.yaml --format json", 0),
    ("diff --file fragment.yaml --base-file base.yaml --format github --fail-on breaking", 4),
    ("diff --explain request-type-changed", 0),
    ("upstream base.yaml --file fragment.yaml", 0),
    ("--help", 0),
    ("diff --help", 0),
    ("--version-of-nothing", 64),
];

fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("fragment.yaml"), FRAGMENT).unwrap();
    // A base with many operations, so that reports are longer than the buffer of a pipe.
    let (start, rest) = FRAGMENT.split_once("paths:\n").unwrap();
    let (paths, end) = rest.split_once("components:\n").unwrap();
    let more: String = (0..500)
        .map(|index| {
            let paths = paths.replace("{orgId}/things", &format!("{{orgId}}/things{index}"));
            paths.replace("createOrgThing", &format!("createOrgThing{index}"))
        })
        .collect();
    let base = format!("{start}paths:\n{paths}{more}components:\n{end}");
    fs::write(folder.path().join("base.yaml"), base).unwrap();
    folder
}

fn xtask(folder: &Path, arguments: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.current_dir(folder).args(arguments.split(' ')).stderr(Stdio::piped());
    command
}

#[test]
fn a_pipe_without_a_reader() {
    let folder = folder();
    for (arguments, status) in COMMANDS {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = xtask(folder.path(), arguments).stdout(writer).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(*status), "{arguments}: {stderr}");
        assert!(stderr.is_empty() || *status == 64, "{arguments}: {stderr}");
    }
}

/// The same in a shell, with a reader that takes one line.
#[cfg(unix)]
#[test]
fn the_first_line_of_a_report() {
    let folder = folder();
    for format in ["text", "markdown", "json", "github"] {
        let line = "\"$0\" diff --file fragment.yaml --base-file base.yaml --fail-on breaking --format";
        let line = format!("{{ {line} {format}; echo \"status $?\" >&2; }} | head -n 1");
        let mut shell = Command::new("sh");
        shell.current_dir(&folder).args(["-c", &line, env!("CARGO_BIN_EXE_xtask")]);
        let output = shell.output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let (stdout, stderr) = (text(output.stdout), text(output.stderr));
        assert_eq!((stdout.lines().count(), stderr.as_str()), (1, "status 4\n"), "{format}: {stdout}");
    }
}

/// A full disk is an error, unlike a closed pipe.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk() {
    let folder = folder();
    for arguments in
        ["operations-table --file fragment.yaml", "diff --file fragment.yaml --base-file base.yaml"]
    {
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let output = xtask(folder.path(), arguments).stdout(full).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(3), "{arguments}: {stderr}");
        assert!(stderr.contains("could not write to the output"), "{arguments}: {stderr}");
    }
}

#[test]
fn messages_show_control_characters_of_names_and_texts() {
    let folder = folder();
    fs::write(folder.path().join("acknowledged.toml"), "# \u{1b}[2J\n").unwrap();
    for (arguments, expected) in [
        (&["diff", "--file", "a\u{1b}[2J.yaml", "--base-file", "b"][..], r"there is no a\u{1b}[2J.yaml in"),
        (&["diff", "--file", "fragment.yaml", "--base-file", "\u{9b}2J"], r"there is no file \u{9b}2J"),
        (&["lint", "--file", "::error::a"], "could not read ::error::a"),
        (&["diff", "--file", "fragment.yaml", "--base-file", "base.yaml"], r"1 | # \u{1b}[2J"),
    ] {
        let mut command = xtask(folder.path(), arguments[0]);
        let output = command.args(&arguments[1..]).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(3), "{stderr}");
        assert!(stderr.contains(expected), "{stderr}");
        for line in stderr.lines() {
            assert!(!line.chars().any(char::is_control) && !line.starts_with("::"), "{stderr}");
        }
    }
}
