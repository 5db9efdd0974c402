//! The bucket of a rate limit.

use std::time::Duration;

use super::Moment;

/// A bucket. It starts full, each request takes one, and it is full again after the window.
#[derive(Debug, Default)]
pub(crate) struct Bucket {
    taken: u32,
    /// When the window started: when the first request took from the full bucket.
    since: Moment,
}

impl Bucket {
    /// Takes one. Returns how many are left, or, if the bucket is empty, how long until it is full again.
    pub(crate) fn take(&mut self, capacity: u32, window: Duration, now: Moment) -> Result<u32, Duration> {
        if self.taken == 0 || now.saturating_sub(self.since) >= window {
            *self = Self { taken: 0, since: now };
        }
        if self.taken >= capacity {
            return Err(self.since.saturating_add(window).saturating_sub(now));
        }
        self.taken += 1;
        Ok(capacity - self.taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bucket_empties_and_refills() {
        let window = Duration::from_secs(60);
        let at = Duration::from_secs;
        let mut bucket = Bucket::default();
        assert_eq!(bucket.take(2, window, at(30)), Ok(1));
        assert_eq!(bucket.take(2, window, at(31)), Ok(0));
        assert_eq!(bucket.take(2, window, at(32)), Err(at(58)));
        assert_eq!(bucket.take(2, window, at(89)), Err(at(1)));
        assert_eq!(bucket.take(2, window, at(90)), Ok(1));
        assert_eq!(Bucket::default().take(0, window, at(0)), Err(window));
    }
}
