//! Rate limits: buckets that fill again over time, and the headers and replies that speak of them.

use std::time::Duration;

use hyper::StatusCode;
use hyper::header::{HeaderName, RETRY_AFTER};
use serde_json::json;

use crate::clock::Moment;
use crate::error_body::ApiError;
use crate::reply::Reply;

const RATE_LIMIT_LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const RATE_LIMIT_REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");

/// A bucket: full at first, emptied by one with each request, full again after the window.
#[derive(Debug, Default)]
pub(crate) struct Bucket {
    taken: u32,
    /// When the window began, that is, when the full bucket was first taken from.
    since: Moment,
}

impl Bucket {
    /// Takes one. Returns how many are left, or, where none was, how long to wait.
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

/// The reply with the headers that tell the state of its bucket.
pub(crate) fn rate_headers(reply: Reply, capacity: u32, remaining: u32) -> Reply {
    reply.header(RATE_LIMIT_LIMIT, capacity.to_string()).header(RATE_LIMIT_REMAINING, remaining.to_string())
}

/// The reply of the API where the bucket is empty, but for `Retry-After`.
pub(crate) fn bucket_empty(path: &str, retry_seconds: u64, capacity: u32, window: Duration) -> Reply {
    let window = window.as_secs();
    let detail = format!("Resource {path} is limited to {capacity} requests every {window} seconds.");
    let parameters = [json!(path), json!(retry_seconds), json!(capacity), json!(capacity), json!(window)];
    let error = ApiError::new(StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED_TOKEN_BUCKET", detail);
    rate_headers(error.parameters(parameters).reply(), capacity, 0)
}

/// The reply of the token endpoint to too many requests, but for `Retry-After`.
pub(crate) fn tokens_refused(path: &str, limit: u32) -> Reply {
    let detail = format!("Resource {path} is limited to {limit} requests every 1 minutes.");
    let error = ApiError::new(StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED", detail);
    error.parameters([json!(path), json!(limit), json!(1)]).reply()
}

/// The wait in whole seconds, as `Retry-After` tells it: rounded up, and never none.
pub(crate) fn retry_seconds(wait: Duration) -> u64 {
    (wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).max(1)
}

/// The reply with `Retry-After`.
pub(crate) fn retry_after(reply: Reply, wait: Duration) -> Reply {
    reply.header(RETRY_AFTER, retry_seconds(wait).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empties_and_fills() {
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

    #[test]
    fn rounds_up() {
        for (wait, expected) in [(0, 1), (1, 1), (1000, 1), (1001, 2), (59_999, 60)] {
            assert_eq!(retry_seconds(Duration::from_millis(wait)), expected, "{wait} ms");
        }
    }
}
