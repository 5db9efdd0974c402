//! Stores of access tokens, which several clients and processes share.
//!
//! The cache of a client ([`super::token_cache`]) is in front of a store: a store is read only when the cache has no usable
//! token.

#[cfg(feature = "token-file")]
mod file;
mod memory;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

#[cfg(feature = "token-file")]
pub use file::FileTokenStore;
pub use memory::MemoryTokenStore;

use crate::values::clock::BoxFuture;
use crate::values::secret::Secret;

/// The error of a [`TokenStore`]. Its text must not contain a token.
pub type TokenStoreError = Box<dyn std::error::Error + Send + Sync>;

/// Keeps the access tokens of service accounts, so that several clients and processes use one token.
///
/// Atlas issues ten tokens a minute and allows a hundred active tokens for a service account. A client keeps its token in
/// memory, which is enough for a program that runs for a while. A program that runs often for a short time needs a store
/// that outlives it: `FileTokenStore` (feature `token-file`). [`MemoryTokenStore`] is for several clients of one process.
///
/// A client reads the store only if it has no usable token in memory. It then takes the [`lock`](Self::lock) of the
/// service account, reads again, and fetches a token if there still is none, so that one token is fetched however many
/// clients start at the same time. A token that Atlas rejects is removed before another one is fetched.
///
/// A call never fails because of its store. If the store fails, or does not respond within a few seconds, the client logs
/// a warning and uses a token of its own. Only [`Client::revoke`](crate::Client::revoke) reports that the store cannot be
/// read.
///
/// # Implementing a store
///
/// A store contains secrets: only the user of the program may be able to read it. `load` may run at the same time as
/// `save` and `remove`, and must return one token or the other. The default of `lock` does not lock: clients then may
/// fetch more tokens than necessary.
///
/// ```
/// use std::sync::{Arc, Mutex};
/// use atlas_migration_sdk::{BoxFuture, Client, StoredToken, TokenKey, TokenStore, TokenStoreError};
///
/// /// Keeps the token of one service account.
/// #[derive(Clone, Debug, Default)]
/// struct OneToken(Arc<Mutex<Option<StoredToken>>>);
///
/// impl TokenStore for OneToken {
///     fn load(&self, _: &TokenKey) -> BoxFuture<Result<Option<StoredToken>, TokenStoreError>> {
///         let token = self.0.lock().unwrap().clone();
///         Box::pin(async { Ok(token) })
///     }
///
///     fn save(&self, _: &TokenKey, token: StoredToken) -> BoxFuture<Result<(), TokenStoreError>> {
///         *self.0.lock().unwrap() = Some(token);
///         Box::pin(async { Ok(()) })
///     }
///
///     fn remove(&self, _: &TokenKey) -> BoxFuture<Result<(), TokenStoreError>> {
///         *self.0.lock().unwrap() = None;
///         Box::pin(async { Ok(()) })
///     }
/// }
///
/// let builder = Client::builder().token_store(OneToken::default());
/// ```
pub trait TokenStore: fmt::Debug + Send + Sync + 'static {
    /// Reads the token of a service account. `None` if there is none; an expired token need not be returned.
    fn load(&self, key: &TokenKey) -> BoxFuture<Result<Option<StoredToken>, TokenStoreError>>;

    /// Stores the token of a service account, in place of an earlier one.
    fn save(&self, key: &TokenKey, token: StoredToken) -> BoxFuture<Result<(), TokenStoreError>>;

    /// Removes the token of a service account. Succeeds if there is none.
    fn remove(&self, key: &TokenKey) -> BoxFuture<Result<(), TokenStoreError>>;

    /// Waits for the exclusive right to replace the token of a service account, which ends when the returned value is
    /// dropped, or when the process ends.
    ///
    /// The future may be dropped before it completes. The client does not wait longer than 10 s.
    fn lock(&self, _key: &TokenKey) -> BoxFuture<Result<TokenStoreLock, TokenStoreError>> {
        Box::pin(std::future::ready(Ok(TokenStoreLock::new(()))))
    }
}

impl<S: TokenStore + ?Sized> TokenStore for Arc<S> {
    fn load(&self, key: &TokenKey) -> BoxFuture<Result<Option<StoredToken>, TokenStoreError>> {
        (**self).load(key)
    }

    fn save(&self, key: &TokenKey, token: StoredToken) -> BoxFuture<Result<(), TokenStoreError>> {
        (**self).save(key, token)
    }

    fn remove(&self, key: &TokenKey) -> BoxFuture<Result<(), TokenStoreError>> {
        (**self).remove(key)
    }

    fn lock(&self, key: &TokenKey) -> BoxFuture<Result<TokenStoreLock, TokenStoreError>> {
        (**self).lock(key)
    }
}

/// What [`TokenStore::lock`] returns: the lock ends when it is dropped.
pub struct TokenStoreLock {
    /// Only dropped.
    _held: Box<dyn Send>,
}

impl TokenStoreLock {
    /// Ends the lock by dropping `held`, such as a guard or a locked file.
    #[must_use]
    pub fn new(held: impl Send + 'static) -> Self {
        Self { _held: Box::new(held) }
    }
}

impl fmt::Debug for TokenStoreLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenStoreLock")
    }
}

/// The service account that a token belongs to, at one server. [`Client::token_key`](crate::Client::token_key) returns
/// that of a client.
///
/// `Debug` output contains no client id, because a secret may be in its place.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct TokenKey {
    base_url: Arc<str>,
    client_id: Arc<str>,
}

impl TokenKey {
    /// The service account with this client id at the server with this base URL.
    ///
    /// The URL is compared as text. A client uses it without a trailing slash.
    #[must_use]
    pub fn new(base_url: &str, client_id: &str) -> Self {
        Self { base_url: base_url.into(), client_id: client_id.into() }
    }

    /// The base URL.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The client id.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.client_id
    }
}

impl fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenKey({}, [redacted])", self.base_url)
    }
}

/// An access token in a [`TokenStore`]. Its times are those of the system's clock, because processes share them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoredToken {
    /// The token.
    pub token: Secret,
    /// When it was issued.
    pub issued_at: SystemTime,
    /// When it expires.
    pub expires_at: SystemTime,
    /// When Atlas rejected the previous token, if that is why this one was fetched. Clients do not fetch another token for
    /// that reason within a minute: a missing permission can look like an invalid token.
    pub previous_rejected_at: Option<SystemTime>,
}

impl StoredToken {
    /// A token with its times, whose predecessor was not rejected.
    #[must_use]
    pub fn new(token: Secret, issued_at: SystemTime, expires_at: SystemTime) -> Self {
        Self { token, issued_at, expires_at, previous_rejected_at: None }
    }

    /// The time between issue and expiry.
    pub(crate) fn lifetime(&self) -> Duration {
        self.expires_at.duration_since(self.issued_at).unwrap_or_default()
    }
}
