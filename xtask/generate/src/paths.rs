//! Where the files of the project are.

use std::path::{Path, PathBuf};

/// The fragment, as problems and banners call it.
pub const FRAGMENT: &str = "spec/atlas-migration.yaml";

/// Findings of the review diff that were accepted, beside the fragment.
pub const ACKNOWLEDGED: &str = "acknowledged.toml";

/// Where the fragment differs from the published document on purpose, beside the fragment.
pub const DEVIATIONS: &str = "deviations.toml";

/// The folder of the generated files, from the root of the workspace.
pub const GENERATED: &str = "atlas-migration-sdk/src/generated";

/// The sources of the SDK, from the root of the workspace.
pub const SDK_SOURCES: &str = "atlas-migration-sdk/src";

/// The file whose list of operations is kept, from the root of the workspace.
pub const README: &str = "README.md";

/// The manifest that holds the version, from the root of the workspace.
pub const MANIFEST: &str = "Cargo.toml";

/// The SDK's changelog, from the root of the workspace.
pub const CHANGELOG: &str = "atlas-migration-sdk/CHANGELOG.md";

/// The root of the workspace, two folders above this package.
pub fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.ancestors().nth(2).unwrap_or(package).to_owned()
}
