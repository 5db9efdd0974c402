//! The one error type: what failed, why, and what to do.
//!
//! [`Error`] is opaque and small. [`Error::kind`] says where on the way it failed; the predicates say what a caller
//! can do about it. No error holds a whole body or a secret.

mod code;
mod facts;
mod kind;
mod predicates;
mod redact;
mod response;
mod text;

use std::fmt;
use std::sync::Arc;
#[cfg(test)]
use std::time::Duration;

#[cfg(test)]
use reqwest::header::HeaderMap;

pub use code::ErrorCode;
pub(crate) use kind::Effect;
pub use kind::ErrorKind;
pub(crate) use redact::{presentable, without_secrets};
pub(crate) use response::{ErrorResponse, header_text, http_date};

use crate::values::credentials::CredentialKind;
use crate::values::operation::Operation;

/// The result of this crate's functions.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A failure: of the configuration, on the way, or as the server's answer.
///
/// The text says what failed, why, and what to do next. It is written for people; a program asks
/// [`kind`](Self::kind), [`status`](Self::status), [`code`](Self::code) or one of the predicates.
#[derive(Clone)]
pub struct Error(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    operation: Option<&'static Operation>,
    credential: Option<CredentialKind>,
    message: String,
    reply: Option<ErrorResponse>,
    /// What the failed tries of the call may have done, the last one not counted.
    earlier: Effect,
    /// Whether the request surely did nothing, whatever the kind says: it was not sent for want of a token, of a challenge,
    /// of time, or the server turned it away unread.
    without_effect: bool,
    job_state: Option<String>,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Arc::new(Inner {
            kind,
            operation: None,
            credential: None,
            message: message.into(),
            reply: None,
            earlier: Effect::None,
            without_effect: false,
            job_state: None,
            source: None,
        }))
    }

    pub(crate) fn configuration(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Configuration, message)
    }

    pub(crate) fn invalid_request(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidRequest, message)
    }

    /// A failure on the way; reqwest's own error becomes the source, without the address it went to.
    pub(crate) fn on_the_way(error: reqwest::Error) -> Self {
        let (kind, message) = if error.is_timeout() && !error.is_connect() {
            (ErrorKind::Timeout, "no reply in time")
        } else if error.is_timeout() {
            (ErrorKind::Connect, "could not connect in time")
        } else if error.is_connect() {
            (ErrorKind::Connect, "could not connect")
        } else if error.is_redirect() {
            return Self::redirected().with_source(error.without_url());
        } else if error.is_builder() {
            (ErrorKind::InvalidRequest, "the request could not be built")
        } else {
            (ErrorKind::Transport, "the connection broke before the reply was read")
        };
        Self::new(kind, message).with_source(error.without_url())
    }

    /// The same before a reply began: an HTTP/2 server may say that it turned the request away unread.
    pub(crate) fn without_reply(error: reqwest::Error) -> Self {
        if is_turned_away(&error) {
            let message = "the server turned the request away unread";
            return Self::new(ErrorKind::Transport, message)
                .without_effect()
                .with_source(error.without_url());
        }
        Self::on_the_way(error)
    }

    /// The HTTP client went where it was not sent.
    pub(crate) fn redirected() -> Self {
        Self::new(ErrorKind::Redirected, "the HTTP client that was handed in followed a redirect")
    }

    /// The server's answer.
    pub(crate) fn answered(kind: ErrorKind, reply: ErrorResponse) -> Self {
        let mut error = Self::new(kind, String::new());
        error.inner_mut().reply = Some(reply);
        error
    }

    pub(crate) fn unknown_state(state: &str) -> Self {
        let state: String = state.chars().filter(|c| !c.is_control()).take(60).collect();
        let mut error = Self::new(
            ErrorKind::JobStateUnknown,
            format!("the job is in the state {state}, which this version does not know"),
        );
        error.inner_mut().job_state = Some(state);
        error
    }

    pub(crate) fn with_reply(mut self, reply: ErrorResponse) -> Self {
        self.inner_mut().reply = Some(reply);
        self
    }

    pub(crate) fn with_message(mut self, message: String) -> Self {
        self.inner_mut().message = message;
        self
    }

    pub(crate) fn with_source(mut self, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.inner_mut().source = Some(Arc::new(source));
        self
    }

    pub(crate) fn with_operation(mut self, operation: &'static Operation) -> Self {
        self.inner_mut().operation = Some(operation);
        self
    }

    pub(crate) fn with_credential(mut self, credential: CredentialKind) -> Self {
        self.inner_mut().credential = Some(credential);
        self
    }

    fn inner_mut(&mut self) -> &mut Inner {
        Arc::make_mut(&mut self.0)
    }

    /// What the request of this failure did.
    pub(crate) fn effect(&self) -> Effect {
        self.0.effect()
    }

    /// Notes that the request surely did nothing: it was not sent, or carried no credential, or was turned away unread.
    pub(crate) fn without_effect(mut self) -> Self {
        self.inner_mut().without_effect = true;
        self
    }

    /// Notes that an earlier try of the same call may have done what was asked for.
    pub(crate) fn after_effect(mut self, earlier: Effect) -> Self {
        if earlier != Effect::None {
            self.inner_mut().earlier = earlier;
        }
        self
    }

    /// An answer with this status, for tests of what depends on it.
    #[cfg(test)]
    pub(crate) fn with_status(status: u16) -> Self {
        Self::with_headers(status, HeaderMap::new())
    }

    #[cfg(test)]
    pub(crate) fn with_status_and_retry_after(status: u16, wait: Duration) -> Self {
        let name = reqwest::header::RETRY_AFTER;
        Self::with_headers(status, HeaderMap::from_iter([(name, wait.as_secs().into())]))
    }

    #[cfg(test)]
    fn with_headers(status: u16, headers: HeaderMap) -> Self {
        let status = reqwest::StatusCode::from_u16(status).unwrap();
        Self::answered(ErrorKind::Api, ErrorResponse::read(status, headers, b"", std::time::UNIX_EPOCH, &[]))
    }
}

/// Whether the server said, by the means of HTTP/2, that it did nothing with the request: the stream refused (RFC 9113
/// section 8.7), or the connection wound up in good order before this stream (section 6.8).
fn is_turned_away(error: &reqwest::Error) -> bool {
    use std::error::Error;
    std::iter::successors(error.source(), |&source| source.source())
        .filter_map(|source| source.downcast_ref::<h2::Error>())
        .filter(|error| error.is_remote())
        .any(|error| match error.reason() {
            Some(h2::Reason::REFUSED_STREAM) => error.is_reset(),
            Some(h2::Reason::NO_ERROR) => error.is_go_away(),
            _ => false,
        })
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        text::write(&self.0, f)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Headers and parameters stay out: only what the accessors show one by one is safe to show at once.
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("operation", &self.0.operation.map(|operation| operation.id))
            .field("status", &self.status())
            .field("code", &self.code())
            .field("message", &self.to_string())
            .field("source", &self.0.source)
            .finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_ref().map(|source| &**source as &(dyn std::error::Error + 'static))
    }
}
