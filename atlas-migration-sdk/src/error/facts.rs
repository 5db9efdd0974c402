//! What is known of a failure, fact by fact, as the caller asks for it.
//!
//! Facts only: what follows from them is the business of `predicates`.

use std::time::Duration;

use serde_json::Value;

use super::{Error, ErrorCode, ErrorKind, header_text};
use crate::generated::models::FieldViolation;
use crate::values::operation::Operation;

impl Error {
    /// Where on the way it failed.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The operation that failed, if it was one.
    #[must_use]
    pub fn operation(&self) -> Option<&'static Operation> {
        self.0.operation
    }

    /// The HTTP status of the reply, if there was one.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.reply.as_ref().map(|reply| reply.status.as_u16())
    }

    /// The code of the failure, if the reply has one.
    #[must_use]
    pub fn code(&self) -> Option<&ErrorCode> {
        self.0.reply.as_ref()?.code.as_ref()
    }

    /// What the server says failed, in its words; long texts are cut.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        self.0.reply.as_ref()?.detail.as_deref()
    }

    /// The HTTP status in the server's words.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        self.0.reply.as_ref()?.reason.as_deref()
    }

    /// The values that [`detail`](Self::detail) speaks of: strings and numbers, mixed.
    #[must_use]
    pub fn parameters(&self) -> &[Value] {
        self.0.reply.as_ref().map_or(&[], |reply| &reply.parameters)
    }

    /// The fields of the request that the server found wrong.
    #[must_use]
    pub fn field_violations(&self) -> &[FieldViolation] {
        self.0.reply.as_ref().map_or(&[], |reply| &reply.violations)
    }

    /// The state of a job that this version does not know.
    #[must_use]
    pub fn job_state(&self) -> Option<&str> {
        self.0.job_state.as_deref()
    }

    /// How long the server asks to wait before the next try, counted from its reply.
    ///
    /// The longer one of `Retry-After` (seconds or a date) and the wait among the parameters of
    /// `RATE_LIMITED_TOKEN_BUCKET`.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.reply.as_ref()?.retry_after
    }

    /// A header of the reply, by its name in any case; `None` also where it is not visible ASCII.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        header_text(&self.0.reply.as_ref()?.headers, name)
    }
}
