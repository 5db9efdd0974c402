//! Sockets and connections: accepts, reads requests whole, and sends what [`crate::api`] answers.
//!
//! Faults of the connection have their place here: `serve` holds the connection, and a service that returns an
//! error makes hyper drop it.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Response, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::api::{self, Answer};
use crate::config::Observer;
use crate::journal::RecordedRequest;
use crate::reply::Reply;
use crate::request::Request;
use crate::world::World;
use crate::{auth, unknown};

/// How long a graceful shutdown waits for the requests that are being answered.
const PATIENCE: Duration = Duration::from_secs(5);

/// What the connections share.
pub(crate) struct Shared {
    world: Mutex<World>,
    observer: Option<Observer>,
    connections: AtomicU64,
}

impl Shared {
    pub(crate) fn new(world: World, observer: Option<Observer>) -> Arc<Self> {
        Arc::new(Self { world: Mutex::new(world), observer, connections: AtomicU64::new(0) })
    }

    /// The world. A panic while it was locked cannot have left it half-changed in a way that matters to a test,
    /// which has failed by then anyway.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many connections there have been.
    pub(crate) fn connections(&self) -> u64 {
        self.connections.load(Ordering::Relaxed)
    }
}

/// Accepts connections until told to stop. Dropping the future closes all of them at once.
pub(crate) async fn run(listener: TcpListener, shared: Arc<Shared>, mut stop: oneshot::Receiver<()>) {
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            // Also when the sender is gone.
            _ = &mut stop => break,
            Some(_) = connections.join_next() => continue,
        };
        // A connection that was gone before it was accepted, or too many open files: the next may do better.
        let Ok((stream, peer)) = accepted else { continue };
        let number = shared.connections.fetch_add(1, Ordering::Relaxed) + 1;
        serve(&mut connections, &graceful, stream, Connection { shared: Arc::clone(&shared), peer, number });
    }
    drop(listener);
    // Whatever is still open after that goes down with `connections`.
    let _ = tokio::time::timeout(PATIENCE, graceful.shutdown()).await;
}

/// Serves one connection, HTTP/1 or HTTP/2, in a task of its own.
fn serve(tasks: &mut JoinSet<()>, graceful: &GracefulShutdown, stream: TcpStream, connection: Connection) {
    // Without it a small reply may wait for an acknowledgement.
    let _ = stream.set_nodelay(true);
    let connection = Arc::new(connection);
    let service = service_fn(move |request| {
        let connection = Arc::clone(&connection);
        async move { Ok::<_, Infallible>(connection.answer(request).await) }
    });
    let builder = auto::Builder::new(TokioExecutor::new());
    let connection = graceful.watch(builder.serve_connection(TokioIo::new(stream), service).into_owned());
    tasks.spawn(async move {
        // A client that breaks off is no concern of the emulator.
        let _ = connection.await;
    });
}

struct Connection {
    shared: Arc<Shared>,
    peer: SocketAddr,
    number: u64,
}

impl Connection {
    async fn answer(&self, request: hyper::Request<Incoming>) -> Response<Full<Bytes>> {
        let (head, body) = request.into_parts();
        let body = Limited::new(body, unknown::MAX_BODY).collect().await.map(|body| body.to_bytes());
        let started = Instant::now();
        let (record, reply) = {
            let mut world = self.shared.world();
            let client = world.settings.client_address.unwrap_or(self.peer.ip());
            let (method, uri, headers) = (head.method, head.uri, head.headers);
            let unread = body.is_err();
            let request = Request { method, uri, headers, body: body.unwrap_or_default(), client };
            let answer = if unread { too_large() } else { api::answer(&mut world, &request) };
            let record = self.record(&world, request, &answer, started);
            world.journal.request(record.clone());
            (record, answer.reply)
        };
        if let Some(observer) = &self.shared.observer {
            observer(&record);
        }
        response(reply)
    }

    fn record(&self, world: &World, request: Request, answer: &Answer, started: Instant) -> RecordedRequest {
        RecordedRequest {
            at: world.clock.now(),
            connection: self.number,
            method: request.method.to_string(),
            target: request.target().to_owned(),
            operation: answer.operation,
            credential: auth::kind(&request),
            headers: request.headers,
            body: request.body,
            status: answer.reply.status.as_u16(),
            took: started.elapsed(),
        }
    }
}

/// The answer to a body that is too large, or that broke off, when nobody reads the answer.
fn too_large() -> Answer {
    Answer { reply: unknown::body_too_large().with_common_headers(), operation: None }
}

fn response(reply: Reply) -> Response<Full<Bytes>> {
    let bodiless = reply.status == StatusCode::NO_CONTENT || reply.body.is_empty();
    let mut response = Response::new(Full::new(if bodiless { Bytes::new() } else { reply.body }));
    *response.status_mut() = reply.status;
    *response.headers_mut() = reply.headers;
    response
}
