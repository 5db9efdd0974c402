//! One access token for all calls of a client: fetched once, renewed before it expires and after it was rejected.
//!
//! Atlas allows ten token requests a minute and a hundred active tokens, so that unnecessary fetches must be avoided:
//! - If several calls need a token at once, one fetch serves all of them, with its success or its failure. It runs in a
//!   task of its own, and continues if the call that started it is dropped.
//! - A token is renewed in the background when a fifth of its lifetime is left, at most five minutes. Calls use the old
//!   token until then.
//! - A token that Atlas rejected is renewed if it is still the current one, and if no token was renewed for that reason
//!   within the last minute.
//! - A failure is remembered for a while ([`failures`]).
//! - Other clients and processes may use the same token by a store ([`shared`]).
//!
//! No lock is held while something waits. A fetch in progress is a channel to wait on, with a deadline that every waiting
//! call measures itself: the task of the fetch may belong to a runtime that no longer runs.

mod failures;
mod shared;
mod state;

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::{Duration, Instant};

use reqwest::header::HeaderValue;

use super::service_account::AccountTokens;
use super::token_store::TokenStore;
use crate::error::{Error, ErrorKind, Result};
use crate::http::Deadline;
use crate::values::TRACING_TARGET;
use shared::{SHARING_LIMIT, SharedStore};
pub(crate) use state::Token;
use state::{Fetch, Obtained, Origin, Reason, StartedFetch, State};

/// How much longer than its own time limit a fetch may take until calls no longer wait for it.
const FETCH_MARGIN: Duration = Duration::from_secs(1);
/// How many fetches a call waits for if their runtimes end before they do.
const MAX_ABANDONED_FETCHES: usize = 3;

impl Token {
    pub(crate) fn expose_secret(&self) -> &str {
        self.secret.expose_secret()
    }

    fn to_usable(&self) -> UsableToken {
        UsableToken { header: self.header.clone(), generation: self.generation }
    }
}

/// What a call needs from the access token.
pub(crate) struct UsableToken {
    pub(crate) header: HeaderValue,
    /// Increases with each token of the cache.
    pub(crate) generation: u64,
}

pub(crate) struct TokenCache {
    endpoint: AccountTokens,
    store: Option<SharedStore>,
    state: RwLock<State>,
}

impl TokenCache {
    pub(crate) fn new(endpoint: AccountTokens, store: Option<Arc<dyn TokenStore>>) -> Arc<Self> {
        let store = store.map(|store| SharedStore::new(store, endpoint.key()));
        Arc::new(Self { endpoint, store, state: RwLock::default() })
    }

    pub(crate) fn endpoint(&self) -> &AccountTokens {
        &self.endpoint
    }

    /// The token in the cache, if it has not expired. Shortly before its expiry it is renewed in the background.
    pub(crate) fn usable(self: &Arc<Self>, now: Instant) -> Option<UsableToken> {
        let (token, renew) = {
            let state = self.read();
            (state.usable(now)?.to_usable(), state.is_renewal_due(now))
        };
        if renew {
            self.renew_in_background(now);
        }
        Some(token)
    }

    /// The latest tokens that calls have used, a hundred at most.
    pub(crate) fn used(&self) -> Vec<Arc<Token>> {
        self.read().used().cloned().collect()
    }

    /// A usable token, from the cache or fetched.
    pub(crate) async fn token(self: &Arc<Self>) -> Result<UsableToken> {
        match self.usable(self.endpoint.clock().now()) {
            Some(token) => Ok(token),
            None => Ok(self.token_other_than(None).await?.to_usable()),
        }
    }

    /// Renews the token of this generation after Atlas rejected it. Returns whether to send the request again.
    pub(crate) async fn renew_rejected(self: &Arc<Self>, rejected: u64) -> Result<bool> {
        if !self.read().may_renew_rejected(rejected, self.endpoint.clock().now()) {
            return Ok(false);
        }
        self.token_other_than(Some(rejected)).await.map(|_| true)
    }

    /// Whether the token of this generation was revoked by this client.
    pub(crate) fn was_revoked(&self, generation: u64) -> bool {
        self.read().was_revoked(generation)
    }

    /// Revokes the current token, that of the store, and those whose revocation failed earlier. The next call fetches
    /// another token.
    ///
    /// A task of its own does that, so that it completes if this future is dropped.
    pub(crate) async fn revoke(self: &Arc<Self>) -> Result<()> {
        let cache = Arc::clone(self);
        let revocation = tokio::spawn(async move { cache.revoke_tokens().await });
        revocation.await.unwrap_or_else(|error| Err(Error::of_task(error)))
    }

    async fn revoke_tokens(&self) -> Result<()> {
        // A fetch in progress would store a token that is then not revoked.
        let fetch = self.read().fetch_in_progress().cloned();
        if let Some(fetch) = fetch {
            fetch.outcome().await;
        }
        let Some(store) = &self.store else { return self.revoke_own_tokens().await.1 };
        // No other client fetches a token meanwhile. That it cannot be locked is no reason not to revoke the token.
        let _lock = store.lock().await;
        let stored = store.load_for_revocation(&self.endpoint).await;
        let (own, outcome) = self.revoke_own_tokens().await;
        let Some(stored) = stored? else { return outcome };
        if !own.iter().any(|token| token.secret == stored) {
            self.endpoint.revoke(&stored).await?;
        }
        outcome?;
        // Only now: a token that is not in the store could no longer be revoked.
        store.remove().await;
        Ok(())
    }

    /// Revokes the tokens of this client. Returns them, and whether that succeeded.
    async fn revoke_own_tokens(&self) -> (Vec<Arc<Token>>, Result<()>) {
        // Out of the cache before the request is sent.
        let tokens = self.write().take_for_revocation(self.endpoint.clock().now());
        let mut outcome = Ok(());
        for token in &tokens {
            if let Err(error) = self.endpoint.revoke(&token.secret).await {
                self.write().unrevoked.push(Arc::clone(token));
                outcome = Err(error);
            }
        }
        (tokens, outcome)
    }

    /// A usable token that is not of this generation, from the cache or fetched.
    async fn token_other_than(self: &Arc<Self>, rejected: Option<u64>) -> Result<Arc<Token>> {
        for _ in 0..MAX_ABANDONED_FETCHES {
            let fetch = match self.token_or_fetch(rejected)? {
                Ok(token) => return Ok(token),
                Err(fetch) => fetch,
            };
            if let Some(outcome) = fetch.outcome().await {
                return outcome;
            }
        }
        Err(fetch_abandoned())
    }

    /// The token in the cache, or else the fetch to wait for, which is started if necessary.
    fn token_or_fetch(
        self: &Arc<Self>,
        rejected: Option<u64>,
    ) -> Result<std::result::Result<Arc<Token>, Fetch>> {
        let now = self.endpoint.clock().now();
        let mut state = self.write();
        if let Some(token) = state.usable(now).filter(|token| Some(token.generation) != rejected) {
            return Ok(Ok(Arc::clone(token)));
        }
        if let Some(fetch) = state.fetch_in_progress() {
            return Ok(Err(fetch.clone()));
        }
        if let Some(failure) = state.remembered_failure(now) {
            return Err(failure);
        }
        Ok(Err(self.start_fetch(&mut state, rejected)))
    }

    /// Renews the token, unless another call does so meanwhile. The calling operation does not wait for it.
    fn renew_in_background(self: &Arc<Self>, now: Instant) {
        let mut state = self.write();
        if state.is_renewal_due(now) {
            self.start_fetch(&mut state, None);
        }
    }

    /// Starts a task that gets another token: because that of the generation `rejected` was rejected, or because there is
    /// none, or it is about to expire.
    fn start_fetch(self: &Arc<Self>, state: &mut State, rejected: Option<u64>) -> Fetch {
        let sharing = if self.store.is_some() { SHARING_LIMIT } else { Duration::ZERO };
        let limit = self.endpoint.attempt_timeout().saturating_add(FETCH_MARGIN).saturating_add(sharing);
        let reason = if rejected.is_some() { Reason::Rejection } else { Reason::Expiry };
        let deadline = Deadline::after(limit, tokio::time::Instant::now());
        let (fetch, StartedFetch { id, outcome }) = state.start_fetch(reason, deadline);
        let cache = Arc::clone(self);
        tokio::spawn(async move {
            let result = cache.obtain(rejected).await;
            outcome.send_replace(Some(cache.complete_fetch(id, result)));
        });
        fetch
    }

    async fn obtain(&self, rejected: Option<u64>) -> Result<Obtained> {
        match &self.store {
            Some(store) => {
                let excluded = |token: &_| self.read().is_excluded(token, rejected);
                store.obtain(&self.endpoint, rejected.is_some(), excluded).await
            }
            None => shared::fetch(&self.endpoint).await,
        }
    }

    /// Stores the outcome of a fetch. Returns it for the calls that wait for it.
    fn complete_fetch(&self, id: u64, result: Result<Obtained>) -> Result<Arc<Token>> {
        let now = self.endpoint.clock().now();
        let mut state = self.write();
        if !state.is_in_progress(id) {
            // Its token may have expired before its runtime continued.
            return state.usable(now).cloned().ok_or_else(fetch_abandoned);
        }
        let result = match result {
            // The store has no newer token than this cache.
            Ok(Obtained { origin: Origin::Store { failure: Some(error), .. }, .. })
                if state.usable(now).is_some() =>
            {
                Err(error)
            }
            other => other,
        };
        match result {
            Ok(obtained) => Ok(state.store(obtained, now)),
            Err(error) => {
                if state.usable(now).is_some() {
                    tracing::warn!(target: TRACING_TARGET, kind = ?error.kind(), "renewing the access token before its expiry failed; it is still valid");
                }
                Err(state.fail(error, now))
            }
        }
    }

    // Nothing panics while the lock is held for writing. If it did, the state would still be consistent.
    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The task of a fetch did not complete in time, although each of its requests has a time limit.
fn fetch_abandoned() -> Error {
    let message =
        "the runtime on which an access token was fetched was shut down, or no longer runs its tasks";
    Error::new(ErrorKind::RuntimeStopped, message)
}
