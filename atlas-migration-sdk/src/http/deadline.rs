//! The two time limits: that of an attempt, and that of the whole operation, which may end an attempt early.
//!
//! One timer runs for each request, set to whichever limit comes first. reqwest's own timeout would cost more (a box
//! for itself, another one around the body, another reading of the clock), and its errors would have to be told apart.
//! The deadline also limits what happens between requests: waiting for a token, for the next attempt, for the throttle.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until, timeout_at};

use crate::error::{Error, ErrorKind, Result};

/// Stands for an infinite limit: a duration that any clock can represent.
const FOREVER: Duration = Duration::from_secs(30 * 365 * 24 * 3600);

/// When a call must be completed. Measured by the system's clock, never by a custom one.
#[derive(Clone, Copy)]
pub(crate) struct Deadline {
    at: Instant,
    limit: Duration,
}

impl Deadline {
    /// The deadline of a call that starts now.
    pub(crate) fn after(limit: Duration, now: Instant) -> Self {
        Self { at: later(now, limit), limit }
    }

    /// Whether no time is left.
    pub(crate) fn has_passed(&self) -> bool {
        self.at <= Instant::now()
    }

    /// The limit of a request that is sent now and may take this long; an error if no time is left to send it.
    pub(crate) fn limit_request(&self, limit: Duration, now: Instant) -> Result<RequestLimit> {
        if self.at <= now {
            return Err(self.timeout().without_effect());
        }
        Ok(RequestLimit { at: self.at.min(later(now, limit)), limit })
    }

    /// Waits for something that happens before a request is sent.
    pub(crate) async fn wait_for<F: Future>(&self, future: F) -> Result<F::Output> {
        timeout_at(self.at, future).await.map_err(|_| self.timeout().without_effect())
    }

    /// The error for a request that is not sent because that would be too late, for this reason.
    pub(crate) fn would_pass(&self, reason: &str) -> Error {
        let limit = self.limit.as_secs_f64();
        let message = format!("not sent: {reason}, after the limit of {limit} s for the whole operation");
        Error::new(ErrorKind::Timeout, message).without_effect()
    }

    /// The error for a request that was not sent in time, for this reason.
    pub(crate) fn passed_before_sending(&self, reason: &str) -> Error {
        let limit = self.limit.as_secs_f64();
        let message = format!("not sent within {limit} s, the limit for the whole operation: {reason}");
        Error::new(ErrorKind::Timeout, message).without_effect()
    }

    fn timeout(&self) -> Error {
        Error::new(ErrorKind::Timeout, self.message())
    }

    fn message(&self) -> String {
        format!("not completed within {} s, the limit for the whole operation", self.limit.as_secs_f64())
    }

    /// Replaces the message of a timeout if the deadline caused it. The parts of the response are kept.
    pub(crate) fn attribute(&self, error: Error) -> Error {
        let by_deadline = error.kind() == ErrorKind::Timeout && self.has_passed();
        if by_deadline { error.with_message(self.message()) } else { error }
    }
}

/// When a request must be completed.
pub(crate) struct RequestLimit {
    at: Instant,
    limit: Duration,
}

impl RequestLimit {
    /// The limit of a request that is sent now and does not belong to a call.
    pub(crate) fn after(limit: Duration) -> Self {
        Self { at: later(Instant::now(), limit), limit }
    }

    /// The timer for [`within`](Self::within).
    pub(super) fn timer(&self) -> Sleep {
        sleep_until(self.at)
    }

    /// Waits for a part of the request while time is left. `explain` converts its error; doing that here moves a
    /// response as few times as possible.
    pub(super) fn within<T>(
        &self,
        mut timer: Pin<&mut Sleep>,
        mut part: Pin<&mut impl Future<Output = reqwest::Result<T>>>,
        explain: fn(reqwest::Error) -> Error,
    ) -> impl Future<Output = Result<T>> {
        poll_fn(move |context| match part.as_mut().poll(context) {
            Poll::Ready(result) => Poll::Ready(result.map_err(explain)),
            Poll::Pending => timer.as_mut().poll(context).map(|()| Err(self.timeout())),
        })
    }

    /// Returns an error if no time is left.
    pub(super) fn check(&self) -> Result<()> {
        if self.at <= Instant::now() { Err(self.timeout()) } else { Ok(()) }
    }

    fn timeout(&self) -> Error {
        let limit = self.limit.as_secs_f64();
        Error::new(
            ErrorKind::Timeout,
            format!("no complete response within {limit} s, the limit for one attempt"),
        )
    }
}

fn later(now: Instant, limit: Duration) -> Instant {
    now.checked_add(limit).unwrap_or(now + FOREVER)
}
