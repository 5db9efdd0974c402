//! All operations that pass in one fragment, one import after the other: lint, generate, and compile.
//!
//! The test takes minutes, so it runs only with `ATLAS_IMPORT_ALL=1`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;
use std::{env, fs};

use atlas_codegen::{Generated, LintScope, paths};
use atlas_import::{Fragment, Import};
use openapi_fragment::Document;

use super::{DOCUMENT, RESULTS, fragment, print};

#[test]
fn the_operations_compile_together() {
    if env::var_os("ATLAS_IMPORT_ALL").is_none() {
        return print("skipped: all operations are compiled with ATLAS_IMPORT_ALL=1\n");
    }
    let Some(published) = &*DOCUMENT else { return };
    let whole = || {
        let whole = whole(published);
        let answered = Document::load_openapi("fragment", whole.answered().as_bytes()).unwrap();
        let start = Instant::now();
        if let Err(error) = atlas_codegen::check(&answered, LintScope::Document) {
            panic!("{error}");
        }
        let generated = atlas_codegen::generate(&answered).unwrap_or_else(|error| panic!("{error}"));
        let lines = generated.models.lines().count() + generated.requests.lines().count();
        print(&format!("{lines} lines, generated in {:.1?}\n", start.elapsed()));
        compile(&generated);
    };
    let thread = std::thread::Builder::new().stack_size(atlas_codegen::STACK_SIZE).spawn(whole).unwrap();
    thread.join().unwrap();
}

/// The fragment with each operation that passes alone.
fn whole(published: &Document) -> Fragment {
    let passing = RESULTS.iter().filter(|(_, result)| result.is_ok()).map(|(id, _)| id);
    let mut whole = fragment();
    for id in passing {
        // The project's own operations are there already.
        let Ok(import) = Import::new(published, &whole, id) else { continue };
        whole = import.insert(&whole).unwrap_or_else(|error| panic!("{id}: {error}"));
    }
    whole
}

/// Compiles a copy of the SDK with these files, with and without `schemars`.
fn compile(generated: &Generated) {
    let (root, folder) = (paths::root(), tempfile::tempdir().unwrap());
    let read = |path: &str| fs::read_to_string(root.join(path)).unwrap();
    let manifest = read(paths::MANIFEST);
    // Without the list of members and the settings for them.
    let (_, rest) = manifest.split_once("[workspace.package]").unwrap();
    let (rest, _) = rest.split_once("[profile.release]").unwrap();
    let manifest = format!("[workspace]\nresolver = \"3\"\nmembers = [\"sdk\"]\n\n[workspace.package]{rest}");
    let write = |file: &str, text: &str| {
        let path = folder.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("Cargo.toml", &manifest);
    // The locked versions are in the local registry, so the test needs no network.
    write("Cargo.lock", &read("Cargo.lock"));
    copy(&root.join(paths::SDK_SOURCES), &folder.path().join("sdk/src"));
    write("sdk/README.md", "An SDK.\n");
    write("sdk/Cargo.toml", &read("atlas-migration-sdk/Cargo.toml"));
    write("sdk/src/generated/models.rs", &generated.models);
    write("sdk/src/generated/ids.rs", &generated.ids);
    write("sdk/src/generated/requests.rs", &generated.requests);
    write("sdk/src/generated/operations.rs", &generated.operations);
    write("sdk/src/generated/bodies.rs", &generated.bodies);
    for features in ["", "schemars"] {
        let mut command = Command::new(env!("CARGO"));
        command.args(["check", "--offline", "--lib", "--no-default-features", "--features", features]);
        command.current_dir(folder.path()).env("CARGO_TARGET_DIR", target()).env("CARGO_INCREMENTAL", "0");
        let start = Instant::now();
        let output = command.output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}", errors.lines().take(200).collect::<Vec<_>>().join("\n"));
        print(&format!("compiled with features [{features}] in {:.1?}\n", start.elapsed()));
    }
}

/// A target folder next to the test's own artifacts, which later runs reuse.
fn target() -> PathBuf {
    let test = env::current_exe().unwrap();
    // `target/debug/deps/all-…`
    test.ancestors().nth(3).unwrap().join("tmp").join("import")
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
