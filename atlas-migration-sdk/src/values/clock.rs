//! Time, as the client sees it: injected, so that a test of expiry, of retries or of waiting takes no time.

use std::fmt;
use std::pin::Pin;
use std::time::{Duration, Instant, SystemTime};

/// A future that can be sent between threads.
pub type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Where the client reads the time, and how it waits.
///
/// Give [`ClientBuilder::clock`](crate::ClientBuilder::clock) another one to test what depends on time: the renewal of
/// an access token, retries, waiting for a migration. The default is [`SystemClock`]. Time limits on the network are
/// not measured by it.
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// A time that only moves forward; what expires is measured by it.
    fn now(&self) -> Instant;

    /// The time of day; dates in replies, such as that of `Retry-After`, are compared with it.
    fn wall(&self) -> SystemTime;

    /// Waits this long. When it is done, [`now`](Self::now) has moved at least as far.
    fn sleep(&self, duration: Duration) -> BoxFuture<()>;
}

/// The clock of the system.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn wall(&self) -> SystemTime {
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

        fn wall(&self) -> SystemTime {
            SystemTime::UNIX_EPOCH
        }

        fn sleep(&self, duration: Duration) -> BoxFuture<()> {
            self.1.lock().unwrap().push(duration);
            Box::pin(std::future::ready(()))
        }
    }
}
