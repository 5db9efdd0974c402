//! The two limits of time: that of one request, and that of the whole call, which cuts the first short.
//!
//! One timer runs for a request, set to whichever limit comes first. It is the call's own and not reqwest's, which would
//! cost more (a box for itself, another one around the body, one more look at the clock) and would have to be told apart
//! by its error. What is no request, and rare, is timed here too: waiting for a token, for the next try, for a place in
//! the line.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use tokio::time::{Instant, Sleep, sleep_until, timeout_at};

use crate::error::{Error, ErrorKind, Result};

/// What an endless limit comes to: a time that any clock can hold.
const FOREVER: Duration = Duration::from_secs(30 * 365 * 24 * 3600);

/// When a call must be done. Measured by the system's clock, never by an injected one.
#[derive(Clone, Copy)]
pub(crate) struct Deadline {
    at: Instant,
    limit: Duration,
}

impl Deadline {
    /// That of a call that begins now.
    pub(crate) fn after(limit: Duration, now: Instant) -> Self {
        Self { at: later(now, limit), limit }
    }

    /// Whether no time is left.
    pub(crate) fn is_missed(&self) -> bool {
        self.at <= Instant::now()
    }

    /// The limit of a request that is sent now and may take this long. With no time left, it is not to be sent.
    pub(crate) fn limit_request(&self, limit: Duration, now: Instant) -> Result<RequestLimit> {
        if self.at <= now {
            return Err(self.missed().without_effect());
        }
        Ok(RequestLimit { at: self.at.min(later(now, limit)), limit })
    }

    /// Waits for what happens before anything is sent, or sent again.
    pub(crate) async fn wait_for<F: Future>(&self, future: F) -> Result<F::Output> {
        timeout_at(self.at, future).await.map_err(|_| self.missed().without_effect())
    }

    /// The failure of a call that took too long.
    fn missed(&self) -> Error {
        Error::new(ErrorKind::Timeout, self.message())
    }

    fn message(&self) -> String {
        format!("not done within {} s, the limit for a whole call", self.limit.as_secs_f64())
    }

    /// A request's time limit says that of the call where that one ended it. What came of the reply is kept.
    pub(crate) fn explain(&self, error: Error) -> Error {
        let by_this = error.kind() == ErrorKind::Timeout && self.is_missed();
        if by_this { error.with_message(self.message()) } else { error }
    }
}

/// When a request must be done.
pub(crate) struct RequestLimit {
    at: Instant,
    limit: Duration,
}

impl RequestLimit {
    /// That of a request that is sent now, and is no part of a call.
    pub(crate) fn after(limit: Duration) -> Self {
        Self { at: later(Instant::now(), limit), limit }
    }

    /// The timer, to be given to [`within`](Self::within).
    pub(super) fn timer(&self) -> Sleep {
        sleep_until(self.at)
    }

    /// Waits for a part of the request while time is left. `explain` says what a failure of it means: here and not
    /// afterwards, so that a response is handed on as few times as can be.
    pub(super) fn within<T>(
        &self,
        mut timer: Pin<&mut Sleep>,
        mut part: Pin<&mut impl Future<Output = reqwest::Result<T>>>,
        explain: fn(reqwest::Error) -> Error,
    ) -> impl Future<Output = Result<T>> {
        poll_fn(move |context| match part.as_mut().poll(context) {
            Poll::Ready(result) => Poll::Ready(result.map_err(explain)),
            Poll::Pending => timer.as_mut().poll(context).map(|()| Err(self.missed())),
        })
    }

    /// Fails where no time is left.
    pub(super) fn check(&self) -> Result<()> {
        if self.at <= Instant::now() { Err(self.missed()) } else { Ok(()) }
    }

    fn missed(&self) -> Error {
        let limit = self.limit.as_secs_f64();
        Error::new(ErrorKind::Timeout, format!("no whole reply within {limit} s, the limit for one request"))
    }
}

fn later(now: Instant, limit: Duration) -> Instant {
    now.checked_add(limit).unwrap_or(now + FOREVER)
}
