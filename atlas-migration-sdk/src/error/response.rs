//! What a failure reply says, whatever its form: an Atlas error, an OAuth error, HTML, nothing.
//!
//! The body is read leniently, field by field: one field of an unexpected type must not cost the others. That is why it
//! is not read into the generated `ApiError`, which is all or nothing, and why nothing uses that type; only the type of
//! its parts that a caller sees, [`FieldViolation`], is the generated one.

use std::time::{Duration, SystemTime};

use reqwest::StatusCode;
use reqwest::header::{AsHeaderName, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use serde_json::Value;

use super::ErrorCode;
use super::redact::{presentable, value_without_secrets};
use crate::generated::models::FieldViolation;

/// A body larger than this is no error of Atlas and is not read as one.
const LARGEST_BODY: usize = 64 * 1024;

/// A reply that reports a failure, taken apart.
#[derive(Clone)]
pub(crate) struct ErrorResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) code: Option<ErrorCode>,
    pub(crate) detail: Option<String>,
    pub(crate) reason: Option<String>,
    pub(crate) parameters: Vec<Value>,
    pub(crate) violations: Vec<FieldViolation>,
    /// The `error` of an OAuth error, which is a word there and a number in Atlas errors.
    pub(crate) oauth_error: Option<String>,
    pub(crate) retry_after: Option<Duration>,
    /// What stands in the text where the body is not a JSON object.
    pub(crate) opaque_body: Option<String>,
}

impl ErrorResponse {
    /// A reply whose body was not read, or could not be.
    pub(crate) fn without_body(status: StatusCode, headers: HeaderMap) -> Self {
        Self {
            status,
            code: None,
            detail: None,
            reason: None,
            parameters: Vec::new(),
            violations: Vec::new(),
            oauth_error: None,
            retry_after: None,
            opaque_body: None,
            headers,
        }
    }

    /// Takes a reply apart. Texts that contain one of the `secrets` are shown without it.
    pub(crate) fn read(
        status: StatusCode,
        headers: HeaderMap,
        body: &[u8],
        now: SystemTime,
        secrets: &[&str],
    ) -> Self {
        let mut reply = Self::without_body(status, headers);
        reply.code = header_text(&reply.headers, "x-error-code")
            .map(|code| ErrorCode::from_wire(&presentable(code, secrets)));
        match json_object(body) {
            Some(fields) => reply.take_fields(&fields, secrets),
            None => reply.opaque_body = Some(describe(&reply.headers, body.len(), secrets)),
        }
        reply.retry_after = wait_asked_for(&reply, now);
        reply
    }

    fn take_fields(&mut self, fields: &serde_json::Map<String, Value>, secrets: &[&str]) {
        let text =
            |name: &str| fields.get(name).and_then(Value::as_str).map(|text| presentable(text, secrets));
        if let Some(code) = fields.get("errorCode").and_then(Value::as_str) {
            self.code = Some(ErrorCode::from_wire(&presentable(code, secrets)));
        }
        self.detail = text("detail").or_else(|| text("error_description"));
        self.reason = text("reason");
        self.oauth_error = text("error");
        if let Some(Value::Array(parameters)) = fields.get("parameters") {
            self.parameters = parameters.iter().map(|value| value_without_secrets(value, secrets)).collect();
        }
        let violations = fields.get("badRequestDetail").and_then(|detail| detail.get("fields"));
        for violation in violations.and_then(Value::as_array).into_iter().flatten() {
            let text =
                |name| violation.get(name).and_then(Value::as_str).map(|text| presentable(text, secrets));
            self.violations.push(FieldViolation {
                field: text("field").unwrap_or_default(),
                description: text("description").unwrap_or_default(),
            });
        }
    }

    /// The caller's address, where the server names it.
    pub(crate) fn denied_address(&self) -> Option<&str> {
        let words = self.detail.as_deref().unwrap_or_default().split([' ', ',', '"', '\'']);
        let parameters = self.parameters.iter().filter_map(Value::as_str);
        parameters
            .chain(words.map(|word| word.trim_end_matches('.')))
            .find(|word| word.parse::<std::net::IpAddr>().is_ok())
    }
}

fn json_object(body: &[u8]) -> Option<serde_json::Map<String, Value>> {
    if body.len() > LARGEST_BODY {
        return None;
    }
    serde_json::from_slice(body).ok()
}

fn describe(headers: &HeaderMap, read: usize, secrets: &[&str]) -> String {
    // More than was read where the body broke off or passed the limit.
    let stated = header_text(headers, CONTENT_LENGTH).and_then(|length| length.parse().ok());
    let length = stated.unwrap_or(read).max(read);
    match (length, headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok())) {
        (0, _) => "the reply has no body".to_owned(),
        (_, Some(media_type)) => {
            format!("the reply is {} of {length} bytes", presentable(media_type, secrets))
        }
        (_, None) => format!("the reply has {length} bytes of no stated type"),
    }
}

/// How long the server asks to wait: by `Retry-After`, or by the parameter of a used-up bucket, whichever is longer.
fn wait_asked_for(reply: &ErrorResponse, now: SystemTime) -> Option<Duration> {
    let header = header_text(&reply.headers, RETRY_AFTER.as_str()).and_then(|text| retry_after(text, now));
    let parameter = match reply.code {
        // [path, seconds to wait, capacity, refill, seconds]
        Some(ErrorCode::RateLimitedTokenBucket) => reply.parameters.get(1).and_then(Value::as_f64),
        _ => None,
    };
    let parameter = parameter.and_then(|seconds| Duration::try_from_secs_f64(seconds.ceil()).ok());
    header.max(parameter)
}

/// Reads `Retry-After`: seconds, or an HTTP date (RFC 9110 section 10.2.3). A date that has passed means no wait.
pub(crate) fn retry_after(text: &str, now: SystemTime) -> Option<Duration> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit()) {
        // More seconds than a u64 holds is still "very long".
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let date = http_date(text)?;
    Some(date.duration_since(now).unwrap_or(Duration::ZERO))
}

/// Reads an HTTP date; Atlas writes days below ten without the leading zero.
pub(crate) fn http_date(text: &str) -> Option<SystemTime> {
    let text = text.trim();
    httpdate::parse_http_date(text).ok().or_else(|| {
        let (weekday, rest) = text.split_once(", ")?;
        let (day, rest) = rest.split_once(' ')?;
        httpdate::parse_http_date(&format!("{weekday}, {day:0>2} {rest}")).ok()
    })
}

pub(crate) fn header_text(headers: &HeaderMap, name: impl AsHeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use reqwest::header::HeaderValue;

    fn read(status: u16, body: &str) -> ErrorResponse {
        let status = StatusCode::from_u16(status).unwrap();
        ErrorResponse::read(status, HeaderMap::new(), body.as_bytes(), SystemTime::UNIX_EPOCH, &["hush"])
    }

    #[test]
    fn reads_an_atlas_error() {
        let reply = read(
            429,
            r#"{"detail":"slow down","error":429,"errorCode":"RATE_LIMITED_TOKEN_BUCKET",
                "parameters":["/x",7,500,1,"60"],"reason":"Too Many Requests",
                "badRequestDetail":{"fields":[{"field":"a","description":"b"},{"field":"c"}]}}"#,
        );
        assert_eq!(reply.code, Some(ErrorCode::RateLimitedTokenBucket));
        assert_eq!(reply.detail.as_deref(), Some("slow down"));
        assert_eq!(reply.reason.as_deref(), Some("Too Many Requests"));
        assert_eq!(reply.parameters.len(), 5);
        assert_eq!(reply.violations.len(), 2);
        assert_eq!(reply.violations[0].description, "b");
        assert_eq!(reply.retry_after, Some(Duration::from_secs(7)));
        assert_eq!(reply.oauth_error, None);
    }

    #[test]
    fn one_odd_field_does_not_cost_the_others() {
        let reply =
            read(400, r#"{"detail":7,"errorCode":null,"parameters":null,"reason":"Bad Request","new":[]}"#);
        assert_eq!((reply.detail, reply.code), (None, None));
        assert_eq!(reply.reason.as_deref(), Some("Bad Request"));
    }

    #[test]
    fn a_body_that_is_no_object_is_described() {
        for (body, expected) in
            [("", "the reply has no body"), ("<html>", "the reply has 6 bytes of no stated type")]
        {
            assert_eq!(read(502, body).opaque_body.as_deref(), Some(expected));
        }
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = http_date("Sun, 06 Nov 1994 08:49:37 GMT").unwrap();
        for (text, expected) in [
            ("0", Some(0)),
            ("7", Some(7)),
            (" 120 ", Some(120)),
            ("99999999999999999999999", Some(u64::MAX)),
            ("Sun, 06 Nov 1994 08:50:37 GMT", Some(60)),
            ("Sun, 6 Nov 1994 08:50:37 GMT", Some(60)),
            ("Sunday, 06-Nov-94 08:50:37 GMT", Some(60)),
            ("Sun Nov  6 08:50:37 1994", Some(60)),
            ("Sun, 06 Nov 1994 08:48:37 GMT", Some(0)),
            ("-1", None),
            ("1.5", None),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(retry_after(text, now).map(|wait| wait.as_secs()), expected, "{text:?}");
        }
    }

    #[test]
    fn the_longer_wait_counts() {
        for (header, parameter, expected) in [(3, 7, 7), (9, 7, 9)] {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, HeaderValue::from(header))]);
            let body =
                format!(r#"{{"errorCode":"RATE_LIMITED_TOKEN_BUCKET","parameters":["/x",{parameter}]}}"#);
            let reply = ErrorResponse::read(
                StatusCode::TOO_MANY_REQUESTS,
                headers,
                body.as_bytes(),
                SystemTime::UNIX_EPOCH,
                &[],
            );
            assert_eq!(reply.retry_after, Some(Duration::from_secs(expected)));
        }
    }

    #[test]
    fn finds_the_refused_address() {
        for (body, expected) in [
            (
                r#"{"detail":"IP address 203.0.113.9 is not allowed to access this resource."}"#,
                Some("203.0.113.9"),
            ),
            (r#"{"detail":"IP address 2001:db8::1 is not allowed."}"#, Some("2001:db8::1")),
            (r#"{"detail":"no","parameters":["198.51.100.4"]}"#, Some("198.51.100.4")),
            (r#"{"detail":"no address here, 1.2"}"#, None),
        ] {
            assert_eq!(read(403, body).denied_address(), expected, "{body}");
        }
    }

    proptest! {
        #[test]
        fn no_body_and_no_header_panics(body: Vec<u8>, header: Vec<u8>, parameters: Vec<f64>) {
            let mut headers = HeaderMap::new();
            for name in ["retry-after", "x-error-code", "content-type"] {
                if let Ok(value) = HeaderValue::from_bytes(&header) {
                    headers.insert(name, value);
                }
            }
            let read = |body: &[u8]| {
                let status = StatusCode::TOO_MANY_REQUESTS;
                ErrorResponse::read(status, headers.clone(), body, SystemTime::UNIX_EPOCH, &["a", ""])
            };
            read(&body).denied_address();
            let bucket = serde_json::json!({"errorCode": "RATE_LIMITED_TOKEN_BUCKET", "parameters": parameters});
            read(bucket.to_string().as_bytes());
            let oauth = serde_json::json!({"detail": String::from_utf8_lossy(&body), "error": "x"});
            read(oauth.to_string().as_bytes());
        }
    }
}
