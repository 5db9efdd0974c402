//! The retry policy: which failures are worth another attempt, how many attempts there are, and the delays between
//! them.

use std::fmt;
use std::time::Duration;

use crate::error::{Error, ErrorKind};
use crate::values::operation::Operation;

/// Decides whether a failed request that can safely be repeated is repeated, and after which delay.
///
/// Implement it to replace [`Backoff`], and set it with [`ClientBuilder::retry`](crate::ClientBuilder::retry). It is
/// not called for requests whose repeat could have an effect twice. If the server requests a longer delay
/// (`Retry-After`), that one applies. If the delay would end after the operation timeout, the call fails at once.
pub trait RetryPolicy: fmt::Debug + Send + Sync + 'static {
    /// The delay before the next attempt; `None` if there is none.
    fn next_delay(&self, state: &RetryState<'_>) -> Option<Duration>;
}

/// The state of a call, on which a policy bases its decision.
#[derive(Debug)]
#[non_exhaustive]
pub struct RetryState<'a> {
    /// The operation that failed.
    pub operation: &'static Operation,
    /// The error of the last attempt.
    pub error: &'a Error,
    /// The number of attempts so far, at least one.
    pub attempts: u32,
    /// How long the call has taken so far, including delays.
    pub elapsed: Duration,
    /// A random number from 0 (inclusive) to 1 (exclusive), for jitter.
    pub random: f64,
}

impl<'a> RetryState<'a> {
    pub(crate) fn new(
        operation: &'static Operation,
        error: &'a Error,
        attempts: u32,
        elapsed: Duration,
        random: f64,
    ) -> Self {
        Self { operation, error, attempts, elapsed, random }
    }
}

/// Exponential backoff with full jitter: a random delay between zero and a bound that doubles with each attempt.
///
/// The default policy of a client. It retries after failures to connect, lost connections, timeouts, and the statuses
/// 408, 429, 500, 502, 503 and 504, of the API, of the token endpoint and of a gateway in front of them.
///
/// ```
/// use atlas_migration_sdk::{Backoff, Client};
/// use std::time::Duration;
///
/// let builder = Client::builder().retry(Backoff::default().max_attempts(6).max_delay(Duration::from_secs(60)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "give it to `ClientBuilder::retry`"]
pub struct Backoff {
    max_attempts: u32,
    initial_delay: Duration,
    max_delay: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self {
            max_attempts: 4,
            initial_delay: Duration::from_millis(500),
            max_delay: Duration::from_secs(20),
        }
    }
}

impl Backoff {
    /// The maximum number of attempts, including the first one. Default: 4.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts;
        self
    }

    /// The bound of the first delay. It doubles with each attempt. Default: 0.5 s.
    pub fn initial_delay(mut self, bound: Duration) -> Self {
        self.initial_delay = bound;
        self
    }

    /// The largest bound. Delays are longer only if the server requests it. Default: 20 s.
    pub fn max_delay(mut self, bound: Duration) -> Self {
        self.max_delay = bound;
        self
    }

    fn is_worth_another_attempt(error: &Error) -> bool {
        match error.kind() {
            // A failure with another status may be temporary too, but rarely ends within seconds.
            ErrorKind::Api | ErrorKind::ForeignResponse | ErrorKind::TokenEndpoint => {
                matches!(error.status(), Some(408 | 429 | 500 | 502 | 503 | 504))
            }
            // The operation has taken effect.
            ErrorKind::InvalidResponse => false,
            _ => error.is_temporary(),
        }
    }
}

impl RetryPolicy for Backoff {
    fn next_delay(&self, state: &RetryState<'_>) -> Option<Duration> {
        if state.attempts >= self.max_attempts || !Self::is_worth_another_attempt(state.error) {
            return None;
        }
        let doubled = 2u32.saturating_pow(state.attempts.saturating_sub(1));
        let bound = self.initial_delay.saturating_mul(doubled).min(self.max_delay);
        Some(bound.mul_f64(state.random.clamp(0.0, 1.0)))
    }
}

/// A policy without retries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NoRetry;

impl RetryPolicy for NoRetry {
    fn next_delay(&self, _: &RetryState<'_>) -> Option<Duration> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generated::operations;

    fn delay(policy: &dyn RetryPolicy, error: &Error, attempts: u32, random: f64) -> Option<u128> {
        let state = RetryState::new(&operations::LIST_ORGS, error, attempts, Duration::ZERO, random);
        policy.next_delay(&state).map(|delay| delay.as_millis())
    }

    #[test]
    fn the_bound_doubles_up_to_the_maximum_and_the_delay_is_random_below_it() {
        let error = Error::with_status(503);
        let policy = Backoff::default().max_attempts(20);
        for (attempts, random, expected) in [
            (1, 0.0, 0),
            (1, 0.5, 250),
            (1, 1.0, 500),
            (2, 1.0, 1000),
            (3, 0.25, 500),
            (6, 1.0, 16_000),
            (7, 1.0, 20_000),
            (19, 0.5, 10_000),
        ] {
            assert_eq!(delay(&policy, &error, attempts, random), Some(expected), "{attempts} {random}");
        }
        let policy =
            Backoff::default().max_attempts(u32::MAX).max_delay(Duration::MAX).initial_delay(Duration::MAX);
        assert!(delay(&policy, &error, u32::MAX - 1, 0.5).is_some());
    }

    #[test]
    fn the_number_of_attempts_is_limited() {
        let error = Error::with_status(503);
        for (attempts, more) in [(1, true), (3, true), (4, false), (5, false)] {
            assert_eq!(delay(&Backoff::default(), &error, attempts, 0.0).is_some(), more);
        }
        assert_eq!(delay(&NoRetry, &error, 1, 0.0), None);
    }

    #[test]
    fn which_failures_are_worth_another_attempt() {
        for (status, worth) in [
            (307, false),
            (400, false),
            (401, false),
            (403, false),
            (404, false),
            (408, true),
            (409, false),
            (410, false),
            (429, true),
            (500, true),
            (501, false),
            (502, true),
            (503, true),
            (504, true),
        ] {
            assert_eq!(
                delay(&Backoff::default(), &Error::with_status(status), 1, 0.0).is_some(),
                worth,
                "{status}"
            );
        }
        for (kind, worth) in [
            (ErrorKind::Connect, true),
            (ErrorKind::Timeout, true),
            (ErrorKind::Transport, true),
            (ErrorKind::TokenRateLimited, true),
            (ErrorKind::TokenRejected, false),
            (ErrorKind::TokenLimitReached, false),
            (ErrorKind::CertificateRejected, false),
            (ErrorKind::RuntimeStopped, false),
            (ErrorKind::Redirected, false),
            (ErrorKind::InvalidResponse, false),
            (ErrorKind::InvalidRequest, false),
            (ErrorKind::Configuration, false),
        ] {
            assert_eq!(
                delay(&Backoff::default(), &Error::new(kind, ""), 1, 0.0).is_some(),
                worth,
                "{kind:?}"
            );
        }
    }
}
