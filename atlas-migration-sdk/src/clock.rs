//! Time, as the client sees it: injected, so that a test of expiry takes no time.

use std::fmt;
use std::time::{Instant, SystemTime};

/// Where the client reads the time.
///
/// Give [`ClientBuilder::clock`](crate::ClientBuilder::clock) another one to test what depends on time, such as the
/// renewal of an access token. The default is [`SystemClock`].
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// A time that only moves forward; what expires is measured by it.
    fn now(&self) -> Instant;

    /// The time of day; dates in replies, such as that of `Retry-After`, are compared with it.
    fn wall(&self) -> SystemTime;
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
}
