//! One call of one operation: switches, tries, authentication, limits, and the errors that come of them.

use std::pin::pin;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use reqwest::{Method, Request, StatusCode, Url};
use tracing::Instrument as _;

use super::deadline::Deadline;
use super::media_type::{DatedMediaType, JSON};
use super::receive::{Received, receive};
use super::reply::{Reply, ReplyMeta};
use super::{CallOptions, Shared, envelope};
use crate::date::Date;
use crate::error::{Effect, Error, ErrorKind, ErrorReply, Result};
use crate::operation::{Operation, Version};
use crate::retry::{self, RetryState};
use crate::secret::Secret;

/// What listeners filter spans by; it stays when a file is moved.
const TARGET: &str = "atlas_migration_sdk";

/// A call of one operation, from its request to its reply.
pub(crate) struct Call<'a> {
    pub(crate) shared: &'a Shared,
    pub(crate) operation: &'static Operation,
    pub(crate) options: CallOptions,
    /// Secrets of the body, which an error of the server might repeat.
    pub(crate) hidden: Vec<Secret>,
}

/// What a call has spent so far.
struct Spent {
    deadline: Deadline,
    requests: u32,
}

impl Call<'_> {
    /// Refuses, before anything is sent, what this operation cannot do.
    ///
    /// `oldest` is the oldest version that the body and the reply of this call are made for.
    pub(crate) fn check(&self, oldest: Option<Date>) -> Result<()> {
        let refusal = |message| Err(Error::invalid_request(message).with_operation(self.operation));
        if self.options.pretty == Some(true) && self.operation.parameter("pretty").is_none() {
            return refusal(format!("{} has no parameter `pretty`", self.operation.id));
        }
        let version = self.options.version.or(self.shared.version.as_ref().map(|version| version.date));
        match (version, oldest) {
            (Some(version), Some(oldest)) if version < oldest => refusal(format!(
                "the API version {version} is older than {oldest}, the version whose schema this call speaks; ask \
                 for {oldest} or newer, or send an older body with Client::request"
            )),
            _ => Ok(()),
        }
    }

    /// Sends the request of this call and returns the whole reply, a failure as a typed error.
    pub(crate) async fn send(&self, mut request: Request) -> Result<Reply<Bytes>> {
        let began = self.shared.clock.now();
        let mut spent = Spent { deadline: Deadline::after(self.shared.total_timeout), requests: 0 };
        let span = tracing::info_span!(
            target: TARGET,
            "atlas_call",
            operation = self.operation.id,
            status = tracing::field::Empty,
            error = tracing::field::Empty,
            requests = tracing::field::Empty
        );
        self.append_switches(request.url_mut());
        // Pinned where it stands, as below: it is large, and each adapter would move it once more.
        let result = {
            let sending = pin!(self.send_within_limits(request, &mut spent));
            sending.instrument(span.clone()).await
        };
        match &result {
            Ok(received) => span.record("status", received.status.as_u16()),
            Err(error) => {
                span.record("error", tracing::field::debug(error.kind()));
                span.record("status", error.status())
            }
        };
        span.record("requests", spent.requests);
        let Received { status, headers, body } = result.map_err(|error| {
            error.with_operation(self.operation).with_credential(self.shared.authenticator.kind())
        })?;
        let duration = self.shared.clock.now().saturating_duration_since(began);
        Ok(Reply::new(body, ReplyMeta::new(status, headers, duration, spent.requests)))
    }

    /// Reads the body of a success; a failure keeps what else the reply says.
    pub(crate) fn read<T>(
        &self,
        reply: Reply<Bytes>,
        read: impl FnOnce(&[u8]) -> Result<T>,
    ) -> Result<Reply<T>> {
        match read(&reply.value) {
            Ok(value) => Ok(Reply::new(value, reply.meta)),
            Err(error) => {
                let (status, headers) = reply.meta.into_parts();
                let reply = ErrorReply::without_body(status, headers);
                Err(error.with_operation(self.operation).with_reply(reply))
            }
        }
    }

    /// Whether this call asks for enveloped replies; an operation that knows none is left alone.
    fn envelope(&self) -> bool {
        self.options.envelope.unwrap_or(self.shared.envelope)
            && self.operation.parameter("envelope").is_some()
    }

    /// Appends `envelope` and `pretty` where they are asked for; absent, they are the server's default.
    fn append_switches(&self, url: &mut Url) {
        if self.envelope() {
            url.query_pairs_mut().append_pair("envelope", "true");
        }
        if self.options.pretty.unwrap_or(self.shared.pretty) && self.operation.parameter("pretty").is_some() {
            url.query_pairs_mut().append_pair("pretty", "true");
        }
    }

    fn media_type(&self, versions: &'static [Version]) -> Result<HeaderValue> {
        match (self.options.version, &self.shared.version) {
            (Some(date), _) => DatedMediaType::new(date).map(|version| version.header),
            (None, Some(version)) => Ok(version.header.clone()),
            (None, None) => Ok(self.shared.media_types.newest(versions).unwrap_or(JSON)),
        }
    }

    /// The media type of the body: that of the newest version that is known and not later than what was asked for. The
    /// date that was asked for may name a version whose body is another.
    fn body_type(&self) -> Result<HeaderValue> {
        let asked_for = self.options.version.or(self.shared.version.as_ref().map(|version| version.date));
        let versions = self.operation.request_versions;
        let known = versions.iter().rposition(|version| asked_for.is_none_or(|date| version.date <= date));
        match known.and_then(|known| self.shared.media_types.newest(&versions[..=known])) {
            Some(media_type) => Ok(media_type),
            None => self.media_type(versions),
        }
    }

    /// Sends the request, and again where that is safe, the policy wants it and time is left.
    async fn send_within_limits(&self, mut request: Request, spent: &mut Spent) -> Result<Received> {
        let began = self.shared.clock.now();
        let mut earlier = Effect::None;
        let mut waited = Duration::ZERO;
        let mut tries = 0;
        loop {
            tries += 1;
            let error = match self.send_once(&mut request, tries, waited, spent).await {
                Ok(received) => return Ok(received),
                Err(error) => error.after_effect(earlier),
            };
            if spent.deadline.left().is_zero() {
                return Err(error);
            }
            earlier = earlier.max(error.effect());
            let elapsed = self.shared.clock.now().saturating_duration_since(began);
            let state = RetryState::new(self.operation, &error, tries, elapsed, fastrand::f64());
            let wait = retry::wait_before_next(&*self.shared.retry, &state, self.shared.total_timeout);
            let Some(wait) = wait else { return Err(error) };
            waited = wait;
            self.sleep(wait, spent).await.map_err(|error| error.after_effect(earlier))?;
        }
    }

    /// One try: the place in the line, authentication, the reply, the envelope.
    async fn send_once(
        &self,
        request: &mut Request,
        attempt: u32,
        mut waited: Duration,
        spent: &mut Spent,
    ) -> Result<Received> {
        if let Some(wait) = self.shared.pace.take_place(self.operation, || self.shared.clock.now()) {
            self.sleep(wait, spent).await?;
            waited += wait;
        }
        let span = tracing::debug_span!(
            target: TARGET,
            "atlas_try",
            attempt,
            wait_ms = waited.as_millis() as u64,
            status = tracing::field::Empty,
            error = tracing::field::Empty
        );
        let received = match pin!(self.send_authenticated(request, spent)).instrument(span.clone()).await {
            Ok(received) => received,
            Err(error) => {
                span.record("error", tracing::field::debug(error.kind()));
                return Err(error);
            }
        };
        span.record("status", received.status.as_u16());
        self.shared.pace.note(self.operation, &received.headers, || self.shared.clock.now());
        if received.status.is_success() { Ok(received) } else { Err(self.failure(received)) }
    }

    /// Sends, and sends again where a 401 taught what to send instead. A 401 did nothing, so nothing happens twice.
    async fn send_authenticated(&self, request: &mut Request, spent: &mut Spent) -> Result<Received> {
        let authenticator = &self.shared.authenticator;
        let mut sent = 0;
        loop {
            sent += 1;
            let spare = duplicate(request)?;
            let mut current = std::mem::replace(request, spare);
            self.prepare(&mut current)?;
            let attempt =
                match authenticator.authorize_at_once(&mut current).map_err(Error::before_sending)? {
                    Some(attempt) => attempt,
                    // Boxed, here and below, because it is rare and would make every call's future larger.
                    None => Box::pin(spent.deadline.wait_for(authenticator.authorize(&mut current)))
                        .await?
                        .map_err(Error::before_sending)?,
                };
            self.limit(&mut current, &spent.deadline);
            spent.requests += 1;
            let received = match receive(&self.shared.http, current, self.shared.max_reply_size).await {
                Ok(received) => received,
                // Without a credential it could do nothing, whether or not it arrived.
                Err(error) if attempt.is_bare() => {
                    return Err(spent.deadline.explain(error).before_sending());
                }
                Err(error) => return Err(spent.deadline.explain(error)),
            };
            let received = if self.envelope() { envelope::open(received) } else { received };
            if received.status != StatusCode::UNAUTHORIZED {
                return Ok(received);
            }
            let reply = self.read_failure(&received);
            // The loop ends: `learn_from_refusal` says no after a few attempts.
            let learned =
                authenticator.learn_from_refusal(attempt, &reply.headers, reply.code.as_ref(), sent);
            let learned = Box::pin(spent.deadline.wait_for(learned)).await?;
            if !learned.map_err(Error::before_sending)? {
                return Ok(received);
            }
        }
    }

    async fn sleep(&self, wait: Duration, spent: &Spent) -> Result<()> {
        Box::pin(spent.deadline.wait_for(self.shared.clock.sleep(wait))).await
    }

    /// Sets the media types, which the table knows and generated code does not.
    fn prepare(&self, request: &mut Request) -> Result<()> {
        let has_body = request.body().is_some();
        let needs_length = [Method::POST, Method::PUT, Method::PATCH].contains(request.method());
        let headers = request.headers_mut();
        headers.insert(ACCEPT, self.media_type(self.operation.response_versions)?);
        if has_body {
            headers.insert(CONTENT_TYPE, self.body_type()?);
        } else if needs_length {
            // RFC 9110 section 8.6; some gateways answer 411 without it.
            headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        Ok(())
    }

    /// Gives the request its time: that of a try, or what is left of the call's.
    fn limit(&self, request: &mut Request, deadline: &Deadline) {
        let (left, limit) = (deadline.left(), self.shared.try_timeout);
        if left < limit {
            *request.timeout_mut() = Some(left);
        } else if !self.shared.try_timeout_is_default {
            *request.timeout_mut() = Some(limit);
        }
    }

    fn failure(&self, received: Received) -> Error {
        Error::answered(ErrorKind::Api, self.read_failure(&received))
    }

    fn read_failure(&self, received: &Received) -> ErrorReply {
        self.shared.authenticator.with_secrets(|secrets| {
            let hidden = self.hidden.iter().map(Secret::expose_secret);
            let secrets: Vec<&str> = secrets.iter().copied().chain(hidden).collect();
            let now = self.shared.clock.wall();
            ErrorReply::read(received.status, received.headers.clone(), &received.body, now, &secrets)
        })
    }
}

/// The request once more, for another try.
///
/// Not `try_clone`, which makes a map of extensions anew. Headers are copied only where there are others than the type
/// of the body, which [`Call::prepare`] sets.
fn duplicate(request: &Request) -> Result<Request> {
    let mut copy = Request::new(request.method().clone(), request.url().clone());
    if request.headers().keys().any(|name| name != CONTENT_TYPE) {
        copy.headers_mut().clone_from(request.headers());
    }
    if let Some(body) = request.body() {
        let body = body.as_bytes().ok_or_else(|| Error::invalid_request("the body is a stream"))?;
        *copy.body_mut() = Some(body.to_vec().into());
    }
    Ok(copy)
}
