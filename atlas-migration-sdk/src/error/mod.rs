//! The error type: what failed, why, and what to do about it.
//!
//! [`Error`] is opaque and as small as a pointer. [`Error::kind`] is the kind of failure; the predicates tell what a
//! caller can do about it. An error contains neither a whole body nor a secret.

mod code;
mod connect;
mod convert;
mod facts;
mod kind;
mod predicates;
mod redact;
mod response;
mod text;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

#[cfg(test)]
use reqwest::header::HeaderMap;

pub use code::ErrorCode;
use connect::Cause;
pub(crate) use kind::Effect;
pub use kind::ErrorKind;
pub(crate) use redact::{REDACTED, printable, redacted, redacted_value, without_secrets};
pub(crate) use response::{ErrorResponse, header_text, http_date};

use crate::values::credentials::CredentialKind;
use crate::values::operation::Operation;
use crate::values::setting_names::SettingNames;

/// The result type of this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A failure: an invalid configuration or request, a transport error, or an error response of the server.
///
/// The text describes what failed, why, and what to do next. It is written for people; programs use
/// [`kind`](Self::kind), [`status`](Self::status), [`code`](Self::code) or one of the predicates.
///
/// `Debug` output is the text too, followed by the kind and the causes: a `main` that returns the error prints that.
#[derive(Clone)]
pub struct Error(Arc<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    operation: Option<&'static Operation>,
    credential: Option<CredentialKind>,
    names: SettingNames,
    message: String,
    response: Option<ErrorResponse>,
    /// Whether earlier attempts of the call may have taken effect.
    earlier: Effect,
    /// Whether it is certain, independent of the kind, that the request had no effect: it was not sent because there
    /// was no token, no challenge or no time left, or the server rejected it without processing it.
    without_effect: bool,
    /// Whether a custom HTTP client failed, which may have followed a redirect before.
    by_custom_client: bool,
    job_state: Option<String>,
    /// The delay before the next attempt, where it differs from that of the response.
    retry_after: Option<Duration>,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Arc::new(Inner {
            kind,
            operation: None,
            credential: None,
            names: SettingNames::ATLAS,
            message: message.into(),
            response: None,
            earlier: Effect::None,
            without_effect: false,
            by_custom_client: false,
            job_state: None,
            retry_after: None,
            source: None,
        }))
    }

    pub(crate) fn configuration(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Configuration, message)
    }

    pub(crate) fn invalid_request(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidRequest, message)
    }

    /// A transport error. reqwest's error becomes the source, without its URL.
    pub(crate) fn in_transit(error: reqwest::Error) -> Self {
        let (kind, message) = if error.is_timeout() && !error.is_connect() {
            (ErrorKind::Timeout, "no response in time")
        } else if error.is_timeout() {
            (ErrorKind::Connect, "could not connect in time")
        } else if error.is_connect() {
            return Self::not_connected(error);
        } else if error.is_redirect() {
            return Self::redirected().with_source(error.without_url());
        } else if error.is_builder() {
            (ErrorKind::InvalidRequest, "the request could not be built")
        } else if Cause::of(&error) == Cause::NoHttp {
            (ErrorKind::Transport, "the response is not HTTP")
        } else {
            (ErrorKind::Transport, "the connection broke before the response was read")
        };
        Self::new(kind, message).with_source(error.without_url())
    }

    /// A failure to connect, other than a timeout.
    fn not_connected(error: reqwest::Error) -> Self {
        let error = error.without_url();
        let (kind, message) = match Cause::of(&error) {
            Cause::Certificate(reason) => {
                (ErrorKind::CertificateRejected, format!("the server's certificate was rejected: {reason}"))
            }
            Cause::NoTls => {
                (ErrorKind::Connect, "could not connect: the server does not respond with TLS".to_owned())
            }
            Cause::ProxyCredentials => {
                (ErrorKind::Connect, "could not connect: the proxy requires credentials (407)".to_owned())
            }
            Cause::ProxyRefused => (
                ErrorKind::Connect,
                "could not connect: the proxy refused to connect to the server".to_owned(),
            ),
            Cause::FileDescriptors => {
                (ErrorKind::Connect, "could not connect: too many files and connections are open".to_owned())
            }
            Cause::NoHttp | Cause::Other => (ErrorKind::Connect, "could not connect".to_owned()),
        };
        Self::new(kind, message).with_source(error)
    }

    /// A transport error before the head of the response. An HTTP/2 server may report with it that it rejected the
    /// request without processing it.
    pub(crate) fn before_response(error: reqwest::Error) -> Self {
        if is_rejected_unprocessed(&error) {
            let message = "the server rejected the request without processing it";
            return Self::new(ErrorKind::Transport, message)
                .without_effect()
                .with_source(error.without_url());
        }
        Self::in_transit(error)
    }

    /// A failure of a custom HTTP client, which may have sent more requests, by redirects or retries of its own. The
    /// failure is that of the last one, so that it shows nothing about those before.
    pub(crate) fn by_custom_client(error: reqwest::Error) -> Self {
        let mut error = if error.is_builder() {
            let message = "the custom HTTP client could not send the request, or could not follow a redirect";
            Self::new(ErrorKind::Transport, message).with_source(error.without_url())
        } else {
            Self::in_transit(error)
        };
        error.inner_mut().by_custom_client = true;
        error
    }

    /// The HTTP client sent the request to another URL than requested.
    pub(crate) fn redirected() -> Self {
        Self::new(ErrorKind::Redirected, "the custom HTTP client followed a redirect")
    }

    /// An error response of the server.
    pub(crate) fn from_response(kind: ErrorKind, response: ErrorResponse) -> Self {
        let mut error = Self::new(kind, String::new());
        error.inner_mut().response = Some(response);
        error
    }

    pub(crate) fn unknown_job_state(state: &str) -> Self {
        let state: String = printable(state).chars().take(60).collect();
        let mut error = Self::new(
            ErrorKind::JobStateUnknown,
            format!("the job is in the state {state}, which this version of the crate does not know"),
        );
        error.inner_mut().job_state = Some(state);
        error
    }

    pub(crate) fn with_response(mut self, response: ErrorResponse) -> Self {
        self.inner_mut().response = Some(response);
        self
    }

    pub(crate) fn with_kind(mut self, kind: ErrorKind) -> Self {
        self.inner_mut().kind = kind;
        self
    }

    pub(crate) fn message(&self) -> &str {
        &self.0.message
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

    /// Replaces the delay before the next attempt.
    pub(crate) fn with_retry_after(mut self, delay: Duration) -> Self {
        self.inner_mut().retry_after = Some(delay);
        self
    }

    pub(crate) fn with_credential(mut self, credential: CredentialKind) -> Self {
        self.inner_mut().credential = Some(credential);
        self
    }

    /// Names the settings of the client in the help.
    pub(crate) fn with_names(mut self, names: SettingNames) -> Self {
        self.inner_mut().names = names;
        self
    }

    fn inner_mut(&mut self) -> &mut Inner {
        Arc::make_mut(&mut self.0)
    }

    /// Whether the failed request took effect.
    pub(crate) fn effect(&self) -> Effect {
        self.0.effect()
    }

    /// Records that the request had no effect: it was not sent, had no credential, or was rejected without processing.
    pub(crate) fn without_effect(mut self) -> Self {
        self.inner_mut().without_effect = true;
        self
    }

    /// Records that an earlier attempt of the same call may have taken effect.
    pub(crate) fn with_earlier_effect(mut self, earlier: Effect) -> Self {
        if earlier != Effect::None {
            self.inner_mut().earlier = earlier;
        }
        self
    }

    /// An error response with this status.
    #[cfg(test)]
    pub(crate) fn with_status(status: u16) -> Self {
        Self::with_headers(status, HeaderMap::new())
    }

    #[cfg(test)]
    pub(crate) fn with_status_and_retry_after(status: u16, delay: Duration) -> Self {
        let name = reqwest::header::RETRY_AFTER;
        Self::with_headers(status, HeaderMap::from_iter([(name, delay.as_secs().into())]))
    }

    #[cfg(test)]
    fn with_headers(status: u16, headers: HeaderMap) -> Self {
        let status = reqwest::StatusCode::from_u16(status).unwrap();
        Self::from_response(
            ErrorKind::Api,
            ErrorResponse::read(status, headers, b"", std::time::UNIX_EPOCH, &[]),
        )
    }
}

/// Whether an HTTP/2 server reported that it did not process the request: it refused the stream (RFC 9113 section 8.7),
/// or closed the connection gracefully before this stream (section 6.8).
fn is_rejected_unprocessed(error: &reqwest::Error) -> bool {
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
    /// The text, the kind and the causes in one line, because `main` and `unwrap` print an error with `Debug`. `{:#?}`
    /// prints the fields.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !f.alternate() {
            write!(f, "{self} (kind {:?}", self.0.kind)?;
            let mut joint = "; caused by: ";
            let source = std::error::Error::source(self);
            for cause in std::iter::successors(source, |&cause| std::error::Error::source(cause)) {
                write!(f, "{joint}{cause}")?;
                joint = ": ";
            }
            return f.write_str(")");
        }
        // Without headers and parameters, which may contain anything.
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
