//! Reading the reply of one request to its end, under a size limit.

use std::pin::pin;

use bytes::{Bytes, BytesMut};
use reqwest::header::HeaderMap;
use reqwest::{Response, StatusCode};

use super::client::Sending;
use super::deadline::RequestLimit;
use crate::error::{Error, ErrorKind, ErrorResponse, Result};

/// A reply: a success is whole, another one may lack the end of its body.
pub(crate) struct Received {
    pub(crate) status: StatusCode,
    /// Boxed, because a reply passes through many hands and they are most of it.
    pub(crate) headers: Box<HeaderMap>,
    pub(crate) body: Bytes,
}

/// Reads the reply of a request that is being sent. A failure after the head of a success was read keeps its status and
/// headers. Any other reply is received once its head is: its status decides, whatever becomes of its body, of which as
/// much is kept as came and as the limit allows.
#[allow(
    clippy::manual_async_fn,
    reason = "an `async fn` holds its arguments twice: as it got them, and in use"
)]
pub(crate) fn receive(
    sending: Sending<impl Future<Output = reqwest::Result<Response>>>,
    limit: RequestLimit,
    max_size: usize,
) -> impl Future<Output = Result<Received>> {
    async move {
        let Sending { reply, asked } = sending;
        let mut timer = pin!(limit.timer());
        // What a client that was handed in sent before, by a repeat or a redirect of its own, its last error does not say.
        let explain = if asked.is_some() { Error::on_the_way } else { Error::without_reply };
        let mut response = limit.within(timer.as_mut(), pin!(reply), explain).await?;
        if asked.is_some_and(|asked| *asked != *response.url()) {
            return Err(Error::redirected());
        }
        let is_success = response.status().is_success();
        let mut body = Body { max_size, first: Bytes::new(), whole: BytesMut::new() };
        let (mut result, mut more) = (Ok(()), false);
        while result.is_ok() {
            let piece = limit.within(timer.as_mut(), pin!(response.chunk()), Error::on_the_way).await;
            result = match piece {
                Ok(Some(piece)) => body.append(piece),
                Ok(None) => break,
                Err(error) => Err(error),
            };
            // Most replies are over with their first piece, and need none of this.
            if more {
                // Where a piece is always ready, the timer is never asked.
                result = result.and_then(|()| limit.check());
                if is_success {
                    result = result.and_then(|()| body.expect(response.content_length()));
                }
            }
            more = true;
        }
        let (status, headers) = (response.status(), Box::new(std::mem::take(response.headers_mut())));
        match result {
            Err(error) if is_success => Err(error.with_reply(ErrorResponse::without_body(status, *headers))),
            Ok(()) | Err(_) => Ok(Received { status, headers, body: body.finish() }),
        }
    }
}

/// A body as far as it was read.
struct Body {
    max_size: usize,
    /// Most replies come in one piece, which is not copied.
    first: Bytes,
    /// All pieces, once there are more.
    whole: BytesMut,
}

impl Body {
    /// Whether what is still to come, if that is known, fits.
    fn expect(&self, to_come: Option<u64>) -> Result<()> {
        let read = self.first.len().max(self.whole.len()) as u64;
        let fits = to_come.is_none_or(|to_come| read.saturating_add(to_come) <= self.max_size as u64);
        if fits { Ok(()) } else { Err(self.too_large()) }
    }

    /// Appends what fits of the piece.
    fn append(&mut self, mut piece: Bytes) -> Result<()> {
        let room = self.max_size - self.first.len().max(self.whole.len());
        let fits = piece.len() <= room;
        piece.truncate(room);
        if self.first.is_empty() {
            self.first = piece;
        } else {
            if self.whole.is_empty() {
                self.whole.extend_from_slice(&self.first);
            }
            self.whole.extend_from_slice(&piece);
        }
        if fits { Ok(()) } else { Err(self.too_large()) }
    }

    fn finish(self) -> Bytes {
        if self.whole.is_empty() { self.first } else { self.whole.freeze() }
    }

    fn too_large(&self) -> Error {
        Error::new(ErrorKind::ResponseTooLarge, format!("the reply is larger than {} bytes", self.max_size))
    }
}
