//! The accessors of an error: the facts about a failure. What a caller can conclude from them is in `predicates`.

use std::time::Duration;

use serde_json::Value;

use super::{Error, ErrorCode, ErrorKind, Inner, header_text};
use crate::generated::models::FieldViolation;
use crate::values::operation::Operation;

impl Inner {
    pub(super) fn retry_after(&self) -> Option<Duration> {
        self.retry_after.or_else(|| self.response.as_ref()?.retry_after)
    }
}

impl Error {
    /// The kind of failure.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The operation that failed, if the failure belongs to one.
    #[must_use]
    pub fn operation(&self) -> Option<&'static Operation> {
        self.0.operation
    }

    /// The HTTP status of the response, if there was a response.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.response.as_ref().map(|response| response.status.as_u16())
    }

    /// The error code of the response, if it has one.
    #[must_use]
    pub fn code(&self) -> Option<&ErrorCode> {
        self.0.response.as_ref()?.code.as_ref()
    }

    /// The server's description of the failure. Long texts are truncated.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        self.0.response.as_ref()?.detail.as_deref()
    }

    /// The server's reason phrase for the HTTP status.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        self.0.response.as_ref()?.reason.as_deref()
    }

    /// The values that [`detail`](Self::detail) refers to: strings and numbers, mixed.
    #[must_use]
    pub fn parameters(&self) -> &[Value] {
        self.0.response.as_ref().map_or(&[], |response| &response.parameters)
    }

    /// The fields of the request that the server found invalid.
    #[must_use]
    pub fn field_violations(&self) -> &[FieldViolation] {
        self.0.response.as_ref().map_or(&[], |response| &response.violations)
    }

    /// The state of the job, if this version of the crate does not know it.
    #[must_use]
    pub fn job_state(&self) -> Option<&str> {
        self.0.job_state.as_deref()
    }

    /// The delay before the next attempt that the server requests, from the time of the response.
    ///
    /// `Retry-After` (seconds or a date), or what follows from the parameters of `RATE_LIMITED_TOKEN_BUCKET` and
    /// `RATE_LIMITED`.
    ///
    /// For a failure to fetch an access token: what is left of the delay until the client requests another one. Calls
    /// in the meantime fail with the same error, without a request.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after()
    }

    /// A header of the response. The name is case-insensitive. `None` also if the value is not visible ASCII.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        header_text(&self.0.response.as_ref()?.headers, name)
    }
}
