//! The kinds of failure, and for each of them whether the request may have taken effect on the server.
//!
//! What a caller can do about a failure is in `predicates`.

use super::Inner;

/// The kind of failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client cannot be built from its configuration. Nothing was sent.
    Configuration,
    /// The request is invalid: a parameter, the body, the version. Nothing was sent.
    InvalidRequest,
    /// The token endpoint rejected the service account. The operation's request was not sent.
    TokenRejected,
    /// Too many access tokens were requested; the limit is 10 a minute for each address and service account.
    /// [`Error::retry_after`](crate::Error::retry_after) is the delay before the next attempt. The operation's request
    /// was not sent.
    TokenRateLimited,
    /// The service account has reached the limit of 100 active access tokens. Revoke some, or wait until they expire.
    /// The operation's request was not sent.
    TokenLimitReached,
    /// The token endpoint cannot be used: it failed, or responded with something other than a token or one of the errors
    /// above. [`Error::status`](crate::Error::status) and [`Error::code`](crate::Error::code) describe the response. The
    /// operation's request was not sent.
    TokenEndpoint,
    /// The connection could not be established, or not in time. The request did not reach the server.
    Connect,
    /// The certificate of the server, or of a proxy, is not valid for the base URL or the current time, or the root store
    /// does not contain its authority: the root store of the system, with the certificates of
    /// [`ClientBuilder::root_certificates_pem`](crate::ClientBuilder::root_certificates_pem). Nothing was sent.
    CertificateRejected,
    /// A time limit passed after the connection was established, or would have passed before the request could be
    /// sent. The request may have reached the server, unless
    /// [`Error::was_not_processed`](crate::Error::was_not_processed).
    Timeout,
    /// The connection broke. The request may have reached the server, unless
    /// [`Error::was_not_processed`](crate::Error::was_not_processed): an HTTP/2 server can report that it rejected the
    /// request without processing it.
    Transport,
    /// The custom HTTP client of [`ClientBuilder::http_client`](crate::ClientBuilder::http_client) followed a redirect,
    /// which is not allowed. The request may have taken effect on either server.
    Redirected,
    /// The server sent an error response. [`Error::status`](crate::Error::status) and
    /// [`Error::code`](crate::Error::code) describe it.
    Api,
    /// The server reported success, but the response cannot be read. The operation has taken effect.
    InvalidResponse,
    /// The server reported success, but the response is larger than
    /// [`ClientBuilder::max_response_size`](crate::ClientBuilder::max_response_size). The operation has taken effect.
    ResponseTooLarge,
    /// The validation or migration has failed.
    JobFailed,
    /// The migration was not cut over in time.
    JobExpired,
    /// The validation or migration is in a state that this version of the crate does not know, which
    /// [`Error::job_state`](crate::Error::job_state) returns. The job continues on the server. Read its state, or wait
    /// for it with a newer version of the crate.
    JobStateUnknown,
}

/// Whether a failed request took effect on the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Effect {
    /// It did not: it was not sent, or the server reported that it did nothing.
    None,
    /// It may have: it may have arrived, and no response reports the outcome.
    Possible,
    /// It did; only the response is unusable.
    Certain,
}

impl Inner {
    /// The effect of the failed request. Earlier attempts of the same call are not included.
    pub(super) fn effect(&self) -> Effect {
        if self.without_effect {
            return Effect::None;
        }
        match self.kind {
            ErrorKind::Configuration
            | ErrorKind::InvalidRequest
            | ErrorKind::TokenRejected
            | ErrorKind::TokenRateLimited
            | ErrorKind::TokenLimitReached
            | ErrorKind::TokenEndpoint
            | ErrorKind::Connect
            | ErrorKind::CertificateRejected
            | ErrorKind::JobFailed
            | ErrorKind::JobExpired
            | ErrorKind::JobStateUnknown => Effect::None,
            ErrorKind::Timeout | ErrorKind::Transport | ErrorKind::Redirected => Effect::Possible,
            // A server or a gateway that gave up may have started the operation; every other status rejects it.
            ErrorKind::Api => match self.response.as_ref().map(|response| response.status.as_u16()) {
                Some(408 | 500..) | None => Effect::Possible,
                Some(_) => Effect::None,
            },
            ErrorKind::InvalidResponse | ErrorKind::ResponseTooLarge => Effect::Certain,
        }
    }
}
