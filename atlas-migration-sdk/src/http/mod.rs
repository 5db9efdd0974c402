//! HTTP independent of the Atlas API: the base URL, the client, time limits, reading a response up to a size limit.

mod base_url;
mod body;
mod client;
mod deadline;
mod metadata;
mod proxy;
mod receive;
mod slots;
mod tls;

pub(crate) use base_url::{BaseUrl, COMMERCIAL, GOVERNMENT, PlainHttp};
pub(crate) use client::{Http, Queued, SendLimits};
pub(crate) use deadline::{Deadline, RequestLimit};
pub use metadata::{RateLimit, ResponseMetadata};
pub(crate) use proxy::check_proxies;
pub(crate) use receive::{Received, receive};
pub(crate) use tls::with_tls;
