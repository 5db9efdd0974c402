//! The parts of a request that its arguments determine: path, query and body.
//!
//! The method and the versions come from the operation table, the host from the client. Each attempt builds a request
//! from the parts, so that a request need not be copied in case there is another attempt, and the host is parsed once
//! for a client and not for every call.

use bytes::Bytes;
use reqwest::{Method, Request};
use serde::Serialize;

use crate::error::Error;
use crate::http::BaseUrl;

/// The parts of a request, or the reason why its arguments are invalid. The setters have the names of reqwest's,
/// because generated code calls them.
#[derive(Default)]
pub(crate) struct RequestParts {
    path: String,
    /// Encoded; empty where there is none.
    query: String,
    body: Option<Bytes>,
    error: Option<Error>,
}

impl RequestParts {
    /// `path` starts at the root of the API, with the values of its variables.
    pub(crate) fn new(path: String) -> Self {
        Self { path, ..Self::default() }
    }

    /// The arguments are invalid for this reason.
    pub(crate) fn invalid(error: Error) -> Self {
        Self { error: Some(error), ..Self::default() }
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
            Err(_) => self.error = Some(Error::invalid_request("an argument cannot be written as a query")),
        }
        self
    }

    /// Sets the body.
    pub(crate) fn json(self, body: &impl Serialize) -> Self {
        match serde_json::to_vec(body) {
            Ok(body) => self.body(body),
            Err(_) => Self::invalid(Self::not_json()),
        }
    }

    /// The error for a body that cannot be serialized. The serializer's own message may contain a value.
    pub(crate) fn not_json() -> Error {
        Error::invalid_request("the body cannot be written as JSON: map keys must be strings")
    }

    /// Sets the serialized body.
    pub(crate) fn body(mut self, body: Vec<u8>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// The reason why the arguments are invalid, if they are.
    pub(crate) fn error(&self) -> Option<&Error> {
        self.error.as_ref()
    }

    pub(super) fn has_body(&self) -> bool {
        self.body.is_some()
    }

    /// Builds a request without a credential and without versions.
    pub(super) fn to_request(&self, method: Method, base_url: &BaseUrl) -> Request {
        let mut url = base_url.join(&self.path);
        if !self.query.is_empty() {
            url.set_query(Some(&self.query));
        }
        let mut request = Request::new(method, url);
        // `Bytes` is reference-counted, so that this is not a copy.
        *request.body_mut() = self.body.clone().map(Into::into);
        request
    }
}
