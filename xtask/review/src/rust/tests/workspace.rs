//! A workspace with a copy of the SDK for each of several generated versions.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::sources;
use atlas_codegen::{Generated, paths};

/// A workspace with the package `sdk-N` for the version N, and with packages `user-*`.
pub(super) struct Workspace {
    folder: tempfile::TempDir,
}

impl Workspace {
    pub(super) fn write<'a>(versions: impl Iterator<Item = &'a Generated>) -> Self {
        let (root, folder) = (paths::root(), tempfile::tempdir().unwrap());
        let read = |path: &str| fs::read_to_string(root.join(path)).unwrap();
        let manifest = read("Cargo.toml");
        // Without the list of members and the settings for them.
        let rest = manifest.find("[workspace.package]").unwrap();
        let manifest = format!(
            "[workspace]\nresolver = \"3\"\nmembers = [\"sdk-*\", \"user-*\"]\n\n{}",
            &manifest[rest..]
        );
        let workspace = Self { folder };
        workspace.add("Cargo.toml", &manifest);
        // The locked versions are in the local registry, so the test needs no network.
        workspace.add("Cargo.lock", &read("Cargo.lock"));
        let sdk = read("atlas-migration-sdk/Cargo.toml");
        for (n, generated) in versions.enumerate() {
            copy(&sources(), &workspace.path(&format!("sdk-{n}/src")));
            let manifest = sdk
                .replace("name = \"atlas-migration-sdk\"", &format!("name = \"sdk-{n}\""))
                // The TLS back end takes long to build, and no verdict depends on it.
                .replace("default = [\"rustls\"]", "default = []")
                .replace("[features]", "[lib]\nname = \"atlas_migration_sdk\"\n\n[features]");
            for (file, text) in [
                ("README.md", "An SDK.\n"),
                ("Cargo.toml", &manifest),
                ("src/generated/models.rs", &generated.models),
                ("src/generated/ids.rs", &generated.ids),
                ("src/generated/requests.rs", &generated.requests),
                ("src/generated/operations.rs", &generated.operations),
                ("src/generated/bodies.rs", &generated.bodies),
            ] {
                workspace.add(&format!("sdk-{n}/{file}"), text);
            }
        }
        workspace
    }

    pub(super) fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    pub(super) fn add(&self, file: &str, text: &str) {
        fs::create_dir_all(self.path(file).parent().unwrap()).unwrap();
        fs::write(self.path(file), text).unwrap();
    }

    /// A cargo command in the workspace, without network.
    pub(super) fn cargo(&self, subcommand: &str) -> Command {
        let mut command = Command::new(env!("CARGO"));
        command.args([subcommand, "--offline", "--lib"]).current_dir(self.folder.path());
        command.env("CARGO_TARGET_DIR", target()).env("CARGO_INCREMENTAL", "0");
        command
    }
}

/// A target folder next to the test's own artifacts, which later runs reuse.
pub(super) fn target() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    // `target/debug/deps/atlas_review-…`
    test.ancestors().nth(3).unwrap().join("tmp").join("downstream")
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
