//! The request without a credential, which calls without a nonce send to receive a challenge.
//!
//! One call sends it, and the others wait, so that a client needs one. They wait for a limited time, because the call
//! may be a future that is no longer polled. A call that has waited in vain sends its own request.

use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::{Either, select};
use tokio::sync::Notify;

use crate::values::clock::Clock;

/// How long calls wait. A challenge usually takes one round trip and a new connection.
const MAX_WAIT: Duration = Duration::from_secs(1);

#[derive(Default)]
pub(super) struct Probes {
    state: Mutex<State>,
    ended: Notify,
}

#[derive(Default)]
struct State {
    started: u64,
    /// The number of the probe that others wait for.
    awaited: Option<u64>,
}

/// A probe that others wait for, until it is dropped.
pub(crate) struct Probe<'p> {
    probes: &'p Probes,
    number: u64,
}

impl Probes {
    /// Starts a probe, unless there is one to wait for.
    pub(super) fn start(&self) -> Option<Probe<'_>> {
        let mut state = self.state();
        if state.awaited.is_some() {
            return None;
        }
        state.started += 1;
        state.awaited = Some(state.started);
        Some(Probe { probes: self, number: state.started })
    }

    /// Waits until the current probe has ended, for a limited time. After that, no other call waits for it.
    pub(super) async fn wait(&self, clock: &dyn Clock) {
        let mut ended = pin!(self.ended.notified());
        ended.as_mut().enable();
        let Some(number) = self.state().awaited else { return };
        if let Either::Right(_) = select(ended, clock.sleep(MAX_WAIT)).await {
            self.end(number);
        }
    }

    fn end(&self, number: u64) {
        self.state().awaited.take_if(|awaited| *awaited == number);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing panics while the lock is held.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Probe<'_> {
    fn drop(&mut self) {
        self.probes.end(self.number);
        self.probes.ended.notify_waiters();
    }
}
