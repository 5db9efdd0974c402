//! A call that is ready to be sent: await it for the value, or ask for more first.

use std::fmt;
use std::future::IntoFuture;
use std::sync::Arc;

use futures_util::FutureExt as _;

use super::parts::RequestParts;
use super::prepared::Unsent;
use super::response::Response;
use super::send::{Call, CallOptions};
use super::shared::Shared;
use crate::error::Result;
use crate::values::clock::BoxFuture;
use crate::values::date::Date;
use crate::values::operation::Operation;
use crate::values::secret::Secret;

/// Makes the value of a reply's body.
type Read<T> = Box<dyn FnOnce(&[u8]) -> Result<T> + Send>;

/// A call that has not been sent yet.
///
/// Await it for the value; call [`send`](Self::send) for the value and the metadata of the reply. Dropping the
/// future before it is done stops the call; the request may have reached Atlas by then.
///
/// ```no_run
/// # async fn example(org: atlas_migration_sdk::Org) -> Result<(), atlas_migration_sdk::Error> {
/// let projects = org.available_projects().await?;
///
/// let reply = org.available_projects().pretty(true).send().await?;
/// println!("{:?} left of the rate limit", reply.metadata.rate_limit());
/// # Ok(()) }
/// ```
#[must_use = "a request does nothing until it is awaited"]
pub struct Request<T> {
    shared: Arc<Shared>,
    operation: &'static Operation,
    options: CallOptions,
    hidden: Vec<Secret>,
    /// The oldest version that its body and its reply are made for.
    oldest: Option<Date>,
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
        let (options, oldest) = (CallOptions::default(), operation.newest_version());
        Self { shared, operation, options, hidden: Vec::new(), oldest, parts, read: Box::new(read) }
    }

    /// The request of a generated function; `convert` makes our value of what the reply holds.
    pub(crate) fn generated<W: 'static>(
        shared: &Arc<Shared>,
        unsent: Unsent<W>,
        convert: impl FnOnce(W) -> Result<T> + Send + 'static,
    ) -> Self {
        let Unsent { operation, request, read } = unsent;
        Self::new(Arc::clone(shared), operation, request, move |body| read(body).and_then(convert))
    }

    /// Sets the form of the reply, and the oldest version that the body and the reply are made for.
    pub(crate) fn with_options(self, options: CallOptions, oldest: Option<Date>) -> Self {
        Self { options, oldest, ..self }
    }

    /// Keeps these secrets, which the body holds, out of every error.
    pub(crate) fn hiding(mut self, secrets: impl IntoIterator<Item = Secret>) -> Self {
        self.hidden.extend(secrets);
        self
    }

    /// Whether the reply of this call comes in an envelope. Default: what the client says. It is unwrapped.
    pub fn envelope(mut self, envelope: bool) -> Self {
        self.options.envelope = Some(envelope);
        self
    }

    /// Whether the reply of this call is indented. Default: what the client says.
    ///
    /// An operation without the parameter `pretty` refuses `true` before it is sent.
    pub fn pretty(mut self, pretty: bool) -> Self {
        self.options.pretty = Some(pretty);
        self
    }

    /// Sends the call and returns the value with the metadata of the reply.
    ///
    /// # Errors
    ///
    /// As the method that made the request.
    #[allow(
        clippy::manual_async_fn,
        reason = "an `async fn` holds its arguments twice: as it got them, and in use"
    )]
    pub fn send(self) -> impl Future<Output = Result<Response<T>>> {
        async move {
            let operation = self.operation;
            let call = Call { shared: &self.shared, operation, options: self.options, hidden: &self.hidden };
            call.check(self.oldest)?;
            if let Some(refusal) = self.parts.refusal() {
                return Err(refusal.clone().with_operation(operation));
            }
            let (mut spent, span) = call.begin();
            let result = call.send(&self.parts, &mut spent, &span).await;
            call.end(result, &spent, &span, self.read)
        }
    }
}

impl<T: 'static> IntoFuture for Request<T> {
    type Output = Result<T>;
    type IntoFuture = BoxFuture<Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send().map(|result| result.map(|reply| reply.value)))
    }
}

impl<T> fmt::Debug for Request<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").field("operation", &self.operation.id).finish_non_exhaustive()
    }
}
