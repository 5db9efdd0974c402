//! What the commands do with a file that is no OpenAPI 3.0 document.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::fs;
use std::path::Path;
use std::process::Command;

const FRAGMENT: &str = include_str!("fragment.yaml");

/// Every way to give a command a document. `FILE` stands for the document.
const COMMANDS: &[&str] = &[
    "lint --file FILE",
    "codegen --file FILE --out generated",
    "codegen --check --file FILE --out generated",
    "codegen --print models --file FILE",
    "operations-table --file FILE",
    "diff --file FILE --base-file fragment.yaml",
    "diff --file fragment.yaml --base-file FILE --format json --fail-on breaking",
    "diff --file fragment.yaml --base-file FILE --format github",
    "upstream FILE --file fragment.yaml",
    "upstream fragment.yaml --file FILE",
    "upstream fragment.yaml --former FILE --file fragment.yaml",
];

/// Files that are no OpenAPI 3.0 document, with the position and a part of the message.
fn others() -> Vec<(String, &'static str, &'static str)> {
    let changed = |from: &str, to: &str| {
        assert!(FRAGMENT.contains(from));
        FRAGMENT.replacen(from, to, 1)
    };
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 12345\n";
    vec![
        (String::new(), ":1:1", "the file contains no document"),
        (pointer.to_owned(), ":1:1", "pointer of Git LFS"),
        ("../api/openapi.yaml".to_owned(), ":1:1", "symbolic link"),
        (changed("paths:\n", "path:\n"), ":2:1", "no `paths`, only `path`"),
        (changed("paths:\n", "x-paths:\n"), ":2:1", "no `paths`"),
        ("openapi: 3.0.3\npaths: []\n".to_owned(), ":2:1", "`paths` is a list"),
        (changed("paths:\n", "<<<<<<< HEAD\npaths:\n=======\n>>>>>>> work\n"), ":7:1", "conflict marker"),
        (changed("openapi: 3.0.3", "openapi: 3.1.0"), ":2:1", "OpenAPI `3.1.0`, not 3.0"),
        (changed("openapi: 3.0.3", "swagger: '2.0'"), ":2:1", "Swagger 2.0"),
        (changed("openapi: 3.0.3", "asyncapi: 3.0.0"), ":2:1", "AsyncAPI 3.0.0"),
        ("<!DOCTYPE html>\n<html></html>\n".to_owned(), ":1:1", "HTML"),
        ("- a list\n".to_owned(), ":1:1", "a list, not a mapping"),
    ]
}

/// Runs a command in this folder: its status, its output and its messages.
fn xtask(folder: &Path, arguments: &str) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    let output = command.current_dir(folder).args(arguments.split(' ')).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn each_command_refuses_other_files() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::write(at.join("fragment.yaml"), FRAGMENT).unwrap();
    for (text, position, message) in others() {
        fs::write(at.join("other.yaml"), &text).unwrap();
        for command in COMMANDS {
            let (status, stdout, stderr) = xtask(at, &command.replace("FILE", "other.yaml"));
            assert_eq!(status, 2, "{command}: {text}\n{stderr}");
            assert_eq!(stdout.is_empty(), !command.contains("--format"), "{command}: {stdout}");
            // The path comes first, so that an editor opens the file at the position.
            assert!(stderr.starts_with(&format!("other.yaml{position}: ")), "{command}: {stderr}");
            assert!(stderr.contains(message), "{command}: no {message:?} in {stderr}");
            assert!(stderr.contains("\n    help: ") && stderr.contains("1 problem;"), "{command}: {stderr}");
        }
    }
    let created = fs::read_dir(at).unwrap().count();
    assert_eq!(created, 2, "a command wrote a file");
}

/// Formats that other programs read have the reason on standard output too: each of them in its own form.
#[test]
fn the_reason_is_part_of_the_output_for_other_programs() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::write(at.join("fragment.yaml"), FRAGMENT).unwrap();
    for (text, position, message) in others() {
        fs::write(at.join("other.yaml"), &text).unwrap();
        let output = |format: &str| {
            let command = "diff --file fragment.yaml --base-file other.yaml --format";
            let (status, stdout, stderr) = xtask(at, &format!("{command} {format}"));
            assert_eq!(status, 2, "{stderr}");
            stdout
        };
        let json: serde_json::Value = serde_json::from_str(&output("json")).unwrap();
        let [failure] = &json["failures"].as_array().unwrap()[..] else { panic!("{json}") };
        let (line, column) = (&failure["line"], &failure["column"]);
        assert_eq!(
            (&failure["file"], format!(":{line}:{column}").as_str()),
            (&"other.yaml".into(), position)
        );
        assert!(failure["message"].as_str().unwrap().contains(message), "{json}");
        assert!(!failure["help"].as_str().unwrap().is_empty(), "{json}");

        let rule = failure["rule"].as_str().unwrap();
        let annotation = output("github");
        let start = format!("::error file=other.yaml,line={line},col={column},title={rule}::");
        assert!(annotation.starts_with(&start) && annotation.lines().count() == 1, "{annotation}");
        assert!(annotation.contains(message) && annotation.contains("%0Ahelp: "), "{annotation}");

        for format in ["markdown", "summary"] {
            let page = output(format);
            assert!(
                page.starts_with(&format!("### Not reviewed\n\n- **error** `other.yaml{position}` ")),
                "{page}"
            );
            assert!(page.contains(message.trim_matches('`')) && page.contains("help: "), "{page}");
        }
    }
}

/// A failure that is not about a document has no position.
#[test]
fn a_missing_base_is_part_of_the_output_for_other_programs() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("fragment.yaml"), FRAGMENT).unwrap();
    for (format, start) in [
        ("github", "::error title=not reviewed::there is no file none.yaml%0Ahelp: give "),
        ("summary", "### Not reviewed\n\n- **error** `there is no file none.yaml`\n  - `help: give "),
        (
            "json",
            "{\n  \"failures\": [\n    {\n      \"message\": \"there is no file none.yaml\",\n      \"help\": ",
        ),
        ("text", ""),
    ] {
        let command = format!("diff --file fragment.yaml --base-file none.yaml --format {format}");
        let (status, stdout, stderr) = xtask(folder.path(), &command);
        assert!(stdout.starts_with(start) && stdout.is_empty() == (format == "text"), "{stdout}");
        assert!(status == 3 && stderr.contains("there is no file none.yaml"), "{stderr}");
    }
}

/// Standard input is a document like any other.
#[test]
fn standard_input_is_checked() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    fs::write(at.join("fragment.yaml"), FRAGMENT).unwrap();
    for (text, position, message) in others() {
        fs::write(at.join("other.yaml"), &text).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.current_dir(at).args(["upstream", "-", "--file", "fragment.yaml"]);
        let output = command.stdin(fs::File::open(at.join("other.yaml")).unwrap()).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{text}\n{stderr}");
        assert!(stderr.starts_with(&format!("standard input{position}: ")), "{stderr}");
        assert!(stderr.contains(message), "{stderr}");
    }
}
