//! Error responses of any form: an Atlas error, an OAuth error, HTML, nothing.
//!
//! The body is read leniently, field by field, so that a field of an unexpected type does not lose the others. The
//! generated `ApiError` cannot do that, and nothing uses it; only the generated [`FieldViolation`] is used, because
//! callers get it.

use std::time::{Duration, SystemTime};

use reqwest::StatusCode;
use reqwest::header::{AsHeaderName, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, RETRY_AFTER, WWW_AUTHENTICATE};
use serde::de::IgnoredAny;
use serde_json::Value;

use super::ErrorCode;
use super::redact::{redacted, redacted_value};
use crate::generated::models::FieldViolation;
use crate::values::content_type::ContentType;

/// A larger body is not an error of Atlas and is not parsed.
const MAX_PARSED_BODY: usize = 64 * 1024;

/// The parts of an error response.
#[derive(Clone)]
pub(crate) struct ErrorResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) code: Option<ErrorCode>,
    pub(crate) detail: Option<String>,
    pub(crate) reason: Option<String>,
    pub(crate) parameters: Vec<Value>,
    pub(crate) violations: Vec<FieldViolation>,
    /// The `error` of an OAuth error, which is a string. Atlas errors have a number there.
    pub(crate) oauth_error: Option<String>,
    pub(crate) retry_after: Option<Duration>,
    /// Whether the body is an error in the form of the API.
    pub(crate) is_api_error: bool,
    /// A description of the body, if it is not an error in the form of the API.
    pub(crate) body_description: Option<String>,
}

impl ErrorResponse {
    /// A response whose body was not read, or could not be.
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
            is_api_error: false,
            body_description: None,
            headers,
        }
    }

    /// Reads a response. The `secrets` are redacted in every text.
    pub(crate) fn read(
        status: StatusCode,
        headers: HeaderMap,
        body: &[u8],
        now: SystemTime,
        secrets: &[&str],
    ) -> Self {
        let mut response = Self::without_body(status, headers);
        response.code = header_text(&response.headers, "x-error-code")
            .map(|code| ErrorCode::from_wire(&redacted(code, secrets)));
        let is_read = response.read_body(body, secrets);
        response.is_api_error = is_read || response.is_first_part_of_error(body);
        if !response.is_api_error {
            response.code = None;
        }
        if !is_read || status.is_success() {
            response.body_description = Some(describe_body(&response.headers, body.len(), secrets));
        }
        response.retry_after = requested_delay(&response, now);
        response
    }

    /// Whether the response is a challenge of this authentication scheme.
    pub(crate) fn challenges(&self, scheme: &str) -> bool {
        let values = self.headers.get_all(WWW_AUTHENTICATE).iter();
        // A header may contain several challenges.
        let mut words = values
            .flat_map(|value| value.as_bytes().split(|byte| byte.is_ascii_whitespace() || *byte == b','));
        words.any(|word| word.eq_ignore_ascii_case(scheme.as_bytes()))
    }

    /// Reads the body. Returns whether it is an error in the form of the API.
    fn read_body(&mut self, body: &[u8], secrets: &[&str]) -> bool {
        if body.len() > MAX_PARSED_BODY {
            return false;
        }
        let Ok(fields) = serde_json::from_slice::<serde_json::Map<_, _>>(body) else { return false };
        self.read_fields(&fields, secrets);
        is_api_error(&fields, self.status)
    }

    /// Whether the rest of a JSON object was lost, or exceeded the size limit.
    fn is_first_part_of_error(&self, body: &[u8]) -> bool {
        ContentType::of(&self.headers).is_json()
            && body.len() <= MAX_PARSED_BODY
            && body.trim_ascii_start().starts_with(b"{")
            && serde_json::from_slice::<IgnoredAny>(body).is_err_and(|error| error.is_eof())
    }

    fn read_fields(&mut self, fields: &serde_json::Map<String, Value>, secrets: &[&str]) {
        let text = |name: &str| fields.get(name).and_then(Value::as_str).map(|text| redacted(text, secrets));
        if let Some(code) = text("errorCode") {
            self.code = Some(ErrorCode::from_wire(&code));
        }
        self.detail = text("detail").or_else(|| text("error_description"));
        self.reason = text("reason");
        self.oauth_error = text("error");
        if let Some(Value::Array(parameters)) = fields.get("parameters") {
            self.parameters = parameters.iter().map(|value| redacted_value(value, secrets)).collect();
        }
        let violations = fields.get("badRequestDetail").and_then(|detail| detail.get("fields"));
        for violation in violations.and_then(Value::as_array).into_iter().flatten() {
            let text = |name| violation.get(name).and_then(Value::as_str).map(|text| redacted(text, secrets));
            self.violations.push(FieldViolation {
                field: text("field").unwrap_or_default(),
                description: text("description").unwrap_or_default(),
            });
        }
    }

    /// The caller's address, if the response contains it.
    pub(crate) fn denied_address(&self) -> Option<&str> {
        let words = self.detail.as_deref().unwrap_or_default().split([' ', ',', '"', '\'']);
        let parameters = self.parameters.iter().filter_map(Value::as_str);
        parameters
            .chain(words.map(|word| word.trim_end_matches('.')))
            .find(|word| word.parse::<std::net::IpAddr>().is_ok())
    }
}

/// Whether an error has the members that Atlas, Cloud Manager and Ops Manager send. Those that other servers send too,
/// such as `detail`, do not count.
fn is_api_error(fields: &serde_json::Map<String, Value>, status: StatusCode) -> bool {
    let repeats_status = fields.get("error").and_then(Value::as_u64) == Some(status.as_u16().into());
    repeats_status || fields.get("errorCode").is_some_and(Value::is_string)
}

fn describe_body(headers: &HeaderMap, read: usize, secrets: &[&str]) -> String {
    // More than was read, if the body was cut off or exceeded the limit.
    let content_length = header_text(headers, CONTENT_LENGTH).and_then(|length| length.parse().ok());
    let length = content_length.unwrap_or(read).max(read);
    match (length, headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok())) {
        (0, _) => "the response has no body".to_owned(),
        (_, Some(media_type)) => {
            format!("the response is {} of {length} bytes", redacted(media_type, secrets))
        }
        (_, None) => format!("the response has {length} bytes without a media type"),
    }
}

/// The delay that the server requests: `Retry-After`, or the parameter of an exhausted bucket, whichever is longer. If
/// there is neither, it follows from a rate in the parameters.
fn requested_delay(response: &ErrorResponse, now: SystemTime) -> Option<Duration> {
    let header = header_text(&response.headers, RETRY_AFTER.as_str()).and_then(|text| retry_after(text, now));
    let duration = |seconds: f64| Duration::try_from_secs_f64(seconds.ceil()).ok();
    let number = |index: usize| response.parameters.get(index).and_then(Value::as_f64);
    match (&response.code, response.parameters.len()) {
        // [path, requests, minutes]
        (Some(ErrorCode::RateLimited), 3) => header.or_else(|| duration(number(2)? * 60.0 / number(1)?)),
        // [path, seconds to wait, capacity, refill, seconds]
        (Some(ErrorCode::RateLimited | ErrorCode::RateLimitedTokenBucket), _) => {
            header.max(number(1).and_then(duration))
        }
        _ => header,
    }
}

/// Parses `Retry-After`: seconds, or an HTTP date (RFC 9110 section 10.2.3). A date in the past means no delay.
pub(crate) fn retry_after(text: &str, now: SystemTime) -> Option<Duration> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit()) {
        // More seconds than a `u64` can hold are still a very long delay.
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let date = http_date(text)?;
    Some(date.duration_since(now).unwrap_or(Duration::ZERO))
}

/// Parses an HTTP date. Atlas writes days below ten without the leading zero.
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
mod tests;
