//! Slowing down before being refused: what the rate headers of one reply tell the calls that follow.
//!
//! Atlas counts requests in buckets, one for each path, and says with each reply how many a bucket holds and how many
//! are left. While there is plenty, nothing waits. Once less than a tenth is left, the calls to that path line up and
//! leave one after the other, no faster than the bucket is taken to fill: once over in a minute. How fast it really
//! fills is not documented; where that is too fast, a 429 says so and the retry policy waits.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use crate::generated::operations;
use crate::values::operation::Operation;

/// The share of a bucket below which calls slow down: one in this many.
const LOW: u64 = 10;
/// How long a bucket is taken to need to fill. What was seen longer ago says nothing any more.
const REFILL: Duration = Duration::from_secs(60);

static LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
static REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");

/// The buckets of a client, one for each path of the table.
#[derive(Debug)]
pub(crate) struct Pace {
    /// Which bucket each operation draws from, found by the address of its entry in the table.
    draws_from: Vec<(&'static Operation, usize)>,
    buckets: Vec<Mutex<Bucket>>,
    /// Whether any bucket was ever seen low. Until then, and that is mostly forever, nobody looks for his bucket.
    ever_low: AtomicBool,
}

#[derive(Debug, Default)]
struct Bucket {
    /// When it was last seen low, and how far apart calls leave since then.
    low: Option<(Instant, Duration)>,
    /// When the next call may leave.
    next: Option<Instant>,
}

impl Pace {
    pub(crate) fn new() -> Self {
        let mut paths: Vec<&'static str> = operations::ALL.iter().map(|operation| operation.path).collect();
        paths.sort_unstable();
        paths.dedup();
        let place =
            |operation: &Operation| paths.iter().position(|path| *path == operation.path).unwrap_or_default();
        Self {
            draws_from: operations::ALL.iter().map(|operation| (*operation, place(operation))).collect(),
            buckets: paths.iter().map(|_| Mutex::default()).collect(),
            ever_low: AtomicBool::new(false),
        }
    }

    /// Takes a place in the line; returns how long to wait for it. Nothing where there is plenty.
    pub(crate) fn take_place(
        &self,
        operation: &Operation,
        now: impl FnOnce() -> Instant,
    ) -> Option<Duration> {
        if !self.ever_low.load(Ordering::Relaxed) {
            return None;
        }
        let mut bucket = self.bucket(operation)?.lock().unwrap_or_else(PoisonError::into_inner);
        let (seen, apart) = bucket.low?;
        let now = now();
        if now.saturating_duration_since(seen) >= REFILL {
            bucket.low = None;
            bucket.next = None;
            return None;
        }
        let place = bucket.next.map_or(now, |next| next.max(now));
        if place.saturating_duration_since(now) >= REFILL {
            // A line longer than the bucket needs to fill says nothing of the bucket; calls that were dropped stand in
            // it too. Should there be nothing left, the server says how long to wait.
            return None;
        }
        bucket.next = Some(place + apart);
        Some(place - now).filter(|wait| !wait.is_zero())
    }

    /// Notes what a reply says of its bucket.
    pub(crate) fn note(&self, operation: &Operation, headers: &HeaderMap, now: impl FnOnce() -> Instant) {
        let Some((limit, remaining)) = fill(headers) else { return };
        let low = remaining < limit.div_ceil(LOW);
        if !low && !self.ever_low.load(Ordering::Relaxed) {
            return;
        }
        let Some(bucket) = self.bucket(operation) else { return };
        let mut bucket = bucket.lock().unwrap_or_else(PoisonError::into_inner);
        if low {
            self.ever_low.store(true, Ordering::Relaxed);
            let apart = REFILL.div_f64(limit as f64).max(Duration::from_millis(1));
            bucket.low = Some((now(), apart));
        } else {
            bucket.low = None;
            bucket.next = None;
        }
    }

    fn bucket(&self, operation: &Operation) -> Option<&Mutex<Bucket>> {
        let (_, place) = self.draws_from.iter().find(|(known, _)| std::ptr::eq(*known, operation))?;
        self.buckets.get(*place)
    }
}

/// How many requests the bucket holds and how many are left. One look through the headers, which are few, costs less than
/// two searches by name, and every reply is looked through.
fn fill(headers: &HeaderMap) -> Option<(u64, u64)> {
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
    fn nobody_waits_while_there_is_plenty() {
        let (pace, now) = (Pace::new(), Instant::now());
        for (limit, remaining) in
            [("500", "499"), ("500", "50"), ("0", "0"), ("x", "0"), ("500", "-1"), ("2", "1")]
        {
            pace.note(CREATE, &headers(limit, remaining), || now);
            assert_eq!(pace.take_place(CREATE, || now), None, "{limit} {remaining}");
        }
    }

    #[test]
    fn calls_line_up_when_little_is_left() {
        let (pace, now) = (Pace::new(), Instant::now());
        pace.note(CREATE, &headers("500", "49"), || now);
        let apart = Duration::from_millis(120);
        assert_eq!(pace.take_place(CREATE, || now), None);
        assert_eq!(pace.take_place(CREATE, || now), Some(apart));
        // POST and DELETE of the same path share the bucket; other paths have their own.
        assert_eq!(pace.take_place(DELETE, || now), Some(2 * apart));
        assert_eq!(pace.take_place(LIST, || now), None);
        // Who comes later finds the line shorter.
        assert_eq!(pace.take_place(CREATE, || now + 2 * apart), Some(apart));
    }

    #[test]
    fn the_line_has_an_end() {
        let (pace, now) = (Pace::new(), Instant::now());
        pace.note(CREATE, &headers("60", "1"), || now);
        let waits: Vec<_> = (0..100).map(|_| pace.take_place(CREATE, || now)).collect();
        assert!(waits.iter().flatten().all(|wait| *wait < REFILL));
        assert_eq!(waits[59], Some(Duration::from_secs(59)));
        assert_eq!((waits[60], waits[99]), (None, None));
    }

    #[test]
    fn the_line_dissolves_when_there_is_plenty_again_or_time_has_passed() {
        let (pace, now) = (Pace::new(), Instant::now());
        pace.note(CREATE, &headers("500", "3"), || now);
        assert!(pace.take_place(CREATE, || now).is_none() && pace.take_place(CREATE, || now).is_some());
        pace.note(CREATE, &headers("500", "400"), || now);
        assert_eq!(pace.take_place(CREATE, || now), None);
        assert_eq!(pace.take_place(CREATE, || now), None);
        pace.note(CREATE, &headers("500", "3"), || now);
        assert!(pace.take_place(CREATE, || now).is_none() && pace.take_place(CREATE, || now).is_some());
        assert_eq!(pace.take_place(CREATE, || now + REFILL), None);
        assert_eq!(pace.take_place(CREATE, || now + REFILL), None);
    }
}
