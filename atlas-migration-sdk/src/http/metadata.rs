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

    /// Whether the API version of the response is deprecated, or will be: whether the response has the header
    /// `Deprecation` (RFC 9745), with any value but false.
    #[must_use]
    pub fn is_deprecated(&self) -> bool {
        self.header("deprecation").is_some_and(|value| !matches!(value.trim(), "false" | "?0"))
    }

    /// When the API version of the response was or will be deprecated, if the response contains the date: `@1717027200`
    /// (RFC 9745), or an HTTP date. Older servers send `true`, which is not a date; see
    /// [`is_deprecated`](Self::is_deprecated).
    #[must_use]
    pub fn deprecation(&self) -> Option<SystemTime> {
        date(self.header("deprecation")?)
    }

    /// When the API version of the response will no longer be supported, if known (RFC 8594).
    #[must_use]
    pub fn sunset(&self) -> Option<SystemTime> {
        date(self.header("sunset")?)
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

    /// The headers of the response, with their names in lower case. Without those whose value is not visible ASCII.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers.iter().filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
    }

    /// A header of the response. The name is case-insensitive. `None` also if the value is not visible ASCII.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        header_text(&self.headers, name)
    }
}

/// An HTTP date, or a date in the form of RFC 9651 section 3.3.7: `@` and the seconds since 1970, which may be negative,
/// with parameters that are ignored.
fn date(text: &str) -> Option<SystemTime> {
    let Some(structured) = text.trim().strip_prefix('@') else { return http_date(text) };
    let item = structured.split(';').next().unwrap_or_default().trim_end();
    let digits = item.strip_prefix('-').unwrap_or(item);
    if digits.is_empty() || digits.len() > 15 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let distance = Duration::from_secs(digits.parse().ok()?);
    if digits.len() == item.len() {
        SystemTime::UNIX_EPOCH.checked_add(distance)
    } else {
        SystemTime::UNIX_EPOCH.checked_sub(distance)
    }
}

impl std::fmt::Debug for ResponseMetadata {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ResponseMetadata")
            .field("status", &self.status())
            .field("api_version", &self.api_version())
            .field("rate_limit", &self.rate_limit())
            .field("is_deprecated", &self.is_deprecated())
            .field("deprecation", &self.deprecation())
            .field("sunset", &self.sunset())
            .field("duration", &self.duration)
            .field("requests", &self.requests)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

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
    fn lists_the_headers() {
        let mut headers = HeaderMap::new();
        for (name, value) in [("x-a", "1"), ("x-b", "é"), ("x-a", "2")] {
            headers.append(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        let meta = ResponseMetadata::new(StatusCode::OK, Box::new(headers), Duration::ZERO, 1);
        assert_eq!(meta.headers().collect::<Vec<_>>(), [("x-a", "1"), ("x-a", "2")]);
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

    #[test]
    fn each_form_of_the_deprecation_and_of_the_sunset() {
        let in_2024 = SystemTime::UNIX_EPOCH + Duration::from_secs(1_717_027_200);
        for (value, deprecated, expected) in [
            ("@1717027200", true, Some(in_2024)),
            (" @1717027200 ;a=1;b", true, Some(in_2024)),
            ("Thu, 30 May 2024 00:00:00 GMT", true, Some(in_2024)),
            ("@0", true, Some(SystemTime::UNIX_EPOCH)),
            ("@-86400", true, Some(SystemTime::UNIX_EPOCH - Duration::from_secs(86_400))),
            ("true", true, None),
            ("?1", true, None),
            ("false", false, None),
            ("?0", false, None),
            // Deprecated, at a date that cannot be read.
            ("@", true, None),
            ("@-", true, None),
            ("@+1", true, None),
            ("@1.5", true, None),
            ("@ 1", true, None),
            ("@1234567890123456", true, None),
            ("@@1", true, None),
            ("1717027200", true, None),
            ("", true, None),
        ] {
            let metadata = meta(&[("deprecation", value), ("sunset", value)]);
            assert_eq!(metadata.is_deprecated(), deprecated, "{value}");
            assert_eq!((metadata.deprecation(), metadata.sunset()), (expected, expected), "{value}");
        }
        // The largest numbers that the form allows.
        for value in ["@999999999999999", "@-999999999999999"] {
            let _ = meta(&[("sunset", value)]).sunset();
        }
        assert!(!meta(&[]).is_deprecated());
    }
}
