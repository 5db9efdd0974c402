//! The throttle: delays calls before the server rejects them, according to the rate limit headers of earlier responses.
//!
//! Atlas counts requests in buckets, one for each path, and each response contains the capacity of its bucket and how
//! many requests are left. With less than a tenth left, the calls to that path are queued and sent one after the other,
//! at the rate at which the bucket is assumed to refill: its capacity in a minute. The real rate is not documented. If
//! it is lower, the server responds with 429, and the retry policy applies.

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

    /// Queues a call. Returns its delay, or `None` if it can be sent at once.
    pub(crate) fn delay(&self, operation: &Operation, now: impl FnOnce() -> Instant) -> Option<Duration> {
        if !self.ever_low.load(Ordering::Relaxed) {
            return None;
        }
        let mut bucket = self.bucket(operation)?.lock().unwrap_or_else(PoisonError::into_inner);
        let (observed, interval) = bucket.low?;
        let now = now();
        if now.saturating_duration_since(observed) >= REFILL_TIME {
            bucket.low = None;
            bucket.next = None;
            return None;
        }
        let slot = bucket.next.map_or(now, |next| next.max(now));
        if slot.saturating_duration_since(now) >= REFILL_TIME {
            // Such a long queue says nothing about the bucket, and may contain calls that were dropped. If the bucket
            // is empty, the server responds with the delay.
            return None;
        }
        bucket.next = Some(slot + interval);
        Some(slot - now).filter(|delay| !delay.is_zero())
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
            assert_eq!(throttle.delay(CREATE, || now), None, "{limit} {remaining}");
        }
    }

    #[test]
    fn calls_are_queued_when_little_is_left() {
        let (throttle, now) = (Throttle::new(), Instant::now());
        throttle.observe(CREATE, &headers("500", "49"), || now);
        let interval = Duration::from_millis(120);
        assert_eq!(throttle.delay(CREATE, || now), None);
        assert_eq!(throttle.delay(CREATE, || now), Some(interval));
        // POST and DELETE of the same path share the bucket; other paths have their own.
        assert_eq!(throttle.delay(DELETE, || now), Some(2 * interval));
        assert_eq!(throttle.delay(LIST, || now), None);
        // A later call has a shorter delay.
        assert_eq!(throttle.delay(CREATE, || now + 2 * interval), Some(interval));
    }

    #[test]
    fn the_queue_is_limited() {
        let (throttle, now) = (Throttle::new(), Instant::now());
        throttle.observe(CREATE, &headers("60", "1"), || now);
        let delays: Vec<_> = (0..100).map(|_| throttle.delay(CREATE, || now)).collect();
        assert!(delays.iter().flatten().all(|delay| *delay < REFILL_TIME));
        assert_eq!(delays[59], Some(Duration::from_secs(59)));
        assert_eq!((delays[60], delays[99]), (None, None));
    }

    #[test]
    fn the_queue_ends_when_enough_is_left_again_or_time_has_passed() {
        let (throttle, now) = (Throttle::new(), Instant::now());
        throttle.observe(CREATE, &headers("500", "3"), || now);
        assert!(throttle.delay(CREATE, || now).is_none() && throttle.delay(CREATE, || now).is_some());
        throttle.observe(CREATE, &headers("500", "400"), || now);
        assert_eq!(throttle.delay(CREATE, || now), None);
        assert_eq!(throttle.delay(CREATE, || now), None);
        throttle.observe(CREATE, &headers("500", "3"), || now);
        assert!(throttle.delay(CREATE, || now).is_none() && throttle.delay(CREATE, || now).is_some());
        assert_eq!(throttle.delay(CREATE, || now + REFILL_TIME), None);
        assert_eq!(throttle.delay(CREATE, || now + REFILL_TIME), None);
    }
}
