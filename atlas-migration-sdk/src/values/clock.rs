//! Time, as the client sees it: injected, so that a test of expiry, of retries or of waiting takes no time.

use std::fmt;
use std::pin::Pin;
use std::time::{Duration, Instant, SystemTime};

/// A future that can be sent between threads.
pub type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Where the client reads the time, and how it waits.
///
/// The default is [`SystemClock`]. Give [`ClientBuilder::clock`](crate::ClientBuilder::clock) another clock to test what
/// depends on time: the renewal of an access token, retries, waiting for a migration. Time limits on the network are not
/// measured by it.
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
    /// A time that only moves forward; what expires is measured by it.
    fn now(&self) -> Instant;

    /// The time of day; dates in replies, such as that of `Retry-After`, are compared with it.
    fn system_time(&self) -> SystemTime;

    /// Waits this long. When it is done, [`now`](Self::now) has moved at least as far.
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

    /// A clock that a wait moves at once.
    #[derive(Debug)]
    pub(crate) struct Stepping(Instant, Mutex<Vec<Duration>>);

    impl Default for Stepping {
        fn default() -> Self {
            Self(Instant::now(), Mutex::default())
        }
    }

    impl Stepping {
        pub(crate) fn waits(&self) -> Vec<Duration> {
            self.1.lock().unwrap().clone()
        }
    }

    impl Clock for Stepping {
        fn now(&self) -> Instant {
            self.0 + self.waits().iter().sum()
        }

        fn system_time(&self) -> SystemTime {
            SystemTime::UNIX_EPOCH
        }

        fn sleep(&self, duration: Duration) -> BoxFuture<()> {
            self.1.lock().unwrap().push(duration);
            Box::pin(std::future::ready(()))
        }
    }
}
