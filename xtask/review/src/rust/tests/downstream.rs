//! Compares the verdicts with the compiler: a user's program that is generated for the current fragment, compiled
//! against the SDK with each of some edits.
//!
//! The test is slow. It runs `cargo check` once, for a workspace with a copy of the SDK and of the program for each
//! edit, and later runs reuse its target folder. `ATLAS_ALL_EDITS=1` compiles every edit of the table.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::*;
use crate::rust::rules::RustRule;
use atlas_codegen::Generated;

/// One edit for each kind of effect on users or on the wrapper.
const COMPILED: &[&str] = &[
    "operation id renamed",
    "path renamed",
    "operation added",
    "query parameter added",
    "optional response field added",
    "response field removed",
    "response field narrower",
    "response list newly required",
    "response type loses its default",
    "required field nullable",
    "optional request field added",
    "request that the wrapper builds gains a field",
    "enum value added",
    "enum value added that the wrapper matches",
    "enum value removed",
    "hidden component renamed",
];

/// One edit with the expected results.
struct Compiled {
    name: &'static str,
    generated: Generated,
    /// Whether the SDK itself compiles.
    sdk: bool,
    /// Whether the user's program compiles.
    user: bool,
}

#[test]
fn the_compiler_agrees() {
    let all = std::env::var_os("ATLAS_ALL_EDITS").is_some();
    let mut compiled =
        vec![Compiled { name: "nothing", generated: files(&CURRENT.base), sdk: true, user: true }];
    for SingleEdit { case, after, changes } in &*SINGLE_EDITS {
        if all || COMPILED.contains(&case.name) {
            compiled.push(Compiled {
                name: case.name,
                generated: files(after.document),
                sdk: changes.api.iter().all(|change| change.rule != RustRule::WrapperMustChange),
                user: changes.bump() != Bump::Major,
            });
        }
    }
    assert!(all || compiled.len() == COMPILED.len() + 1, "an edit of the list is not in the table");
    let workspace = Workspace::write(&compiled, &super::user_program::program(&BEFORE));
    let checked = workspace.check();
    let wrong: Vec<String> =
        compiled.iter().enumerate().filter_map(|(n, case)| checked.disagreement(n, case)).collect();
    assert!(wrong.is_empty(), "{}\n{}", wrong.join("\n"), checked.errors);
}

#[track_caller]
fn files(document: &Document) -> Generated {
    atlas_codegen::generate(document).unwrap_or_else(|failure| panic!("{failure}"))
}

/// A workspace with the packages `sdk-N` and `user-N` for the edit N.
struct Workspace {
    folder: tempfile::TempDir,
}

impl Workspace {
    fn write(compiled: &[Compiled], program: &str) -> Self {
        let (root, folder) = (paths::root(), tempfile::tempdir().unwrap());
        let read = |path: &str| fs::read_to_string(root.join(path)).unwrap();
        let manifest = read("Cargo.toml");
        // Without the list of members and the settings for them.
        let rest = manifest.find("[workspace.package]").unwrap();
        let manifest = format!(
            "[workspace]\nresolver = \"3\"\nmembers = [\"sdk-*\", \"user-*\"]\n\n{}",
            &manifest[rest..]
        );
        write(&folder.path().join("Cargo.toml"), &manifest);
        // The locked versions are in the local registry, so the test needs no network.
        write(&folder.path().join("Cargo.lock"), &read("Cargo.lock"));
        let sdk = read("atlas-migration-sdk/Cargo.toml");
        for (n, case) in compiled.iter().enumerate() {
            let package = folder.path().join(format!("sdk-{n}"));
            copy(&sources(), &package.join("src"));
            write(&package.join("README.md"), "An SDK.\n");
            let manifest = sdk
                .replace("name = \"atlas-migration-sdk\"", &format!("name = \"sdk-{n}\""))
                // The TLS back end takes long to build, and no verdict depends on it.
                .replace("default = [\"rustls\"]", "default = []")
                .replace("[features]", "[lib]\nname = \"atlas_migration_sdk\"\n\n[features]");
            write(&package.join("Cargo.toml"), &manifest);
            write(&package.join("src/generated/models.rs"), &case.generated.models);
            write(&package.join("src/generated/requests.rs"), &case.generated.requests);
            write(&package.join("src/generated/operations.rs"), &case.generated.operations);
            let user = folder.path().join(format!("user-{n}"));
            let manifest = format!(
                "[package]\nname = \"user-{n}\"\nedition = \"2024\"\n[dependencies]\nserde = \"1\"\n\
                 sdk-{n} = {{ path = \"../sdk-{n}\" }}\n"
            );
            write(&user.join("Cargo.toml"), &manifest);
            write(&user.join("src/lib.rs"), program);
        }
        Self { folder }
    }

    fn check(&self) -> Checked {
        let output = Command::new(env!("CARGO"))
            .args(["check", "--offline", "--lib", "--workspace", "--keep-going", "--message-format", "json"])
            .current_dir(self.folder.path())
            .env("CARGO_TARGET_DIR", target())
            .env("CARGO_INCREMENTAL", "0")
            .output()
            .unwrap();
        let mut checked = Checked { packages: BTreeSet::new(), errors: String::new() };
        let messages = String::from_utf8(output.stdout).unwrap();
        for message in
            messages.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        {
            let manifest = message["manifest_path"].as_str().unwrap_or_default();
            let package = Path::new(manifest).parent().and_then(Path::file_name).unwrap_or_default();
            if message["reason"] == "compiler-artifact" {
                checked.packages.insert(package.to_string_lossy().into_owned());
            } else if message["message"]["level"] == "error" {
                checked.errors += message["message"]["rendered"].as_str().unwrap_or_default();
            }
        }
        if checked.packages.is_empty() {
            checked.errors += &String::from_utf8_lossy(&output.stderr);
        }
        checked
    }
}

/// The packages that compiled, and the errors of the others.
struct Checked {
    packages: BTreeSet<String>,
    errors: String,
}

impl Checked {
    /// How the compiler's result differs from the verdict, if it does.
    fn disagreement(&self, n: usize, case: &Compiled) -> Option<String> {
        let (sdk, user) =
            (self.packages.contains(&format!("sdk-{n}")), self.packages.contains(&format!("user-{n}")));
        let text = |compiles: bool| if compiles { "compiles" } else { "does not compile" };
        let agrees = (sdk, user) == (case.sdk, case.user);
        (!agrees).then(|| {
            format!(
                "{}: the SDK {} and the user's program {}; the verdict was that they {} and {}",
                case.name,
                text(sdk),
                text(user),
                text(case.sdk),
                text(case.user)
            )
        })
    }
}

/// A target folder next to the test's own artifacts, which later runs reuse.
fn target() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    // `target/debug/deps/atlas_review-…`
    test.ancestors().nth(3).unwrap().join("tmp").join("downstream")
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &to.join(entry.file_name())),
            false => _ = fs::copy(entry.path(), to.join(entry.file_name())).unwrap(),
        }
    }
}
