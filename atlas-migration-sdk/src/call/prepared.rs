//! What a generated function returns: the parts of a request, and how to read the response.

use serde::de::DeserializeOwned;

use super::parts::RequestParts;
use crate::error::{Error, ErrorKind, Result};
use crate::values::operation::Operation;

/// A request of an operation whose response contains a `T`.
///
/// Only the generator combines an operation with the parts of its request. The operation has the method, the versions
/// and whether a repeat is safe; the parts have the path and the body.
pub(crate) struct PreparedRequest<T> {
    pub(crate) operation: &'static Operation,
    pub(crate) parts: RequestParts,
    pub(crate) read: fn(&[u8]) -> Result<T>,
}

impl<T: DeserializeOwned> PreparedRequest<T> {
    /// For an operation whose response has a body.
    pub(crate) fn returning_json(operation: &'static Operation, parts: RequestParts) -> Self {
        Self { operation, parts, read: read_json }
    }

    /// For invalid arguments.
    pub(crate) fn invalid(operation: &'static Operation, error: Error) -> Self {
        Self::returning_json(operation, RequestParts::invalid(error))
    }
}

impl PreparedRequest<()> {
    /// For an operation whose response has no body.
    pub(crate) fn returning_nothing(operation: &'static Operation, parts: RequestParts) -> Self {
        Self { operation, parts, read: |_| Ok(()) }
    }
}

/// Reads the body of a successful response. The error contains the position where reading stopped, but no part of the
/// body, which may contain a secret.
pub(crate) fn read_json<T: DeserializeOwned>(body: &[u8]) -> Result<T> {
    serde_json::from_slice(body).map_err(|error| {
        let what = match error.classify() {
            serde_json::error::Category::Eof => "ends too early",
            serde_json::error::Category::Syntax => "is not JSON",
            serde_json::error::Category::Data => "lacks a field, or has a field of another type",
            serde_json::error::Category::Io => "could not be read",
        };
        let (line, column) = (error.line(), error.column());
        Error::new(
            ErrorKind::InvalidResponse,
            format!("it {what} (line {line}, column {column} of {} bytes)", body.len()),
        )
    })
}
