//! What a reply says beside its value: read from the headers only when asked for.

use std::time::{Duration, SystemTime};

use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderMap};

use crate::error::{header_text, http_date};
use crate::values::date::Date;

/// What a reply says beside its value.
#[derive(Clone)]
pub struct ResponseMetadata {
    status: StatusCode,
    headers: Box<HeaderMap>,
    duration: Duration,
    requests: u32,
}

/// How much of a rate limit is left (`RateLimit-Limit`, `RateLimit-Remaining`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimit {
    /// How many requests the bucket holds.
    pub limit: u64,
    /// How many are left in it.
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

    /// The version of the API that answered, as the reply's media type names it.
    #[must_use]
    pub fn api_version(&self) -> Option<Date> {
        let media_type = self.header(CONTENT_TYPE.as_str())?;
        let version = media_type.trim_start().strip_prefix("application/vnd.atlas.")?;
        version.split_once('+')?.0.parse().ok()
    }

    /// How much of the rate limit is left, if the reply says so.
    #[must_use]
    pub fn rate_limit(&self) -> Option<RateLimit> {
        let number = |name| self.header(name)?.trim().parse().ok();
        Some(RateLimit { limit: number("ratelimit-limit")?, remaining: number("ratelimit-remaining")? })
    }

    /// Since when the version that answered is deprecated, if it is.
    #[must_use]
    pub fn deprecation(&self) -> Option<SystemTime> {
        http_date(self.header("deprecation")?)
    }

    /// When the version that answered stops answering, if that is known.
    #[must_use]
    pub fn sunset(&self) -> Option<SystemTime> {
        http_date(self.header("sunset")?)
    }

    /// How long the call took: all its tries, the waits between them, the fetching of a token.
    #[must_use]
    pub fn duration(&self) -> Duration {
        self.duration
    }

    /// How many requests the call sent: one, or more where authentication or another try needed them. Those for an access
    /// token are not counted.
    #[must_use]
    pub fn requests(&self) -> u32 {
        self.requests
    }

    /// A header of the reply, by its name in any case; `None` also where it is not visible ASCII.
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
    fn what_is_not_there_or_odd_is_none() {
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
