//! The headers and errors of rate limits.

use std::time::Duration;

use hyper::StatusCode;
use hyper::header::{HeaderName, RETRY_AFTER};
use serde_json::json;

use super::Response;
use crate::values::ApiError;

const RATE_LIMIT_LIMIT: HeaderName = HeaderName::from_static("ratelimit-limit");
const RATE_LIMIT_REMAINING: HeaderName = HeaderName::from_static("ratelimit-remaining");

/// Adds the headers with the state of the bucket.
pub(crate) fn add_rate_headers(response: Response, capacity: u32, remaining: u32) -> Response {
    response
        .header(RATE_LIMIT_LIMIT, capacity.to_string())
        .header(RATE_LIMIT_REMAINING, remaining.to_string())
}

/// The response of the API if the bucket is empty, without `Retry-After`.
pub(crate) fn rate_limited(path: &str, retry_seconds: u64, capacity: u32, window: Duration) -> Response {
    let window = window.as_secs();
    let resource = path.trim_start_matches('/');
    let detail = format!("Rate limit exceeded for {resource}.");
    let parameters = [json!(resource), json!(retry_seconds), json!(capacity), json!(capacity), json!(window)];
    let error = ApiError::new(StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED_TOKEN_BUCKET", detail);
    add_rate_headers(error.parameters(parameters).into(), capacity, 0)
}

/// The response of the token endpoint to too many requests, without `Retry-After`.
pub(crate) fn token_rate_limited(path: &str, limit: u32) -> Response {
    let detail = format!("Resource {path} is limited to {limit} requests every 1 minutes.");
    let error = ApiError::new(StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED", detail);
    error.parameters([json!(path), json!(limit), json!(1)]).into()
}

/// The delay in whole seconds for `Retry-After`: rounded up, and at least 1.
pub(crate) fn retry_seconds(delay: Duration) -> u64 {
    (delay.as_secs() + u64::from(delay.subsec_nanos() > 0)).max(1)
}

/// Adds `Retry-After`.
pub(crate) fn add_retry_after(response: Response, delay: Duration) -> Response {
    response.header(RETRY_AFTER, retry_seconds(delay).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_seconds_are_rounded_up() {
        for (delay, expected) in [(0, 1), (1, 1), (1000, 1), (1001, 2), (59_999, 60)] {
            assert_eq!(retry_seconds(Duration::from_millis(delay)), expected, "{delay} ms");
        }
    }
}
