//! Reading the reply of one request to its end, under a size limit.

use bytes::{Bytes, BytesMut};
use reqwest::header::HeaderMap;
use reqwest::{Response, StatusCode};

use crate::error::{Error, ErrorKind, ErrorReply, Result};

/// A reply, whole.
pub(crate) struct Received {
    pub(crate) status: StatusCode,
    /// Boxed, because a reply passes through many hands and they are most of it.
    pub(crate) headers: Box<HeaderMap>,
    pub(crate) body: Bytes,
}

/// Reads the reply of a request that is being sent. A failure after the head of the reply was read keeps its status and
/// headers.
pub(crate) async fn receive(
    sending: impl Future<Output = reqwest::Result<Response>>,
    max_size: usize,
) -> Result<Received> {
    let mut response = sending.await.map_err(Error::on_the_way)?;
    let mut body = Body { max_size, first: Bytes::new(), whole: BytesMut::new() };
    let mut result = body.expect(response.content_length());
    while result.is_ok() {
        result = match response.chunk().await {
            Ok(Some(piece)) => body.append(piece),
            Ok(None) => break,
            Err(error) => Err(Error::on_the_way(error)),
        };
    }
    let (status, headers) = (response.status(), Box::new(std::mem::take(response.headers_mut())));
    match result {
        Ok(()) => Ok(Received { status, headers, body: body.finish() }),
        Err(error) => Err(error.with_reply(ErrorReply::without_body(status, *headers))),
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
    fn expect(&self, length: Option<u64>) -> Result<()> {
        let fits = length.is_none_or(|length| length <= self.max_size as u64);
        if fits { Ok(()) } else { Err(self.too_large()) }
    }

    fn append(&mut self, piece: Bytes) -> Result<()> {
        let length = self.first.len().max(self.whole.len());
        if piece.len() > self.max_size.saturating_sub(length) {
            return Err(self.too_large());
        }
        if self.first.is_empty() {
            self.first = piece;
            return Ok(());
        }
        if self.whole.is_empty() {
            self.whole.extend_from_slice(&self.first);
        }
        self.whole.extend_from_slice(&piece);
        Ok(())
    }

    fn finish(self) -> Bytes {
        if self.whole.is_empty() { self.first } else { self.whole.freeze() }
    }

    fn too_large(&self) -> Error {
        Error::new(ErrorKind::ReplyTooLarge, format!("the reply is larger than {} bytes", self.max_size))
    }
}
