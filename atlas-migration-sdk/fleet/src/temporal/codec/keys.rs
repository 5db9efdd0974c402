//! The key file: one key a line, 64 hex digits. The first key encrypts, and all of them decrypt.
//!
//! The id of a key is the beginning of its SHA-256 digest: two machines that name a key mean the same key. To replace a
//! key, add the new one at the end of the file of every machine and restart the workers; then move it to the first place
//! everywhere, and restart them again. A key can be removed when no workflow of its time is retained any more.

use std::fmt;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use ring::aead::{AES_256_GCM, LessSafeKey, UnboundKey};
use ring::digest::{SHA256, digest};
use ring::rand::{SecureRandom as _, SystemRandom};
use zeroize::Zeroizing;

const KEY_LENGTH: usize = 32;

/// The id of a key: 16 hex digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct KeyId([u8; 8]);

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

/// The keys of a key file.
#[derive(Default)]
pub(crate) struct Keys(Vec<(KeyId, LessSafeKey)>);

/// The ids only.
impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.ids()).finish()
    }
}

/// Why there are no keys.
#[derive(Debug)]
pub(crate) struct KeyError {
    path: PathBuf,
    message: String,
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the key file {}: {}", self.path.display(), self.message)
    }
}

impl std::error::Error for KeyError {}

impl Keys {
    /// Reads a key file.
    ///
    /// # Errors
    /// It cannot be read, other users may read it, it has no key, or a line is not a key. The error has the number of the
    /// line, and nothing of its content.
    pub(crate) fn read(path: &Path) -> Result<Self, KeyError> {
        let failed = |message: String| KeyError { path: path.to_owned(), message };
        let file =
            std::fs::File::open(path).map_err(|error| failed(format!("it cannot be read: {error}")))?;
        check_permissions(&file).map_err(failed)?;
        let text =
            io::read_to_string(&file).map_err(|error| failed(format!("it cannot be read: {error}")))?;
        Self::parse(&Zeroizing::new(text)).map_err(failed)
    }

    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut keys = Self::default();
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let bytes = from_hex(line).ok_or_else(|| {
                format!("line {} is not a key: a key has {} hex digits", number + 1, KEY_LENGTH * 2)
            })?;
            let (id, key) = key(&bytes);
            if keys.find(&id.to_string()).is_some() {
                return Err(format!("line {} repeats a key", number + 1));
            }
            keys.0.push((id, key));
        }
        if keys.is_empty() { Err("it has no key".to_owned()) } else { Ok(keys) }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The key that encrypts.
    pub(super) fn first(&self) -> Option<&(KeyId, LessSafeKey)> {
        self.0.first()
    }

    pub(super) fn find(&self, id: &str) -> Option<&LessSafeKey> {
        self.0.iter().find(|(other, _)| other.to_string() == id).map(|(_, key)| key)
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = KeyId> {
        self.0.iter().map(|(id, _)| *id)
    }
}

/// Creates a key file with a new key, which only this user may read. An existing file is not changed.
pub(crate) fn create_key_file(path: &Path) -> Result<KeyId, KeyError> {
    let failed = |message: String| KeyError { path: path.to_owned(), message };
    let mut bytes = Zeroizing::new([0; KEY_LENGTH]);
    SystemRandom::new()
        .fill(&mut *bytes)
        .map_err(|_| failed("the system has no random numbers".to_owned()))?;
    let (id, _) = key(&bytes);
    let mut text = Zeroizing::new(format!(
        "# The key {id} of atlas-migration-fleet. The first key encrypts, all decrypt.\n"
    ));
    for byte in bytes.iter() {
        text.push_str(&format!("{byte:02x}"));
    }
    text.push('\n');
    let mut options = std::fs::File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => failed(
            "it exists already, and is not overwritten: what was encrypted with a lost key stays unreadable"
                .to_owned(),
        ),
        _ => failed(format!("it cannot be created: {error}")),
    })?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    written.map_err(|error| failed(format!("it cannot be written: {error}")))?;
    Ok(id)
}

fn key(bytes: &[u8; KEY_LENGTH]) -> (KeyId, LessSafeKey) {
    let mut id = [0; 8];
    id.copy_from_slice(&digest(&SHA256, bytes).as_ref()[..8]);
    #[allow(clippy::expect_used, reason = "fails only if the length is not that of the algorithm")]
    let key = UnboundKey::new(&AES_256_GCM, bytes).expect("32 bytes are a key of AES-256");
    (KeyId(id), LessSafeKey::new(key))
}

fn from_hex(text: &str) -> Option<Zeroizing<[u8; KEY_LENGTH]>> {
    let mut bytes = Zeroizing::new([0; KEY_LENGTH]);
    let is_key = text.len() == KEY_LENGTH * 2 && text.bytes().all(|digit| digit.is_ascii_hexdigit());
    if !is_key {
        return None;
    }
    for (byte, position) in bytes.iter_mut().zip((0..).step_by(2)) {
        *byte = u8::from_str_radix(text.get(position..position + 2)?, 16).ok()?;
    }
    Some(bytes)
}

/// Other users must not be able to read the file. Its group may, if an administrator owns the file, as in a mounted secret.
#[cfg(unix)]
fn check_permissions(file: &std::fs::File) -> Result<(), String> {
    use std::os::unix::fs::MetadataExt as _;
    let metadata = file.metadata().map_err(|error| format!("its permissions cannot be read: {error}"))?;
    let is_own = metadata.uid() == rustix::process::geteuid().as_raw();
    let forbidden = if is_own { 0o077 } else { 0o037 };
    if metadata.mode() & forbidden == 0 {
        return Ok(());
    }
    Err(format!(
        "other users may read it (its mode is {:03o}): use `chmod 600`, and a new key if they may have read it",
        metadata.mode() & 0o777
    ))
}

#[cfg(not(unix))]
fn check_permissions(_: &std::fs::File) -> Result<(), String> {
    Ok(())
}
