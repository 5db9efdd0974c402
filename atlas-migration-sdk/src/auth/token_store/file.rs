//! A store in files, for the processes of one user.
//!
//! Each service account has a file for its token and a file that is locked. The token's file is replaced by renaming, so
//! that a reader finds one token or the other, also if a writer is killed. The locked file is another one, because the
//! token's file is not the same file after it was replaced.

mod access;
mod contents;

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use fs4::{FileExt, TryLockError};
use secrecy::zeroize::Zeroizing;
use sha2::{Digest as _, Sha256};

use super::{StoredToken, TokenKey, TokenStore, TokenStoreError, TokenStoreLock};
use crate::values::clock::BoxFuture;

/// Larger than any file that this module writes.
const MAX_SIZE: u64 = 64 * 1024;
/// The delays between two attempts to lock. An attempt costs a system call.
const MIN_LOCK_DELAY: Duration = Duration::from_millis(2);
const MAX_LOCK_DELAY: Duration = Duration::from_millis(50);

/// Keeps access tokens in files that only the user can read, so that the processes of a user share them.
///
/// Needs the feature `token-file`.
///
/// The folder contains one file for the token of each service account at each server, named by a hash of both, and one file
/// for its lock. They are created as needed: on Unix the folder with mode 0700 and the files with 0600. On Windows they have
/// the permissions of the enclosing folder. Files are replaced atomically, and an advisory lock ensures that processes that
/// start at the same time fetch one token.
///
/// A file is not used if another user could have written or read it, or if it is not complete. The error names the file
/// and the reason; a client logs it as a warning, fetches a token of its own and replaces the file. A folder that other
/// users can write to, or that belongs to another user, is not used at all.
///
/// ```no_run
/// # async fn example() -> Result<(), atlas_migration_sdk::Error> {
/// use atlas_migration_sdk::{ClientBuilder, FileTokenStore};
///
/// let client = ClientBuilder::from_env()?.token_store(FileTokenStore::new("/home/me/.local/state/my-tool")).build()?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct FileTokenStore {
    folder: Arc<Path>,
}

impl FileTokenStore {
    /// A store in this folder, which need not exist. It should contain nothing else.
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into().into() }
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The file of a token. It may not exist.
    #[must_use]
    pub fn file(&self, key: &TokenKey) -> PathBuf {
        self.folder.join(format!("{}.json", name(key)))
    }

    fn lock_file(&self, key: &TokenKey) -> PathBuf {
        self.folder.join(format!("{}.lock", name(key)))
    }
}

/// A name for files that contains neither the URL nor the id.
fn name(key: &TokenKey) -> String {
    // A line break is neither part of a URL nor of an id.
    let digest = Sha256::digest(format!("{}\n{}", key.base_url(), key.client_id()));
    format!("{:032x}", u128::from_be_bytes(std::array::from_fn(|index| digest[index])))
}

impl TokenStore for FileTokenStore {
    fn load(&self, key: &TokenKey) -> BoxFuture<Result<Option<StoredToken>, TokenStoreError>> {
        let (folder, file) = (Arc::clone(&self.folder), self.file(key));
        blocking(move || load(&folder, &file))
    }

    fn save(&self, key: &TokenKey, token: StoredToken) -> BoxFuture<Result<(), TokenStoreError>> {
        let (folder, file) = (Arc::clone(&self.folder), self.file(key));
        blocking(move || save(&folder, &file, &token))
    }

    fn remove(&self, key: &TokenKey) -> BoxFuture<Result<(), TokenStoreError>> {
        let (folder, file) = (Arc::clone(&self.folder), self.file(key));
        blocking(move || remove(&folder, &file))
    }

    fn lock(&self, key: &TokenKey) -> BoxFuture<Result<TokenStoreLock, TokenStoreError>> {
        let (folder, path) = (Arc::clone(&self.folder), self.lock_file(key));
        Box::pin(async move {
            let file = {
                let path = path.clone();
                blocking(move || open_lock(&folder, &path)).await?
            };
            let mut delay = MIN_LOCK_DELAY;
            // Not the function that waits: it cannot be cancelled, and a runtime waits for it when it shuts down.
            loop {
                match FileExt::try_lock(&file) {
                    Ok(()) => return Ok(TokenStoreLock::new(file)),
                    Err(TryLockError::WouldBlock) => {}
                    Err(TryLockError::Error(error)) => return Err(failed("locked", &path, &error)),
                }
                tokio::time::sleep(delay.mul_f64(0.5 + fastrand::f64() / 2.0)).await;
                delay = (delay * 2).min(MAX_LOCK_DELAY);
            }
        })
    }
}

/// Runs the function on a thread that may block.
fn blocking<T: Send + 'static>(
    function: impl FnOnce() -> Result<T, TokenStoreError> + Send + 'static,
) -> BoxFuture<Result<T, TokenStoreError>> {
    Box::pin(async { tokio::task::spawn_blocking(function).await? })
}

fn load(folder: &Path, path: &Path) -> Result<Option<StoredToken>, TokenStoreError> {
    // Before the file is opened: opening a pipe would wait for its other end.
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_file() => {}
        Ok(_) => return Err(format!("{} is not a regular file: remove it", path.display()).into()),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed("read", path, &error)),
    }
    access::check_folder(folder)?;
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed("read", path, &error)),
    };
    let metadata = file.metadata().map_err(|error| failed("read", path, &error))?;
    access::check_file(path, &metadata)?;
    // With its whole capacity at once, because growing would leave a copy of the token behind.
    let mut text = Zeroizing::new(Vec::with_capacity(metadata.len().min(MAX_SIZE) as usize + 1));
    file.take(MAX_SIZE).read_to_end(&mut text).map_err(|error| failed("read", path, &error))?;
    match contents::parse(&text) {
        Some(token) => Ok(Some(token)),
        None => Err(format!("{} is not a complete token file of this version", path.display()).into()),
    }
}

fn save(folder: &Path, path: &Path, token: &StoredToken) -> Result<(), TokenStoreError> {
    access::create_folder(folder)?;
    remove_leftovers(folder, path);
    let text = contents::write(token)?;
    // With mode 0600, and removed on failure.
    let mut file = tempfile::Builder::new()
        .prefix(&leftover_prefix(path))
        .tempfile_in(folder)
        .map_err(|error| failed("created", folder, &error))?;
    file.write_all(&text).map_err(|error| failed("written", path, &error))?;
    file.persist(path).map_err(|error| failed("written", path, &error.error))?;
    Ok(())
}

fn remove(folder: &Path, path: &Path) -> Result<(), TokenStoreError> {
    remove_leftovers(folder, path);
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(failed("removed", path, &error)),
        _ => Ok(()),
    }
}

/// How the names of unfinished files begin.
fn leftover_prefix(path: &Path) -> String {
    format!(".{}.", path.file_stem().unwrap_or_default().to_string_lossy())
}

/// Removes files of killed processes, which may contain tokens. The lock ensures that no process is writing one.
fn remove_leftovers(folder: &Path, path: &Path) {
    let prefix = leftover_prefix(path);
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().starts_with(&prefix) {
            // One that cannot be removed is no reason not to store a token.
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn open_lock(folder: &Path, path: &Path) -> Result<File, TokenStoreError> {
    access::create_folder(folder)?;
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    access::restrict(&mut options);
    options.open(path).map_err(|error| failed("opened", path, &error))
}

/// The error of an operation on a file.
fn failed(what: &str, path: &Path, error: &std::io::Error) -> TokenStoreError {
    format!("{} cannot be {what}: {error}", path.display()).into()
}

#[cfg(test)]
mod tests;
