//! Responses that a test sends in place of the emulator's own.

use hyper::StatusCode;
use hyper::body::Bytes;
use hyper::header::{HeaderName, HeaderValue};

use super::matcher::{Endpoint, RequestMatcher};
use crate::http::Response;

/// A response in place of the next one. It is sent unchanged, without the server's usual headers, and before anything
/// in the request is checked, including the credentials.
///
/// ```
/// use atlas_emulator::CannedResponse;
///
/// let response = CannedResponse::new(502).header("Content-Type", "text/html").body("<h1>Bad Gateway</h1>");
/// ```
#[derive(Clone, Debug)]
#[must_use = "pass it to `Emulator::override_next`"]
pub struct CannedResponse {
    pub(super) response: Response,
    pub(super) matcher: RequestMatcher,
    pub(super) skip: usize,
}

impl CannedResponse {
    /// A response with this status, without headers and body. An invalid status becomes 500.
    pub fn new(status: u16) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { response: Response::empty(status), matcher: RequestMatcher::api(), skip: 0 }
    }

    /// Adds a header. One that HTTP does not allow is omitted.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
            self.response.headers.append(name, value);
        }
        self
    }

    /// Sets the body.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.response.body = Bytes::from(body.into());
        self
    }

    /// Responds to requests to the OAuth endpoints instead of the API.
    pub fn on_oauth(mut self) -> Self {
        self.matcher.endpoint = Endpoint::OAuth;
        self
    }

    /// Responds to requests to Cloud Manager instead of the API.
    pub fn on_source_manager(mut self) -> Self {
        self.matcher.endpoint = Endpoint::SourceManager;
        self
    }

    /// Skips this many matching requests first, for instance the one that only fetches a digest challenge.
    pub fn skip(mut self, requests: usize) -> Self {
        self.skip = requests;
        self
    }
}
