//! Credentials in the environment of xtask: no output and no written file contains them.
//!
//! Developers keep credentials in their shells, and the output of xtask ends up in build logs and in comments on pull
//! requests. The contents of the fragment are public, so these tests do not look for them.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

const FRAGMENT: &str = include_str!("fragment.yaml");

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let (mut files, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files
}

/// The variables that the sources of the SDK and of the tests name, and others that usually contain a credential.
fn variables() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut names: BTreeSet<String> =
        ["HTTPS_PROXY", "GITHUB_TOKEN", "CARGO_REGISTRY_TOKEN"].map(str::to_owned).into();
    for folder in ["atlas-migration-sdk/src", "tests/emulator/src", "atlas-migration-sdk/cli/src"] {
        for file in files(&root.join(folder)) {
            let text = fs::read_to_string(file).unwrap();
            let words = text.split(|c: char| !(c.is_ascii_uppercase() || c == '_'));
            let prefixes = ["MONGODB_ATLAS_", "SOURCE_MANAGER_", "MCLI_"];
            let ours = words.filter(|word| prefixes.iter().any(|prefix| word.starts_with(prefix)));
            names.extend(ours.map(str::to_owned));
        }
    }
    names
}

fn value(variable: &str) -> String {
    format!("planted-{}", variable.to_lowercase())
}

/// A repository with a fragment, a base and a README.
fn repository() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("base.yaml"), FRAGMENT).unwrap();
    fs::write(folder.path().join("fragment.yaml"), FRAGMENT).unwrap();
    let readme = "<!-- operations:begin -->\n<!-- operations:end -->\n";
    fs::write(folder.path().join("README.md"), readme).unwrap();
    for arguments in [&["init", "--quiet"][..], &["add", "."], &["commit", "--quiet", "-m", "base"]] {
        let mut git = Command::new("git");
        // A hook that runs the tests has variables that lead to its own repository.
        for (variable, _) in std::env::vars_os() {
            if variable.to_string_lossy().starts_with("GIT_") {
                git.env_remove(variable);
            }
        }
        git.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1").current_dir(&folder);
        git.args(["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main"]);
        assert!(git.args(arguments).status().unwrap().success());
    }
    folder
}

/// Runs xtask with all of the variables set, and returns its output.
#[track_caller]
fn output(folder: &Path, arguments: &str, status: i32) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.current_dir(folder).env("RUST_BACKTRACE", "1").args(arguments.split(' '));
    let output = command.envs(variables().iter().map(|name| (name, value(name)))).output().unwrap();
    let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert_eq!(output.status.code(), Some(status), "{arguments}: {text}");
    assert!(!text.is_empty(), "{arguments}");
    text
}

#[test]
fn no_credential_of_the_environment_is_printed_or_written() {
    let variables = variables();
    for name in
        ["MONGODB_ATLAS_CLIENT_SECRET", "MONGODB_ATLAS_SOURCE_PASSWORD", "SOURCE_MANAGER_PRIVATE_API_KEY"]
    {
        assert!(variables.contains(name), "{variables:?}");
    }
    let folder = repository();
    let codegen = "codegen --file fragment.yaml --out generated --readme README.md";
    let mut texts = Vec::new();
    let mut run = |arguments: &str, status| texts.push(output(folder.path(), arguments, status));
    run(codegen, 0);
    let change = |from: &str, to: &str| {
        let changed = FRAGMENT.replacen(from, to, 1);
        assert_ne!(changed, FRAGMENT);
        fs::write(folder.path().join("fragment.yaml"), changed).unwrap();
    };
    change("summary: Create a thing", "summary: Make a thing");
    run(&format!("{codegen} --check"), 1);
    for part in ["lowered", "models", "requests", "operations"] {
        run(&format!("codegen --file fragment.yaml --print {part}"), 0);
    }
    change("required: [name]", "required: [name, password]");
    for format in ["text", "markdown", "json", "github"] {
        run(&format!("diff --file fragment.yaml --base-file base.yaml --format {format}"), 0);
        run(&format!("diff --file fragment.yaml --fail-on breaking --format {format}"), 4);
    }
    run("diff --explain request-type-changed", 0);
    run("diff --file fragment.yaml --base nowhere", 3);
    run("operations-table --file fragment.yaml", 0);
    run("lint --file fragment.yaml", 0);
    run("upstream base.yaml --file fragment.yaml", 4);
    run("lint --file none.yaml", 3);
    run("lint --nonsense", 64);
    run("--help", 0);
    change("format: password", "format: passwort");
    run("lint --file fragment.yaml", 2);
    run(codegen, 2);

    let written = files(folder.path()).into_iter();
    texts.extend(written.map(|file| String::from_utf8_lossy(&fs::read(file).unwrap()).into_owned()));
    for text in texts {
        // Every value starts with this prefix, which appears in no other text.
        assert!(!text.contains("planted-"), "{text}");
    }
}
