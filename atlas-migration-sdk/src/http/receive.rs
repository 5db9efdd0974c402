//! Reading the response of one request to its end, up to a size limit.

use std::pin::pin;

use bytes::{Buf as _, Bytes, BytesMut};
use reqwest::header::HeaderMap;
use reqwest::{Response, StatusCode, Url};

use super::deadline::RequestLimit;
use crate::error::{Error, ErrorKind, ErrorResponse, Result};
use crate::values::content_type::ContentType;

/// Of UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A request that is being sent.
pub(crate) struct PendingResponse<F> {
    pub(super) response: F,
    /// The URL that the response must have; only with a custom client, which may follow redirects.
    pub(super) expected_url: Option<Box<Url>>,
}

/// A response. A successful one is complete; the body of another one may be truncated.
pub(crate) struct Received {
    pub(crate) status: StatusCode,
    /// Boxed, because they are most of a response, and a response is moved many times.
    pub(crate) headers: Box<HeaderMap>,
    pub(crate) body: Bytes,
}

/// Reads the response of a request that is being sent. An error after the head of a successful response keeps its
/// status and headers. Any other response counts as received with its head, because the head decides: its body is kept
/// as far as it was read and the limit allows.
#[allow(clippy::manual_async_fn, reason = "the future of an `async fn` stores its arguments twice")]
pub(crate) fn receive(
    pending: PendingResponse<impl Future<Output = reqwest::Result<Response>>>,
    limit: RequestLimit,
    max_size: usize,
) -> impl Future<Output = Result<Received>> {
    async move {
        let PendingResponse { response, expected_url } = pending;
        let mut timer = pin!(limit.timer());
        let explain = if expected_url.is_some() { Error::by_custom_client } else { Error::before_response };
        let mut response = limit.within(timer.as_mut(), pin!(response), explain).await?;
        if expected_url.is_some_and(|url| *url != *response.url()) {
            return Err(Error::redirected());
        }
        let is_success = response.status().is_success();
        let mut body = Body { max_size, first: Bytes::new(), whole: BytesMut::new() };
        let (mut result, mut first) = (Ok(()), true);
        while result.is_ok() {
            let chunk = limit.within(timer.as_mut(), pin!(response.chunk()), Error::in_transit).await;
            result = match chunk {
                Ok(Some(chunk)) => body.append(chunk),
                Ok(None) => break,
                Err(error) => Err(error),
            };
            // Most responses have one chunk, and need no more checks.
            if !first {
                // The timer is not polled while chunks are always ready.
                result = result.and_then(|()| limit.check());
                if is_success {
                    result = result.and_then(|()| body.check_remaining(response.content_length()));
                }
            }
            first = false;
        }
        let (status, headers) = (response.status(), Box::new(std::mem::take(response.headers_mut())));
        match result {
            // The head already shows that another response, such as HTML, is not one of the API.
            Err(error) if is_success && ContentType::of(&headers) != ContentType::Other => {
                Err(error.with_response(ErrorResponse::without_body(status, *headers)))
            }
            Ok(()) | Err(_) => Ok(Received { status, headers, body: body.finish() }),
        }
    }
}

/// The part of a body that was read.
struct Body {
    max_size: usize,
    /// Most responses have one chunk, which is not copied.
    first: Bytes,
    /// All chunks, if there are more.
    whole: BytesMut,
}

impl Body {
    /// Checks that the rest of the body fits, if its length is known.
    fn check_remaining(&self, remaining: Option<u64>) -> Result<()> {
        let read = self.first.len().max(self.whole.len()) as u64;
        let fits = remaining.is_none_or(|remaining| read.saturating_add(remaining) <= self.max_size as u64);
        if fits { Ok(()) } else { Err(self.too_large()) }
    }

    /// Appends the part of the chunk that fits.
    fn append(&mut self, mut chunk: Bytes) -> Result<()> {
        let room = self.max_size - self.first.len().max(self.whole.len());
        let fits = chunk.len() <= room;
        chunk.truncate(room);
        if self.first.is_empty() {
            self.first = chunk;
        } else {
            if self.whole.is_empty() {
                self.whole.extend_from_slice(&self.first);
            }
            self.whole.extend_from_slice(&chunk);
        }
        if fits { Ok(()) } else { Err(self.too_large()) }
    }

    /// The bytes without a byte order mark, which JSON must not begin with and may be ignored (RFC 8259 section 8.1).
    fn finish(self) -> Bytes {
        let mut bytes = if self.whole.is_empty() { self.first } else { self.whole.freeze() };
        if bytes.starts_with(BYTE_ORDER_MARK) {
            bytes.advance(BYTE_ORDER_MARK.len());
        }
        bytes
    }

    fn too_large(&self) -> Error {
        Error::new(
            ErrorKind::ResponseTooLarge,
            format!("the response is larger than {} bytes", self.max_size),
        )
    }
}
