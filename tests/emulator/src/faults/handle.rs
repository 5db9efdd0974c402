//! The handle of an injected fault. Delays end when the test or the client ends them, so that no test has to sleep.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

/// The state that a fault shares with its handles.
#[derive(Debug)]
struct Shared {
    triggered: watch::Sender<bool>,
    released: watch::Sender<bool>,
}

/// A fault that was injected: whether it has occurred, and how to end its delay.
///
/// Dropping the handle changes nothing: the fault stays in the queue, and a response that it delays stays delayed.
#[derive(Clone, Debug)]
pub struct FaultHandle {
    shared: Arc<Shared>,
}

impl FaultHandle {
    pub(crate) fn new() -> Self {
        let shared = Shared { triggered: watch::Sender::new(false), released: watch::Sender::new(false) };
        Self { shared: Arc::new(shared) }
    }

    /// Whether the fault has occurred. By then the request has been executed, if the kind of fault allows it.
    #[must_use]
    pub fn is_triggered(&self) -> bool {
        *self.shared.triggered.borrow()
    }

    /// Waits until the fault has occurred.
    pub async fn triggered(&self) {
        wait_until_set(&self.shared.triggered).await;
    }

    /// Ends the delay of [`SlowHeaders`](crate::FaultKind::SlowHeaders) or [`SlowBody`](crate::FaultKind::SlowBody),
    /// now or when the fault occurs.
    pub fn release(&self) {
        self.shared.released.send_replace(true);
    }

    pub(crate) fn set_triggered(&self) {
        self.shared.triggered.send_replace(true);
    }

    /// Waits until the fault is released, or at most this long in real time.
    pub(super) async fn released_within(&self, max_delay: Option<Duration>) {
        let released = wait_until_set(&self.shared.released);
        match max_delay {
            // An error is the end of the delay.
            Some(delay) => drop(tokio::time::timeout(delay, released).await),
            None => released.await,
        }
    }
}

async fn wait_until_set(flag: &watch::Sender<bool>) {
    // Fails only if the sender is dropped, and it is borrowed here.
    let _ = flag.subscribe().wait_for(|set| *set).await;
}
