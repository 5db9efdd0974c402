//! One connection: reads its requests whole, and sends what [`crate::api`] or [`crate::ops_manager`] answers, in
//! the way that a fault wants it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http_body_util::{BodyExt as _, Limited};
use hyper::Response;
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use socket2::SockRef;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::faults::{Delivery, FaultKind};
use crate::journal::{RecordedFault, RecordedRequest};
use crate::outgoing::{self, Broken, Outgoing};
use crate::reply::Reply;
use crate::request::Request;
use crate::script::{Action, Side};
use crate::server::Shared;
use crate::world::World;
use crate::{api, auth, ops_manager, unknown};

/// A connection that was accepted.
pub(crate) struct Connection {
    pub(crate) shared: Arc<Shared>,
    pub(crate) peer: SocketAddr,
    pub(crate) number: u64,
    pub(crate) side: Side,
    /// Set when the connection is to be reset.
    pub(crate) reset: watch::Sender<bool>,
}

/// A request that was given its number.
struct Begun {
    number: u64,
    operation: Option<&'static str>,
    action: Option<Action>,
}

impl Connection {
    /// Serves the connection, HTTP/1 or HTTP/2, in a task of its own.
    pub(crate) fn serve(
        self,
        stream: TcpStream,
        keep_alive: bool,
        tasks: &mut JoinSet<()>,
        graceful: &GracefulShutdown,
    ) {
        // Without it a small reply may wait for an acknowledgement.
        let _ = stream.set_nodelay(true);
        if self.is_refused() {
            return reset(&stream);
        }
        // hyper keeps the stream to itself; by this second handle on the same socket a reset can be asked for. Where
        // there is none, for too many open files, the connection only closes.
        let handle = SockRef::from(&stream).try_clone();
        let mut resets = self.reset.subscribe();
        let connection = Arc::new(self);
        let service = service_fn(move |request| {
            let connection = Arc::clone(&connection);
            async move { connection.answer(request).await }
        });
        let mut builder = auto::Builder::new(TokioExecutor::new());
        builder.http1().keep_alive(keep_alive);
        let served = graceful.watch(builder.serve_connection(TokioIo::new(stream), service).into_owned());
        tasks.spawn(async move {
            // A client that breaks off is no concern of the emulator.
            tokio::select! {
                _ = resets.wait_for(|reset| *reset) => {}
                _ = served => {}
            }
            if let (true, Ok(handle)) = (*resets.borrow(), handle) {
                reset(&handle);
            }
        });
    }

    /// Whether the fault of this connection is to be refused.
    fn is_refused(&self) -> bool {
        let mut world = self.shared.world();
        let Some(fault) = world.script.next_of_connection(self.side) else { return false };
        self.record_fault(&mut world, fault.kind, None);
        fault.injected.mark();
        true
    }

    /// Answers a request. An error ends the connection.
    async fn answer(&self, request: hyper::Request<Incoming>) -> Result<Response<Outgoing>, Broken> {
        let (head, body) = request.into_parts();
        let client = self.shared.world().settings.client_address.unwrap_or(self.peer.ip());
        let (method, uri, headers) = (head.method, head.uri, head.headers);
        let mut request = Request { method, uri, headers, body: Bytes::new(), client };
        let begun = self.begin(&request);
        let unread =
            matches!(&begun.action, Some(Action::Fault(fault)) if fault.kind == FaultKind::ResetBeforeRead);
        let mut too_large = false;
        if !unread {
            // The error of a body that is too large, or that broke off, when nobody reads the answer.
            match Limited::new(body, unknown::MAX_BODY).collect().await {
                Ok(body) => request.body = body.to_bytes(),
                Err(_) => too_large = true,
            }
        }
        let delivery = self.carry_out(request, begun, too_large);
        if matches!(delivery, Delivery::Reset) {
            self.reset.send_replace(true);
        }
        outgoing::response(delivery).await
    }

    /// Gives the request its number, and finds out what it meets.
    fn begin(&self, request: &Request) -> Begun {
        let mut world = self.shared.world();
        let number = world.journal.number();
        let operation = match self.side {
            Side::Atlas => world.routes.find(request).ok().map(|route| route.operation.id),
            Side::OpsManager => None,
        };
        let action = world.script.next(self.side, operation, request);
        if let Some(Action::Fault(fault)) = &action {
            self.record_fault(&mut world, fault.kind, Some(number));
        }
        Begun { number, operation, action }
    }

    /// Carries the request out, as far as its fault lets it, and records it.
    fn carry_out(&self, request: Request, begun: Begun, too_large: bool) -> Delivery {
        let started = Instant::now();
        let mut world = self.shared.world();
        world.journal.carry_out(begun.number);
        let mut struck = None;
        let mut status = 0;
        let mut usual = |world: &mut World, request: &Request| {
            let reply = if too_large {
                unknown::body_too_large().with_common_headers()
            } else {
                self.usual(world, request)
            };
            status = reply.status.as_u16();
            reply
        };
        let delivery = match begun.action {
            None => Delivery::Whole(usual(&mut world, &request)),
            Some(Action::Reply(reply)) => Delivery::Whole(reply),
            Some(Action::Fault(fault)) => {
                struck = Some((fault.kind, fault.injected.clone()));
                fault.strike(&mut world, &request, usual)
            }
        };
        if let Some(reply) = delivery.reply() {
            status = reply.status.as_u16();
        }
        let record = RecordedRequest {
            number: begun.number,
            at: world.clock.now(),
            connection: self.number,
            method: request.method.to_string(),
            target: request.target().to_owned(),
            operation: begun.operation,
            credential: auth::kind(&request),
            headers: request.headers,
            body: request.body,
            status,
            fault: struck.as_ref().map(|(kind, _)| *kind),
            took: started.elapsed(),
        };
        world.journal.request(record.clone());
        drop(world);
        self.shared.observe(&record);
        if let Some((_, injected)) = struck {
            injected.mark();
        }
        delivery
    }

    fn usual(&self, world: &mut World, request: &Request) -> Reply {
        match self.side {
            Side::Atlas => api::answer(world, request),
            Side::OpsManager => ops_manager::answer(world, request),
        }
    }

    fn record_fault(&self, world: &mut World, kind: FaultKind, request: Option<u64>) {
        let at = world.clock.now();
        world.journal.fault(RecordedFault { kind, connection: self.number, request, at });
    }
}

/// Makes the end of the socket, which follows, a reset.
fn reset<'s>(socket: impl Into<SockRef<'s>>) {
    // Where the system does not do it, the client sees an end in place of a reset, which is as good a fault.
    let _ = socket.into().set_linger(Some(Duration::ZERO));
}
