//! A request that is ready to be sent: await it for the value, or set its options first.

use std::fmt;
use std::future::IntoFuture;
use std::sync::Arc;

use futures_util::FutureExt as _;

use super::http_request::{Call, CallOptions};
use super::parts::RequestParts;
use super::prepared::PreparedRequest;
use super::response::Response;
use super::shared::Shared;
use crate::error::Result;
use crate::values::clock::BoxFuture;
use crate::values::date::Date;
use crate::values::operation::Operation;
use crate::values::secret::Secret;

/// Converts the body of a successful response to the value.
type Read<T> = Box<dyn FnOnce(&[u8]) -> Result<T> + Send>;

/// A request that has not been sent yet.
///
/// Await it for the value, or call [`send`](Self::send) for the value and the metadata of the response. Dropping the
/// future before it completes cancels the call; the request may have reached Atlas by then.
///
/// ```no_run
/// # async fn example(org: atlas_migration_sdk::Org) -> Result<(), atlas_migration_sdk::Error> {
/// let projects = org.available_projects().await?;
///
/// let response = org.available_projects().pretty(true).send().await?;
/// println!("rate limit: {:?}", response.metadata.rate_limit());
/// # Ok(()) }
/// ```
#[must_use = "a request does nothing until it is awaited"]
pub struct Request<T> {
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
        Self { shared, operation, options, secrets: Vec::new(), min_version, parts, read: Box::new(read) }
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
        Self { options, min_version, ..self }
    }

    /// Redacts these secrets of the body in every error.
    pub(crate) fn redacting(mut self, secrets: impl IntoIterator<Item = Secret>) -> Self {
        self.secrets.extend(secrets);
        self
    }

    /// Whether to request the response in an envelope, which is then removed. Default: the setting of the client.
    pub fn envelope(mut self, envelope: bool) -> Self {
        self.options.envelope = Some(envelope);
        self
    }

    /// Whether to request an indented response. Default: the setting of the client.
    ///
    /// `true` is an error for an operation without the parameter `pretty`.
    pub fn pretty(mut self, pretty: bool) -> Self {
        self.options.pretty = Some(pretty);
        self
    }

    /// Sends the request and returns the value with the metadata of the response.
    ///
    /// # Errors
    ///
    /// Those of the method that created the request.
    #[allow(clippy::manual_async_fn, reason = "the future of an `async fn` stores its arguments twice")]
    pub fn send(self) -> impl Future<Output = Result<Response<T>>> {
        async move {
            let operation = self.operation;
            let call =
                Call { shared: &self.shared, operation, options: self.options, secrets: &self.secrets };
            call.check(self.min_version)?;
            if let Some(error) = self.parts.error() {
                return Err(error.clone().with_operation(operation));
            }
            let (mut state, span) = call.start();
            let result = call.send(&self.parts, &mut state, &span).await;
            call.complete(result, &state, &span, self.read)
        }
    }
}

impl<T: 'static> IntoFuture for Request<T> {
    type Output = Result<T>;
    type IntoFuture = BoxFuture<Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send().map(|result| result.map(|response| response.value)))
    }
}

impl<T> fmt::Debug for Request<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").field("operation", &self.operation.id).finish_non_exhaustive()
    }
}
