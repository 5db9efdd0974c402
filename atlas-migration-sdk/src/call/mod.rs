//! One call of one operation, from the prepared request to the response.
//!
//! A generated function sends nothing: it returns an [`Unsent`], the parts of a request and the way to read its response.
//! A [`Request`] adds the options of the call, and [`Call`] sends it, as often as is safe and useful, and returns the whole
//! response or a typed error. Nothing goes through progenitor's own way of sending, whose hooks can fail only with text:
//! xtask removes it from the generated code.

mod envelope;
mod media_type;
mod parts;
mod prepared;
mod request;
mod response;
mod retry;
mod send;
mod shared;
mod throttle;

pub(crate) use media_type::{DatedMediaType, MediaTypes};
pub(crate) use parts::RequestParts;
pub(crate) use prepared::{Unsent, read_json};
pub use request::Request;
pub use response::Response;
pub use retry::{Backoff, NoRetry, RetryPolicy, RetryState};
pub(crate) use send::CallOptions;
pub(crate) use shared::Shared;
pub(crate) use throttle::Pace;
