//! Waiting for a job: polling with increasing intervals that tolerates temporary errors.
//!
//! Timeouts and cancellation are up to the caller: dropping the future has no effect on the job, and another process
//! can continue with the id of the job.

mod progress;

use std::time::{Duration, Instant};

pub use progress::Progress;
pub(crate) use progress::Tracker;

use crate::error::Result;
use crate::values::TRACING_TARGET;
use crate::values::clock::Clock;

/// The shortest interval between two polls. Without it, an interval of zero would send requests without a pause.
const MIN_INTERVAL: Duration = Duration::from_millis(100);

/// How often a job is polled while waiting for it.
///
/// No interval is shorter than 100 ms, whatever the settings are.
///
/// ```
/// use atlas_migration_sdk::{Client, Polling};
/// use std::time::Duration;
///
/// let polling = Polling::default().initial_interval(Duration::from_secs(1)).max_interval(Duration::from_secs(60));
/// let builder = Client::builder().polling(polling);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "give it to `ClientBuilder::polling`, or to `polling` of a job"]
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
    /// The interval between the first and the second poll. Each further interval is half as long again, up to
    /// [`max_interval`](Self::max_interval). Default: 2 s.
    pub fn initial_interval(mut self, interval: Duration) -> Self {
        self.initial_interval = interval;
        self
    }

    /// The longest interval between two polls. Default: 30 s.
    pub fn max_interval(mut self, interval: Duration) -> Self {
        self.max_interval = interval;
        self
    }

    /// How long temporary errors (no connection, no response, a failure of the server) are tolerated. Default: 10 min.
    pub fn max_error_duration(mut self, limit: Duration) -> Self {
        self.max_error_duration = limit;
        self
    }

    pub(crate) fn start(self) -> Poller {
        Poller { polling: self, interval: self.within_limits(self.initial_interval), failing_since: None }
    }

    fn within_limits(self, interval: Duration) -> Duration {
        interval.min(self.max_interval).max(MIN_INTERVAL)
    }
}

/// The polling of one job.
pub(crate) struct Poller {
    polling: Polling,
    interval: Duration,
    failing_since: Option<Instant>,
}

impl Poller {
    /// Handles the result of a poll: returns the value, or `None` after an error that may be temporary.
    pub(crate) fn observe<T>(&mut self, result: Result<T>, now: Instant) -> Result<Option<T>> {
        let error = match result {
            Ok(value) => {
                self.failing_since = None;
                return Ok(Some(value));
            }
            Err(error) => error,
        };
        let since = *self.failing_since.get_or_insert(now);
        let left = self.polling.max_error_duration.saturating_sub(now.saturating_duration_since(since));
        // The delay that the server requests applies, unless it exceeds the time that is left.
        let requested = error.retry_after().unwrap_or_default();
        if !error.is_temporary() || left.is_zero() || requested > left {
            return Err(error);
        }
        self.interval = self.interval.max(requested);
        tracing::info!(
            target: TRACING_TARGET,
            operation = error.operation().map(|operation| operation.id),
            delay_ms = self.interval.as_millis() as u64,
            status = error.status(),
            error = ?error.kind(),
            "the job is read again"
        );
        Ok(None)
    }

    /// Waits until the next poll.
    pub(crate) async fn sleep(&mut self, clock: &dyn Clock) {
        // A delay that the server requested may be longer than the maximum, but only once.
        let interval = self.interval;
        self.interval = self.polling.within_limits(interval.saturating_mul(3) / 2);
        clock.sleep(interval).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Error, ErrorKind};

    #[tokio::test]
    async fn intervals_grow_up_to_the_maximum() {
        let clock = crate::values::clock::tests::SteppingClock::default();
        let mut poller = Polling::default().max_interval(Duration::from_secs(5)).start();
        for _ in 0..5 {
            poller.sleep(&clock).await;
        }
        assert_eq!(
            clock.delays().iter().map(Duration::as_millis).collect::<Vec<_>>(),
            [2000, 3000, 4500, 5000, 5000]
        );
    }

    #[tokio::test]
    async fn a_delay_that_the_server_requests_applies_once() {
        let clock = crate::values::clock::tests::SteppingClock::default();
        let mut poller = Polling::default().start();
        let busy = Error::with_status_and_retry_after(429, Duration::from_secs(90));
        assert!(poller.observe::<()>(Err(busy), clock.now()).unwrap().is_none());
        poller.sleep(&clock).await;
        poller.sleep(&clock).await;
        assert_eq!(clock.delays(), [Duration::from_secs(90), Duration::from_secs(30)]);
    }

    #[tokio::test]
    async fn large_delays_and_settings_do_not_overflow() {
        let clock = crate::values::clock::tests::SteppingClock::default();
        let mut poller = Polling::default().start();
        let for_ever = Error::with_status_and_retry_after(429, Duration::from_secs(u64::MAX));
        assert!(poller.observe::<()>(Err(for_ever), clock.now()).is_err());
        let mut poller = Polling::default().initial_interval(Duration::from_secs(1 << 40)).start();
        poller.sleep(&clock).await;
        poller.sleep(&clock).await;
        assert_eq!(clock.delays()[1], Duration::from_secs(30));
        let longest =
            Polling { initial_interval: Duration::MAX, max_interval: Duration::MAX, ..Polling::default() };
        let mut poller = longest.start();
        poller.sleep(&clock).await;
        assert_eq!((clock.delays()[2], poller.interval), (Duration::MAX, Duration::MAX / 2));
    }

    #[tokio::test]
    async fn no_setting_polls_without_a_pause() {
        let (zero, short, long) = (Duration::ZERO, Duration::from_nanos(1), Duration::from_secs(3));
        for (initial, max, expected) in [
            (zero, long, [100, 150, 225]),
            (short, long, [100, 150, 225]),
            (zero, zero, [100, 100, 100]),
            (long, zero, [100, 100, 100]),
            // The longest interval limits the first one too.
            (2 * long, long, [3000, 3000, 3000]),
        ] {
            let clock = crate::values::clock::tests::SteppingClock::default();
            let mut poller = Polling::default().initial_interval(initial).max_interval(max).start();
            for _ in 0..3 {
                poller.sleep(&clock).await;
            }
            let delays: Vec<_> = clock.delays().iter().map(Duration::as_millis).collect();
            assert_eq!(delays, expected, "{initial:?} {max:?}");
        }
    }

    #[test]
    fn which_errors_are_temporary() {
        let of_status = |kind, status| Error::with_status(status).with_kind(kind);
        for kind in [ErrorKind::Api, ErrorKind::TokenEndpoint, ErrorKind::ForeignResponse] {
            for (status, temporary) in [
                (200, kind == ErrorKind::ForeignResponse),
                (204, kind == ErrorKind::ForeignResponse),
                (302, false),
                (400, false),
                (401, false),
                (403, false),
                (404, false),
                (407, false),
                (408, true),
                (409, false),
                (429, true),
                (500, true),
                (501, true),
                (503, true),
                (599, true),
            ] {
                assert_eq!(of_status(kind, status).is_temporary(), temporary, "{kind:?} {status}");
            }
        }
        for (kind, temporary) in [
            (ErrorKind::Connect, true),
            (ErrorKind::Timeout, true),
            (ErrorKind::Transport, true),
            (ErrorKind::TokenRateLimited, true),
            (ErrorKind::InvalidResponse, true),
            (ErrorKind::Configuration, false),
            (ErrorKind::InvalidRequest, false),
            (ErrorKind::TokenRejected, false),
            (ErrorKind::TokenLimitReached, false),
            (ErrorKind::CertificateRejected, false),
            (ErrorKind::RuntimeStopped, false),
            (ErrorKind::Redirected, false),
            (ErrorKind::ResponseTooLarge, false),
            (ErrorKind::JobFailed, false),
            (ErrorKind::JobExpired, false),
            (ErrorKind::JobStateUnknown, false),
        ] {
            assert_eq!(Error::new(kind, "").is_temporary(), temporary, "{kind:?}");
        }
    }

    #[test]
    fn temporary_errors_are_tolerated_for_a_while() {
        let now = Instant::now();
        let mut poller = Polling::default().start();
        let mut after =
            |seconds, result: Result<()>| poller.observe(result, now + Duration::from_secs(seconds));
        assert!(after(0, Err(Error::with_status(503))).unwrap().is_none());
        assert!(after(599, Err(Error::new(ErrorKind::Connect, ""))).unwrap().is_none());
        assert!(after(599, Ok(())).unwrap().is_some());
        assert!(after(700, Err(Error::with_status(502))).unwrap().is_none());
        assert!(after(1300, Err(Error::with_status(502))).is_err());
        assert!(after(1301, Err(Error::with_status(404))).is_err());
    }
}
