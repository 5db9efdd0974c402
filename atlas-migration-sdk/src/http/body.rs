//! Whether the body of a request was sent.
//!
//! A request may fail before anything of it was sent, for instance because it waited for a stream of an HTTP/2 connection
//! until its time limit. reqwest does not report that. But it reads the body only when it sends the request, and no
//! server processes a request with an incomplete body.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use reqwest::{Body, Request};

use crate::error::Error;

const UNREAD: u8 = 0;
const READ: u8 = 1;
const ABANDONED: u8 = 2;

/// A body that records whether reading it began.
struct RecordedBody {
    body: Body,
    state: Arc<AtomicU8>,
}

/// What is known about the body of a request.
pub(super) struct BodyRecord(Option<Arc<AtomicU8>>);

impl BodyRecord {
    pub(super) fn of(request: &mut Request) -> Self {
        Self(request.body_mut().take().map(|body| {
            let state = Arc::new(AtomicU8::new(UNREAD));
            *request.body_mut() = Some(Body::wrap(RecordedBody { body, state: Arc::clone(&state) }));
            state
        }))
    }

    /// For a request whose body cannot be recorded.
    pub(super) fn unknown() -> Self {
        Self(None)
    }

    /// Records in an error that the body was not sent, if so. It cannot be sent afterwards either.
    pub(super) fn explain(self, error: Error) -> Error {
        let abandoned = self.0.is_some_and(|state| {
            state.compare_exchange(UNREAD, ABANDONED, Ordering::Relaxed, Ordering::Relaxed).is_ok()
        });
        // After a response, which the server may send without reading the body, that shows nothing.
        if abandoned && error.status().is_none() { error.without_effect() } else { error }
    }
}

impl http_body::Body for RecordedBody {
    type Data = Bytes;
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        match self.state.compare_exchange(UNREAD, READ, Ordering::Relaxed, Ordering::Relaxed) {
            Ok(_) | Err(READ) => Pin::new(&mut self.body).poll_frame(context).map_err(Into::into),
            Err(_) => Poll::Ready(Some(Err("the call has ended".into()))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;
    use http_body::Body as _;
    use reqwest::{Method, StatusCode, Url};

    use super::*;
    use crate::error::{Effect, ErrorKind, ErrorResponse};

    fn next(body: &mut Body) -> Option<Result<Bytes, reqwest::Error>> {
        let frame = std::future::poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).now_or_never();
        frame.unwrap().map(|frame| frame.map(|frame| frame.into_data().unwrap()))
    }

    #[test]
    fn a_body_is_either_read_or_abandoned() {
        let request = || {
            let mut request = Request::new(Method::POST, Url::parse("http://localhost").unwrap());
            *request.body_mut() = Some(Body::from("content"));
            let record = BodyRecord::of(&mut request);
            (request.body_mut().take().unwrap(), record)
        };
        let timeout = || Error::new(ErrorKind::Timeout, "");

        let (mut body, record) = request();
        assert_eq!((body.size_hint().exact(), body.is_end_stream()), (Some(7), false));
        assert_eq!(next(&mut body).unwrap().unwrap(), "content");
        assert_eq!(record.explain(timeout()).effect(), Effect::Possible);
        assert!(next(&mut body).is_none());

        let (mut body, record) = request();
        assert_eq!(record.explain(timeout()).effect(), Effect::None);
        assert!(next(&mut body).unwrap().is_err());

        // The server responded without reading the body, and its response was lost halfway.
        let (_, record) = request();
        let response = ErrorResponse::without_body(StatusCode::CREATED, Default::default());
        let lost = Error::new(ErrorKind::Transport, "").with_response(response);
        assert_eq!(record.explain(lost).effect(), Effect::Possible);

        // Without a body nothing is known.
        let mut bare = Request::new(Method::PUT, Url::parse("http://localhost").unwrap());
        let record = BodyRecord::of(&mut bare);
        assert!(bare.body().is_none());
        assert_eq!(record.explain(timeout()).effect(), Effect::Possible);
    }
}
