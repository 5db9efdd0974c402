//! One connection: reads its requests completely, and sends the responses of [`crate::handlers`], with the faults
//! applied.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http_body_util::{BodyExt as _, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use socket2::SockRef;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::delivery::{Aborted, ResponseBody, deliver};
use super::shared::Shared;
use crate::assumptions;
use crate::auth::credential_kind;
use crate::faults::{Action, Delivery, Service};
use crate::handlers::{atlas, source_manager};
use crate::http::{Request, Response};
use crate::state::{RecordedFault, RecordedRequest, State};
use crate::values::FaultKind;

/// An accepted connection.
pub(super) struct Connection {
    pub(super) shared: Arc<Shared>,
    pub(super) peer: SocketAddr,
    pub(super) number: u64,
    pub(super) service: Service,
    /// Set to reset the connection.
    pub(super) reset: watch::Sender<bool>,
}

/// A request whose head was received.
struct Received {
    number: u64,
    operation: Option<&'static str>,
    action: Option<Action>,
}

impl Connection {
    /// Serves the connection, HTTP/1 or HTTP/2, in its own task.
    pub(super) fn serve(
        self,
        stream: TcpStream,
        keep_alive: bool,
        tasks: &mut JoinSet<()>,
        graceful: &GracefulShutdown,
    ) {
        // Without it a small response may wait for an acknowledgement.
        let _ = stream.set_nodelay(true);
        if self.is_reset_on_accept() {
            return reset(&stream);
        }
        // hyper owns the stream; this second handle of the same socket allows a reset. Without it, because of too many
        // open files, the connection is only closed.
        let handle = SockRef::from(&stream).try_clone();
        let mut resets = self.reset.subscribe();
        let connection = Arc::new(self);
        let service = service_fn(move |request| {
            let connection = Arc::clone(&connection);
            async move { connection.respond(request).await }
        });
        let mut builder = auto::Builder::new(TokioExecutor::new());
        builder.http1().keep_alive(keep_alive);
        let served = graceful.watch(builder.serve_connection(TokioIo::new(stream), service).into_owned());
        tasks.spawn(async move {
            // An error here means that the client disconnected, which needs no handling.
            tokio::select! {
                _ = resets.wait_for(|reset| *reset) => {}
                _ = served => {}
            }
            if let (true, Ok(handle)) = (*resets.borrow(), handle) {
                reset(&handle);
            }
        });
    }

    /// Whether a fault resets this connection.
    fn is_reset_on_accept(&self) -> bool {
        let mut locked = self.shared.lock();
        let Some(fault) = locked.faults.next_for_connection(self.service) else { return false };
        self.record_fault(&mut locked.state, fault.kind, None);
        fault.handle.set_triggered();
        true
    }

    /// Responds to a request. An error aborts the connection.
    async fn respond(
        &self,
        request: hyper::Request<Incoming>,
    ) -> Result<hyper::Response<ResponseBody>, Aborted> {
        let (head, body) = request.into_parts();
        let client = self.shared.lock().state.settings.client_address.unwrap_or(self.peer.ip());
        let (method, uri, headers) = (head.method, head.uri, head.headers);
        let mut request = Request { method, uri, headers, body: Bytes::new(), client };
        let received = self.receive(&request);
        let reset_before_read = |action: &Action| match action {
            Action::Fault(fault) => fault.kind == FaultKind::ResetBeforeRead,
            Action::Respond(_) => false,
        };
        let skip_body = received.action.as_ref().is_some_and(reset_before_read);
        let mut too_large = false;
        if !skip_body {
            // The error means that the body is too large, or that the client disconnected and no response is read.
            match Limited::new(body, assumptions::MAX_BODY).collect().await {
                Ok(body) => request.body = body.to_bytes(),
                Err(_) => too_large = true,
            }
        }
        let delivery = self.process(request, received, too_large);
        if matches!(delivery, Delivery::Reset) {
            self.reset.send_replace(true);
        }
        deliver(delivery).await
    }

    /// Determines the number, the operation and the fault of the request.
    fn receive(&self, request: &Request) -> Received {
        let mut locked = self.shared.lock();
        let number = locked.state.journal.next_number();
        let operation = match self.service {
            Service::Atlas => self.shared.routes.find(request).ok().map(|route| route.operation.id),
            Service::SourceManager => None,
        };
        let action = locked.faults.next_for_request(self.service, operation, request);
        if let Some(Action::Fault(fault)) = &action {
            self.record_fault(&mut locked.state, fault.kind, Some(number));
        }
        Received { number, operation, action }
    }

    /// Executes the request, unless its fault prevents it, and records it.
    fn process(&self, request: Request, received: Received, too_large: bool) -> Delivery {
        let started = Instant::now();
        let mut locked = self.shared.lock();
        let state = &mut locked.state;
        state.journal.set_current(received.number);
        let mut fault = None;
        let mut status = 0;
        let mut execute = |state: &mut State, request: &Request| {
            let response = if too_large {
                Response::from(assumptions::body_too_large()).with_common_headers()
            } else {
                self.execute(state, request)
            };
            status = response.status.as_u16();
            response
        };
        let delivery = match received.action {
            None => Delivery::Complete(execute(state, &request)),
            Some(Action::Respond(response)) => Delivery::Complete(response),
            Some(Action::Fault(planned)) => {
                fault = Some((planned.kind, planned.handle.clone()));
                planned.apply(state, &request, execute)
            }
        };
        if let Some(response) = delivery.response() {
            status = response.status.as_u16();
        }
        let record = RecordedRequest {
            number: received.number,
            at: state.clock.now(),
            connection: self.number,
            method: request.method.to_string(),
            target: request.target().to_owned(),
            operation: received.operation,
            credential: credential_kind(&request),
            headers: request.headers,
            body: request.body,
            status,
            fault: fault.as_ref().map(|(kind, _)| *kind),
            duration: started.elapsed(),
        };
        state.journal.record_request(&record);
        drop(locked);
        self.shared.observe(&record);
        if let Some((_, handle)) = fault {
            handle.set_triggered();
        }
        delivery
    }

    fn execute(&self, state: &mut State, request: &Request) -> Response {
        match self.service {
            Service::Atlas => atlas::respond(state, &self.shared.routes, request),
            Service::SourceManager => source_manager::respond(state, request),
        }
    }

    fn record_fault(&self, state: &mut State, kind: FaultKind, request: Option<u64>) {
        let at = state.clock.now();
        state.journal.record_fault(RecordedFault { kind, connection: self.number, request, at });
    }
}

/// Makes closing the socket, which follows, a reset.
fn reset<'s>(socket: impl Into<SockRef<'s>>) {
    // If the system does not support it, the client sees the end of the connection, which is a fault as well.
    let _ = socket.into().set_linger(Some(Duration::ZERO));
}
