//! One call of one operation, from the prepared request to the response.
//!
//! A generated function returns a [`PreparedRequest`]: the operation, the parts of the request, and how to read the
//! response. A [`Request`] adds the options of the call and sends it, as often as is safe and useful, and returns the
//! response or a typed error. progenitor's own sending is not used, because its hooks can fail only with text: xtask
//! removes it from the generated code.

mod attempt;
mod envelope;
mod http_request;
mod media_type;
mod origin;
mod parts;
mod prepared;
mod preview;
mod request;
mod response;
mod retry;
mod send;
mod shared;
mod throttle;

pub(crate) use http_request::CallOptions;
pub(crate) use media_type::{DatedMediaType, MediaTypes};
pub(crate) use parts::RequestParts;
pub(crate) use prepared::{PreparedRequest, read_json};
pub use preview::RequestPreview;
pub use request::Request;
pub use response::Response;
pub use retry::{Backoff, NoRetry, RetryPolicy, RetryState};
pub(crate) use shared::Shared;
pub(crate) use throttle::Throttle;
