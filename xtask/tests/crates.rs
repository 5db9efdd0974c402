//! The dependencies between the crates of this folder, and the dependencies that only some of them may have.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// A crate of this folder.
struct Crate {
    name: &'static str,
    folder: &'static str,
    /// The other crates of this folder that it may depend on.
    may_use: &'static [&'static str],
    /// The crates from elsewhere that it must not depend on.
    must_not_use: &'static [&'static str],
}

/// No crate here may depend on the SDK: an SDK whose generated files do not compile could not be generated again.
const GENERATED: &str = "atlas-migration-sdk";

/// The crates that generate or parse Rust.
const RUST: &[&str] = &["progenitor", "openapiv3", "syn", "prettyplease", "quote", "proc-macro2"];

const CRATES: &[Crate] = &[
    Crate { name: "openapi-fragment", folder: "fragment", may_use: &[], must_not_use: RUST },
    Crate { name: "openapi-diff", folder: "diff", may_use: &["openapi-fragment"], must_not_use: RUST },
    Crate { name: "atlas-codegen", folder: "generate", may_use: &["openapi-fragment"], must_not_use: &[] },
    Crate {
        name: "atlas-review",
        folder: "review",
        may_use: &["openapi-fragment", "openapi-diff", "atlas-codegen"],
        must_not_use: &["progenitor", "openapiv3"],
    },
    Crate {
        name: "atlas-import",
        folder: "import",
        may_use: &["openapi-fragment", "atlas-codegen"],
        must_not_use: RUST,
    },
    Crate {
        name: "xtask",
        folder: "",
        may_use: &["openapi-fragment", "openapi-diff", "atlas-codegen", "atlas-import", "atlas-review"],
        must_not_use: &["progenitor", "openapiv3"],
    },
];

/// The packages of all dependencies in a manifest, including those for tests and for the build script.
fn dependencies(manifest: &toml::Table) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut tables = vec![manifest];
    while let Some(table) = tables.pop() {
        for (key, value) in table {
            let Some(value) = value.as_table() else { continue };
            match key.as_str() {
                "dependencies" | "dev-dependencies" | "build-dependencies" => {
                    // The key of a dependency may differ from the name of its package.
                    names.extend(value.iter().map(|(name, dependency)| {
                        let package = dependency.get("package").and_then(|package| package.as_str());
                        package.unwrap_or(name).to_owned()
                    }));
                }
                _ => tables.push(value),
            }
        }
    }
    names
}

/// The dependencies of a crate that it must not have.
fn violations(package: &Crate, dependencies: &BTreeSet<String>) -> Vec<String> {
    let ours = CRATES.iter().map(|other| other.name);
    let not_below = ours.filter(|other| dependencies.contains(*other) && !package.may_use.contains(other));
    let forbidden = package.must_not_use.iter().chain([&GENERATED]).copied();
    let forbidden = forbidden.filter(|name| dependencies.contains(*name));
    not_below.chain(forbidden).map(|name| format!("{} must not depend on {name}", package.name)).collect()
}

#[test]
fn dependencies_between_the_crates_run_one_way() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for package in CRATES {
        let text = fs::read_to_string(root.join(package.folder).join("Cargo.toml")).unwrap();
        let manifest: toml::Table = text.parse().unwrap();
        assert_eq!(manifest["package"]["name"].as_str(), Some(package.name));
        found.extend(violations(package, &dependencies(&manifest)));
    }
    assert!(found.is_empty(), "{found:#?}");
}

/// A new crate must be added to `CRATES`.
#[test]
fn every_crate_of_the_folder_is_listed() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = fs::read_dir(package).unwrap().filter_map(|entry| {
        let path = entry.unwrap().path();
        path.join("Cargo.toml").exists().then(|| path.file_name().unwrap().to_str().unwrap().to_owned())
    });
    let listed: BTreeSet<String> = CRATES.iter().map(|package| package.folder.to_owned()).collect();
    let unlisted: Vec<String> = folders.filter(|folder| !listed.contains(folder)).collect();
    assert_eq!(unlisted, Vec::<String>::new());
}

#[test]
fn a_forbidden_dependency_is_found() {
    let manifest = "
        [dependencies]
        openapi-review = { package = 'atlas-review', path = '../review' }
        [dev-dependencies]
        syn = '3'
        [target.'cfg(unix)'.build-dependencies]
        atlas-migration-sdk = '0.1'
    ";
    let names = dependencies(&manifest.parse().unwrap());
    assert_eq!(
        violations(&CRATES[1], &names),
        [
            "openapi-diff must not depend on atlas-review",
            "openapi-diff must not depend on syn",
            "openapi-diff must not depend on atlas-migration-sdk",
        ]
    );
}

/// Only `generator.rs` may use progenitor.
#[test]
fn one_file_uses_progenitor() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders: Vec<_> = ["src", "fragment/src", "diff/src", "generate/src", "import/src", "review/src"]
        .iter()
        .map(|folder| package.join(folder))
        .collect();
    let mut found = BTreeSet::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs")
                && fs::read_to_string(&path).unwrap().contains("progenitor::")
            {
                found.insert(path.strip_prefix(package).unwrap().to_str().unwrap().replace('\\', "/"));
            }
        }
    }
    found.retain(|file| !file.ends_with("/tests.rs"));
    assert_eq!(found.into_iter().collect::<Vec<_>>(), ["generate/src/generator.rs"]);
}
