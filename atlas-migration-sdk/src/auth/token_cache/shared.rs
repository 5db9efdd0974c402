//! Getting a token: from the store that other clients and processes use too, or from the token endpoint.
//!
//! A failure of the store never fails a call. It is a warning, and the client uses a token of its own.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use reqwest::header::HeaderValue;

use super::state::{Obtained, Origin, is_due, is_usable};
use crate::auth::bearer::bearer;
use crate::auth::service_account::{AccountTokens, IssuedToken};
use crate::auth::token_store::{StoredToken, TokenKey, TokenStore, TokenStoreError, TokenStoreLock};
use crate::error::{Error, ErrorKind, Result};
use crate::values::TRACING_TARGET;
use crate::values::clock::BoxFuture;
use crate::values::secret::Secret;

/// How long to wait for another client that fetches a token. A longer wait means that it is stuck.
const LOCK_LIMIT: Duration = Duration::from_secs(10);
/// How long to wait for anything else.
const ACCESS_LIMIT: Duration = Duration::from_secs(5);
/// How long all accesses for one fetch take at most: the lock, two reads, removing and saving.
pub(super) const SHARING_LIMIT: Duration = LOCK_LIMIT.saturating_add(ACCESS_LIMIT.saturating_mul(4));

/// The store and the key of the service account in it.
pub(super) struct SharedStore {
    store: Arc<dyn TokenStore>,
    key: TokenKey,
    lock_limit: Duration,
}

/// A token of the store that has not expired, with its header and what is left of its lifetime.
struct Loaded {
    stored: StoredToken,
    header: HeaderValue,
    left: Duration,
}

impl Loaded {
    fn is_due(&self) -> bool {
        is_due(self.left, self.stored.lifetime())
    }
}

/// Fetches a token from the endpoint.
pub(super) async fn fetch(endpoint: &AccountTokens) -> Result<Obtained> {
    let started = endpoint.clock().now();
    let issued = endpoint.fetch().await?;
    let expires = started.checked_add(issued.lifetime).unwrap_or(started);
    Ok(Obtained { issued, expires, origin: Origin::Endpoint })
}

impl SharedStore {
    pub(super) fn new(store: Arc<dyn TokenStore>, key: TokenKey) -> Self {
        Self { store, key, lock_limit: LOCK_LIMIT }
    }

    /// The token of the store, or a new one that is stored then. Not one for which `excluded` holds: Atlas rejected it, or
    /// it was revoked.
    ///
    /// A token that is about to expire is renewed here and not in the background, because a short-lived process may end
    /// before it has stored the new one.
    pub(super) async fn obtain(
        &self,
        endpoint: &AccountTokens,
        rejected: bool,
        excluded: impl Fn(&Secret) -> bool,
    ) -> Result<Obtained> {
        // Without the lock at first, because it is not needed in most cases. A failure is reported by the second attempt.
        let loaded = self.load(endpoint).await.ok().flatten();
        if let Some(loaded) = loaded.filter(|loaded| !loaded.is_due() && !excluded(&loaded.stored.token)) {
            return Ok(obtained(loaded, endpoint, None));
        }
        let _lock = match self.lock().await {
            Ok(lock) => Some(lock),
            Err(Unlocked::Busy) => None,
            Err(Unlocked::Unusable) => return fetch(endpoint).await,
        };
        let mut loaded = self.load(endpoint).await.unwrap_or_else(|error| {
            warn("reading an access token from the store failed; another one is fetched", &*error);
            None
        });
        if loaded.as_ref().is_some_and(|loaded| excluded(&loaded.stored.token)) {
            loaded = None;
            self.remove().await;
        }
        if let Some(loaded) = loaded.take_if(|loaded| !loaded.is_due()) {
            return Ok(obtained(loaded, endpoint, None));
        }
        let issued_at = endpoint.clock().system_time();
        match (fetch(endpoint).await, loaded) {
            (Ok(obtained), _) => {
                self.save(&obtained.issued, issued_at, rejected.then_some(issued_at)).await;
                Ok(obtained)
            }
            (Err(error), Some(loaded)) => Ok(obtained(loaded, endpoint, Some(error))),
            (Err(error), None) => Err(error),
        }
    }

    /// The token of the store, unless it has expired or cannot be sent.
    ///
    /// Its remaining lifetime is at most its whole lifetime, whatever the clock of the process was that stored it.
    async fn load(&self, endpoint: &AccountTokens) -> Result<Option<Loaded>, TokenStoreError> {
        let stored = within(ACCESS_LIMIT, self.store.load(&self.key)).await?;
        let now = endpoint.clock().system_time();
        Ok(stored.and_then(|stored| {
            let left = stored.expires_at.duration_since(now).unwrap_or_default().min(stored.lifetime());
            let header = bearer(&stored.token).ok()?;
            is_usable(left, stored.lifetime()).then_some(Loaded { stored, header, left })
        }))
    }

    /// The token to revoke.
    pub(super) async fn load_for_revocation(&self, endpoint: &AccountTokens) -> Result<Option<Secret>> {
        let loaded = self.load(endpoint).await.map_err(|error| {
            Error::new(
                ErrorKind::TokenStore,
                format!("the access token to revoke cannot be read from the token store: {error}"),
            )
        })?;
        Ok(loaded.map(|loaded| loaded.stored.token))
    }

    pub(super) async fn lock(&self) -> Result<TokenStoreLock, Unlocked> {
        match tokio::time::timeout(self.lock_limit, self.store.lock(&self.key)).await {
            Ok(Ok(lock)) => Ok(lock),
            Ok(Err(error)) => {
                warn("the token store is not used, because locking it failed", &*error);
                Err(Unlocked::Unusable)
            }
            Err(_) => {
                tracing::warn!(target: TRACING_TARGET, "another client has locked the token store for too long; the lock is ignored");
                Err(Unlocked::Busy)
            }
        }
    }

    async fn save(
        &self,
        issued: &IssuedToken,
        issued_at: SystemTime,
        previous_rejected_at: Option<SystemTime>,
    ) {
        let expires_at = issued_at.checked_add(issued.lifetime).unwrap_or(issued_at);
        let token = StoredToken {
            previous_rejected_at,
            ..StoredToken::new(issued.token.clone(), issued_at, expires_at)
        };
        if let Err(error) = within(ACCESS_LIMIT, self.store.save(&self.key, token)).await {
            warn("storing an access token failed; only this client uses it", &*error);
        }
    }

    pub(super) async fn remove(&self) {
        if let Err(error) = within(ACCESS_LIMIT, self.store.remove(&self.key)).await {
            warn("removing an access token from the store failed", &*error);
        }
    }
}

/// A token of the store, for the cache.
fn obtained(
    Loaded { stored, header, left }: Loaded,
    endpoint: &AccountTokens,
    failure: Option<Error>,
) -> Obtained {
    tracing::debug!(target: TRACING_TARGET, left_s = left.as_secs(), "using the access token of the store");
    let clock = endpoint.clock();
    let (now, system_time) = (clock.now(), clock.system_time());
    let lifetime = stored.lifetime();
    let since = |time| system_time.duration_since(time).unwrap_or_default();
    let previous_rejected = stored.previous_rejected_at.map(since);
    Obtained {
        issued: IssuedToken { token: stored.token, header, lifetime },
        expires: now.checked_add(left).unwrap_or(now),
        origin: Origin::Store { previous_rejected, failure },
    }
}

/// Why the store is not locked. A warning has been logged.
pub(super) enum Unlocked {
    /// Another client holds the lock.
    Busy,
    /// The store failed.
    Unusable,
}

fn warn(message: &str, error: &(dyn std::error::Error + Send + Sync + 'static)) {
    tracing::warn!(target: TRACING_TARGET, reason = %error, "{message}");
}

async fn within<T>(
    limit: Duration,
    access: BoxFuture<Result<T, TokenStoreError>>,
) -> Result<T, TokenStoreError> {
    match tokio::time::timeout(limit, access).await {
        Ok(result) => result,
        Err(_) => Err(format!("the store did not respond within {} s", limit.as_secs()).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::token_store::MemoryTokenStore;

    #[tokio::test]
    async fn a_store_that_does_not_respond_is_not_waited_for() {
        let error =
            within::<()>(Duration::from_millis(1), Box::pin(std::future::pending())).await.unwrap_err();
        assert_eq!(error.to_string(), "the store did not respond within 0 s");
        let (store, key) = (MemoryTokenStore::default(), TokenKey::new("https://example.com", "id"));
        let _held = store.lock(&key).await.unwrap();
        let store =
            SharedStore { lock_limit: Duration::from_millis(1), ..SharedStore::new(Arc::new(store), key) };
        assert!(matches!(store.lock().await, Err(Unlocked::Busy)));
    }
}
