//! A request that is ready to be sent: await it for the value, or set its options first.

use std::fmt;
use std::future;
use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::future::Either;

use super::http_request::{Call, CallOptions};
use super::parts::RequestParts;
use super::prepared::PreparedRequest;
use super::preview::RequestPreview;
use super::response::Response;
use super::retry::{NoRetry, RetryPolicy};
use super::shared::Shared;
use crate::error::{Error, Result};
use crate::values::clock::BoxFuture;
use crate::values::date::Date;
use crate::values::operation::Operation;
use crate::values::secret::Secret;

/// Converts the body of a successful response to the value.
type Read<T> = Box<dyn FnOnce(&[u8]) -> Result<T> + Send>;

/// A request that has not been sent yet.
///
/// It is a future: await it for the value, or call [`send`](Self::send) for the value and the metadata of the response.
/// It can be given to `tokio::spawn`, `join_all`, `select!` and a runtime's `block_on` as it is. The options apply if they
/// are set before the first poll. Dropping the future before it completes cancels the call; the request may have reached
/// Atlas by then.
///
/// ```no_run
/// # async fn example(org: atlas_migration_sdk::Org) -> Result<(), atlas_migration_sdk::Error> {
/// use std::time::Duration;
///
/// let projects = org.available_projects().await?;
///
/// let response = org.available_projects().timeout(Duration::from_secs(5)).no_retry().send().await?;
/// println!("rate limit: {:?}", response.metadata.rate_limit());
/// # Ok(()) }
/// ```
#[must_use = "a request does nothing until it is awaited"]
pub struct Request<T> {
    operation: &'static Operation,
    state: State<T>,
}

enum State<T> {
    Unsent(Unsent<T>),
    /// Polled as a future at least once.
    Sent(BoxFuture<Result<Response<T>>>),
}

struct Unsent<T> {
    shared: Arc<Shared>,
    operation: &'static Operation,
    options: CallOptions,
    secrets: Vec<Secret>,
    /// The oldest version that the body and the response are compatible with.
    min_version: Option<Date>,
    parts: RequestParts,
    read: Read<T>,
}

impl<T> Request<T> {
    pub(crate) fn new(
        shared: Arc<Shared>,
        operation: &'static Operation,
        parts: RequestParts,
        read: impl FnOnce(&[u8]) -> Result<T> + Send + 'static,
    ) -> Self {
        let (options, min_version) = (CallOptions::default(), operation.newest_version());
        let (secrets, read) = (Vec::new(), Box::new(read));
        let unsent = Unsent { shared, operation, options, secrets, min_version, parts, read };
        Self { operation, state: State::Unsent(unsent) }
    }

    /// The request of a generated function. `convert` converts its value.
    pub(crate) fn prepared<W: 'static>(
        shared: &Arc<Shared>,
        prepared: PreparedRequest<W>,
        convert: impl FnOnce(W) -> Result<T> + Send + 'static,
    ) -> Self {
        let PreparedRequest { operation, parts, read } = prepared;
        Self::new(Arc::clone(shared), operation, parts, move |body| read(body).and_then(convert))
    }

    /// Sets the options, and the oldest version that the body and the response are compatible with.
    pub(crate) fn with_options(self, options: CallOptions, min_version: Option<Date>) -> Self {
        self.with(|unsent| (unsent.options, unsent.min_version) = (options, min_version))
    }

    /// Redacts these secrets of the body in every error.
    pub(crate) fn redacting(self, secrets: impl IntoIterator<Item = Secret>) -> Self {
        self.with(|unsent| unsent.secrets.extend(secrets))
    }

    /// The time limit for this call, with all attempts, the delays between them, and fetching an access token. Default:
    /// the setting of the client, [`ClientBuilder::operation_timeout`](crate::ClientBuilder::operation_timeout).
    ///
    /// Each attempt is limited by [`attempt_timeout`](Self::attempt_timeout) too.
    pub fn timeout(self, limit: Duration) -> Self {
        self.with(|unsent| unsent.options.limits_mut().operation_timeout = Some(limit))
    }

    /// The time limit for one attempt of this call. Default: the setting of the client,
    /// [`ClientBuilder::attempt_timeout`](crate::ClientBuilder::attempt_timeout).
    pub fn attempt_timeout(self, limit: Duration) -> Self {
        self.with(|unsent| unsent.options.limits_mut().attempt_timeout = Some(limit))
    }

    /// The retry policy of this call. Default: the setting of the client,
    /// [`ClientBuilder::retry`](crate::ClientBuilder::retry).
    ///
    /// Independent of the policy, a request is only repeated if that cannot have an effect twice.
    pub fn retry(self, policy: impl RetryPolicy) -> Self {
        self.with(|unsent| unsent.options.limits_mut().retry = Some(Arc::new(policy)))
    }

    /// Sends this request without retries, as [`retry`](Self::retry) with [`NoRetry`].
    pub fn no_retry(self) -> Self {
        self.retry(NoRetry)
    }

    /// Whether to request the response in an envelope, which is then removed. Default: the setting of the client.
    pub fn envelope(self, envelope: bool) -> Self {
        self.with(|unsent| unsent.options.envelope = Some(envelope))
    }

    /// Whether to request an indented response. Default: the setting of the client.
    ///
    /// `true` is an error for an operation without the parameter `pretty`.
    pub fn pretty(self, pretty: bool) -> Self {
        self.with(|unsent| unsent.options.pretty = Some(pretty))
    }

    fn with(mut self, change: impl FnOnce(&mut Unsent<T>)) -> Self {
        if let State::Unsent(unsent) = &mut self.state {
            change(unsent);
        }
        self
    }

    /// What would be sent, without sending it. Credentials are left out and secrets are redacted.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) for invalid arguments, as
    /// [`send`](Self::send), and if the request was polled already.
    pub fn preview(&self) -> Result<RequestPreview> {
        match &self.state {
            State::Unsent(unsent) => unsent.preview(),
            State::Sent(_) => {
                let error = Error::invalid_request("the request was polled already: preview it before");
                Err(error.with_operation(self.operation))
            }
        }
    }

    /// Sends the request and returns the value with the metadata of the response.
    ///
    /// # Errors
    ///
    /// Those of the method that created the request.
    pub fn send(self) -> impl Future<Output = Result<Response<T>>> {
        match self.state {
            State::Unsent(unsent) => Either::Left(unsent.send()),
            State::Sent(sent) => Either::Right(sent),
        }
    }
}

impl<T> Unsent<T> {
    /// Checks options and arguments before anything is sent.
    fn check(&self, call: &Call<'_>) -> Result<()> {
        call.check(self.min_version)?;
        match self.parts.error() {
            Some(error) => Err(error.clone().with_operation(self.operation)),
            None => Ok(()),
        }
    }

    fn preview(&self) -> Result<RequestPreview> {
        let Self { shared, operation, options, secrets, .. } = self;
        let call = Call { shared, operation, options, secrets };
        self.check(&call)?;
        let request = call.http_request(&self.parts)?;
        let authenticator = &self.shared.authenticator;
        Ok(authenticator.with_secrets(secrets, |secrets| {
            RequestPreview::new(operation, &request, authenticator.kind(), secrets)
        }))
    }

    #[allow(clippy::manual_async_fn, reason = "the future of an `async fn` stores its arguments twice")]
    fn send(self) -> impl Future<Output = Result<Response<T>>> {
        async move {
            let operation = self.operation;
            let call =
                Call { shared: &self.shared, operation, options: &self.options, secrets: &self.secrets };
            self.check(&call)?;
            let (mut state, span) = call.start();
            let result = call.send(&self.parts, &mut state, &span).await;
            call.complete(result, &state, &span, self.read)
        }
    }
}

impl<T: 'static> Future for Request<T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if let State::Sent(sent) = &mut self.state {
            return sent.as_mut().poll(context).map_ok(|response| response.value);
        }
        // The box of a future without state is no allocation.
        let never = State::Sent(Box::pin(future::pending()));
        self.state = match mem::replace(&mut self.state, never) {
            State::Unsent(unsent) => State::Sent(Box::pin(unsent.send())),
            sent => sent,
        };
        self.poll(context)
    }
}

impl<T> fmt::Debug for Request<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").field("operation", &self.operation.id).finish_non_exhaustive()
    }
}
