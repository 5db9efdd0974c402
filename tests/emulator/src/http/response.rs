//! Responses: status, headers and a whole body, and the headers that every response has.

use hyper::StatusCode;
use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, SERVER};
use serde::Serialize;

use super::print::to_json;

/// A response, ready to send.
#[derive(Clone, Debug)]
pub(crate) struct Response {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Response {
    /// A response without a body.
    pub(crate) fn empty(status: StatusCode) -> Self {
        Self { status, headers: HeaderMap::new(), body: Bytes::new() }
    }

    /// A response with a body of this content type.
    pub(crate) fn with_body(status: StatusCode, content_type: &str, body: impl Into<Bytes>) -> Self {
        let response = Self { status, headers: HeaderMap::new(), body: body.into() };
        response.header(CONTENT_TYPE, content_type)
    }

    /// A response with compact JSON and `application/json`.
    pub(crate) fn json(status: StatusCode, body: &impl Serialize) -> Self {
        Self::with_body(status, "application/json", to_json(body, false))
    }

    /// Adds a header. A value that is not allowed in a header is omitted.
    pub(crate) fn header(mut self, name: HeaderName, value: impl AsRef<str>) -> Self {
        if let Ok(value) = HeaderValue::from_str(value.as_ref()) {
            self.headers.append(name, value);
        }
        self
    }

    /// Adds the headers that the server sends with every response.
    pub(crate) fn with_common_headers(mut self) -> Self {
        const COMMON: [(HeaderName, &str); 4] = [
            (SERVER, "mdbws"),
            (hyper::header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubdomains;"),
            (hyper::header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (hyper::header::X_FRAME_OPTIONS, "DENY"),
        ];
        for (name, value) in COMMON {
            self.headers.entry(name).or_insert(HeaderValue::from_static(value));
        }
        self
    }
}

/// A response that ends the processing of a request early. Boxed, because it is large and an `Err` is the exception.
#[derive(Debug)]
pub(crate) struct ErrorResponse(Box<Response>);

impl From<Response> for ErrorResponse {
    fn from(response: Response) -> Self {
        Self(Box::new(response))
    }
}

impl From<ErrorResponse> for Response {
    fn from(error: ErrorResponse) -> Self {
        *error.0
    }
}
