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
            assert_eq!((status, stdout.as_str()), (2, ""), "{command}: {text}\n{stderr}");
            // The path comes first, so that an editor opens the file at the position.
            assert!(stderr.starts_with(&format!("other.yaml{position}: ")), "{command}: {stderr}");
            assert!(stderr.contains(message), "{command}: no {message:?} in {stderr}");
            assert!(stderr.contains("\n    help: ") && stderr.contains("1 problem;"), "{command}: {stderr}");
        }
    }
    let created = fs::read_dir(at).unwrap().count();
    assert_eq!(created, 2, "a command wrote a file");
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
