//! The paths of the project's files.

use std::path::{Path, PathBuf};

/// The fragment, from the root of the workspace. Problems and banners use this path.
pub const FRAGMENT: &str = "spec/atlas-migration.yaml";

/// The file of acknowledged findings of the review diff, in the folder of the fragment.
pub const ACKNOWLEDGED: &str = "acknowledged.toml";

/// The file of intended differences from the published document, in the folder of the fragment.
pub const DEVIATIONS: &str = "deviations.toml";

/// The folder of the generated files, from the root of the workspace.
pub const GENERATED: &str = "atlas-migration-sdk/src/generated";

/// The sources of the SDK, from the root of the workspace.
pub const SDK_SOURCES: &str = "atlas-migration-sdk/src";

/// The file with the generated list of operations, from the root of the workspace.
pub const README: &str = "README.md";

/// The manifest with the version, from the root of the workspace.
pub const MANIFEST: &str = "Cargo.toml";

/// The SDK's changelog, from the root of the workspace.
pub const CHANGELOG: &str = "atlas-migration-sdk/CHANGELOG.md";

/// The root of the workspace, two folders above this package.
pub fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.ancestors().nth(2).unwrap_or(package).to_owned()
}

/// The path of the fragment and its name in messages: the file that a user gave, or the project's own.
pub fn fragment(file: Option<&Path>) -> (PathBuf, String) {
    match file {
        None => (root().join(FRAGMENT), FRAGMENT.to_owned()),
        Some(path) => (path.to_owned(), path.display().to_string()),
    }
}
