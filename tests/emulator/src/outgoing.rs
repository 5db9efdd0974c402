//! Replies on their way out: whole, late, in part, or with more than anybody asked for.

use std::future::ready;

use futures_util::stream::{self, Stream, StreamExt as _};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full, StreamBody};
use hyper::body::{Bytes, Frame};
use hyper::header::CONTENT_LENGTH;
use hyper::{Response, StatusCode};

use crate::faults::Delivery;
use crate::reply::Reply;

/// The body of a reply.
pub(crate) type Outgoing = UnsyncBoxBody<Bytes, Broken>;

/// Why a reply goes no further: a fault wanted it so.
#[derive(Debug)]
pub(crate) struct Broken;

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("broken off by a fault")
    }
}

impl std::error::Error for Broken {}

/// How much white space is sent at once.
static SPACES: [u8; 1 << 16] = [b' '; 1 << 16];

/// What `Content-Length` promises where there is nothing to send half of.
const PROMISED: usize = 64;

/// The response, when its time has come; an error where there shall be none. A client that goes away before drops this future.
pub(crate) async fn response(delivery: Delivery) -> Result<Response<Outgoing>, Broken> {
    Ok(match delivery {
        Delivery::Reset => return Err(Broken),
        Delivery::Whole(reply) => whole(reply),
        Delivery::HeldBack(reply, fault) => {
            fault.hold().await;
            whole(reply)
        }
        // No body can come with this status, and so no fault of it.
        Delivery::BodyHeldBack(reply, _)
        | Delivery::Truncated { reply, .. }
        | Delivery::Oversized(reply, _)
            if reply.status == StatusCode::NO_CONTENT =>
        {
            whole(reply)
        }
        Delivery::BodyHeldBack(reply, fault) => {
            let (first, rest) = halves(&reply.body);
            let rest = stream::once(async move {
                fault.hold().await;
                Ok(rest)
            });
            let length = reply.body.len();
            streamed(reply, Some(length), stream::once(ready(Ok(first))).chain(rest))
        }
        Delivery::Truncated { reply, chunked } => {
            let (first, _) = halves(&reply.body);
            let end = stream::once(async {
                // What came before is sent when there is nothing to do but to wait.
                tokio::task::yield_now().await;
                Err(Broken)
            });
            let length = if reply.body.is_empty() { PROMISED } else { reply.body.len() };
            streamed(reply, (!chunked).then_some(length), stream::once(ready(Ok(first))).chain(end))
        }
        Delivery::Oversized(reply, size) => {
            let spaces = std::iter::repeat_n(Bytes::from_static(&SPACES), size.div_ceil(SPACES.len()));
            let body = spaces.chain([reply.body.clone()]).map(Ok);
            streamed(reply, None, stream::iter(body))
        }
    })
}

fn whole(reply: Reply) -> Response<Outgoing> {
    let bodiless = reply.status == StatusCode::NO_CONTENT;
    let body = Full::new(if bodiless { Bytes::new() } else { reply.body.clone() });
    with_body(reply, body.map_err(|never| match never {}).boxed_unsync())
}

/// The reply with a body that comes piece by piece, and with this `Content-Length`, or in chunks.
fn streamed(
    mut reply: Reply,
    length: Option<usize>,
    body: impl Stream<Item = Result<Bytes, Broken>> + Send + 'static,
) -> Response<Outgoing> {
    if let Some(length) = length {
        reply.headers.insert(CONTENT_LENGTH, length.into());
    }
    with_body(reply, StreamBody::new(body.map(|piece| piece.map(Frame::data))).boxed_unsync())
}

fn with_body(reply: Reply, body: Outgoing) -> Response<Outgoing> {
    let mut response = Response::new(body);
    *response.status_mut() = reply.status;
    *response.headers_mut() = reply.headers;
    response
}

fn halves(body: &Bytes) -> (Bytes, Bytes) {
    let mut first = body.clone();
    let rest = first.split_off(body.len() / 2);
    (first, rest)
}
