//! One access token for all calls of a client: fetched once, renewed ahead of its end, renewed after a refusal.
//!
//! Atlas allows ten token requests a minute and a hundred active tokens, so that every needless fetch counts:
//! - However many calls find no token, or a refused one, one fetches and the others wait, for its failure too. The fetch
//!   goes on when the call that began it is dropped.
//! - A fifth of its life before its end, at most five minutes, a token is renewed in the background, while it still
//!   serves.
//! - A token that Atlas refuses is renewed once, if it is still the one in the cache, and if none was renewed for a
//!   refusal within the last minute: what refuses fresh tokens too, such as a missing right under an unknown code, must
//!   not use up the ten a minute.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use reqwest::header::HeaderValue;

use super::bearer::bearer;
use super::service_account::{AccountTokens, Issued};
use crate::error::{Error, ErrorKind, Result};
use crate::values::secret::Secret;

const LONGEST_HEAD_START: Duration = Duration::from_secs(300);
/// A token is not used in its last moments: it would expire on the way.
const LONGEST_MARGIN: Duration = Duration::from_secs(10);
/// How long after a failed renewal in the background the next one is tried.
const RENEWAL_PAUSE: Duration = Duration::from_secs(30);
const REFUSAL_PAUSE: Duration = Duration::from_secs(60);

/// An access token in use.
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

    fn to_use(&self) -> TokenToUse {
        TokenToUse { header: self.header.clone(), generation: self.generation }
    }
}

/// What a call needs of the access token.
pub(crate) struct TokenToUse {
    pub(crate) header: HeaderValue,
    /// Which of the cache's tokens it is.
    pub(crate) generation: u64,
}

/// The token in use and when to renew it.
struct Cached {
    token: Arc<Token>,
    renew_at: Instant,
    /// The token before, which calls under way may still use.
    before: Option<Arc<Token>>,
}

/// What the one who fetches leaves to those who wait.
#[derive(Default)]
struct Fetches {
    finished: u64,
    last_failure: Option<Error>,
    /// When a token was last renewed because it was refused.
    last_refused: Option<Instant>,
}

impl Fetches {
    /// The failure of the last fetch, if it finished after the caller began to wait: then it is his failure too.
    fn failure_since(&self, finished_before: u64) -> Option<Error> {
        if self.finished > finished_before { self.last_failure.clone() } else { None }
    }
}

/// Says when the renewal in the background has ended, however it ended.
struct Renewing(Arc<TokenCache>);

impl Drop for Renewing {
    fn drop(&mut self) {
        self.0.renewing.store(false, Ordering::Release);
    }
}

pub(crate) struct TokenCache {
    endpoint: AccountTokens,
    cached: RwLock<Option<Cached>>,
    fetching: tokio::sync::Mutex<Fetches>,
    /// How many fetches have finished, readable without waiting for the one under way.
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

    /// The token in the cache, usable or not.
    pub(crate) fn current(&self) -> Option<Arc<Token>> {
        self.read(|cached| Arc::clone(&cached.token))
    }

    /// The token in the cache while it serves; near its end, it is renewed in the background.
    pub(crate) fn usable(self: &Arc<Self>, now: Instant) -> Option<TokenToUse> {
        let (token, renew) = self.read(|cached| {
            (now < cached.token.usable_until).then(|| (cached.token.to_use(), cached.renew_at <= now))
        })??;
        if renew {
            self.renew_in_background(token.generation);
        }
        Some(token)
    }

    /// The token in the cache and the one before, as far as there are any.
    pub(crate) fn latest(&self) -> [Option<Arc<Token>>; 2] {
        let latest = self.read(|cached| [Some(Arc::clone(&cached.token)), cached.before.clone()]);
        latest.unwrap_or_default()
    }

    /// A usable token: from the cache, or fetched.
    pub(crate) async fn token(self: &Arc<Self>) -> Result<TokenToUse> {
        match self.usable(self.endpoint.clock().now()) {
            Some(token) => Ok(token),
            None => {
                let cache = Arc::clone(self);
                let token = on_its_own(async move { cache.fetch_unless_renewed(None).await }).await?;
                Ok(token.to_use())
            }
        }
    }

    /// After Atlas refused the token of this generation: whether there is a newer one to try.
    pub(crate) async fn renew_refused(self: &Arc<Self>, refused: u64) -> Result<bool> {
        if self.is_newer_than(refused) {
            return Ok(true);
        }
        let finished_before = self.finished.load(Ordering::Acquire);
        let cache = Arc::clone(self);
        on_its_own(async move { cache.renew_unless_renewed(refused, finished_before).await }).await
    }

    fn is_newer_than(&self, generation: u64) -> bool {
        self.current().is_some_and(|token| token.generation != generation)
    }

    /// Renews the refused token, unless someone else does so meanwhile, or did so in vain a moment ago.
    async fn renew_unless_renewed(&self, refused: u64, finished_before: u64) -> Result<bool> {
        let mut fetches = self.fetching.lock().await;
        if self.is_newer_than(refused) {
            return Ok(true);
        }
        if let Some(failure) = fetches.failure_since(finished_before) {
            return Err(failure);
        }
        let now = self.endpoint.clock().now();
        if fetches.last_refused.is_some_and(|last| now.saturating_duration_since(last) < REFUSAL_PAUSE) {
            return Ok(false);
        }
        self.fetch(&mut fetches).await?;
        // Only now: a fetch that failed left no fresh token that could have been refused as well.
        fetches.last_refused = Some(now);
        Ok(true)
    }

    /// Revokes the token in use. The next call fetches another one.
    pub(crate) async fn revoke(&self) -> Result<()> {
        // Under the lock of the fetches, so that no renewal under way puts a token back that nobody revokes.
        let _fetches = self.fetching.lock().await;
        let Some(token) = self.current() else { return Ok(()) };
        self.endpoint.revoke(&token.secret).await?;
        *self.cached.write().unwrap_or_else(PoisonError::into_inner) = None;
        Ok(())
    }

    /// Fetches, unless someone else does so meanwhile; then his token, or his failure, is ours.
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
        // Boxed, because it is large and rare: inside every call's future, it would be moved with each.
        let result = match Box::pin(self.endpoint.fetch()).await {
            Ok(issued) => self.keep(issued, fetches.finished),
            Err(error) => Err(error),
        };
        fetches.finished += 1;
        self.finished.store(fetches.finished, Ordering::Release);
        fetches.last_failure = result.as_ref().err().cloned();
        result
    }

    fn keep(&self, issued: Issued, generation: u64) -> Result<Arc<Token>> {
        let Issued { token: secret, lifetime } = issued;
        let header = bearer(&secret)?;
        let now = self.endpoint.clock().now();
        // A lifetime beyond what the clock can hold is as good as forever.
        let expires = now.checked_add(lifetime).unwrap_or(now + Duration::from_secs(1 << 31));
        let mut cached = self.cached.write().unwrap_or_else(PoisonError::into_inner);
        let token = Arc::new(Token {
            header,
            secret,
            usable_until: expires - LONGEST_MARGIN.min(lifetime / 10),
            generation,
        });
        let renew_at = expires - LONGEST_HEAD_START.min(lifetime / 5);
        let before = cached.take().map(|cached| cached.token);
        *cached = Some(Cached { token: Arc::clone(&token), renew_at, before });
        Ok(token)
    }

    /// Renews on a task of its own: the call that noticed does not wait.
    fn renew_in_background(self: &Arc<Self>, outdated: u64) {
        if self.renewing.swap(true, Ordering::AcqRel) {
            return;
        }
        let renewing = Renewing(Arc::clone(self));
        tokio::spawn(async move {
            let cache = &renewing.0;
            if let Err(error) = cache.fetch_unless_renewed(Some(outdated)).await {
                let pause = error.retry_after().unwrap_or_default().max(RENEWAL_PAUSE);
                tracing::warn!(kind = ?error.kind(), "renewing the access token ahead of its end failed; it still serves");
                cache.postpone_renewal(outdated, pause);
            }
        });
    }

    /// Unless another call has fetched a token meanwhile.
    fn postpone_renewal(&self, outdated: u64, pause: Duration) {
        let now = self.endpoint.clock().now();
        let mut cached = self.cached.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(cached) = cached.as_mut().filter(|cached| cached.token.generation == outdated) {
            cached.renew_at = now.checked_add(pause).unwrap_or(cached.renew_at);
        }
    }

    fn read<R>(&self, look: impl FnOnce(&Cached) -> R) -> Option<R> {
        // Nothing panics while the lock is held for writing, and if it did, the token before would still be whole.
        self.cached.read().unwrap_or_else(PoisonError::into_inner).as_ref().map(look)
    }
}

/// Fetches on a task of its own, so that a token is not lost with the call that asked for it.
async fn on_its_own<T: Send + 'static>(
    fetching: impl Future<Output = Result<T>> + Send + 'static,
) -> Result<T> {
    tokio::spawn(fetching).await.unwrap_or_else(|_| {
        Err(Error::new(ErrorKind::Timeout, "the runtime ended while an access token was fetched"))
    })
}
