//! The clock of a client. It can be replaced, so that tests of expiry, retries and polling take no time.

use std::fmt;
use std::pin::Pin;
use std::time::{Duration, Instant, SystemTime};

/// A future that can be sent between threads.
pub type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Returns the time to the client, and delays for it.
///
/// The default is [`SystemClock`]. Give [`ClientBuilder::clock`](crate::ClientBuilder::clock) another clock to test
/// what depends on time: the renewal of an access token, retries, waiting for a migration. Time limits on the network
/// are not measured by it.
///
/// ```
/// use atlas_migration_sdk::{BoxFuture, Client, Clock, SystemClock};
/// use std::time::{Duration, Instant, SystemTime};
///
/// /// A clock whose delays are a thousand times shorter.
/// #[derive(Debug)]
/// struct FastClock {
///     started: Instant,
/// }
///
/// impl Clock for FastClock {
///     fn now(&self) -> Instant {
///         self.started + self.started.elapsed() * 1000
///     }
///
///     fn system_time(&self) -> SystemTime {
///         SystemClock.system_time()
///     }
///
///     fn sleep(&self, duration: Duration) -> BoxFuture<()> {
///         SystemClock.sleep(duration / 1000)
///     }
/// }
///
/// let builder = Client::builder().clock(FastClock { started: Instant::now() });
/// ```
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// A monotonic time. Expiry is measured by it.
    fn now(&self) -> Instant;

    /// The time of day. Dates in responses, such as in `Retry-After`, are compared with it.
    fn system_time(&self) -> SystemTime;

    /// Completes after this duration, when [`now`](Self::now) has advanced by at least as much.
    fn sleep(&self, duration: Duration) -> BoxFuture<()>;
}

/// The clock of the system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn system_time(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::sync::Mutex;

    use super::*;

    /// A clock that `sleep` advances at once.
    #[derive(Debug)]
    pub(crate) struct SteppingClock {
        started: Instant,
        delays: Mutex<Vec<Duration>>,
    }

    impl Default for SteppingClock {
        fn default() -> Self {
            Self { started: Instant::now(), delays: Mutex::default() }
        }
    }

    impl SteppingClock {
        pub(crate) fn delays(&self) -> Vec<Duration> {
            self.delays.lock().unwrap().clone()
        }
    }

    impl Clock for SteppingClock {
        fn now(&self) -> Instant {
            self.started + self.delays().iter().sum()
        }

        fn system_time(&self) -> SystemTime {
            SystemTime::UNIX_EPOCH
        }

        fn sleep(&self, duration: Duration) -> BoxFuture<()> {
            self.delays.lock().unwrap().push(duration);
            Box::pin(std::future::ready(()))
        }
    }
}
