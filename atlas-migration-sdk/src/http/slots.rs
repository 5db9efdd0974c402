//! How many requests of a client are in progress at the same time, and the queue of the others.
//!
//! Each request in progress needs a connection, or a stream of an HTTP/2 connection, so that this limits the file
//! descriptors, the memory and the load of the server.
//!
//! A future that the caller began to poll and does not poll any more, such as another branch of a `select!`, keeps what
//! it holds. If such futures could hold all slots, or a place in the queue, no other call would ever be sent. Therefore
//! they hold at most half of the slots. The other half, and all places in the queue, are held by tasks, which the runtime
//! polls.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use futures_util::future::{MaybeDone, maybe_done};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};
use tokio::task::JoinSet;
use tracing::Instrument as _;

use crate::error::{Error, Result};
use crate::values::clock::BoxFuture;

/// The slots of a client, one for each request in progress.
#[derive(Clone)]
pub(super) struct Slots {
    /// Queues in order.
    semaphore: Arc<Semaphore>,
    limit: usize,
}

/// A place in the queue.
pub(super) struct Place(Pin<Box<MaybeDone<BoxFuture<Slot>>>>);

/// A slot that a task holds, until it is dropped.
pub(super) type Slot = Option<OwnedSemaphorePermit>;

impl Slots {
    /// At least one slot.
    pub(super) fn new(limit: usize) -> Self {
        let limit = limit.clamp(1, Semaphore::MAX_PERMITS);
        Self { semaphore: Arc::new(Semaphore::new(limit)), limit }
    }

    pub(super) fn limit(&self) -> usize {
        self.limit
    }

    /// A slot for a future that the caller polls, unless less than half of them would be left. There is none while others
    /// are in the queue.
    pub(super) fn try_take(&self) -> Option<SemaphorePermit<'_>> {
        let slot = self.semaphore.try_acquire().ok()?;
        (self.semaphore.available_permits() >= self.limit.div_ceil(2)).then_some(slot)
    }

    /// Takes a place in the queue, for a task. It is taken now, because tasks may start in another order.
    pub(super) async fn queue(&self) -> Place {
        let semaphore = Arc::clone(&self.semaphore);
        // The semaphore is never closed, so that there is always a slot.
        let slot: BoxFuture<Slot> = Box::pin(async move { semaphore.acquire_owned().await.ok() });
        let mut place = Box::pin(maybe_done(slot));
        poll_fn(|context| Poll::Ready(place.as_mut().poll(context).is_ready())).await;
        Place(place)
    }
}

impl Place {
    /// Whether there was no slot yet when the place was taken.
    pub(super) fn is_waiting(&self) -> bool {
        !matches!(*self.0, MaybeDone::Done(_))
    }

    /// Waits for the slot.
    pub(super) async fn slot(mut self) -> Slot {
        self.0.as_mut().await;
        self.0.as_mut().take_output().flatten()
    }
}

/// Runs a future in a task, which ends early if this future is dropped.
pub(super) async fn in_task<T: Send + 'static>(
    future: impl Future<Output = Result<T>> + Send + 'static,
) -> Result<T> {
    // A set aborts its tasks when it is dropped.
    let mut task = JoinSet::new();
    task.spawn(future.in_current_span());
    match task.join_next().await {
        Some(joined) => joined.unwrap_or_else(|error| Err(Error::of_task(error))),
        None => unreachable!("the set has a task"),
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[test]
    fn futures_of_callers_hold_at_most_half_of_the_slots() {
        for (limit, expected) in [(0, 0), (1, 0), (2, 1), (3, 1), (4, 2), (100, 50), (usize::MAX, 1000)] {
            let slots = Slots::new(limit);
            let held: Vec<_> = (0..1000).map_while(|_| slots.try_take()).collect();
            assert_eq!(held.len(), expected, "{limit}");
            // The others are for tasks.
            assert!(slots.queue().now_or_never().unwrap().slot().now_or_never().is_some(), "{limit}");
        }
    }

    #[test]
    fn slots_are_given_in_the_order_of_the_queue() {
        let slots = Slots::new(1);
        let place = || slots.queue().now_or_never().unwrap();
        let (first, second, third) = (place(), place(), place());
        // Polled in another order.
        let (mut third, mut second) = (Box::pin(third.slot()), Box::pin(second.slot()));
        assert!(third.as_mut().now_or_never().is_none() && second.as_mut().now_or_never().is_none());
        assert!(slots.try_take().is_none());
        drop(first.slot().now_or_never().unwrap());
        assert!(third.as_mut().now_or_never().is_none());
        let slot = second.as_mut().now_or_never().unwrap();
        assert!(third.as_mut().now_or_never().is_none() && slot.is_some());
        drop(slot);
        assert!(third.now_or_never().unwrap().is_some());
    }
}
