//! What a request is made of, before it is known which try sends it.
//!
//! A generated function, or [`Client::request`](crate::Client::request), says only this much. The method, the versions
//! and the host are not in it: they are the operation table's and the client's. Each try makes a request of its own
//! from the parts, so that none has to be copied for a try that mostly never comes, and so that the host is parsed once
//! for a client and not once for a call.

use bytes::Bytes;
use reqwest::{Method, Request};
use serde::Serialize;

use crate::error::Error;
use crate::http::BaseUrl;

/// The parts of a request, or why there is none. The setters have the names of reqwest's, because generated code calls
/// them.
#[derive(Default)]
pub(crate) struct RequestParts {
    path: String,
    /// Encoded; empty where there is none.
    query: String,
    body: Option<Bytes>,
    refused: Option<Error>,
}

impl RequestParts {
    /// `path` from the root of the API, with its variables filled in.
    pub(crate) fn new(path: String) -> Self {
        Self { path, ..Self::default() }
    }

    /// No request: the arguments make none, for this reason.
    pub(crate) fn refused(error: Error) -> Self {
        Self { refused: Some(error), ..Self::default() }
    }

    /// Appends to the query.
    pub(crate) fn query(mut self, query: &impl Serialize) -> Self {
        match serde_urlencoded::to_string(query) {
            Ok(more) => {
                if !self.query.is_empty() && !more.is_empty() {
                    self.query.push('&');
                }
                self.query.push_str(&more);
            }
            Err(_) => self.refused = Some(Error::invalid_request("an argument cannot stand in a query")),
        }
        self
    }

    /// The body.
    pub(crate) fn json(self, body: &impl Serialize) -> Self {
        match serde_json::to_vec(body) {
            Ok(body) => self.body(body),
            Err(_) => Self::refused(Self::not_json()),
        }
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

    /// Why there is no request, if there is none.
    pub(crate) fn refusal(&self) -> Option<&Error> {
        self.refused.as_ref()
    }

    /// A request to send: no credential in it, and no version.
    pub(super) fn to_request(&self, method: Method, base_url: &BaseUrl) -> Request {
        let mut url = base_url.join(&self.path);
        if !self.query.is_empty() {
            url.set_query(Some(&self.query));
        }
        let mut request = Request::new(method, url);
        // Bytes are counted, not copied.
        *request.body_mut() = self.body.clone().map(Into::into);
        request
    }
}
