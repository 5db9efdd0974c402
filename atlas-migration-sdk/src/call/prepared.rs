//! What a generated function makes: the parts of an operation's request, and how its reply is to be read.

use serde::de::DeserializeOwned;

use super::parts::RequestParts;
use crate::error::{Error, ErrorKind, Result};
use crate::values::operation::Operation;

/// A request for an operation that answers with a `T`.
///
/// Which parts belong to which operation is written by the generator alone: the method, the versions, and whether a
/// repeat is safe come from the one, the path and the body from the other.
pub(crate) struct Unsent<T> {
    pub(crate) operation: &'static Operation,
    pub(crate) request: RequestParts,
    pub(crate) read: fn(&[u8]) -> Result<T>,
}

impl<T: DeserializeOwned> Unsent<T> {
    /// For an operation whose reply has a body.
    pub(crate) fn with_reply(operation: &'static Operation, request: RequestParts) -> Self {
        Self { operation, request, read: read_json }
    }

    /// For an operation whose arguments make no request.
    pub(crate) fn refused(operation: &'static Operation, error: Error) -> Self {
        Self::with_reply(operation, RequestParts::refused(error))
    }
}

impl Unsent<()> {
    /// For an operation whose reply has none.
    pub(crate) fn without_reply(operation: &'static Operation, request: RequestParts) -> Self {
        Self { operation, request, read: |_| Ok(()) }
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
            ErrorKind::InvalidResponse,
            format!("Atlas reported success, but the reply of {} bytes {what} ({place})", body.len()),
        )
    })
}
