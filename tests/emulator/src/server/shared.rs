//! What the connections and the [`Emulator`](crate::Emulator) share: the state behind its lock.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::faults::FaultQueue;
use crate::http::Routes;
use crate::state::{RecordedRequest, State};

/// A callback for each request.
pub(crate) type RequestObserver = Arc<dyn Fn(&RecordedRequest) + Send + Sync>;

/// What the connections share.
pub(crate) struct Shared {
    locked: Mutex<Locked>,
    pub(super) routes: Routes,
    observer: Option<RequestObserver>,
    connections: AtomicU64,
}

/// The data behind the lock. One lock for both, so that the faults of concurrent requests have the requests' order.
pub(crate) struct Locked {
    pub(crate) state: State,
    pub(crate) faults: FaultQueue,
}

impl Shared {
    pub(crate) fn new(
        state: State,
        faults: FaultQueue,
        routes: Routes,
        observer: Option<RequestObserver>,
    ) -> Arc<Self> {
        let locked = Mutex::new(Locked { state, faults });
        Arc::new(Self { locked, routes, observer, connections: AtomicU64::new(0) })
    }

    /// Locks the data. A panic while it was locked is ignored: it cannot have left a partial change that matters to a
    /// test, which has failed by then.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Locked> {
        self.locked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many connections have been accepted.
    pub(crate) fn connection_count(&self) -> u64 {
        self.connections.load(Ordering::Relaxed)
    }

    /// Counts a connection. Returns its number, from 1.
    pub(super) fn count_connection(&self) -> u64 {
        self.connections.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Calls the observer.
    pub(super) fn observe(&self, request: &RecordedRequest) {
        if let Some(observer) = &self.observer {
            observer(request);
        }
    }
}
