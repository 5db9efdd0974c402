//! Sending one request and reading its reply to the end, under a size limit.

use bytes::{Bytes, BytesMut};
use reqwest::header::HeaderMap;
use reqwest::{Client, Request, StatusCode};

use crate::error::{Error, ErrorKind, Result};

/// A reply, whole.
pub(crate) struct Received {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// Sends the request and reads the reply.
pub(crate) async fn receive(http: &Client, request: Request, max_size: usize) -> Result<Received> {
    let mut response = http.execute(request).await.map_err(Error::on_the_way)?;
    let too_large =
        || Error::new(ErrorKind::ReplyTooLarge, format!("the reply is larger than {max_size} bytes"));
    if response.content_length().is_some_and(|length| length > max_size as u64) {
        return Err(too_large());
    }
    let status = response.status();
    let headers = std::mem::take(response.headers_mut());
    // Most replies come in one piece, which is then not copied.
    let mut body = response.chunk().await.map_err(Error::on_the_way)?.unwrap_or_default();
    if body.len() > max_size {
        return Err(too_large());
    }
    if let Some(more) = response.chunk().await.map_err(Error::on_the_way)? {
        let mut whole = BytesMut::from(body);
        let mut next = Some(more);
        while let Some(piece) = next {
            if whole.len() + piece.len() > max_size {
                return Err(too_large());
            }
            whole.extend_from_slice(&piece);
            next = response.chunk().await.map_err(Error::on_the_way)?;
        }
        body = whole.freeze();
    }
    Ok(Received { status, headers, body })
}
