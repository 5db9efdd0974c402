//! The throttle: delays calls before the server rejects them, according to the rate limit headers of earlier responses.
//!
//! Atlas counts requests in buckets, one for each path, and each response contains the capacity of its bucket and how
//! many requests are left. With less than a tenth left, the calls to that path are queued and sent one after the other,
//! at the rate at which the bucket is assumed to refill: its capacity in a minute. The real rate is not documented. If
//! it is lower, the server responds with 429, and the retry policy applies. A call whose turn would come after its
//! deadline is not queued, so that it does not delay the others.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use crate::generated::operations;
use crate::values::operation::Operation;

/// Calls are queued below this share of the capacity: one in this many.
const LOW_SHARE: u64 = 10;
/// The assumed time in which a bucket refills. Older observations are ignored.
const REFILL_TIME: Duration = Duration::from_secs(60);

static LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
static REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");

/// When a call can be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    Now,
    /// The call has a place in the queue.
    After(Duration),
    /// The next free place is not in time. The call has no place.
    TooLate(Duration),
}

/// The buckets of a client, one for each path of the operation table.
#[derive(Debug)]
pub(crate) struct Throttle {
    /// The index of each operation's bucket. Operations are compared by address.
    bucket_of: Vec<(&'static Operation, usize)>,
    buckets: Vec<Mutex<Bucket>>,
    /// Whether any bucket was ever low. Until then, which is usually forever, no call has to find its bucket.
    ever_low: AtomicBool,
}

#[derive(Debug, Default)]
struct Bucket {
    /// When it was last observed to be low, and the interval between calls since then.
    low: Option<(Instant, Duration)>,
    /// When the next call may be sent.
    next: Option<Instant>,
}

impl Throttle {
    pub(crate) fn new() -> Self {
        let mut paths: Vec<&'static str> = operations::ALL.iter().map(|operation| operation.path).collect();
        paths.sort_unstable();
        paths.dedup();
        let index =
            |operation: &Operation| paths.iter().position(|path| *path == operation.path).unwrap_or_default();
        Self {
            bucket_of: operations::ALL.iter().map(|operation| (*operation, index(operation))).collect(),
            buckets: paths.iter().map(|_| Mutex::default()).collect(),
            ever_low: AtomicBool::new(false),
        }
    }

    /// Queues a call, unless its turn would come too late. `time_left` is evaluated at most once.
    pub(crate) fn queue(
        &self,
        operation: &Operation,
        now: impl FnOnce() -> Instant,
        time_left: impl FnOnce(Instant) -> Duration,
    ) -> Turn {
        if !self.ever_low.load(Ordering::Relaxed) {
            return Turn::Now;
        }
        let Some(bucket) = self.bucket(operation) else { return Turn::Now };
        let mut bucket = bucket.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((observed, interval)) = bucket.low else { return Turn::Now };
        let now = now();
        if now.saturating_duration_since(observed) >= REFILL_TIME {
            bucket.low = None;
            bucket.next = None;
            return Turn::Now;
        }
        let slot = bucket.next.map_or(now, |next| next.max(now));
        let delay = slot - now;
        if delay >= REFILL_TIME {
            // Such a long queue says nothing about the bucket, and may contain calls that were dropped. If the bucket
            // is empty, the server responds with the delay.
            return Turn::Now;
        }
        if !delay.is_zero() && delay >= time_left(now) {
            return Turn::TooLate(delay);
        }
        bucket.next = Some(slot + interval);
        if delay.is_zero() { Turn::Now } else { Turn::After(delay) }
    }

    /// Records the state of a bucket from the headers of a response.
    pub(crate) fn observe(&self, operation: &Operation, headers: &HeaderMap, now: impl FnOnce() -> Instant) {
        let Some((limit, remaining)) = rate_limit(headers) else { return };
        let low = remaining < limit.div_ceil(LOW_SHARE);
        if !low && !self.ever_low.load(Ordering::Relaxed) {
            return;
        }
        let Some(bucket) = self.bucket(operation) else { return };
        let mut bucket = bucket.lock().unwrap_or_else(PoisonError::into_inner);
        if low {
            self.ever_low.store(true, Ordering::Relaxed);
            let interval = REFILL_TIME.div_f64(limit as f64).max(Duration::from_millis(1));
            bucket.low = Some((now(), interval));
        } else {
            bucket.low = None;
            bucket.next = None;
        }
    }

    fn bucket(&self, operation: &Operation) -> Option<&Mutex<Bucket>> {
        let (_, index) = self.bucket_of.iter().find(|(known, _)| std::ptr::eq(*known, operation))?;
        self.buckets.get(*index)
    }
}

/// The capacity of the bucket and the requests that are left. Iterating over the few headers is cheaper than two
/// lookups by name, and this happens for every response.
fn rate_limit(headers: &HeaderMap) -> Option<(u64, u64)> {
    let number = |value: &HeaderValue| value.to_str().ok()?.parse().ok();
    let (mut limit, mut remaining) = (None, None);
    for (name, value) in headers {
        if *name == REMAINING {
            remaining = number(value);
        } else if *name == LIMIT {
            limit = number(value);
        }
    }
    Some((limit.filter(|limit| *limit > 0)?, remaining?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CREATE: &Operation = &operations::CREATE_ORG_LIVE_MIGRATION_LINK_TOKEN;
    const DELETE: &Operation = &operations::DELETE_ORG_LIVE_MIGRATION_LINK_TOKENS;
    const LIST: &Operation = &operations::LIST_ORGS;

    /// The delay of a call with enough time left; `None` if it can be sent at once.
    fn delay(throttle: &Throttle, operation: &Operation, now: Instant) -> Option<Duration> {
        match throttle.queue(operation, || now, |_| Duration::MAX) {
            Turn::Now => None,
            Turn::After(delay) => Some(delay),
            Turn::TooLate(_) => unreachable!("there is enough time"),
        }
    }

    fn headers(limit: &'static str, remaining: &'static str) -> HeaderMap {
        let headers = [("ratelimit-limit", limit), ("ratelimit-remaining", remaining)];
        headers.into_iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn there_is_no_delay_while_enough_is_left() {
        let (throttle, now) = (Throttle::new(), Instant::now());
        for (limit, remaining) in
            [("500", "499"), ("500", "50"), ("0", "0"), ("x", "0"), ("500", "-1"), ("2", "1")]
        {
            throttle.observe(CREATE, &headers(limit, remaining), || now);
            assert_eq!(delay(&throttle, CREATE, now), None, "{limit} {remaining}");
        }
    }

    #[test]
    fn calls_are_queued_when_little_is_left() {
        let (throttle, now) = (Throttle::new(), Instant::now());
        throttle.observe(CREATE, &headers("500", "49"), || now);
        let interval = Duration::from_millis(120);
        assert_eq!(delay(&throttle, CREATE, now), None);
        assert_eq!(delay(&throttle, CREATE, now), Some(interval));
        // POST and DELETE of the same path share the bucket; other paths have their own.
        assert_eq!(delay(&throttle, DELETE, now), Some(2 * interval));
        assert_eq!(delay(&throttle, LIST, now), None);
        // A later call has a shorter delay.
        assert_eq!(delay(&throttle, CREATE, now + 2 * interval), Some(interval));
    }

    #[test]
    fn a_call_that_would_be_too_late_has_no_place() {
        let (throttle, now) = (Throttle::new(), Instant::now());
        throttle.observe(CREATE, &headers("60", "1"), || now);
        let second = Duration::from_secs(1);
        let queue = |left| throttle.queue(CREATE, || now, |_| left);
        // A call that need not wait is sent even without any time: the deadline is checked there.
        assert_eq!(queue(Duration::ZERO), Turn::Now);
        for _ in 0..18 {
            assert_eq!(queue(second), Turn::TooLate(second));
        }
        assert_eq!(queue(2 * second), Turn::After(second));
        assert_eq!(queue(2 * second), Turn::TooLate(2 * second));
    }

    #[test]
    fn the_queue_is_limited() {
        let (throttle, now) = (Throttle::new(), Instant::now());
        throttle.observe(CREATE, &headers("60", "1"), || now);
        let delays: Vec<_> = (0..100).map(|_| delay(&throttle, CREATE, now)).collect();
        assert!(delays.iter().flatten().all(|delay| *delay < REFILL_TIME));
        assert_eq!(delays[59], Some(Duration::from_secs(59)));
        assert_eq!((delays[60], delays[99]), (None, None));
    }

    #[test]
    fn the_queue_ends_when_enough_is_left_again_or_time_has_passed() {
        let (throttle, now) = (Throttle::new(), Instant::now());
        throttle.observe(CREATE, &headers("500", "3"), || now);
        assert!(delay(&throttle, CREATE, now).is_none() && delay(&throttle, CREATE, now).is_some());
        throttle.observe(CREATE, &headers("500", "400"), || now);
        assert_eq!(delay(&throttle, CREATE, now), None);
        assert_eq!(delay(&throttle, CREATE, now), None);
        throttle.observe(CREATE, &headers("500", "3"), || now);
        assert!(delay(&throttle, CREATE, now).is_none() && delay(&throttle, CREATE, now).is_some());
        assert_eq!(delay(&throttle, CREATE, now + REFILL_TIME), None);
        assert_eq!(delay(&throttle, CREATE, now + REFILL_TIME), None);
    }
}
