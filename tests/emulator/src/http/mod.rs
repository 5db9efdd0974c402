//! Requests and responses: what a request contains, which operation it is for, which version serves it, how responses
//! and errors are written. Nothing here uses the server's state.

mod error;
mod json;
mod parameters;
mod print;
mod rate_limit;
mod request;
mod response;
mod router;
mod version;

pub(crate) use self::error::digest_challenge_body;
pub(crate) use self::json::{Object, from_json};
pub(crate) use self::parameters::Parameters;
pub(crate) use self::print::to_json;
pub(crate) use self::rate_limit::{
    add_rate_headers, add_retry_after, rate_limited, retry_seconds, token_rate_limited,
};
pub(crate) use self::request::{REVOKE_PATH, Request, TOKEN_PATH};
pub(crate) use self::response::{ErrorResponse, Response};
pub(crate) use self::router::{Route, Routes};
pub(crate) use self::version::{add_age_headers, body_version, negotiate};
