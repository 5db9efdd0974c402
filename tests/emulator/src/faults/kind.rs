//! The kinds of fault, each with what a client sees and whether the request is carried out all the same.

use std::fmt;

/// What goes wrong.
///
/// Where the reply has no body by its status, that is, 204, the faults of the body change nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum FaultKind {
    /// The connection is accepted and reset at once, before anything is read. **Not carried out.**
    ///
    /// The system has accepted by then, so that a client's `connect` mostly succeeds and its first write or read
    /// fails: "connection reset by peer", or "broken pipe"; a client that is slow to look finds the reset in `connect`
    /// already. It hits the next *connection*, whatever the request will be; a kept one
    /// brings its requests unharmed, see [`keep_alive`](crate::EmulatorBuilder::keep_alive). A port that refuses, so
    /// that `connect` itself fails, cannot be had for one request, because a listener does not know what a
    /// connection will bring: [`Emulator::set_listening`](crate::Emulator::set_listening) closes it for all.
    RefuseConnection,
    /// The connection is reset when the head of the request is known, and the body has not been read. **Not carried
    /// out.** The client sees a reset after it has sent something; it cannot tell this from a lost reply.
    ResetBeforeRead,
    /// The request is read whole, then the connection is reset. **Not carried out.** The client sees the same as
    /// after [`ResetAfterEffect`](Self::ResetAfterEffect).
    ResetBeforeEffect,
    /// The request is carried out, then the connection is reset: the reply is lost. **Carried out.**
    ResetAfterEffect,
    /// The reply is held back whole. **Carried out.** Scripted, it is held until the client gives up or the test
    /// [releases](crate::Injected::release) it; at random, for the [stall](crate::FaultRate::stall).
    SlowHeaders,
    /// Half of the body comes, and the rest is held back like that. **Carried out.**
    SlowBody,
    /// `Content-Length` is right, but only half of the body comes, then the end of the stream. **Carried out.**
    TruncatedBody,
    /// The body comes in chunks and ends in its middle, without a last chunk. **Carried out.**
    TruncatedChunkedBody,
    /// Before the body stands so much white space, see [`Fault::size`](crate::Fault::size), that a client should stop
    /// reading. It is correct JSON for all that. **Carried out.**
    OversizedBody,
    /// A 502 of a gateway, in HTML, instead. **Not carried out.**
    BadGatewayBeforeEffect,
    /// The same 502, though the server behind the gateway did its work. **Carried out.**
    BadGatewayAfterEffect,
    /// A 500 without a body, instead. **Not carried out.**
    EmptyErrorBeforeEffect,
    /// The same 500 in place of the reply. **Carried out.**
    EmptyErrorAfterEffect,
    /// A 429 without `Retry-After`. The error of the API says how long to wait in its parameters, that of the token
    /// endpoint does not. **Not carried out.**
    TooManyRequests,
    /// A 429 with `Retry-After`, see [`Fault::retry_after`](crate::Fault::retry_after). **Not carried out.**
    TooManyRequestsRetryAfter,
    /// A 503. **Not carried out.**
    ServiceUnavailable,
    /// A 503 with `Retry-After`. **Not carried out.**
    ServiceUnavailableRetryAfter,
    /// The right reply, said to be `text/plain`. **Carried out.**
    WrongContentType,
    /// The right reply, but for a body that is cut off in its middle and complete as HTTP. **Carried out.**
    InvalidJson,
    /// A 307 to another host, see [`Fault::location`](crate::Fault::location). **Not carried out.**
    Redirect,
    /// Every access token ends just before the request is looked at. **A bearer token is refused with 401**; a
    /// request with another credential takes its usual course.
    ExpiredToken,
    /// Every nonce is forgotten just before the request is looked at. **Digest credentials are answered with 401 and
    /// `stale=true`**; a request with another credential takes its usual course.
    StaleNonce,
}

impl FaultKind {
    /// Every kind, for a test that goes through them.
    pub const ALL: [Self; 22] = [
        Self::RefuseConnection,
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

    /// Whether a request that it hits is surely not carried out. For [`ExpiredToken`](Self::ExpiredToken) and
    /// [`StaleNonce`](Self::StaleNonce) it is false, because that depends on the credential.
    #[must_use]
    pub const fn prevents_effect(self) -> bool {
        // Without `_`, so that a new kind must be thought about.
        match self {
            Self::RefuseConnection
            | Self::ResetBeforeRead
            | Self::ResetBeforeEffect
            | Self::BadGatewayBeforeEffect
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
            | Self::EmptyErrorAfterEffect
            | Self::WrongContentType
            | Self::InvalidJson
            | Self::ExpiredToken
            | Self::StaleNonce => false,
        }
    }

    /// Whether it hits connections, and not requests.
    pub(crate) const fn hits_connections(self) -> bool {
        matches!(self, Self::RefuseConnection)
    }
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The name of the variant says it.
        fmt::Debug::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn lists_each_kind_once() {
        assert_eq!(FaultKind::ALL.into_iter().collect::<BTreeSet<_>>().len(), FaultKind::ALL.len());
    }
}
