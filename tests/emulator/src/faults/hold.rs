//! Replies that are held back, without a test that sleeps: until it is told, or the client has gone.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

/// What a fault and whoever injected it share.
#[derive(Debug)]
struct Gate {
    hit: watch::Sender<bool>,
    open: watch::Sender<bool>,
}

/// A fault that was injected: whether it has hit, and how to end it.
///
/// Dropping it changes nothing: the fault still waits for its request, and a reply that it holds back stays so.
#[derive(Clone, Debug)]
pub struct Injected {
    gate: Arc<Gate>,
}

impl Injected {
    pub(crate) fn new() -> Self {
        let gate = Gate { hit: watch::Sender::new(false), open: watch::Sender::new(false) };
        Self { gate: Arc::new(gate) }
    }

    /// Whether the fault has hit. By then the request has been carried out, where its kind lets it be.
    #[must_use]
    pub fn has_hit(&self) -> bool {
        *self.gate.hit.borrow()
    }

    /// Waits until the fault has hit.
    pub async fn hit(&self) {
        wait_for(&self.gate.hit).await;
    }

    /// Sends on what [`SlowHeaders`](crate::FaultKind::SlowHeaders) or [`SlowBody`](crate::FaultKind::SlowBody) holds
    /// back, now or when it comes to hit.
    pub fn release(&self) {
        self.gate.open.send_replace(true);
    }

    pub(crate) fn mark(&self) {
        self.gate.hit.send_replace(true);
    }

    /// Waits until it is released, or for this long in real time.
    pub(crate) async fn hold(&self, at_most: Option<Duration>) {
        let released = wait_for(&self.gate.open);
        match at_most {
            // An error is the end of the time.
            Some(time) => drop(tokio::time::timeout(time, released).await),
            None => released.await,
        }
    }
}

async fn wait_for(flag: &watch::Sender<bool>) {
    // An error would be the end of the sender, which is borrowed here.
    let _ = flag.subscribe().wait_for(|set| *set).await;
}
