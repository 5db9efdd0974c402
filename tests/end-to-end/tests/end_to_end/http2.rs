//! HTTP/2: frames that tell whether a request was processed, and what that means for retries.
//!
//! The server in this module writes its frames itself, because a real one sends these only when it restarts.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use atlas_migration_sdk::{
    Backoff, Client, Credentials, ErrorKind, LinkToken, NoRetry, Org, Response, Result, Secret,
};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio_rustls::TlsAcceptor;

use crate::common::{ManualClock, tls_acceptor};

/// RFC 9113 section 3.4.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// The types of frames that the server uses, RFC 9113 section 6.
mod frame {
    pub(super) const DATA: u8 = 0;
    pub(super) const HEADERS: u8 = 1;
    pub(super) const RST_STREAM: u8 = 3;
    pub(super) const SETTINGS: u8 = 4;
    pub(super) const GOAWAY: u8 = 7;
}

const ACK: u8 = 0x1;
const END_STREAM: u8 = 0x1;
const END_HEADERS: u8 = 0x4;

/// What happens to the first request. Every later one gets a response.
#[derive(Clone, Copy, Debug)]
enum First {
    /// The stream is reset with this code.
    Reset(u32),
    /// The connection is closed with this code, and the stream was not processed.
    GoAway(u32),
    /// It gets no response, and the server allows no second stream.
    Unanswered,
    /// The connection is closed with this code, and the stream may have been processed.
    GoAwayBehind(u32),
}

/// A server for the creation of link-tokens.
struct Server {
    first: First,
    requests: AtomicUsize,
    /// How many of them were complete, with their body.
    complete: AtomicUsize,
    unanswered: Notify,
    /// The client has read the settings.
    acknowledged: Notify,
}

impl Server {
    /// Starts it. Returns its URL and the PEM of its certificate authority.
    async fn start(first: First) -> (Arc<Self>, String, String) {
        let (acceptor, authority) = tls_acceptor(&["h2"]);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
        let server = Arc::new(Self {
            first,
            requests: AtomicUsize::new(0),
            complete: AtomicUsize::new(0),
            unanswered: Notify::new(),
            acknowledged: Notify::new(),
        });
        tokio::spawn(Arc::clone(&server).accept(listener, acceptor));
        (server, url, authority)
    }

    async fn accept(self: Arc<Self>, listener: TcpListener, acceptor: TlsAcceptor) {
        while let Ok((client, _)) = listener.accept().await {
            let Ok(connection) = acceptor.accept(client).await else { continue };
            let server = Arc::clone(&self);
            // An error means that the client closed the connection.
            tokio::spawn(async move { server.serve(connection).await });
        }
    }

    async fn serve(&self, mut connection: impl AsyncRead + AsyncWrite + Unpin) -> std::io::Result<()> {
        let mut preface = [0; PREFACE.len()];
        connection.read_exact(&mut preface).await?;
        assert_eq!(preface, PREFACE);
        // MAX_CONCURRENT_STREAMS, RFC 9113 section 6.5.2.
        let settings: &[u8] = if let First::Unanswered = self.first { &[0, 3, 0, 0, 0, 1] } else { &[] };
        write(&mut connection, frame::SETTINGS, 0, 0, settings).await?;
        loop {
            let mut head = [0; 9];
            connection.read_exact(&mut head).await?;
            let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
            let (kind, flags) = (head[3], head[4]);
            let stream = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
            let mut payload = vec![0; length as usize];
            connection.read_exact(&mut payload).await?;
            match kind {
                frame::SETTINGS if flags & ACK == 0 => {
                    write(&mut connection, frame::SETTINGS, ACK, 0, &[]).await?;
                }
                frame::SETTINGS => self.acknowledged.notify_one(),
                frame::DATA if flags & END_STREAM != 0 => {
                    self.complete.fetch_add(1, Ordering::Relaxed);
                }
                frame::HEADERS => {
                    let first = (self.requests.fetch_add(1, Ordering::Relaxed) == 0).then_some(self.first);
                    match first {
                        Some(First::Reset(code)) => {
                            write(&mut connection, frame::RST_STREAM, 0, stream, &code.to_be_bytes()).await?;
                        }
                        Some(First::Unanswered) => self.unanswered.notify_one(),
                        Some(First::GoAway(code)) => return go_away(connection, 0, code).await,
                        Some(First::GoAwayBehind(code)) => return go_away(connection, stream, code).await,
                        None => {
                            // RFC 7541 section 6.2.2: the name `:status` by its index in the static table, and a value.
                            let status = b"\x08\x03201";
                            write(&mut connection, frame::HEADERS, END_HEADERS, stream, status).await?;
                            let body = br#"{"linkToken":"issued"}"#;
                            write(&mut connection, frame::DATA, END_STREAM, stream, body).await?;
                        }
                    }
                }
                _ => {}
            }
        }
    }
}

/// Closes the connection cleanly: reads what is in transit, so that the operating system does not reset it.
async fn go_away(
    mut connection: impl AsyncRead + AsyncWrite + Unpin,
    last_stream: u32,
    code: u32,
) -> std::io::Result<()> {
    let payload = [last_stream.to_be_bytes(), code.to_be_bytes()].concat();
    write(&mut connection, frame::GOAWAY, 0, 0, &payload).await?;
    connection.shutdown().await?;
    connection.read_to_end(&mut Vec::new()).await.map(drop)
}

async fn write(
    connection: &mut (impl AsyncWrite + Unpin),
    kind: u8,
    flags: u8,
    stream: u32,
    payload: &[u8],
) -> std::io::Result<()> {
    let [_, length @ ..] = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let frame = [&length[..], &[kind, flags], &stream.to_be_bytes(), payload].concat();
    connection.write_all(&frame).await?;
    connection.flush().await
}

async fn create_link_token(url: &str, authority: &str, retry: bool) -> Result<Response<LinkToken>> {
    org(url, authority, retry).create_link_token([]).send().await
}

fn org(url: &str, authority: &str, retry: bool) -> Org {
    let builder = Client::builder()
        .base_url(url)
        .root_certificates_pem(authority.to_owned())
        .credentials(Credentials::access_token(Secret::new("x")))
        .clock(ManualClock::new());
    let builder = if retry { builder.retry(Backoff::default()) } else { builder.retry(NoRetry) };
    let client = builder.build().unwrap();
    client.org("4888442a3354817a7320eb61".parse().unwrap())
}

/// RFC 9113 section 7.
const NO_ERROR: u32 = 0;
const INTERNAL_ERROR: u32 = 2;
const REFUSED_STREAM: u32 = 7;
const ENHANCE_YOUR_CALM: u32 = 11;

#[tokio::test]
async fn unprocessed_request_is_retried_and_counted() {
    for first in [First::Reset(REFUSED_STREAM), First::GoAway(NO_ERROR)] {
        let (server, url, authority) = Server::start(first).await;
        let response = create_link_token(&url, &authority, true).await.unwrap();
        assert_eq!(response.value.expose_secret(), "issued");
        assert_eq!(response.metadata.requests(), 2, "{first:?}");
        assert_eq!(server.requests.load(Ordering::Relaxed), 2, "{first:?}");

        // Only the policy decides about retries; hyper must not retry by itself.
        let (server, url, authority) = Server::start(first).await;
        let error = create_link_token(&url, &authority, false).await.unwrap_err();
        assert!(error.was_not_processed() && !error.may_have_taken_effect(), "{first:?} {error}");
        assert_eq!(server.requests.load(Ordering::Relaxed), 1, "{first:?}");
    }
}

#[tokio::test]
async fn possibly_processed_request_is_not_retried() {
    for first in [
        First::Reset(INTERNAL_ERROR),
        First::Reset(NO_ERROR),
        First::GoAway(ENHANCE_YOUR_CALM),
        First::GoAway(REFUSED_STREAM),
        First::GoAwayBehind(NO_ERROR),
    ] {
        let (server, url, authority) = Server::start(first).await;
        let error = create_link_token(&url, &authority, true).await.unwrap_err();
        assert!(error.may_have_taken_effect() && !error.was_not_processed(), "{first:?} {error}");
        assert_eq!(server.requests.load(Ordering::Relaxed), 1, "{first:?}");
    }
}

#[tokio::test]
async fn retries_of_a_custom_client_are_not_assumed_unprocessed() {
    let (server, url, authority) = Server::start(First::Reset(REFUSED_STREAM)).await;
    let http = reqwest::Client::builder()
        .add_root_certificate(reqwest::Certificate::from_pem(authority.as_bytes()).unwrap())
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never().max_retries_per_request(0))
        .build()
        .unwrap();
    let client = Client::builder()
        .base_url(url)
        .http_client(http)
        .credentials(Credentials::access_token(Secret::new("x")))
        .clock(ManualClock::new())
        .build()
        .unwrap();
    let org = client.org("4888442a3354817a7320eb61".parse().unwrap());
    let error = org.create_link_token([]).await.unwrap_err();
    assert!(error.may_have_taken_effect() && !error.was_not_processed(), "{error}");
    assert_eq!(server.requests.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn request_that_waits_for_a_stream_until_its_timeout_was_not_sent() {
    let (server, url, authority) = Server::start(First::Unanswered).await;
    let org = org(&url, &authority, false);
    let first = tokio::spawn(org.create_link_token([]));
    server.unanswered.notified().await;
    server.acknowledged.notified().await;
    for _ in 0..3 {
        let waiting = org.create_link_token([]).attempt_timeout(Duration::from_millis(50));
        let error = waiting.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert!(error.was_not_processed() && !error.may_have_taken_effect(), "{error}");
        assert!(!error.to_string().contains("effect"), "{error}");
    }
    assert_eq!(server.requests.load(Ordering::Relaxed), 1);
    // When the first call ends, its stream is free for others. At most the head of a request that failed is sent then.
    first.abort();
    for _ in 0..3 {
        org.create_link_token([]).await.unwrap();
    }
    assert_eq!(server.complete.load(Ordering::Relaxed), 4);
}
