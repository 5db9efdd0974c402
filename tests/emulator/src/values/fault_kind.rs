//! The kinds of fault, each with what a client sees and whether the request is executed.

use std::fmt;

/// What goes wrong.
///
/// A response whose status allows no body (204) is not changed by the faults of the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum FaultKind {
    /// The connection is accepted and reset at once, before anything is read. **Not executed.**
    ///
    /// The operating system has accepted the connection by then. The client's `connect` usually succeeds, and its
    /// first write or read fails with "connection reset by peer" or "broken pipe"; a client that checks late gets the
    /// error from `connect`. The fault applies to the next *connection*, whatever its requests will be. Requests on
    /// an open connection are not affected, see [`keep_alive`](crate::EmulatorBuilder::keep_alive).
    ///
    /// A single request cannot be given a port that refuses connections, so that `connect` itself fails, because a
    /// listener cannot see in advance which requests a connection will have:
    /// [`Emulator::set_listening`](crate::Emulator::set_listening) closes the port for all of them.
    ResetOnAccept,
    /// The connection is reset after the head of the request is read and before the body is. **Not executed.** The
    /// client gets a reset after it has sent something; it cannot distinguish this from a lost response.
    ResetBeforeRead,
    /// The request is read completely, then the connection is reset. **Not executed.** The client sees the same as
    /// after [`ResetAfterEffect`](Self::ResetAfterEffect).
    ResetBeforeEffect,
    /// The request is executed, then the connection is reset: the response is lost. **Executed.**
    ResetAfterEffect,
    /// The whole response is delayed. **Executed.** An injected fault delays it until the client closes the connection
    /// or the test [releases](crate::FaultHandle::release) it; a random fault for
    /// [`FaultRate::delay`](crate::FaultRate::delay).
    SlowHeaders,
    /// Half of the body is sent, and the rest is delayed in the same way. **Executed.**
    SlowBody,
    /// `Content-Length` is correct, but the stream ends after half of the body. **Executed.**
    TruncatedBody,
    /// The body is sent in chunks and ends in the middle, without the last chunk. **Executed.**
    TruncatedChunkedBody,
    /// The body starts with so much white space, see [`Fault::body_size`](crate::Fault::body_size), that a client
    /// should stop reading. It is valid JSON nevertheless. **Executed.**
    OversizedBody,
    /// A gateway's 502, in HTML, instead. **Not executed.**
    BadGatewayBeforeEffect,
    /// The same 502, although the server behind the gateway executed the request. **Executed.**
    BadGatewayAfterEffect,
    /// The HTML page of a captive portal or a proxy, instead: 200 unless [`Fault::status`](crate::Fault::status) sets
    /// another status, such as 401, 403, 404 or 407. **Not executed.**
    ProxyPageBeforeEffect,
    /// The same page in place of the response. **Executed.**
    ProxyPageAfterEffect,
    /// A 500 without a body, instead. **Not executed.**
    EmptyErrorBeforeEffect,
    /// The same 500 in place of the response. **Executed.**
    EmptyErrorAfterEffect,
    /// A 429 without `Retry-After`. The API's error contains the delay in its parameters, the token endpoint's does
    /// not. **Not executed.**
    TooManyRequests,
    /// A 429 with `Retry-After`, see [`Fault::retry_after`](crate::Fault::retry_after). **Not executed.**
    TooManyRequestsRetryAfter,
    /// A 503. **Not executed.**
    ServiceUnavailable,
    /// A 503 with `Retry-After`. **Not executed.**
    ServiceUnavailableRetryAfter,
    /// The correct response with `Content-Type: text/plain`. **Executed.**
    WrongContentType,
    /// The correct response with JSON that ends in the middle, complete as HTTP. **Executed.**
    InvalidJson,
    /// A 307 to another host, see [`Fault::location`](crate::Fault::location). **Not executed.**
    Redirect,
    /// Every access token expires just before the request is processed. **A bearer token is rejected with 401**; a
    /// request with another credential is processed normally.
    ExpiredToken,
    /// Every nonce expires just before the request is processed. **Digest credentials are rejected with 401 and
    /// `stale=true`**; a request with another credential is processed normally.
    StaleNonce,
}

impl FaultKind {
    /// Every kind, for a test that covers all of them.
    pub const ALL: [Self; 24] = [
        Self::ResetOnAccept,
        Self::ResetBeforeRead,
        Self::ResetBeforeEffect,
        Self::ResetAfterEffect,
        Self::SlowHeaders,
        Self::SlowBody,
        Self::TruncatedBody,
        Self::TruncatedChunkedBody,
        Self::OversizedBody,
        Self::BadGatewayBeforeEffect,
        Self::BadGatewayAfterEffect,
        Self::ProxyPageBeforeEffect,
        Self::ProxyPageAfterEffect,
        Self::EmptyErrorBeforeEffect,
        Self::EmptyErrorAfterEffect,
        Self::TooManyRequests,
        Self::TooManyRequestsRetryAfter,
        Self::ServiceUnavailable,
        Self::ServiceUnavailableRetryAfter,
        Self::WrongContentType,
        Self::InvalidJson,
        Self::Redirect,
        Self::ExpiredToken,
        Self::StaleNonce,
    ];

    /// Whether an affected request is certain not to be executed. For [`ExpiredToken`](Self::ExpiredToken) and
    /// [`StaleNonce`](Self::StaleNonce) it is false, because it depends on the credential.
    #[must_use]
    pub const fn prevents_effect(self) -> bool {
        // Exhaustive, so that the compiler asks for a decision about a new kind.
        match self {
            Self::ResetOnAccept
            | Self::ResetBeforeRead
            | Self::ResetBeforeEffect
            | Self::BadGatewayBeforeEffect
            | Self::ProxyPageBeforeEffect
            | Self::EmptyErrorBeforeEffect
            | Self::TooManyRequests
            | Self::TooManyRequestsRetryAfter
            | Self::ServiceUnavailable
            | Self::ServiceUnavailableRetryAfter
            | Self::Redirect => true,
            Self::ResetAfterEffect
            | Self::SlowHeaders
            | Self::SlowBody
            | Self::TruncatedBody
            | Self::TruncatedChunkedBody
            | Self::OversizedBody
            | Self::BadGatewayAfterEffect
            | Self::ProxyPageAfterEffect
            | Self::EmptyErrorAfterEffect
            | Self::WrongContentType
            | Self::InvalidJson
            | Self::ExpiredToken
            | Self::StaleNonce => false,
        }
    }

    /// Whether it applies to connections rather than to requests.
    pub(crate) const fn applies_to_connections(self) -> bool {
        matches!(self, Self::ResetOnAccept)
    }
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn all_lists_each_kind_once() {
        assert_eq!(FaultKind::ALL.into_iter().collect::<BTreeSet<_>>().len(), FaultKind::ALL.len());
    }
}
