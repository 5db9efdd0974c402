//! The metadata of a response, read from the headers on demand.

use std::time::{Duration, SystemTime};

use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderMap};

use crate::error::{header_text, http_date};
use crate::values::date::Date;

/// The metadata of a response: status, headers, and how it was obtained.
#[derive(Clone)]
pub struct ResponseMetadata {
    status: StatusCode,
    headers: Box<HeaderMap>,
    duration: Duration,
    requests: u32,
}

/// The state of a rate limit (`RateLimit-Limit`, `RateLimit-Remaining`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimit {
    /// The capacity of the bucket, in requests.
    pub limit: u64,
    /// The remaining requests.
    pub remaining: u64,
}

impl ResponseMetadata {
    pub(crate) fn new(
        status: StatusCode,
        headers: Box<HeaderMap>,
        duration: Duration,
        requests: u32,
    ) -> Self {
        Self { status, headers, duration, requests }
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status.as_u16()
    }

    /// The API version of the response, from its media type.
    #[must_use]
    pub fn api_version(&self) -> Option<Date> {
        let media_type = self.header(CONTENT_TYPE.as_str())?;
        let version = media_type.trim_start().strip_prefix("application/vnd.atlas.")?;
        version.split_once('+')?.0.parse().ok()
    }

    /// The state of the rate limit, if the response contains it.
    #[must_use]
    pub fn rate_limit(&self) -> Option<RateLimit> {
        let number = |name| self.header(name)?.trim().parse().ok();
        Some(RateLimit { limit: number("ratelimit-limit")?, remaining: number("ratelimit-remaining")? })
    }

    /// When the API version of the response was deprecated, if it is.
    #[must_use]
    pub fn deprecation(&self) -> Option<SystemTime> {
        http_date(self.header("deprecation")?)
    }

    /// When the API version of the response will no longer be supported, if known.
    #[must_use]
    pub fn sunset(&self) -> Option<SystemTime> {
        http_date(self.header("sunset")?)
    }

    /// How long the call took: all attempts, the delays between them, and fetching an access token.
    #[must_use]
    pub fn duration(&self) -> Duration {
        self.duration
    }

    /// How many requests the call sent: one, or more for authentication and retries. Requests for an access token are
    /// not counted.
    #[must_use]
    pub fn requests(&self) -> u32 {
        self.requests
    }

    /// A header of the response. The name is case-insensitive. `None` also if the value is not visible ASCII.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        header_text(&self.headers, name)
    }
}

impl std::fmt::Debug for ResponseMetadata {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ResponseMetadata")
            .field("status", &self.status())
            .field("api_version", &self.api_version())
            .field("rate_limit", &self.rate_limit())
            .field("deprecation", &self.deprecation())
            .field("sunset", &self.sunset())
            .field("duration", &self.duration)
            .field("requests", &self.requests)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meta(headers: &[(&'static str, &'static str)]) -> ResponseMetadata {
        let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        ResponseMetadata::new(StatusCode::OK, Box::new(headers.collect()), Duration::ZERO, 1)
    }

    #[test]
    fn reads_the_headers() {
        let meta = meta(&[
            ("content-type", "application/vnd.atlas.2023-01-01+json;charset=utf-8"),
            ("ratelimit-limit", "500"),
            ("ratelimit-remaining", "499"),
            ("deprecation", "Thu, 30 May 2024 00:00:00 GMT"),
            ("sunset", "Thu, 1 Jul 2027 00:00:00 GMT"),
        ]);
        assert_eq!(meta.api_version(), Date::new(2023, 1, 1));
        assert_eq!(meta.rate_limit(), Some(RateLimit { limit: 500, remaining: 499 }));
        let day = Duration::from_secs(24 * 3600);
        assert_eq!(meta.deprecation(), Some(SystemTime::UNIX_EPOCH + day * 19_873));
        assert_eq!(meta.sunset(), Some(SystemTime::UNIX_EPOCH + day * 21_000));
    }

    #[test]
    fn missing_and_invalid_headers_are_none() {
        for headers in [
            &[][..],
            &[("content-type", "application/json"), ("ratelimit-limit", "5"), ("sunset", "soon")],
            &[("content-type", "application/vnd.atlas.preview+json"), ("ratelimit-remaining", "x")],
        ] {
            let meta = meta(headers);
            assert_eq!(
                (meta.api_version(), meta.rate_limit(), meta.sunset(), meta.deprecation()),
                (None, None, None, None)
            );
        }
    }
}
