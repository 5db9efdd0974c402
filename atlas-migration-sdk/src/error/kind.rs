//! The kinds of failure, and what each of them means for the server: whether the request did something.
//!
//! What a caller can do about a failure is the business of `predicates`.

use super::Inner;

/// Where on the way a call failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client cannot be built from what it was given. Nothing was sent.
    Configuration,
    /// The request is wrong by itself: a parameter, a body, a version. Nothing was sent.
    InvalidRequest,
    /// The token endpoint refused the service account. The operation's request was not sent.
    TokenRejected,
    /// Too many access tokens were asked for: 10 a minute for each address and service account.
    /// [`Error::retry_after`](crate::Error::retry_after) says how long to wait. The operation's request was not sent.
    TokenRateLimited,
    /// The service account has as many active access tokens as it may have, 100. Revoke some, or wait until they
    /// expire. The operation's request was not sent.
    TokenLimitReached,
    /// No connection could be made, or none in time. The request did not reach the server.
    Connect,
    /// A time limit passed, not that on connecting. The request may have reached the server.
    Timeout,
    /// The connection broke. The request may have reached the server, unless
    /// [`Error::was_not_processed`](crate::Error::was_not_processed): an HTTP/2 server can say that it turned it away unread.
    Transport,
    /// The HTTP client that was handed in with
    /// [`ClientBuilder::http_client`](crate::ClientBuilder::http_client) followed a redirect, which it must not. The
    /// request may have done what was asked for, at either place.
    Redirected,
    /// The server answered with a failure. [`Error::status`](crate::Error::status) and
    /// [`Error::code`](crate::Error::code) say which.
    Api,
    /// The server answered with success, but the reply cannot be read. What was asked for happened.
    InvalidResponse,
    /// The server answered with success, but the reply is larger than
    /// [`ClientBuilder::max_response_size`](crate::ClientBuilder::max_response_size) allows. What was asked for happened.
    ResponseTooLarge,
    /// The validation or migration that was waited for has failed.
    JobFailed,
    /// The migration that was waited for was not cut over in time.
    JobExpired,
    /// The validation or migration that was waited for is in a state that this version does not know.
    /// [`Error::job_state`](crate::Error::job_state) names it. It goes on; read it, or wait for it with a newer version.
    JobStateUnknown,
}

/// What a failed request did to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Effect {
    /// Nothing: it never left, or the server said so.
    None,
    /// Perhaps what was asked for: it may have arrived, but no reply says what came of it.
    Unknown,
    /// What was asked for; only the reply cannot be used.
    Happened,
}

impl Inner {
    /// What the request of this failure did; what earlier tries did is not in it.
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
            | ErrorKind::Connect
            | ErrorKind::JobFailed
            | ErrorKind::JobExpired
            | ErrorKind::JobStateUnknown => Effect::None,
            ErrorKind::Timeout | ErrorKind::Transport | ErrorKind::Redirected => Effect::Unknown,
            // A server or a gateway that gave up may have begun; every other status is a refusal.
            ErrorKind::Api => match self.reply.as_ref().map(|reply| reply.status.as_u16()) {
                Some(408 | 500..) | None => Effect::Unknown,
                Some(_) => Effect::None,
            },
            ErrorKind::InvalidResponse | ErrorKind::ResponseTooLarge => Effect::Happened,
        }
    }
}
