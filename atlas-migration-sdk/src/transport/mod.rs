//! The one place that sends: media types, authentication, limits, and what is known of a reply.
//!
//! A generated function sends nothing: it returns an [`Unsent`], the parts of a request and the way to read its reply. A
//! [`Call`] sends it, as often as is safe and useful, and returns the whole reply or a typed error. Nothing goes through
//! progenitor's own way of sending, whose hooks can fail only with text: xtask takes it out of the generated code.

mod call;
mod deadline;
mod envelope;
mod http;
mod media_type;
mod parts;
mod receive;
mod reply;
mod unsent;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::auth::Authenticator;
use crate::clock::Clock;
use crate::config::BaseUrl;
use crate::date::Date;
use crate::pace::Pace;
use crate::retry::RetryPolicy;

pub(crate) use call::Call;
pub(crate) use deadline::RequestLimit;
pub(crate) use http::{Http, Sending};
pub(crate) use media_type::{DatedMediaType, MediaTypes};
pub(crate) use parts::RequestParts;
pub(crate) use receive::{Received, receive};
pub use reply::{RateLimit, Reply, ReplyMeta};
pub(crate) use unsent::{Unsent, read_json};

/// What all calls of a client share.
pub(crate) struct Shared {
    pub(crate) http: Http,
    pub(crate) base_url: BaseUrl,
    pub(crate) authenticator: Authenticator,
    pub(crate) version: Option<DatedMediaType>,
    pub(crate) media_types: MediaTypes,
    pub(crate) envelope: bool,
    pub(crate) pretty: bool,
    pub(crate) try_timeout: Duration,
    pub(crate) total_timeout: Duration,
    pub(crate) max_reply_size: usize,
    pub(crate) retry: Arc<dyn RetryPolicy>,
    pub(crate) pace: Pace,
    pub(crate) clock: Arc<dyn Clock>,
}

/// What the caller asks of one call beyond its arguments.
#[derive(Clone, Copy, Default)]
pub(crate) struct CallOptions {
    pub(crate) envelope: Option<bool>,
    pub(crate) pretty: Option<bool>,
    pub(crate) version: Option<Date>,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.base_url.as_str())
            .field("authenticator", &self.authenticator)
            .field("api_version", &self.version.as_ref().map(|version| version.date))
            .finish_non_exhaustive()
    }
}
