//! Waiting for a job: polling that backs off, sits out a bad network, and ends with a value or a typed error.
//!
//! The caller owns deadline and cancellation: dropping the future stops the waiting and nothing else, and a process
//! that died goes on from the id of the job.

mod progress;

use std::time::{Duration, Instant};

pub use progress::Progress;
pub(crate) use progress::Tracker;

use crate::error::{Error, ErrorKind, Result};
use crate::values::clock::Clock;

/// How often a job is looked at while it is waited for.
///
/// ```
/// use atlas_migration_sdk::Polling;
/// use std::time::Duration;
///
/// let polling = Polling::default().initial_interval(Duration::from_secs(1)).max_interval(Duration::from_secs(60));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "give it to `polling` of a job"]
pub struct Polling {
    initial_interval: Duration,
    max_interval: Duration,
    max_error_duration: Duration,
}

impl Default for Polling {
    fn default() -> Self {
        Self {
            initial_interval: Duration::from_secs(2),
            max_interval: Duration::from_secs(30),
            max_error_duration: Duration::from_secs(600),
        }
    }
}

impl Polling {
    /// How long after the first look the second one is; each further wait is half as long again. Default: 2 s.
    pub fn initial_interval(mut self, interval: Duration) -> Self {
        self.initial_interval = interval;
        self
    }

    /// The longest wait between two looks. Default: 30 s.
    pub fn max_interval(mut self, interval: Duration) -> Self {
        self.max_interval = interval;
        self
    }

    /// For how long failures to look (no connection, no reply, a server that fails) are sat out. Default: 10 min.
    pub fn max_error_duration(mut self, limit: Duration) -> Self {
        self.max_error_duration = limit;
        self
    }

    pub(crate) fn start(self) -> Poller {
        Poller { polling: self, wait: self.initial_interval, failing_since: None }
    }
}

/// The polling of one job.
pub(crate) struct Poller {
    polling: Polling,
    wait: Duration,
    failing_since: Option<Instant>,
}

impl Poller {
    /// After a look at the job: what was seen, or nothing where it failed in a way that may pass.
    pub(crate) fn seen<T>(&mut self, look: Result<T>, now: Instant) -> Result<Option<T>> {
        let error = match look {
            Ok(value) => {
                self.failing_since = None;
                return Ok(Some(value));
            }
            Err(error) => error,
        };
        let since = *self.failing_since.get_or_insert(now);
        let left = self.polling.max_error_duration.saturating_sub(now.saturating_duration_since(since));
        // The server's wish counts here as everywhere, but one that outlasts that is the end of it.
        let asked_for = error.retry_after().unwrap_or_default();
        if !may_pass(&error) || left.is_zero() || asked_for > left {
            return Err(error);
        }
        self.wait = self.wait.max(asked_for);
        Ok(None)
    }

    /// Waits until the next look.
    pub(crate) async fn pause(&mut self, clock: &dyn Clock) {
        // What a server asked for may be longer than the ceiling, but only once.
        let wait = self.wait;
        self.wait = (wait.saturating_mul(3) / 2).min(self.polling.max_interval);
        clock.sleep(wait).await;
    }
}

/// Whether a failure to look says nothing about the job and may be gone at the next look.
fn may_pass(error: &Error) -> bool {
    match error.kind() {
        ErrorKind::Connect | ErrorKind::Timeout | ErrorKind::Transport | ErrorKind::TokenRateLimited => true,
        ErrorKind::Api => matches!(error.status(), Some(408 | 429 | 500..)),
        // A gateway that answers 200 with a page of its own.
        ErrorKind::InvalidResponse => true,
        ErrorKind::Configuration
        | ErrorKind::InvalidRequest
        | ErrorKind::TokenRejected
        | ErrorKind::TokenLimitReached
        | ErrorKind::Redirected
        | ErrorKind::ResponseTooLarge
        | ErrorKind::JobFailed
        | ErrorKind::JobExpired
        | ErrorKind::JobStateUnknown => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn waits_grow_up_to_the_ceiling() {
        let clock = crate::values::clock::tests::SteppingClock::default();
        let mut poller = Polling::default().max_interval(Duration::from_secs(5)).start();
        for _ in 0..5 {
            poller.pause(&clock).await;
        }
        assert_eq!(
            clock.delays().iter().map(Duration::as_millis).collect::<Vec<_>>(),
            [2000, 3000, 4500, 5000, 5000]
        );
    }

    #[tokio::test]
    async fn the_server_s_wish_counts_once() {
        let clock = crate::values::clock::tests::SteppingClock::default();
        let mut poller = Polling::default().start();
        let busy = Error::with_status_and_retry_after(429, Duration::from_secs(90));
        assert!(poller.seen::<()>(Err(busy), clock.now()).unwrap().is_none());
        poller.pause(&clock).await;
        poller.pause(&clock).await;
        assert_eq!(clock.delays(), [Duration::from_secs(90), Duration::from_secs(30)]);
    }

    #[tokio::test]
    async fn no_wish_and_no_setting_is_too_large() {
        let clock = crate::values::clock::tests::SteppingClock::default();
        let mut poller = Polling::default().start();
        let for_ever = Error::with_status_and_retry_after(429, Duration::from_secs(u64::MAX));
        assert!(poller.seen::<()>(Err(for_ever), clock.now()).is_err());
        let mut poller = Polling::default().initial_interval(Duration::from_secs(1 << 40)).start();
        poller.pause(&clock).await;
        poller.pause(&clock).await;
        assert_eq!(clock.delays()[1], Duration::from_secs(30));
        let mut poller = Polling { initial_interval: Duration::MAX, ..Polling::default() }.start();
        poller.wait = (poller.wait.saturating_mul(3) / 2).min(poller.polling.max_interval);
        assert_eq!(poller.wait, Duration::from_secs(30));
    }

    #[test]
    fn failures_are_sat_out_for_a_while() {
        let now = Instant::now();
        let mut poller = Polling::default().start();
        let mut after = |seconds, look: Result<()>| poller.seen(look, now + Duration::from_secs(seconds));
        assert!(after(0, Err(Error::with_status(503))).unwrap().is_none());
        assert!(after(599, Err(Error::new(ErrorKind::Connect, ""))).unwrap().is_none());
        assert!(after(599, Ok(())).unwrap().is_some());
        assert!(after(700, Err(Error::with_status(502))).unwrap().is_none());
        assert!(after(1300, Err(Error::with_status(502))).is_err());
        assert!(after(1301, Err(Error::with_status(404))).is_err());
    }
}
