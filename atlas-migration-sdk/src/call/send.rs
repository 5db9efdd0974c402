//! One call of one operation: switches, tries, authentication, limits, and the errors that come of them.

use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use futures_util::future::Either;
use reqwest::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Method, Request, StatusCode, Url};
use tracing::{Instrument as _, Span};

use super::envelope;
use super::media_type::{DatedMediaType, JSON};
use super::parts::RequestParts;
use super::response::Response;
use super::retry::{self, RetryState};
use super::shared::Shared;
use crate::auth::Attempt;
use crate::error::{Effect, Error, ErrorKind, ErrorResponse, Result};
use crate::http::{Deadline, Received, ResponseMetadata, receive};
use crate::values::date::Date;
use crate::values::operation::{Operation, Version};
use crate::values::secret::Secret;

/// What listeners filter spans by; it stays when a file is moved.
const TARGET: &str = "atlas_migration_sdk";

/// What the caller asks of one call beyond its arguments.
#[derive(Clone, Copy, Default)]
pub(crate) struct CallOptions {
    pub(crate) envelope: Option<bool>,
    pub(crate) pretty: Option<bool>,
    pub(crate) version: Option<Date>,
}

/// The time, by both clocks.
#[derive(Clone, Copy)]
struct Now {
    /// By that of the system, which limits what happens on the network.
    system: tokio::time::Instant,
    /// By that of the client, which a test may move.
    client: Instant,
}

/// A call of one operation, from its request to its reply.
pub(crate) struct Call<'a> {
    pub(crate) shared: &'a Shared,
    pub(crate) operation: &'static Operation,
    pub(crate) options: CallOptions,
    /// Secrets of the body, which an error of the server might repeat.
    pub(crate) hidden: &'a [Secret],
}

/// What a call has spent so far.
pub(crate) struct Spent {
    /// By the clock of the client.
    began: Instant,
    deadline: Deadline,
    /// When the call began, or last had to wait: the next request leaves hardly later, so that nobody need look at a
    /// clock again.
    now: Now,
    requests: u32,
}

// A call is a few asynchronous functions deep and no deeper: each costs every call a state of its own, some memory and
// a jump that no processor foresees. What does not wait is not asynchronous, and what rarely waits is boxed.
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

    /// Begins: from now on the time of the call counts.
    pub(crate) fn begin(&self) -> (Spent, Span) {
        let now = self.now();
        let deadline = Deadline::after(self.shared.operation_timeout, now.system);
        let span = tracing::info_span!(
            target: TARGET,
            "atlas_call",
            operation = self.operation.id,
            status = tracing::field::Empty,
            error = tracing::field::Empty,
            requests = tracing::field::Empty
        );
        (Spent { began: now.client, deadline, now, requests: 0 }, span)
    }

    fn now(&self) -> Now {
        Now { system: tokio::time::Instant::now(), client: self.shared.clock.now() }
    }

    /// Ends: reads the body of a success; a failure keeps what else the reply says.
    pub(crate) fn end<T>(
        &self,
        result: Result<Received>,
        spent: &Spent,
        span: &Span,
        read: impl FnOnce(&[u8]) -> Result<T>,
    ) -> Result<Response<T>> {
        let result = match result {
            Ok(received) => self.read(received, spent, read),
            Err(error) => Err(error.with_credential(self.shared.authenticator.kind())),
        };
        let result = result.map_err(|error| error.with_operation(self.operation));
        if !span.is_disabled() {
            note(span, result.as_ref().map(|reply| reply.metadata.status()));
            span.record("requests", spent.requests);
        }
        result
    }

    fn read<T>(
        &self,
        Received { status, headers, body }: Received,
        spent: &Spent,
        read: impl FnOnce(&[u8]) -> Result<T>,
    ) -> Result<Response<T>> {
        match read(&body) {
            Ok(value) => {
                let duration = self.shared.clock.now().saturating_duration_since(spent.began);
                Ok(Response::new(value, ResponseMetadata::new(status, headers, duration, spent.requests)))
            }
            Err(error) => Err(error.with_reply(ErrorResponse::without_body(status, *headers))),
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
    ///
    /// Each try has a span of its own inside of the call's. The waits between tries are polled in neither: to enter a span
    /// around everything would cost every call for what happens rarely.
    pub(crate) async fn send(
        &self,
        parts: &RequestParts,
        spent: &mut Spent,
        of_call: &Span,
    ) -> Result<Received> {
        let mut earlier = Effect::None;
        let mut waited = Duration::ZERO;
        let mut tries = 0;
        loop {
            tries += 1;
            if let Some(wait) = self.shared.pace.take_place(self.operation, || self.shared.clock.now()) {
                self.sleep(wait, spent).await.map_err(|error| error.after_effect(earlier))?;
                waited += wait;
            }
            let span = of_call.in_scope(|| {
                tracing::debug_span!(
                    target: TARGET,
                    "atlas_attempt",
                    attempt = tries,
                    delay_ms = waited.as_millis() as u64,
                    status = tracing::field::Empty,
                    error = tracing::field::Empty
                )
            });
            // Who listens to calls but not to tries must not lose what happens inside of one.
            let around = if span.is_disabled() { of_call } else { &span };
            let result = if around.is_disabled() {
                self.send_authenticated(parts, spent).await
            } else {
                // Boxed, so that there is room for it only where somebody listens.
                Box::pin(self.send_authenticated(parts, spent)).instrument(around.clone()).await
            };
            let error = match self.judge(result, &span) {
                Ok(received) => return Ok(received),
                Err(error) => error.after_effect(earlier),
            };
            // A policy of the caller's own may write to the log.
            let wait = of_call.in_scope(|| self.next_delay(&error, tries, spent));
            let Some(wait) = wait else { return Err(error) };
            earlier = earlier.max(error.effect());
            waited = wait;
            self.sleep(wait, spent).await.map_err(|error| error.after_effect(earlier))?;
        }
    }

    /// What became of a try: a success, or why it is none.
    fn judge(&self, result: Result<Received>, span: &Span) -> Result<Received> {
        if !span.is_disabled() {
            note(span, result.as_ref().map(|received| received.status.as_u16()));
        }
        let received = result?;
        self.shared.pace.note(self.operation, &received.headers, || self.shared.clock.now());
        if received.status.is_success() { Ok(received) } else { Err(self.failure(received)) }
    }

    /// How long to wait before the next try, or nothing where there is to be none.
    fn next_delay(&self, error: &Error, tries: u32, spent: &Spent) -> Option<Duration> {
        if spent.deadline.is_missed() {
            return None;
        }
        let elapsed = self.shared.clock.now().saturating_duration_since(spent.began);
        let state = RetryState::new(self.operation, error, tries, elapsed, fastrand::f64());
        retry::next_delay(&*self.shared.retry, &state, self.shared.operation_timeout)
    }

    /// Sends, and sends again where a 401 taught what to send instead. A 401 did nothing, so nothing happens twice.
    async fn send_authenticated(&self, parts: &RequestParts, spent: &mut Spent) -> Result<Received> {
        let mut sent = 0;
        loop {
            sent += 1;
            // By a name of its own: waited for in one expression, it would be kept twice.
            let exchange = self.exchange(parts, spent)?;
            let (result, attempt) = exchange.await?;
            spent.requests += 1;
            let received = match result {
                Ok(received) => received,
                // Without a credential it could do nothing, whether or not it arrived.
                Err(error) if attempt.is_bare() => {
                    return Err(spent.deadline.explain(error).without_effect());
                }
                Err(error) => return Err(spent.deadline.explain(error)),
            };
            let received = if self.envelope() { envelope::open(received) } else { received };
            if received.status != StatusCode::UNAUTHORIZED {
                return Ok(received);
            }
            // The loop ends: the authenticator says no after a few attempts.
            if let Some(refusal) = Box::pin(self.learn(received, attempt, sent, &spent.deadline)).await? {
                return Ok(refusal);
            }
            spent.now = self.now();
        }
    }

    /// Makes a request, and sends it if there is a credential at hand; else that comes first. An error inside comes
    /// before the sending, and the result inside of that is what came of it.
    fn exchange(
        &self,
        parts: &RequestParts,
        spent: &Spent,
    ) -> Result<impl Future<Output = Result<(Result<Received>, Attempt<'_>)>> + use<'_>> {
        let mut request = self.request(parts)?;
        let attempt = self.shared.authenticator.authorize_at_once(&mut request, spent.now.client);
        let Some(attempt) = attempt.map_err(Error::without_effect)? else {
            return Ok(Either::Right(Box::pin(self.authorize(request, spent.deadline))));
        };
        let limit = spent.deadline.limit_request(self.shared.attempt_timeout, spent.now.system)?;
        let reply = receive(self.shared.http.execute(request), limit, self.shared.max_response_size);
        Ok(Either::Left(reply.map(|result| Ok((result, attempt)))))
    }

    async fn authorize(
        &self,
        mut request: Request,
        deadline: Deadline,
    ) -> Result<(Result<Received>, Attempt<'_>)> {
        let attempt = deadline.wait_for(self.shared.authenticator.authorize(&mut request)).await?;
        let attempt = attempt.map_err(Error::without_effect)?;
        let limit = deadline.limit_request(self.shared.attempt_timeout, self.now().system)?;
        Ok((receive(self.shared.http.execute(request), limit, self.shared.max_response_size).await, attempt))
    }

    /// After a 401: the refusal once more if that is the answer, nothing if the request deserves another attempt.
    async fn learn(
        &self,
        refusal: Received,
        attempt: Attempt<'_>,
        sent: u32,
        deadline: &Deadline,
    ) -> Result<Option<Received>> {
        let reply = self.read_failure(&refusal);
        let authenticator = &self.shared.authenticator;
        let learned = authenticator.learn_from_refusal(attempt, &reply.headers, reply.code.as_ref(), sent);
        let learned = deadline.wait_for(learned).await?.map_err(Error::without_effect)?;
        Ok((!learned).then_some(refusal))
    }

    async fn sleep(&self, wait: Duration, spent: &mut Spent) -> Result<()> {
        Box::pin(spent.deadline.wait_for(self.shared.clock.sleep(wait))).await?;
        spent.now = self.now();
        Ok(())
    }

    /// The request of one try, without a credential: the parts, and what the table knows and generated code does not.
    fn request(&self, parts: &RequestParts) -> Result<Request> {
        let mut request = parts.to_request(self.operation.method.to_http(), &self.shared.base_url);
        self.append_switches(request.url_mut());
        let has_body = request.body().is_some();
        let needs_length = [Method::POST, Method::PUT, Method::PATCH].contains(request.method());
        let headers = request.headers_mut();
        // Nothing is there that these would have to replace.
        headers.append(ACCEPT, self.media_type(self.operation.response_versions)?);
        if has_body {
            headers.append(CONTENT_TYPE, self.body_type()?);
        } else if needs_length {
            // RFC 9110 section 8.6; some gateways answer 411 without it.
            headers.append(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        Ok(request)
    }

    fn failure(&self, received: Received) -> Error {
        Error::answered(ErrorKind::Api, self.read_failure(&received))
    }

    fn read_failure(&self, received: &Received) -> ErrorResponse {
        self.shared.authenticator.with_secrets(|secrets| {
            let hidden = self.hidden.iter().map(Secret::expose_secret);
            let secrets: Vec<&str> = secrets.iter().copied().chain(hidden).collect();
            let now = self.shared.clock.system_time();
            ErrorResponse::read(
                received.status,
                HeaderMap::clone(&received.headers),
                &received.body,
                now,
                &secrets,
            )
        })
    }
}

/// Notes in the span what came of it. Where nobody listens, it is not worth calling: each field would be looked up.
fn note(span: &Span, result: std::result::Result<u16, &Error>) {
    match result {
        Ok(status) => span.record("status", status),
        Err(error) => {
            span.record("error", tracing::field::debug(error.kind()));
            span.record("status", error.status())
        }
    };
}
