//! One access token for all calls of a client: fetched once, renewed before it expires and after it was rejected.
//!
//! Atlas allows ten token requests a minute and a hundred active tokens, so that unnecessary fetches must be avoided:
//! - If several calls need a token at once, one call fetches it and the others wait for the outcome, success or
//!   failure. The fetch continues if the call that started it is dropped.
//! - A token is renewed in the background when a fifth of its lifetime is left, at most five minutes. Calls use the old
//!   token until then.
//! - A token that Atlas rejected is renewed if it is still the one in the cache, and if no token was renewed for that
//!   reason within the last minute. Otherwise a server that rejects new tokens too, for instance because of a missing
//!   permission with an unknown error code, would use up the ten requests a minute.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use reqwest::header::HeaderValue;

use super::bearer::bearer;
use super::service_account::{AccountTokens, IssuedToken};
use crate::error::{Error, ErrorKind, Result};
use crate::values::secret::Secret;

/// How long before its expiry a token is renewed at most.
const MAX_RENEWAL_LEAD: Duration = Duration::from_secs(300);
/// How long before its expiry a token is no longer used at most: it would expire in transit.
const MAX_EXPIRY_MARGIN: Duration = Duration::from_secs(10);
/// The delay between a failed renewal in the background and the next one.
const RENEWAL_DELAY: Duration = Duration::from_secs(30);
/// How long after the renewal of a rejected token another rejected token is not renewed.
const REJECTION_DELAY: Duration = Duration::from_secs(60);

/// An access token in the cache.
pub(crate) struct Token {
    header: HeaderValue,
    secret: Secret,
    usable_until: Instant,
    generation: u64,
}

impl Token {
    pub(crate) fn secret(&self) -> &Secret {
        &self.secret
    }

    fn usable(&self) -> UsableToken {
        UsableToken { header: self.header.clone(), generation: self.generation }
    }
}

/// What a call needs from the access token.
pub(crate) struct UsableToken {
    pub(crate) header: HeaderValue,
    /// The generation of the token in the cache.
    pub(crate) generation: u64,
}

/// The current token and when to renew it.
struct CachedToken {
    token: Arc<Token>,
    renew_at: Instant,
    /// The previous token, which calls in progress may still use.
    previous: Option<Arc<Token>>,
}

/// The outcome of fetches, for the calls that waited for one.
#[derive(Default)]
struct Fetches {
    finished: u64,
    last_failure: Option<Error>,
    /// When a token was last renewed because it had been rejected.
    last_rejected: Option<Instant>,
}

impl Fetches {
    /// The failure of the last fetch, if it finished after the caller began to wait. The caller then returns it too.
    fn failure_since(&self, finished_before: u64) -> Option<Error> {
        if self.finished > finished_before { self.last_failure.clone() } else { None }
    }
}

/// Marks the renewal in the background as ended when it is dropped.
struct RenewalGuard(Arc<TokenCache>);

impl Drop for RenewalGuard {
    fn drop(&mut self) {
        self.0.renewing.store(false, Ordering::Release);
    }
}

pub(crate) struct TokenCache {
    endpoint: AccountTokens,
    cached: RwLock<Option<CachedToken>>,
    fetching: tokio::sync::Mutex<Fetches>,
    /// How many fetches have finished. It can be read while a fetch is in progress.
    finished: AtomicU64,
    renewing: AtomicBool,
}

impl TokenCache {
    pub(crate) fn new(endpoint: AccountTokens) -> Arc<Self> {
        Arc::new(Self {
            endpoint,
            cached: RwLock::new(None),
            fetching: tokio::sync::Mutex::default(),
            finished: AtomicU64::new(0),
            renewing: AtomicBool::new(false),
        })
    }

    pub(crate) fn endpoint(&self) -> &AccountTokens {
        &self.endpoint
    }

    /// The token in the cache, even if it has expired.
    pub(crate) fn current(&self) -> Option<Arc<Token>> {
        self.read(|cached| Arc::clone(&cached.token))
    }

    /// The token in the cache, if it has not expired. Shortly before its expiry it is renewed in the background.
    pub(crate) fn usable(self: &Arc<Self>, now: Instant) -> Option<UsableToken> {
        let (token, renew) = self.read(|cached| {
            (now < cached.token.usable_until).then(|| (cached.token.usable(), cached.renew_at <= now))
        })??;
        if renew {
            self.renew_in_background(token.generation);
        }
        Some(token)
    }

    /// The token in the cache and the previous one, if any.
    pub(crate) fn latest(&self) -> [Option<Arc<Token>>; 2] {
        let latest = self.read(|cached| [Some(Arc::clone(&cached.token)), cached.previous.clone()]);
        latest.unwrap_or_default()
    }

    /// A usable token, from the cache or fetched.
    pub(crate) async fn token(self: &Arc<Self>) -> Result<UsableToken> {
        match self.usable(self.endpoint.clock().now()) {
            Some(token) => Ok(token),
            None => {
                let cache = Arc::clone(self);
                let token = spawn_fetch(async move { cache.fetch_unless_renewed(None).await }).await?;
                Ok(token.usable())
            }
        }
    }

    /// Renews the token of this generation after Atlas rejected it. Returns whether there is a newer token.
    pub(crate) async fn renew_rejected(self: &Arc<Self>, rejected: u64) -> Result<bool> {
        if self.is_newer_than(rejected) {
            return Ok(true);
        }
        let finished_before = self.finished.load(Ordering::Acquire);
        let cache = Arc::clone(self);
        spawn_fetch(async move { cache.renew_unless_renewed(rejected, finished_before).await }).await
    }

    fn is_newer_than(&self, generation: u64) -> bool {
        self.current().is_some_and(|token| token.generation != generation)
    }

    /// Renews the rejected token, unless another call renews it meanwhile or failed to do so recently.
    async fn renew_unless_renewed(&self, rejected: u64, finished_before: u64) -> Result<bool> {
        let mut fetches = self.fetching.lock().await;
        if self.is_newer_than(rejected) {
            return Ok(true);
        }
        if let Some(failure) = fetches.failure_since(finished_before) {
            return Err(failure);
        }
        let now = self.endpoint.clock().now();
        if fetches.last_rejected.is_some_and(|last| now.saturating_duration_since(last) < REJECTION_DELAY) {
            return Ok(false);
        }
        self.fetch(&mut fetches).await?;
        // Only after a successful fetch: a failed one issued no new token that could be rejected too.
        fetches.last_rejected = Some(now);
        Ok(true)
    }

    /// Revokes the current token. The next call fetches another one.
    pub(crate) async fn revoke(&self) -> Result<()> {
        // The lock prevents that a renewal in progress stores a token that is then not revoked.
        let _fetches = self.fetching.lock().await;
        let Some(token) = self.current() else { return Ok(()) };
        self.endpoint.revoke(&token.secret).await?;
        *self.cached.write().unwrap_or_else(PoisonError::into_inner) = None;
        Ok(())
    }

    /// Fetches a token, unless another call does so meanwhile; then returns the token or the failure of that call.
    async fn fetch_unless_renewed(&self, replacing: Option<u64>) -> Result<Arc<Token>> {
        let finished_before = self.finished.load(Ordering::Acquire);
        let mut fetches = self.fetching.lock().await;
        let now = self.endpoint.clock().now();
        if let Some(token) = self.current()
            && now < token.usable_until
            && replacing != Some(token.generation)
        {
            return Ok(token);
        }
        if let Some(failure) = fetches.failure_since(finished_before) {
            return Err(failure);
        }
        self.fetch(&mut fetches).await
    }

    async fn fetch(&self, fetches: &mut Fetches) -> Result<Arc<Token>> {
        // Boxed, because this future is large and rarely needed, and would make the future of every call larger.
        let result = match Box::pin(self.endpoint.fetch()).await {
            Ok(issued) => self.store(issued, fetches.finished),
            Err(error) => Err(error),
        };
        fetches.finished += 1;
        self.finished.store(fetches.finished, Ordering::Release);
        fetches.last_failure = result.as_ref().err().cloned();
        result
    }

    fn store(&self, issued: IssuedToken, generation: u64) -> Result<Arc<Token>> {
        let IssuedToken { token: secret, lifetime } = issued;
        let header = bearer(&secret)?;
        let now = self.endpoint.clock().now();
        // A lifetime that the clock cannot represent counts as unlimited.
        let expires = now.checked_add(lifetime).unwrap_or(now + Duration::from_secs(1 << 31));
        let mut cached = self.cached.write().unwrap_or_else(PoisonError::into_inner);
        let token = Arc::new(Token {
            header,
            secret,
            usable_until: expires - MAX_EXPIRY_MARGIN.min(lifetime / 10),
            generation,
        });
        let renew_at = expires - MAX_RENEWAL_LEAD.min(lifetime / 5);
        let previous = cached.take().map(|cached| cached.token);
        *cached = Some(CachedToken { token: Arc::clone(&token), renew_at, previous });
        Ok(token)
    }

    /// Renews the token in a separate task; the calling operation does not wait for it.
    fn renew_in_background(self: &Arc<Self>, outdated: u64) {
        if self.renewing.swap(true, Ordering::AcqRel) {
            return;
        }
        let guard = RenewalGuard(Arc::clone(self));
        tokio::spawn(async move {
            let cache = &guard.0;
            if let Err(error) = cache.fetch_unless_renewed(Some(outdated)).await {
                let delay = error.retry_after().unwrap_or_default().max(RENEWAL_DELAY);
                tracing::warn!(kind = ?error.kind(), "renewing the access token before its expiry failed; it is still valid");
                cache.postpone_renewal(outdated, delay);
            }
        });
    }

    /// Postpones the next renewal, unless another call has fetched a token meanwhile.
    fn postpone_renewal(&self, outdated: u64, delay: Duration) {
        let now = self.endpoint.clock().now();
        let mut cached = self.cached.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(cached) = cached.as_mut().filter(|cached| cached.token.generation == outdated) {
            cached.renew_at = now.checked_add(delay).unwrap_or(cached.renew_at);
        }
    }

    fn read<R>(&self, read: impl FnOnce(&CachedToken) -> R) -> Option<R> {
        // Nothing panics while the lock is held for writing. If it did, the value would still be consistent.
        self.cached.read().unwrap_or_else(PoisonError::into_inner).as_ref().map(read)
    }
}

/// Fetches in a separate task, so that a token is not lost if the call that needs it is dropped.
async fn spawn_fetch<T: Send + 'static>(
    fetching: impl Future<Output = Result<T>> + Send + 'static,
) -> Result<T> {
    tokio::spawn(fetching).await.unwrap_or_else(|_| {
        Err(Error::new(ErrorKind::Timeout, "the runtime shut down while an access token was fetched"))
    })
}
