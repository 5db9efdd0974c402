//! Failures to fetch a token, which are remembered until the next fetch is worthwhile.
//!
//! Until then calls get the remembered error without a request, so that an outage, or a rate limit that is exceeded, does
//! not cause one token request for each attempt of each call.

use std::time::{Duration, Instant};

use crate::error::{Error, ErrorKind};

/// The delay after the first failure. It doubles with each further one.
const INITIAL_DELAY: Duration = Duration::from_secs(1);
/// The largest delay, unless the server requests a longer one: four requests a minute.
const MAX_DELAY: Duration = Duration::from_secs(15);
/// The smallest delay after too many requests: Atlas allows ten a minute.
const MIN_RATE_LIMIT_DELAY: Duration = Duration::from_secs(6);
/// The largest delay that the server can request. A longer one is rather an error than a request.
const MAX_REQUESTED_DELAY: Duration = Duration::from_secs(3600);

/// The failures since the last token was fetched.
#[derive(Default)]
pub(super) struct Failures {
    count: u32,
    last: Option<(Error, Instant)>,
}

impl Failures {
    /// Remembers a failure. Returns the error for the calls that waited for the token, with the delay until the next
    /// fetch.
    pub(super) fn add(&mut self, error: Error, now: Instant) -> Error {
        let delay = delay(&error, self.count);
        self.count = self.count.saturating_add(1);
        // An instant that the clock cannot represent does not occur: the delay is at most an hour.
        let until = now.checked_add(delay).unwrap_or(now);
        self.last = Some((error.clone(), until));
        error.with_retry_after(delay)
    }

    /// Forgets all failures, after a success.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// The last failure, if it is too early for another fetch, with what is left of the delay.
    pub(super) fn current(&self, now: Instant) -> Option<Error> {
        let (error, until) = self.last.as_ref()?;
        let left = until.checked_duration_since(now).filter(|left| !left.is_zero())?;
        Some(error.clone().with_retry_after(left))
    }
}

/// The delay after a failure that so many others preceded.
fn delay(error: &Error, earlier: u32) -> Duration {
    let backoff = INITIAL_DELAY.saturating_mul(2u32.saturating_pow(earlier)).min(MAX_DELAY);
    let requested = error.retry_after().unwrap_or_default().min(MAX_REQUESTED_DELAY);
    let own = match (error.kind(), error.retry_after()) {
        (ErrorKind::TokenRateLimited, None) => backoff.max(MIN_RATE_LIMIT_DELAY),
        _ => backoff,
    };
    own.max(requested)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_remembered_until_its_delay_has_passed() {
        let now = Instant::now();
        let mut failures = Failures::default();
        assert!(failures.current(now).is_none());
        for expected in [1, 2, 4, 8, 15, 15] {
            let expected = Duration::from_secs(expected);
            let error = failures.add(Error::new(ErrorKind::TokenEndpoint, "x"), now);
            assert_eq!(error.retry_after(), Some(expected));
            let moment = Duration::from_millis(1);
            let remembered = failures.current(now + expected - moment).unwrap();
            assert_eq!(
                (remembered.retry_after(), remembered.kind()),
                (Some(moment), ErrorKind::TokenEndpoint)
            );
            assert!(failures.current(now + expected).is_none());
        }
        failures.clear();
        let error = failures.add(Error::new(ErrorKind::TokenEndpoint, "x"), now);
        assert_eq!(error.retry_after(), Some(INITIAL_DELAY));
        failures.clear();
        assert!(failures.current(now).is_none());
    }

    #[test]
    fn the_delay_is_the_requested_one_within_bounds() {
        let error = |requested: Option<Duration>| {
            let error = Error::new(ErrorKind::TokenRateLimited, "");
            requested.into_iter().fold(error, Error::with_retry_after)
        };
        for (requested, expected) in [
            (None, 6),
            (Some(Duration::ZERO), 1),
            (Some(Duration::from_secs(2)), 2),
            (Some(Duration::from_secs(30)), 30),
            (Some(Duration::from_secs(u64::MAX)), 3600),
            (Some(Duration::MAX), 3600),
        ] {
            assert_eq!(delay(&error(requested), 0), Duration::from_secs(expected), "{requested:?}");
        }
        assert_eq!(delay(&error(None), u32::MAX), MAX_DELAY);
    }
}
