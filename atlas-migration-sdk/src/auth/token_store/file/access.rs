//! Who else can read or write a folder and its files.

use std::fs::{self, DirBuilder, Metadata, OpenOptions};
use std::path::Path;

use super::failed;
use crate::auth::token_store::TokenStoreError;

/// Creates the folder, or checks that no other user can put files into an existing one.
pub(super) fn create_folder(folder: &Path) -> Result<(), TokenStoreError> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|error| failed("created", folder, &error))?;
    check_folder(folder)
}

pub(super) fn check_folder(folder: &Path) -> Result<(), TokenStoreError> {
    let metadata = fs::metadata(folder).map_err(|error| failed("read", folder, &error))?;
    check(folder, &metadata, 0o022, "other users can write to it: run chmod go-w on it")
}

pub(super) fn check_file(file: &Path, metadata: &Metadata) -> Result<(), TokenStoreError> {
    check(file, metadata, 0o077, "other users have access to it: run chmod 600 on it, or remove it")
}

/// An error if the file or folder belongs to another user, or has a permission that is `forbidden`.
#[cfg(unix)]
fn check(path: &Path, metadata: &Metadata, forbidden: u32, reason: &str) -> Result<(), TokenStoreError> {
    use std::os::unix::fs::MetadataExt as _;

    if metadata.uid() != rustix::process::geteuid().as_raw() {
        return Err(format!("{} is not used, because it belongs to another user", path.display()).into());
    }
    if metadata.mode() & forbidden != 0 {
        return Err(format!("{} is not used, because {reason}", path.display()).into());
    }
    Ok(())
}

/// On other systems the permissions of the enclosing folder apply.
#[cfg(not(unix))]
fn check(_: &Path, _: &Metadata, _: u32, _: &str) -> Result<(), TokenStoreError> {
    Ok(())
}

/// Only the user can read and write a file that is created with these options.
pub(super) fn restrict(options: &mut OpenOptions) {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    #[cfg(not(unix))]
    let _ = options;
}
