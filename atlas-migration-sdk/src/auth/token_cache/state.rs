//! The state of the cache: which token is current, which fetch is in progress, which failure is remembered.
//!
//! Nothing here waits: the lock around the state is held for a moment only.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::header::HeaderValue;
use tokio::sync::watch;

use super::failures::Failures;
use crate::auth::service_account::IssuedToken;
use crate::error::{Error, Result};
use crate::http::Deadline;
use crate::values::secret::Secret;

/// How long before its expiry a token is renewed at most.
const MAX_RENEWAL_LEAD: Duration = Duration::from_secs(300);
/// How long before its expiry a token is no longer used at most: it would expire in transit.
const MAX_EXPIRY_MARGIN: Duration = Duration::from_secs(10);
/// The delay between a failed renewal in the background and the next one, at least.
const RENEWAL_DELAY: Duration = Duration::from_secs(30);
/// How long after the renewal of a rejected token another rejected token is not renewed.
const REJECTION_DELAY: Duration = Duration::from_secs(60);
/// How many tokens are kept for redaction: as many as can be active at once.
const MAX_USED_TOKENS: usize = 100;

/// Whether a token with this lifetime is to be renewed when so much of it is left.
pub(super) fn is_due(left: Duration, lifetime: Duration) -> bool {
    left <= renewal_lead(lifetime)
}

/// Whether a token with this lifetime can still be used when so much of it is left.
pub(super) fn is_usable(left: Duration, lifetime: Duration) -> bool {
    left > expiry_margin(lifetime)
}

fn renewal_lead(lifetime: Duration) -> Duration {
    MAX_RENEWAL_LEAD.min(lifetime / 5)
}

fn expiry_margin(lifetime: Duration) -> Duration {
    MAX_EXPIRY_MARGIN.min(lifetime / 10)
}

/// An access token.
pub(crate) struct Token {
    pub(super) header: HeaderValue,
    pub(super) secret: Secret,
    pub(super) usable_until: Instant,
    renew_at: Instant,
    pub(super) generation: u64,
}

/// A token, and when it expires on the client's clock.
pub(super) struct Obtained {
    pub(super) issued: IssuedToken,
    pub(super) expires: Instant,
    pub(super) origin: Origin,
}

/// Where a token is from.
pub(super) enum Origin {
    Endpoint,
    Store {
        /// How long ago the previous token was rejected, if that is why the token was fetched.
        previous_rejected: Option<Duration>,
        /// Why the token was not renewed, although that is due.
        failure: Option<Error>,
    },
}

/// The outcome of a fetch, for the calls that wait for it.
type Outcome = Option<Result<Arc<Token>>>;

/// A fetch in progress.
#[derive(Clone)]
pub(super) struct Fetch {
    id: u64,
    /// When the fetch must have finished. Later it never will: it belongs to a runtime that no longer runs.
    deadline: Deadline,
    outcome: watch::Receiver<Outcome>,
}

/// What the task of a fetch needs.
pub(super) struct StartedFetch {
    pub(super) id: u64,
    pub(super) outcome: watch::Sender<Outcome>,
}

/// Why a fetch is started.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// There is no usable token, or it is about to expire.
    Expiry,
    /// The server rejected the token.
    Rejection,
}

impl Fetch {
    /// Whether it can still finish.
    fn is_alive(&self) -> bool {
        !self.deadline.has_passed() && self.outcome.has_changed().is_ok()
    }

    /// Waits for the outcome. `None` if the fetch was abandoned.
    pub(super) async fn outcome(mut self) -> Outcome {
        let finished = self.deadline.wait_for(self.outcome.wait_for(Option::is_some)).await;
        finished.ok()?.ok()?.clone()
    }
}

#[derive(Default)]
pub(super) struct State {
    pub(super) current: Option<Arc<Token>>,
    /// The latest tokens, for redaction: calls in progress may use any of them. Those that are no longer kept have
    /// expired, because Atlas allows no more active ones.
    used: VecDeque<Arc<Token>>,
    fetch: Option<(Fetch, Reason)>,
    fetches: u64,
    failures: Failures,
    /// When a renewal that failed, although the token is still valid, is attempted again.
    postponed_until: Option<Instant>,
    /// When a token was last renewed because it had been rejected.
    last_rejected: Option<Instant>,
    /// The latest generation that was revoked here.
    revoked: u64,
    /// Tokens that were taken out of the cache, but whose revocation failed.
    pub(super) unrevoked: Vec<Arc<Token>>,
}

impl State {
    /// The current token, if it has not expired.
    pub(super) fn usable(&self, now: Instant) -> Option<&Arc<Token>> {
        self.current.as_ref().filter(|token| now < token.usable_until)
    }

    /// Whether the current token is to be renewed in the background now.
    pub(super) fn is_renewal_due(&self, now: Instant) -> bool {
        self.current.as_ref().is_some_and(|token| token.renew_at <= now)
            && self.postponed_until.is_none_or(|until| until <= now)
            && self.fetch_in_progress().is_none()
    }

    pub(super) fn fetch_in_progress(&self) -> Option<&Fetch> {
        self.fetch.as_ref().map(|(fetch, _)| fetch).filter(|fetch| fetch.is_alive())
    }

    /// The failure that calls get instead of another fetch, if one is remembered.
    pub(super) fn remembered_failure(&self, now: Instant) -> Option<Error> {
        self.failures.current(now)
    }

    /// Records that a fetch starts.
    pub(super) fn start_fetch(&mut self, reason: Reason, deadline: Deadline) -> (Fetch, StartedFetch) {
        self.fetches += 1;
        let (sender, receiver) = watch::channel(None);
        let fetch = Fetch { id: self.fetches, deadline, outcome: receiver };
        self.fetch = Some((fetch.clone(), reason));
        (fetch, StartedFetch { id: self.fetches, outcome: sender })
    }

    /// Whether another token is to be used instead of this one: it was rejected, revoked, or is not the latest.
    pub(super) fn is_excluded(&self, secret: &Secret, rejected: Option<u64>) -> bool {
        let current = self.current.as_ref().map(|token| token.generation);
        let is_outdated =
            |token: &Token| Some(token.generation) == rejected || Some(token.generation) != current;
        self.used.iter().any(|token| token.secret == *secret && is_outdated(token))
    }

    /// Whether to fetch another token after this one was rejected: not soon after the last time. Otherwise a server
    /// that rejects new tokens too, for instance because of a missing permission with an unknown error code, would use
    /// up the ten requests a minute.
    pub(super) fn may_renew_rejected(&self, generation: u64, now: Instant) -> bool {
        let is_current = self.current.as_ref().is_some_and(|token| token.generation == generation);
        let recently =
            self.last_rejected.is_some_and(|last| now.saturating_duration_since(last) < REJECTION_DELAY);
        !is_current || !recently || self.fetch_in_progress().is_some()
    }

    pub(super) fn was_revoked(&self, generation: u64) -> bool {
        generation <= self.revoked
    }

    /// Takes the current token out of the cache. Returns it with those whose revocation failed earlier.
    pub(super) fn take_for_revocation(&mut self, now: Instant) -> Vec<Arc<Token>> {
        let mut tokens = std::mem::take(&mut self.unrevoked);
        if let Some(token) = self.current.take() {
            self.revoked = token.generation;
            tokens.push(token);
        }
        tokens.retain(|token| now < token.usable_until);
        tokens
    }

    /// The latest tokens.
    pub(super) fn used(&self) -> impl Iterator<Item = &Arc<Token>> {
        self.used.iter()
    }

    /// Ends the fetch with another token.
    pub(super) fn store(&mut self, obtained: Obtained, now: Instant) -> Arc<Token> {
        let Obtained { issued: IssuedToken { token: secret, header, lifetime }, expires, origin } = obtained;
        let token = Arc::new(Token {
            header,
            secret,
            usable_until: expires.checked_sub(expiry_margin(lifetime)).unwrap_or(expires),
            renew_at: expires.checked_sub(renewal_lead(lifetime)).unwrap_or(expires),
            // The fetches are counted from 1, so that 0 is the generation of none.
            generation: self.fetches,
        });
        let reason = self.fetch.take().map(|(_, reason)| reason);
        self.failures.clear();
        self.postponed_until = None;
        // Only after a successful fetch: a failed one issued no new token that could be rejected too.
        match origin {
            Origin::Endpoint if reason == Some(Reason::Rejection) => self.last_rejected = Some(now),
            Origin::Endpoint => {}
            Origin::Store { previous_rejected, failure } => {
                let rejected = previous_rejected.map(|ago| now.checked_sub(ago).unwrap_or(now));
                self.last_rejected = self.last_rejected.max(rejected);
                if let Some(error) = failure {
                    self.postpone(error, now);
                }
            }
        }
        self.used.truncate(MAX_USED_TOKENS - 1);
        self.used.push_front(Arc::clone(&token));
        self.current = Some(Arc::clone(&token));
        token
    }

    /// Ends the fetch with a failure. Returns the error with the delay until the next fetch.
    pub(super) fn fail(&mut self, error: Error, now: Instant) -> Error {
        self.fetch = None;
        self.postpone(error, now)
    }

    fn postpone(&mut self, error: Error, now: Instant) -> Error {
        let error = self.failures.add(error, now);
        self.postponed_until = now.checked_add(error.retry_after().unwrap_or_default().max(RENEWAL_DELAY));
        error
    }

    /// Whether this is the fetch in progress. It is not if calls no longer waited for it and started another one.
    pub(super) fn is_in_progress(&self, id: u64) -> bool {
        self.fetch.as_ref().is_some_and(|(fetch, _)| fetch.id == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    fn issued(now: Instant) -> Obtained {
        let issued = IssuedToken {
            token: Secret::new("x"),
            header: HeaderValue::from_static("Bearer x"),
            lifetime: Duration::from_secs(3600),
        };
        Obtained { issued, expires: now + Duration::from_secs(3600), origin: Origin::Endpoint }
    }

    fn start_fetch(state: &mut State, reason: Reason) -> StartedFetch {
        let deadline = Deadline::after(Duration::from_secs(60), tokio::time::Instant::now());
        state.start_fetch(reason, deadline).1
    }

    #[test]
    fn a_token_that_is_rejected_soon_after_another_one_waits_for_a_fetch_in_progress() {
        let (mut state, now) = (State::default(), Instant::now());
        let _rejected = start_fetch(&mut state, Reason::Rejection);
        let token = state.store(issued(now), now);
        assert!(!state.may_renew_rejected(token.generation, now));
        let _renewal = start_fetch(&mut state, Reason::Expiry);
        assert!(state.may_renew_rejected(token.generation, now));
    }

    #[test]
    fn a_new_token_ends_the_delay_of_a_failed_renewal() {
        let (mut state, now) = (State::default(), Instant::now());
        let _first = start_fetch(&mut state, Reason::Expiry);
        state.store(issued(now), now);
        let later = now + Duration::from_secs(3590);
        let _failed = start_fetch(&mut state, Reason::Expiry);
        state.fail(Error::new(ErrorKind::TokenEndpoint, "x"), later);
        assert!(!state.is_renewal_due(later));
        let _second = start_fetch(&mut state, Reason::Expiry);
        state.store(issued(now), later);
        assert!(state.is_renewal_due(later));
    }

    #[test]
    fn an_expired_token_is_not_revoked() {
        let (mut state, now) = (State::default(), Instant::now());
        for (age, count) in [(0, 1), (3600, 0)] {
            let _fetch = start_fetch(&mut state, Reason::Expiry);
            state.store(issued(now), now);
            assert_eq!(state.take_for_revocation(now + Duration::from_secs(age)).len(), count);
        }
    }
}
