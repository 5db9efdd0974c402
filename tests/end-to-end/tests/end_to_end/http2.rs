//! HTTP/2: what a server says of a request beneath its reply, and what that means for repeating it.
//!
//! The server here writes its frames byte by byte: what a well-behaved one sends only when it restarts can be had in no
//! other way.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use atlas_migration_sdk::{Backoff, Client, Credentials, LinkToken, NoRetry, Response, Result, Secret};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::common::{MovedClock, tls_acceptor};

/// RFC 9113 section 3.4.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// The types of frames that are spoken here, RFC 9113 section 6.
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

/// What becomes of the first request; every later one is answered.
#[derive(Clone, Copy, Debug)]
enum First {
    /// Its stream is reset with this code.
    Reset(u32),
    /// The connection ends with this code, and without having seen the stream.
    GoAway(u32),
    /// The connection ends with this code, and may have acted on the stream.
    GoAwayBehind(u32),
}

/// How a server treats requests for a link-token.
struct Server {
    first: First,
    requests: AtomicUsize,
}

impl Server {
    /// Starts it; returns its URL and the PEM of its authority.
    async fn start(first: First) -> (Arc<Self>, String, String) {
        let (acceptor, authority) = tls_acceptor(&["h2"]);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
        let server = Arc::new(Self { first, requests: AtomicUsize::new(0) });
        tokio::spawn(Arc::clone(&server).accept(listener, acceptor));
        (server, url, authority)
    }

    async fn accept(self: Arc<Self>, listener: TcpListener, acceptor: TlsAcceptor) {
        while let Ok((client, _)) = listener.accept().await {
            let Ok(connection) = acceptor.accept(client).await else { continue };
            let server = Arc::clone(&self);
            // An error is the client's end of the connection.
            tokio::spawn(async move { server.serve(connection).await });
        }
    }

    async fn serve(&self, mut connection: impl AsyncRead + AsyncWrite + Unpin) -> std::io::Result<()> {
        let mut preface = [0; PREFACE.len()];
        connection.read_exact(&mut preface).await?;
        assert_eq!(preface, PREFACE);
        write(&mut connection, frame::SETTINGS, 0, 0, &[]).await?;
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
                frame::HEADERS => {
                    let first = (self.requests.fetch_add(1, Ordering::Relaxed) == 0).then_some(self.first);
                    match first {
                        Some(First::Reset(code)) => {
                            write(&mut connection, frame::RST_STREAM, 0, stream, &code.to_be_bytes()).await?;
                        }
                        Some(First::GoAway(code)) => return go_away(connection, 0, code).await,
                        Some(First::GoAwayBehind(code)) => return go_away(connection, stream, code).await,
                        None => {
                            // RFC 7541 section 6.2.2: the name `:status` by its place in the static table, and a value.
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

/// Ends the connection in good order: what is still on its way is read, lest the system reset it.
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
    let builder = Client::builder()
        .base_url(url)
        .root_certificates_pem(authority.to_owned())
        .credentials(Credentials::access_token(Secret::new("x")))
        .clock(MovedClock::new());
    let builder = if retry { builder.retry(Backoff::default()) } else { builder.retry(NoRetry) };
    let client = builder.build().unwrap();
    client.org("4888442a3354817a7320eb61".parse().unwrap()).create_link_token([]).send().await
}

/// RFC 9113 section 7.
const NO_ERROR: u32 = 0;
const INTERNAL_ERROR: u32 = 2;
const REFUSED_STREAM: u32 = 7;
const ENHANCE_YOUR_CALM: u32 = 11;

#[tokio::test]
async fn what_was_turned_away_unread_is_sent_again_and_counted() {
    for first in [First::Reset(REFUSED_STREAM), First::GoAway(NO_ERROR)] {
        let (server, url, authority) = Server::start(first).await;
        let reply = create_link_token(&url, &authority, true).await.unwrap();
        assert_eq!(reply.value.expose_secret(), "issued");
        assert_eq!(reply.metadata.requests(), 2, "{first:?}");
        assert_eq!(server.requests.load(Ordering::Relaxed), 2, "{first:?}");

        // What is repeated is the policy's to say: nothing beneath it repeats.
        let (server, url, authority) = Server::start(first).await;
        let error = create_link_token(&url, &authority, false).await.unwrap_err();
        assert!(error.was_not_processed() && !error.may_have_taken_effect(), "{first:?} {error}");
        assert_eq!(server.requests.load(Ordering::Relaxed), 1, "{first:?}");
    }
}

#[tokio::test]
async fn what_may_have_been_read_is_not_sent_again() {
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
async fn what_a_client_that_was_handed_in_did_before_nobody_knows() {
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
        .clock(MovedClock::new())
        .build()
        .unwrap();
    let org = client.org("4888442a3354817a7320eb61".parse().unwrap());
    let error = org.create_link_token([]).await.unwrap_err();
    assert!(error.may_have_taken_effect() && !error.was_not_processed(), "{error}");
    assert_eq!(server.requests.load(Ordering::Relaxed), 1);
}
