//! Sending one request and reading its reply to the end, under a size limit.

use bytes::{Bytes, BytesMut};
use reqwest::header::HeaderMap;
use reqwest::{Client, Request, Response, StatusCode};

use crate::error::{Error, ErrorKind, ErrorReply, Result};

/// A reply, whole.
pub(crate) struct Received {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// Sends the request and reads the reply. A failure after the head of the reply was read keeps its status and headers.
pub(crate) async fn receive(http: &Client, request: Request, max_size: usize) -> Result<Received> {
    let mut response = http.execute(request).await.map_err(Error::on_the_way)?;
    let status = response.status();
    let body = read_body(&mut response, max_size).await;
    let headers = std::mem::take(response.headers_mut());
    match body {
        Ok(body) => Ok(Received { status, headers, body }),
        Err(error) => Err(error.with_reply(ErrorReply::without_body(status, headers))),
    }
}

async fn read_body(response: &mut Response, max_size: usize) -> Result<Bytes> {
    let too_large =
        || Error::new(ErrorKind::ReplyTooLarge, format!("the reply is larger than {max_size} bytes"));
    if response.content_length().is_some_and(|length| length > max_size as u64) {
        return Err(too_large());
    }
    // Most replies come in one piece, which is then not copied.
    let body = response.chunk().await.map_err(Error::on_the_way)?.unwrap_or_default();
    if body.len() > max_size {
        return Err(too_large());
    }
    let Some(more) = response.chunk().await.map_err(Error::on_the_way)? else { return Ok(body) };
    let mut whole = BytesMut::from(body);
    let mut next = Some(more);
    while let Some(piece) = next {
        if whole.len() + piece.len() > max_size {
            return Err(too_large());
        }
        whole.extend_from_slice(&piece);
        next = response.chunk().await.map_err(Error::on_the_way)?;
    }
    Ok(whole.freeze())
}
