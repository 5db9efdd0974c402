//! Faults: what can go wrong, for which request, and what the emulator does then. They come scripted one by one
//! ([`Fault`]) or at random ([`FaultRate`]); [`crate::script`] decides which request meets which.

mod hold;
mod kind;
mod rate;
mod strike;

use std::time::Duration;

use atlas_migration_sdk::Operation;

pub use self::hold::Injected;
pub use self::kind::FaultKind;
pub use self::rate::FaultRate;
pub(crate) use self::strike::Delivery;
use crate::script::{Place, Target};

/// A fault for one request: the next one to the API, unless it says otherwise.
///
/// Several wait in the order in which they were injected. A request meets the first that is meant for it, and no
/// other.
///
/// ```
/// use atlas_emulator::{Emulator, Fault, FaultKind};
/// use atlas_migration_sdk::operations;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// let emulator = Emulator::start().await?;
/// // The reply to the start of a migration gets lost, though the migration starts. A request without credentials,
/// // which only fetches a digest challenge, is let pass.
/// let fault = Fault::new(FaultKind::ResetAfterEffect).on(&operations::CREATE_GROUP_LIVE_MIGRATION);
/// emulator.inject(fault.with_credentials());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "give it to `Emulator::inject`"]
pub struct Fault {
    pub(crate) kind: FaultKind,
    pub(crate) target: Target,
    pub(crate) skip: usize,
    pub(crate) injected: Injected,
    retry_after: String,
    location: String,
    size: usize,
    at_most: Option<Duration>,
}

impl Fault {
    /// A fault of this kind, for the next request to the API.
    pub fn new(kind: FaultKind) -> Self {
        Self {
            kind,
            target: Target::api(),
            skip: 0,
            injected: Injected::new(),
            retry_after: "1".to_owned(),
            location: "http://elsewhere.invalid/".to_owned(),
            size: 32 << 20,
            at_most: None,
        }
    }

    /// Only for a request of this operation.
    pub fn on(mut self, operation: &Operation) -> Self {
        self.target.place = Place::Operation(operation.id);
        self
    }

    /// Only for a request to this path, without its query, of whichever side.
    pub fn on_path(mut self, path: impl Into<String>) -> Self {
        self.target.place = Place::Path(path.into());
        self
    }

    /// For a request to the token endpoint or to revocation.
    pub fn on_oauth(mut self) -> Self {
        self.target.place = Place::OAuth;
        self
    }

    /// For a request to Ops Manager.
    pub fn on_ops_manager(mut self) -> Self {
        self.target.place = Place::OpsManager;
        self
    }

    /// Only for a request with this method.
    pub fn on_method(mut self, method: impl Into<String>) -> Self {
        self.target.method = Some(method.into());
        self
    }

    /// Only for a request that brings credentials, right or wrong, and so not for the one that fetches a digest
    /// challenge.
    pub fn with_credentials(mut self) -> Self {
        self.target.with_credentials = true;
        self
    }

    /// Lets this many of the requests that it is meant for pass first.
    pub fn after(mut self, requests: usize) -> Self {
        self.skip = requests;
        self
    }

    /// The value of `Retry-After`, in kinds that send one: seconds or a date. Default: `1`.
    pub fn retry_after(mut self, value: impl Into<String>) -> Self {
        self.retry_after = value.into();
        self
    }

    /// Where a [`Redirect`](FaultKind::Redirect) leads. Default: a host that cannot exist.
    pub fn location(mut self, url: impl Into<String>) -> Self {
        self.location = url.into();
        self
    }

    /// How many bytes an [`OversizedBody`](FaultKind::OversizedBody) has at least. Default: 32 MiB.
    pub fn size(mut self, bytes: usize) -> Self {
        self.size = bytes;
        self
    }

    /// How long, in real time, a slow reply is held back where nobody releases it. Default: without end.
    pub fn at_most(mut self, time: Duration) -> Self {
        self.at_most = Some(time);
        self
    }

    /// Waits as long as the fault holds back what it holds.
    pub(crate) async fn hold(&self) {
        self.injected.hold(self.at_most).await;
    }
}
