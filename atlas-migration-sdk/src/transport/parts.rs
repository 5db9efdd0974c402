//! What a request is made of, before it is known which try sends it.
//!
//! A generated method, or [`Client::request`](crate::Client::request), says only this much. The method, the versions
//! and the host are not in it: they are the operation table's and the client's. Each try makes a request of its own
//! from the parts, so that none has to be copied for a try that mostly never comes, and so that the host is parsed once
//! for a client and not once for a call.

use bytes::Bytes;
use reqwest::header::HeaderMap;
use reqwest::{Method, Request};
use serde::Serialize;

use crate::config::BaseUrl;
use crate::error::{Error, Result};

/// The parts of a request. The setters have the names of reqwest's, because generated code calls them.
#[derive(Default)]
pub(crate) struct RequestParts {
    path: String,
    /// Encoded; empty where there is none.
    query: String,
    /// Boxed because it is rare, and large.
    headers: Option<Box<HeaderMap>>,
    body: Option<Bytes>,
}

impl RequestParts {
    /// `path` from the root of the API, with its variables filled in.
    pub(crate) fn new(path: String) -> Self {
        Self { path, ..Self::default() }
    }

    /// Appends to the query.
    pub(crate) fn query(mut self, query: &impl Serialize) -> Result<Self> {
        let more = serde_urlencoded::to_string(query)
            .map_err(|_| Error::invalid_request("an argument cannot stand in a query"))?;
        if !self.query.is_empty() && !more.is_empty() {
            self.query.push('&');
        }
        self.query.push_str(&more);
        Ok(self)
    }

    /// The headers of the operation's own parameters.
    #[allow(
        dead_code,
        reason = "what an operation with a header parameter calls; the fragment has none today"
    )]
    pub(crate) fn headers(mut self, headers: HeaderMap) -> Self {
        self.headers = Some(Box::new(headers));
        self
    }

    /// The body.
    pub(crate) fn json(self, body: &impl Serialize) -> Result<Self> {
        Ok(self.body(serde_json::to_vec(body).map_err(|_| Self::not_json())?))
    }

    /// Why a body cannot be sent. The serializer's own message may repeat a value.
    pub(crate) fn not_json() -> Error {
        Error::invalid_request("the body cannot be written as JSON: map keys must be strings")
    }

    /// The body, written already.
    pub(crate) fn body(mut self, body: Vec<u8>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// A request to send: no credential in it, and no version.
    pub(super) fn to_request(&self, method: Method, base_url: &BaseUrl) -> Request {
        let mut url = base_url.join(&self.path);
        if !self.query.is_empty() {
            url.set_query(Some(&self.query));
        }
        let mut request = Request::new(method, url);
        if let Some(headers) = &self.headers {
            request.headers_mut().clone_from(headers);
        }
        // Bytes are counted, not copied.
        *request.body_mut() = self.body.clone().map(Into::into);
        request
    }
}
