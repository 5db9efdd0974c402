//! A fault for one request.

use std::time::Duration;

use atlas_migration_sdk::Operation;
use hyper::StatusCode;

use super::handle::FaultHandle;
use super::matcher::{Endpoint, RequestMatcher};
use crate::values::FaultKind;

/// A fault for one request: the next one to the API, unless configured otherwise.
///
/// Injected faults form a queue. Each request gets the first fault in it that matches, and no other.
///
/// ```
/// use atlas_emulator::{Emulator, Fault, FaultKind};
/// use atlas_migration_sdk::operations;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// let emulator = Emulator::start().await?;
/// // The response to the start of a migration is lost, although the migration starts. A request without credentials,
/// // which only fetches a digest challenge, is not affected.
/// let fault = Fault::new(FaultKind::ResetAfterEffect).on(&operations::CREATE_GROUP_LIVE_MIGRATION);
/// emulator.inject(fault.with_credentials());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "pass it to `Emulator::inject`"]
pub struct Fault {
    pub(crate) kind: FaultKind,
    pub(crate) handle: FaultHandle,
    pub(super) matcher: RequestMatcher,
    pub(super) skip: usize,
    pub(super) status: StatusCode,
    pub(super) retry_after: String,
    pub(super) location: String,
    pub(super) body_size: usize,
    max_delay: Option<Duration>,
}

impl Fault {
    /// A fault of this kind for the next request to the API.
    pub fn new(kind: FaultKind) -> Self {
        Self {
            kind,
            handle: FaultHandle::new(),
            matcher: RequestMatcher::api(),
            skip: 0,
            status: StatusCode::OK,
            retry_after: "1".to_owned(),
            location: "http://elsewhere.invalid/".to_owned(),
            body_size: 32 << 20,
            max_delay: None,
        }
    }

    /// Only for requests of this operation.
    pub fn on(mut self, operation: &Operation) -> Self {
        self.matcher.endpoint = Endpoint::Operation(operation.id);
        self
    }

    /// Only for requests to this path, without its query, of either service.
    pub fn on_path(mut self, path: impl Into<String>) -> Self {
        self.matcher.endpoint = Endpoint::Path(path.into());
        self
    }

    /// For requests to the OAuth endpoints instead of the API.
    pub fn on_oauth(mut self) -> Self {
        self.matcher.endpoint = Endpoint::OAuth;
        self
    }

    /// For requests to Cloud Manager instead of the API.
    pub fn on_source_manager(mut self) -> Self {
        self.matcher.endpoint = Endpoint::SourceManager;
        self
    }

    /// Only for requests with this method.
    pub fn on_method(mut self, method: impl Into<String>) -> Self {
        self.matcher.method = Some(method.into());
        self
    }

    /// Only for requests with credentials, valid or not, and so not for one that fetches a digest challenge.
    pub fn with_credentials(mut self) -> Self {
        self.matcher.with_credentials = true;
        self
    }

    /// Skips this many matching requests first.
    pub fn skip(mut self, requests: usize) -> Self {
        self.skip = requests;
        self
    }

    /// Sets the status of the page of a proxy, see
    /// [`ProxyPageBeforeEffect`](FaultKind::ProxyPageBeforeEffect). Default: 200. An invalid status becomes 500.
    pub fn status(mut self, status: u16) -> Self {
        self.status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        self
    }

    /// Sets the value of `Retry-After`, for kinds that send one: seconds or a date. Default: `1`.
    pub fn retry_after(mut self, value: impl Into<String>) -> Self {
        self.retry_after = value.into();
        self
    }

    /// Sets the target of a [`Redirect`](FaultKind::Redirect). Default: a host that cannot exist.
    pub fn location(mut self, url: impl Into<String>) -> Self {
        self.location = url.into();
        self
    }

    /// Sets the minimum size of an [`OversizedBody`](FaultKind::OversizedBody) in bytes. Default: 32 MiB.
    pub fn body_size(mut self, bytes: usize) -> Self {
        self.body_size = bytes;
        self
    }

    /// Limits the delay of a slow response, in real time. Default: no limit.
    pub fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = Some(delay);
        self
    }

    /// Waits for the delay of a slow response to end.
    pub(crate) async fn delay(&self) {
        self.handle.released_within(self.max_delay).await;
    }
}
