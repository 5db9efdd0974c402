//! What a generated method makes: a request, and how its reply is to be read.

use reqwest::header::InvalidHeaderValue;
use serde::de::DeserializeOwned;

use super::RequestParts;
use crate::error::{Error, ErrorKind, Result};

/// A request that a generated method built for an operation that answers with a `T`.
pub(crate) struct Unsent<T> {
    pub(crate) request: RequestParts,
    pub(crate) read: fn(&[u8]) -> Result<T>,
}

impl<T: DeserializeOwned> Unsent<T> {
    /// For an operation whose reply has a body.
    pub(crate) fn with_reply(request: RequestParts) -> Self {
        Self { request, read: read_json }
    }
}

impl Unsent<()> {
    /// For an operation whose reply has none.
    pub(crate) fn without_reply(request: RequestParts) -> Self {
        Self { request, read: |_| Ok(()) }
    }
}

/// The body of a success. The error says where reading stopped, not at what: the body may hold a secret.
pub(crate) fn read_json<T: DeserializeOwned>(body: &[u8]) -> Result<T> {
    serde_json::from_slice(body).map_err(|error| {
        let what = match error.classify() {
            serde_json::error::Category::Eof => "ends too early",
            serde_json::error::Category::Syntax => "is not JSON",
            serde_json::error::Category::Data => "lacks a field, or has one of another type",
            serde_json::error::Category::Io => "could not be read",
        };
        let place = format!("line {}, column {}", error.line(), error.column());
        Error::new(
            ErrorKind::InvalidReply,
            format!("Atlas reported success, but the reply of {} bytes {what} ({place})", body.len()),
        )
    })
}

/// Why there is no request. A type of its own, so that generated code can use `?` on what our public error does not
/// convert from.
pub(crate) struct NotBuilt(pub(crate) Error);

impl From<InvalidHeaderValue> for NotBuilt {
    fn from(_: InvalidHeaderValue) -> Self {
        Self(Error::invalid_request("an argument cannot stand in a header"))
    }
}

impl From<Error> for NotBuilt {
    fn from(error: Error) -> Self {
        Self(error)
    }
}
