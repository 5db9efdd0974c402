//! The kinds of failure, and for each of them whether the request may have taken effect on the server.
//!
//! What a caller can do about a failure is in `predicates`.

use super::Inner;
use crate::values::content_type::ContentType;
use crate::values::operation::Method;

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
    /// The access token to revoke cannot be read from the [`TokenStore`](crate::TokenStore). Only
    /// [`Client::revoke`](crate::Client::revoke) fails for this reason.
    TokenStore,
    /// The connection could not be established, or not in time. The request did not reach the server.
    ///
    /// With the custom HTTP client of [`ClientBuilder::http_client`](crate::ClientBuilder::http_client) it may have: the
    /// client may have followed a redirect, so that the failed connection need not be the first one.
    Connect,
    /// The certificate of the server, or of a proxy, is not valid for the base URL or the current time, or the root store
    /// does not contain its authority: the root store of the system, with the certificates of
    /// [`ClientBuilder::root_certificates_pem`](crate::ClientBuilder::root_certificates_pem). The request was not sent,
    /// with the same exception as for [`Connect`](Self::Connect).
    CertificateRejected,
    /// A time limit passed after the connection was established, or would have passed before the request could be
    /// sent. The request may have reached the server, unless
    /// [`Error::was_not_processed`](crate::Error::was_not_processed).
    Timeout,
    /// The connection broke. The request may have reached the server, unless
    /// [`Error::was_not_processed`](crate::Error::was_not_processed): an HTTP/2 server can report that it rejected the
    /// request without processing it.
    Transport,
    /// A part of the call ran in a task of a Tokio runtime that was shut down, or that no longer runs its tasks. The
    /// request may have reached the server, unless [`Error::was_not_processed`](crate::Error::was_not_processed).
    RuntimeStopped,
    /// The custom HTTP client of [`ClientBuilder::http_client`](crate::ClientBuilder::http_client) followed a redirect,
    /// which is not allowed. The request may have taken effect on either server.
    Redirected,
    /// The API sent an error response. [`Error::status`](crate::Error::status) and
    /// [`Error::code`](crate::Error::code) describe it.
    Api,
    /// The response is not one of the API: it is neither a success that is documented for the operation nor an error in
    /// the form of the API, for instance HTML. A proxy, a captive portal or a server at a wrong base URL sends such
    /// responses. The request may have taken effect, whatever the status is.
    ///
    /// [`Error::status`](crate::Error::status) and [`Error::header`](crate::Error::header) describe the response.
    ForeignResponse,
    /// The API reported success, but its response cannot be read. The operation has taken effect.
    InvalidResponse,
    /// The response to the request reports success, but is larger than
    /// [`ClientBuilder::max_response_size`](crate::ClientBuilder::max_response_size). The operation has taken effect if
    /// the response has a media type of Atlas; otherwise it may have.
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
    /// Whether any attempt of the call may have taken effect. False for an operation that only reads.
    pub(super) fn may_have_taken_effect(&self) -> bool {
        let is_read = self.operation.is_some_and(|operation| operation.method == Method::Get);
        !is_read && self.earlier.max(self.effect()) != Effect::None
    }

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
            | ErrorKind::TokenStore
            | ErrorKind::JobFailed
            | ErrorKind::JobExpired
            | ErrorKind::JobStateUnknown => Effect::None,
            ErrorKind::Connect | ErrorKind::CertificateRejected if !self.by_custom_client => Effect::None,
            ErrorKind::Connect
            | ErrorKind::CertificateRejected
            | ErrorKind::Timeout
            | ErrorKind::Transport
            | ErrorKind::RuntimeStopped
            | ErrorKind::Redirected
            | ErrorKind::ForeignResponse => Effect::Possible,
            // The API rejects a request with a 4xx. A server that gave up (408, 499, 5xx) may have started the
            // operation, and no other status is documented.
            ErrorKind::Api => match self.response.as_ref().map(|response| response.status.as_u16()) {
                Some(408) => Effect::Possible,
                Some(400..=498) => Effect::None,
                _ => Effect::Possible,
            },
            ErrorKind::InvalidResponse => Effect::Certain,
            ErrorKind::ResponseTooLarge => match &self.response {
                Some(response) if ContentType::of(&response.headers) != ContentType::Atlas => {
                    Effect::Possible
                }
                _ => Effect::Certain,
            },
        }
    }
}
