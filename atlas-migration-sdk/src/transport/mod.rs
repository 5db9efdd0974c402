//! The one place that sends: media types, authentication, limits, and what is known of a reply.
//!
//! Every call owns a [`Call`], which is the inner value of the generated client that makes the request. The generated
//! method builds the request and reads the success; between the two, its hook hands the request to the [`Call`], which
//! returns a whole reply. A failure cannot pass through the hook with its type, so the [`Call`] keeps it and the hook
//! returns a stand-in that the generated code takes for a failure; [`Call::outcome`] brings the typed error back.

mod envelope;
mod receive;
mod reply;

use std::fmt;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use progenitor_client::{ClientHooks, ClientInfo, OperationInfo, ResponseValue};
use reqwest::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Body, Method, Request, Response, ResponseBuilderExt as _, StatusCode, Url};
use tracing::Instrument as _;

use crate::auth::Authenticator;
use crate::clock::Clock;
use crate::date::Date;
use crate::error::{Effect, Error, ErrorKind, ErrorReply, Result};
use crate::generated::client::Client as GeneratedClient;
use crate::operation::Operation;
use crate::pace::Pace;
use crate::retry::{self, RetryPolicy, RetryState};
use crate::secret::Secret;

pub(crate) use receive::{Received, receive};
pub use reply::{RateLimit, Reply, ReplyMeta};

/// The header that progenitor puts on every request; Atlas does not know it.
const API_VERSION: HeaderName = HeaderName::from_static("api-version");

/// How many headers a request has at most, as a rule: media types, authentication, and what reqwest adds.
const USUAL_HEADERS: usize = 6;
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// What all calls of a client share.
pub(crate) struct Shared {
    pub(crate) http: reqwest::Client,
    /// Without a trailing slash.
    pub(crate) base_url: String,
    pub(crate) authenticator: Authenticator,
    pub(crate) version: Option<DatedMediaType>,
    pub(crate) media_types: MediaTypes,
    pub(crate) envelope: bool,
    pub(crate) pretty: bool,
    /// For a client that was handed in; our own has it as its default, which costs less than one with each request.
    pub(crate) try_timeout: Option<Duration>,
    pub(crate) total_timeout: Duration,
    pub(crate) max_reply_size: usize,
    pub(crate) retry: Arc<dyn RetryPolicy>,
    pub(crate) pace: Pace,
    pub(crate) clock: Arc<dyn Clock>,
}

/// A version of the API and its media type as a header, made once.
#[derive(Clone)]
pub(crate) struct DatedMediaType {
    pub(crate) date: Date,
    pub(crate) header: HeaderValue,
}

impl DatedMediaType {
    pub(crate) fn new(date: Date) -> Result<Self> {
        // A date is made of digits and hyphens, which any header can hold.
        let header = HeaderValue::try_from(format!("application/vnd.atlas.{date}+json"))
            .map_err(|_| Error::configuration("the API version cannot stand in a header"))?;
        Ok(Self { date, header })
    }
}

/// The media types of all versions of the table, so that a call only clones a header.
pub(crate) struct MediaTypes(Vec<DatedMediaType>);

impl MediaTypes {
    pub(crate) fn of_the_table() -> Self {
        let mut all = Vec::<DatedMediaType>::new();
        let operations = crate::operations::ALL.iter();
        for version in operations.flat_map(|one| one.request_versions.iter().chain(one.response_versions)) {
            if all.iter().all(|known| known.date != version.date) {
                let header = HeaderValue::from_static(version.media_type);
                all.push(DatedMediaType { date: version.date, header });
            }
        }
        Self(all)
    }

    /// That of the newest of these versions.
    fn newest(&self, versions: &[crate::operation::Version]) -> Option<HeaderValue> {
        let newest = versions.last()?.date;
        self.0.iter().find(|known| known.date == newest).map(|known| known.header.clone())
    }
}

/// What the caller asks of one call beyond its arguments.
#[derive(Clone, Default)]
pub(crate) struct CallOptions {
    pub(crate) envelope: Option<bool>,
    pub(crate) pretty: Option<bool>,
    pub(crate) version: Option<Date>,
}

/// One call of one operation, from the request to the reply.
pub(crate) struct Call {
    shared: Arc<Shared>,
    operation: &'static Operation,
    options: CallOptions,
    /// Secrets of the body, which an error of the server might repeat.
    hidden: Vec<Secret>,
    kept: Mutex<Kept>,
}

/// What the hook cannot return.
#[derive(Default)]
struct Kept {
    failure: Option<Error>,
    /// Those of the reply: the generated code would clone them and has no use for them.
    headers: HeaderMap,
    status: Option<StatusCode>,
    duration: Duration,
    requests: u32,
}

impl Call {
    pub(crate) fn new(shared: Arc<Shared>, operation: &'static Operation, options: CallOptions) -> Self {
        Self { shared, operation, options, hidden: Vec::new(), kept: Mutex::default() }
    }

    /// Keeps these secrets, which the body holds, out of every error.
    pub(crate) fn hiding(mut self, secrets: impl IntoIterator<Item = Secret>) -> Self {
        self.hidden.extend(secrets);
        self
    }

    /// The generated client that makes this call.
    pub(crate) fn into_client(self) -> GeneratedClient {
        let shared = Arc::clone(&self.shared);
        GeneratedClient::new_with_client(&shared.base_url, shared.http.clone(), self)
    }

    /// `envelope` and `pretty` as the request should carry them: absent where they are the server's default.
    pub(crate) fn envelope(&self) -> Option<bool> {
        self.options.envelope.unwrap_or(self.shared.envelope).then_some(true)
    }

    pub(crate) fn pretty(&self) -> Option<bool> {
        self.options.pretty.unwrap_or(self.shared.pretty).then_some(true)
    }

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

    pub(crate) fn operation(&self) -> &'static Operation {
        self.operation
    }

    pub(crate) fn base_url(&self) -> &str {
        &self.shared.base_url
    }

    fn media_type(&self, versions: &'static [crate::operation::Version]) -> Result<HeaderValue> {
        match (self.options.version, &self.shared.version) {
            (Some(date), _) => DatedMediaType::new(date).map(|version| version.header),
            (None, Some(version)) => Ok(version.header.clone()),
            (None, None) => Ok(self.shared.media_types.newest(versions).unwrap_or(JSON)),
        }
    }

    /// Sends the request of this call and returns the whole reply, a failure as a typed error.
    pub(crate) async fn send(&self, request: Request) -> Result<Received> {
        let began = self.shared.clock.now();
        let span = tracing::info_span!(
            "atlas_call",
            operation = self.operation.id,
            status = tracing::field::Empty,
            error = tracing::field::Empty,
            requests = tracing::field::Empty
        );
        // Pinned where it stands: it is large, and each adapter would move it once more.
        let sending = pin!(self.send_within_limits(request));
        let sending = sending.instrument(span.clone());
        let result = tokio::time::timeout(self.shared.total_timeout, sending).await.unwrap_or_else(|_| {
            let limit = self.shared.total_timeout.as_secs_f64();
            let message = format!("not done within {limit} s, the limit for a whole call");
            let error = Error::new(ErrorKind::Timeout, message);
            Err(if self.kept().requests == 0 { error.before_sending() } else { error })
        });
        let mut kept = self.kept();
        kept.duration = self.shared.clock.now().saturating_duration_since(began);
        match &result {
            Ok(received) => span.record("status", received.status.as_u16()),
            Err(error) => {
                span.record("error", tracing::field::debug(error.kind()));
                span.record("status", error.status())
            }
        };
        span.record("requests", kept.requests);
        result.map_err(|error| {
            error.with_operation(self.operation).with_credential(self.shared.authenticator.kind())
        })
    }

    /// Sends the request, and again where that is safe, the policy wants it and time is left.
    async fn send_within_limits(&self, mut request: Request) -> Result<Received> {
        strip(&mut request);
        let began = self.shared.clock.now();
        let mut earlier = Effect::None;
        let mut waited = Duration::ZERO;
        let mut tries = 0;
        loop {
            tries += 1;
            let error = match self.send_once(&request, tries, waited).await {
                Ok(received) => return Ok(received),
                Err(error) => error.after_effect(earlier),
            };
            earlier = earlier.max(error.effect());
            let elapsed = self.shared.clock.now().saturating_duration_since(began);
            let state = RetryState::new(self.operation, &error, tries, elapsed, fastrand::f64());
            let wait = retry::wait_before_next(&*self.shared.retry, &state, self.shared.total_timeout);
            let Some(wait) = wait else { return Err(error) };
            waited = wait;
            self.shared.clock.sleep(wait).await;
        }
    }

    /// One try: the place in the line, authentication, the reply, the envelope.
    async fn send_once(&self, request: &Request, attempt: u32, mut waited: Duration) -> Result<Received> {
        if let Some(wait) = self.shared.pace.take_place(self.operation, self.shared.clock.now()) {
            self.shared.clock.sleep(wait).await;
            waited += wait;
        }
        let span = tracing::debug_span!(
            "atlas_try",
            attempt,
            wait_ms = waited.as_millis() as u64,
            status = tracing::field::Empty,
            error = tracing::field::Empty
        );
        let received = match pin!(self.send_authenticated(request)).instrument(span.clone()).await {
            Ok(received) => received,
            Err(error) => {
                span.record("error", tracing::field::debug(error.kind()));
                return Err(error);
            }
        };
        span.record("status", received.status.as_u16());
        self.shared.pace.note(self.operation, &received.headers, self.shared.clock.now());
        let received = match self.envelope() {
            Some(true) if received.status.is_success() => envelope::open(received),
            _ => received,
        };
        if received.status.is_success() { Ok(received) } else { Err(self.failure(received)) }
    }

    /// A request to send: a copy of the stripped one, with what the table knows.
    ///
    /// Not `try_clone`, which makes a map of extensions anew; and headers are set rather than cloned, which costs less.
    fn prepared(&self, stripped: &Request) -> Result<Request> {
        let mut request = Request::new(stripped.method().clone(), stripped.url().clone());
        if !stripped.headers().is_empty() {
            request.headers_mut().clone_from(stripped.headers());
        }
        let headers = request.headers_mut();
        headers.reserve(USUAL_HEADERS);
        headers.insert(ACCEPT, self.media_type(self.operation.response_versions)?);
        if let Some(body) = stripped.body() {
            headers.insert(CONTENT_TYPE, self.media_type(self.operation.request_versions)?);
            let body = body.as_bytes().ok_or_else(|| Error::invalid_request("the body is a stream"))?;
            *request.body_mut() = Some(body.to_vec().into());
        } else if [Method::POST, Method::PUT, Method::PATCH].contains(stripped.method()) {
            // RFC 9110 section 8.6; some gateways answer 411 without it.
            headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        if let Some(limit) = self.shared.try_timeout {
            *request.timeout_mut() = Some(limit);
        }
        Ok(request)
    }

    /// Sends, and sends again where a 401 taught what to send instead. A 401 did nothing, so nothing happens twice.
    async fn send_authenticated(&self, request: &Request) -> Result<Received> {
        let authenticator = &self.shared.authenticator;
        let mut sent = 0;
        loop {
            sent += 1;
            let mut copy = self.prepared(request)?;
            let attempt = authenticator.authorize(&mut copy).await.map_err(Error::before_sending)?;
            self.kept().requests += 1;
            let received = match receive(&self.shared.http, copy, self.shared.max_reply_size).await {
                Ok(received) => received,
                // Without a credential it could do nothing, whether or not it arrived.
                Err(error) if attempt.is_bare() => return Err(error.before_sending()),
                Err(error) => return Err(error),
            };
            if received.status != StatusCode::UNAUTHORIZED {
                return Ok(received);
            }
            let reply = self.read_failure(&received);
            // The loop ends: `learn_from_refusal` says no after a few attempts.
            // Boxed, because it is rare and would make every call's future larger.
            let learned =
                authenticator.learn_from_refusal(attempt, &reply.headers, reply.code.as_ref(), sent);
            if !Box::pin(learned).await.map_err(Error::before_sending)? {
                return Ok(received);
            }
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

    /// An argument that was made before the call; where that failed, the call fails with it, unsent.
    pub(crate) fn refuse<T>(&self, argument: Result<T>) -> Result<T> {
        argument.map_err(|error| error.with_operation(self.operation))
    }

    /// The id of a job that was just started, which no later call can do without.
    pub(crate) fn require_id<T>(&self, id: Option<T>) -> Result<T> {
        id.ok_or_else(|| {
            let message = "Atlas reported success, but the reply has no `_id`";
            Error::new(ErrorKind::InvalidReply, message).with_operation(self.operation)
        })
    }

    /// The result of a generated method, with the typed error that its hook kept.
    pub(crate) fn outcome<T>(
        &self,
        result: std::result::Result<ResponseValue<T>, progenitor_client::Error<()>>,
    ) -> Result<Reply<T>> {
        let mut kept = self.kept();
        if let Some(failure) = kept.failure.take() {
            return Err(failure);
        }
        match result {
            Ok(value) => {
                let headers = std::mem::take(&mut kept.headers);
                let meta = ReplyMeta::new(value.status(), headers, kept.duration, kept.requests);
                Ok(Reply::new(value.into_inner(), meta))
            }
            Err(error) => {
                let error = reading_failed(error).with_operation(self.operation);
                let headers = std::mem::take(&mut kept.headers);
                Err(match kept.status {
                    Some(status) => error.with_reply(ErrorReply::without_body(status, headers)),
                    None => error,
                })
            }
        }
    }

    /// The metadata of a reply that did not come through a generated method.
    pub(crate) fn meta_of(&self, received: &Received) -> ReplyMeta {
        let kept = self.kept();
        ReplyMeta::new(received.status, received.headers.clone(), kept.duration, kept.requests)
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        // The lock is held for single assignments only.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is left to fail after the request was sent well: the reading of the reply.
fn reading_failed(error: progenitor_client::Error<()>) -> Error {
    use progenitor_client::Error as Generated;
    match error {
        Generated::InvalidResponsePayload(body, error) => unreadable(&body, &error),
        Generated::CommunicationError(error)
        | Generated::InvalidUpgrade(error)
        | Generated::ResponseBodyError(error) => Error::on_the_way(error),
        Generated::InvalidRequest(_) | Generated::Custom(_) => {
            Error::invalid_request("the request could not be built")
        }
        // The hook turns every reply that is no success into a kept failure.
        Generated::ErrorResponse(_) | Generated::UnexpectedResponse(_) => {
            Error::new(ErrorKind::InvalidReply, "the reply was not taken")
        }
    }
}

/// A success whose body is not what the operation answers with. Says where, not what: the body may hold a secret.
pub(crate) fn unreadable(body: &[u8], error: &serde_json::Error) -> Error {
    let what = match error.classify() {
        serde_json::error::Category::Eof => "ends too early",
        serde_json::error::Category::Syntax => "is not JSON",
        serde_json::error::Category::Data => "lacks a field, or has one of another type",
        serde_json::error::Category::Io => "could not be read",
    };
    let place = format!("line {}, column {}", error.line(), error.column());
    Error::new(
        ErrorKind::InvalidReply,
        format!("Atlas reported success, but the reply of {} bytes {what} ({place})", body.len()),
    )
}

/// Takes off what the generated request says of media types and versions: [`Call::prepared`] knows better.
fn strip(request: &mut Request) {
    let headers = request.headers_mut();
    for name in [ACCEPT, CONTENT_TYPE, API_VERSION] {
        headers.remove(name);
    }
}

impl ClientHooks<Call> for GeneratedClient {
    async fn exec(&self, request: Request, _: &OperationInfo) -> reqwest::Result<Response> {
        let call = self.inner();
        let url = request.url().clone();
        match call.send(request).await {
            Ok(received) => {
                let mut kept = call.kept();
                kept.headers = received.headers;
                kept.status = Some(received.status);
                drop(kept);
                Ok(reply(url, received.status, received.body))
            }
            Err(error) => {
                call.kept().failure = Some(error);
                Ok(stand_in())
            }
        }
    }
}

/// A success in the form in which the generated code reads it. Without a URL, reqwest would parse one to stand in.
fn reply(url: Url, status: StatusCode, body: Bytes) -> Response {
    let reply = http::Response::builder().url(url).status(status).body(Body::from(body));
    // Neither a URL nor a status can be refused here: both are parsed already.
    reply.map_or_else(|_| stand_in(), Response::from)
}

/// The reply that stands for a kept failure; the generated code takes it for a failure and reads nothing of it.
fn stand_in() -> Response {
    let mut reply = http::Response::new(Body::default());
    *reply.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    reply.into()
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.base_url)
            .field("authenticator", &self.authenticator)
            .field("api_version", &self.version.as_ref().map(|version| version.date))
            .finish_non_exhaustive()
    }
}
