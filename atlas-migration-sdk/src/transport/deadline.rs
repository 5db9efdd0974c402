//! The limit of a whole call.
//!
//! No timer runs for it while a request is under way: the request's own limit is shortened to what is left. Only what
//! is no request, and rare, is timed here: waiting for a token, for the next try, for a place in the line.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::error::{Error, ErrorKind, Result};

/// When a call must be done. Measured by the system's clock, never by an injected one.
#[derive(Clone, Copy)]
pub(super) struct Deadline {
    /// None where the limit is beyond what the clock can hold.
    at: Option<Instant>,
    limit: Duration,
}

impl Deadline {
    pub(super) fn after(limit: Duration) -> Self {
        Self { at: Instant::now().checked_add(limit), limit }
    }

    /// How much time is left.
    pub(super) fn left(&self) -> Duration {
        self.at.map_or(Duration::MAX, |at| at.saturating_duration_since(Instant::now()))
    }

    /// Waits for what happens before anything is sent, or sent again.
    pub(super) async fn wait_for<F: Future>(&self, future: F) -> Result<F::Output> {
        let Some(at) = self.at else { return Ok(future.await) };
        timeout_at(at, future).await.map_err(|_| self.missed().before_sending())
    }

    /// The failure of a call that took too long.
    pub(super) fn missed(&self) -> Error {
        let limit = self.limit.as_secs_f64();
        Error::new(ErrorKind::Timeout, format!("not done within {limit} s, the limit for a whole call"))
    }

    /// A request's time limit says that of the call where that one ended it.
    pub(super) fn explain(&self, error: Error) -> Error {
        if error.kind() == ErrorKind::Timeout && self.left().is_zero() { self.missed() } else { error }
    }
}
