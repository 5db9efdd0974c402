//! The one error type: what failed, why, and what to do.
//!
//! [`Error`] is opaque and small. [`Error::kind`] says where on the way it failed; the predicates say what a caller
//! can do about it. No error holds a whole body or a secret.

mod code;
mod reply;
mod text;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

#[cfg(test)]
use reqwest::header::HeaderMap;
use serde_json::Value;

pub use code::ErrorCode;
pub use reply::FieldViolation;
pub(crate) use reply::{ErrorReply, header_text, http_date, presentable};

use crate::auth::CredentialKind;
use crate::operation::{Method, Operation};

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
    reply: Option<ErrorReply>,
    /// What the failed tries of the call may have done, the last one not counted.
    earlier: Effect,
    /// Whether the call failed before its request could do anything: for want of a token, of a challenge, of time.
    unsent: bool,
    job_state: Option<String>,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
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

/// Where on the way a call failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client cannot be built from what it was given. Nothing was sent.
    Configuration,
    /// The request is wrong by itself: a parameter, a body, a version. Nothing was sent.
    InvalidRequest,
    /// The token endpoint refused the service account. The operation's request was not sent.
    TokenRefused,
    /// Too many access tokens were asked for: 10 a minute for each address and service account.
    /// [`Error::retry_after`] says how long to wait. The operation's request was not sent.
    TokenRateLimited,
    /// The service account has as many active access tokens as it may have, 100. Revoke some, or wait until they
    /// expire. The operation's request was not sent.
    TokenLimitReached,
    /// No connection could be made. The request did not reach the server.
    Connect,
    /// A time limit passed. The request may have reached the server.
    Timeout,
    /// The connection broke. The request may have reached the server.
    Transport,
    /// The server answered with a failure. [`Error::status`] and [`Error::code`] say which.
    Api,
    /// The server answered with success, but the reply cannot be read. What was asked for happened.
    InvalidReply,
    /// The reply is larger than [`ClientBuilder::max_reply_size`](crate::ClientBuilder::max_reply_size) allows.
    ReplyTooLarge,
    /// The validation or migration that was waited for has failed.
    JobFailed,
    /// The migration that was waited for was not cut over in time.
    JobExpired,
    /// The validation or migration that was waited for is in a state that this version does not know.
    /// [`Error::job_state`] names it. It goes on; read it, or wait for it with a newer version.
    JobStateUnknown,
}

impl Inner {
    fn effect(&self) -> Effect {
        if self.unsent {
            return Effect::None;
        }
        match self.kind {
            ErrorKind::Configuration
            | ErrorKind::InvalidRequest
            | ErrorKind::TokenRefused
            | ErrorKind::TokenRateLimited
            | ErrorKind::TokenLimitReached
            | ErrorKind::Connect
            | ErrorKind::JobFailed
            | ErrorKind::JobExpired
            | ErrorKind::JobStateUnknown => Effect::None,
            ErrorKind::Timeout | ErrorKind::Transport => Effect::Unknown,
            // A server or a gateway that gave up may have begun; every other status is a refusal.
            ErrorKind::Api => match self.reply.as_ref().map(|reply| reply.status.as_u16()) {
                Some(408 | 500..) | None => Effect::Unknown,
                Some(_) => Effect::None,
            },
            ErrorKind::InvalidReply | ErrorKind::ReplyTooLarge => Effect::Happened,
        }
    }
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
            unsent: false,
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
        } else if error.is_connect() {
            (ErrorKind::Connect, "could not connect")
        } else if error.is_builder() {
            (ErrorKind::InvalidRequest, "the request could not be built")
        } else {
            (ErrorKind::Transport, "the connection broke before the reply was read")
        };
        Self::new(kind, message).with_source(error.without_url())
    }

    /// The server's answer.
    pub(crate) fn answered(kind: ErrorKind, reply: ErrorReply) -> Self {
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

    pub(crate) fn with_reply(mut self, reply: ErrorReply) -> Self {
        self.inner_mut().reply = Some(reply);
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

    /// Too many requests: wait for [`retry_after`](Self::retry_after), then try again. The request did nothing.
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        self.0.kind == ErrorKind::TokenRateLimited || self.status() == Some(429)
    }

    /// The credential is missing, wrong, expired or revoked: give another one.
    #[must_use]
    pub fn is_unauthenticated(&self) -> bool {
        let rights = self.code().is_some_and(ErrorCode::is_about_rights);
        self.0.kind == ErrorKind::TokenRefused || (self.status() == Some(401) && !rights)
    }

    /// The credential is good but lacks a role: grant it [`Operation::required_role`].
    #[must_use]
    pub fn is_missing_role(&self) -> bool {
        match (self.status(), self.code()) {
            (Some(401), Some(ErrorCode::NotOrgGroupCreator)) => true,
            // A 403 without a code is a proxy's.
            (Some(403), Some(_)) => self.0.kind == ErrorKind::Api && !self.is_not_on_access_list(),
            _ => false,
        }
    }

    /// The caller's address is not on the access list of the credential: add it there.
    #[must_use]
    pub fn is_not_on_access_list(&self) -> bool {
        matches!(
            self.code(),
            Some(
                ErrorCode::IpAddressNotOnAccessList
                    | ErrorCode::OrgRequiresAccessList
                    | ErrorCode::ApiKeyAccessListAccessDenied
            )
        )
    }

    /// The caller's address, as a refusal by an access list names it.
    #[must_use]
    pub fn refused_address(&self) -> Option<std::net::IpAddr> {
        if !self.is_not_on_access_list() {
            return None;
        }
        self.0.reply.as_ref()?.refused_address()?.parse().ok()
    }

    /// There is no such thing, or the credential may not see it.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.status() == Some(404)
    }

    /// The state of the resource forbids it, such as a running migration: change the state first.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        self.status() == Some(409)
    }

    /// The version of the API that was asked for does not exist or no longer answers: ask for another one.
    #[must_use]
    pub fn is_version_unavailable(&self) -> bool {
        matches!(self.status(), Some(406 | 410))
    }

    /// A time limit passed, on connecting or later.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.0.kind == ErrorKind::Timeout
    }

    /// The request surely did not reach the operation: to send it again cannot make anything happen twice.
    ///
    /// False where it may have reached it, and where the server answered.
    #[must_use]
    pub fn was_never_sent(&self) -> bool {
        // Of the failures without effect, an answer shows that the request arrived.
        let answered = matches!(
            self.0.kind,
            ErrorKind::Api | ErrorKind::JobFailed | ErrorKind::JobExpired | ErrorKind::JobStateUnknown
        );
        (!answered || self.0.unsent) && self.0.earlier.max(self.effect()) == Effect::None
    }

    /// What was asked for may have happened although the call failed: the reply was lost, cannot be read, or says
    /// that the server failed. Look before you ask for it again; the error's text says where.
    ///
    /// Never true of an operation that only reads.
    #[must_use]
    pub fn may_have_happened(&self) -> bool {
        let reads = self.0.operation.is_some_and(|operation| operation.method == Method::Get);
        !reads && self.0.earlier.max(self.effect()) != Effect::None
    }

    /// What the request of this failure did.
    pub(crate) fn effect(&self) -> Effect {
        self.0.effect()
    }

    /// Notes that the call failed before its request could do anything: while it fetched a token, asked for a digest
    /// challenge without a credential, or waited for its turn.
    pub(crate) fn before_sending(mut self) -> Self {
        self.inner_mut().unsent = true;
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
        Self::answered(ErrorKind::Api, ErrorReply::read(status, headers, b"", std::time::UNIX_EPOCH, &[]))
    }
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
