//! Sending responses: complete, delayed, truncated or padded.

use std::future::ready;

use futures_util::stream::{self, Stream, StreamExt as _};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full, StreamBody};
use hyper::StatusCode;
use hyper::body::{Bytes, Frame};
use hyper::header::CONTENT_LENGTH;

use crate::faults::Delivery;
use crate::http::Response;

/// The body of a response.
pub(super) type ResponseBody = UnsyncBoxBody<Bytes, Aborted>;

/// The error of a response that a fault aborts.
#[derive(Debug)]
pub(super) struct Aborted;

impl std::fmt::Display for Aborted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("aborted by a fault")
    }
}

impl std::error::Error for Aborted {}

/// One chunk of white space.
static SPACES: [u8; 1 << 16] = [b' '; 1 << 16];

/// The `Content-Length` of a truncated body if there is no body to truncate.
const LENGTH_WITHOUT_BODY: usize = 64;

/// Makes the response for hyper, after its delay. An error aborts the connection. The future is dropped when the client
/// disconnects before.
pub(super) async fn deliver(delivery: Delivery) -> Result<hyper::Response<ResponseBody>, Aborted> {
    Ok(match delivery {
        Delivery::Reset => return Err(Aborted),
        Delivery::Complete(response) => complete(response),
        Delivery::Delayed(response, fault) => {
            fault.delay().await;
            complete(response)
        }
        // This status allows no body, and so no fault of it.
        Delivery::BodyDelayed(response, _)
        | Delivery::Truncated { response, .. }
        | Delivery::Padded(response, _)
            if response.status == StatusCode::NO_CONTENT =>
        {
            complete(response)
        }
        Delivery::BodyDelayed(response, fault) => {
            let (first, rest) = halves(&response.body);
            let rest = stream::once(async move {
                fault.delay().await;
                Ok(rest)
            });
            let length = response.body.len();
            streamed(response, Some(length), stream::once(ready(Ok(first))).chain(rest))
        }
        Delivery::Truncated { response, chunked } => {
            let (first, _) = halves(&response.body);
            let end = stream::once(async {
                // hyper sends the first half while it waits for the next chunk.
                tokio::task::yield_now().await;
                Err(Aborted)
            });
            let length = if response.body.is_empty() { LENGTH_WITHOUT_BODY } else { response.body.len() };
            streamed(response, (!chunked).then_some(length), stream::once(ready(Ok(first))).chain(end))
        }
        Delivery::Padded(response, size) => {
            let spaces = std::iter::repeat_n(Bytes::from_static(&SPACES), size.div_ceil(SPACES.len()));
            let body = spaces.chain([response.body.clone()]).map(Ok);
            streamed(response, None, stream::iter(body))
        }
    })
}

fn complete(response: Response) -> hyper::Response<ResponseBody> {
    let bodiless = response.status == StatusCode::NO_CONTENT;
    let body = Full::new(if bodiless { Bytes::new() } else { response.body.clone() });
    with_body(response, body.map_err(|never| match never {}).boxed_unsync())
}

/// Sends the body in pieces, with this `Content-Length` or in chunks.
fn streamed(
    mut response: Response,
    length: Option<usize>,
    body: impl Stream<Item = Result<Bytes, Aborted>> + Send + 'static,
) -> hyper::Response<ResponseBody> {
    if let Some(length) = length {
        response.headers.insert(CONTENT_LENGTH, length.into());
    }
    with_body(response, StreamBody::new(body.map(|piece| piece.map(Frame::data))).boxed_unsync())
}

fn with_body(response: Response, body: ResponseBody) -> hyper::Response<ResponseBody> {
    let mut sent = hyper::Response::new(body);
    *sent.status_mut() = response.status;
    *sent.headers_mut() = response.headers;
    sent
}

fn halves(body: &Bytes) -> (Bytes, Bytes) {
    let mut first = body.clone();
    let rest = first.split_off(body.len() / 2);
    (first, rest)
}
