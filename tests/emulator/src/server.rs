//! Listeners and what all connections share: accepts, counts, stops. What happens on a connection stands in
//! [`crate::connection`].

use std::future::pending;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;

use crate::config::Observer;
use crate::connection::Connection;
use crate::journal::RecordedRequest;
use crate::script::Side;
use crate::world::World;

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

    /// Tells whoever listens of the request.
    pub(crate) fn observe(&self, request: &RecordedRequest) {
        if let Some(observer) = &self.observer {
            observer(request);
        }
    }
}

/// Whether Atlas's port is to be open, and where to say that it is so.
pub(crate) type Listening = (bool, oneshot::Sender<io::Result<()>>);

/// The ports, and what can be asked of the server.
pub(crate) struct Server {
    pub(crate) shared: Arc<Shared>,
    pub(crate) keep_alive: bool,
    /// Atlas's address, to open its port again.
    pub(crate) address: SocketAddr,
    pub(crate) atlas: Option<TcpListener>,
    pub(crate) ops_manager: TcpListener,
    pub(crate) listening: mpsc::Receiver<Listening>,
    pub(crate) stop: oneshot::Receiver<()>,
}

impl Server {
    /// Accepts connections until told to stop. Dropping the future closes all of them at once.
    pub(crate) async fn run(mut self) {
        let graceful = GracefulShutdown::new();
        let mut connections = JoinSet::new();
        loop {
            let (accepted, side) = tokio::select! {
                accepted = accept(self.atlas.as_ref()) => (accepted, Side::Atlas),
                accepted = accept(Some(&self.ops_manager)) => (accepted, Side::OpsManager),
                Some((open, done)) = self.listening.recv() => {
                    // Who asked may have gone; it is done all the same.
                    let _ = done.send(self.set_listening(open).await);
                    continue;
                }
                // Also when the sender is gone.
                _ = &mut self.stop => break,
                Some(_) = connections.join_next() => continue,
            };
            // A connection that was gone before it was accepted, or too many open files: the next may do better.
            let Ok((stream, peer)) = accepted else { continue };
            let number = self.shared.connections.fetch_add(1, Ordering::Relaxed) + 1;
            let (shared, reset) = (Arc::clone(&self.shared), watch::Sender::new(false));
            let connection = Connection { shared, peer, number, side, reset };
            connection.serve(stream, self.keep_alive, &mut connections, &graceful);
        }
        drop((self.atlas, self.ops_manager));
        // Whatever is still open after that goes down with `connections`.
        let _ = tokio::time::timeout(PATIENCE, graceful.shutdown()).await;
    }

    async fn set_listening(&mut self, open: bool) -> io::Result<()> {
        self.atlas = match self.atlas.take() {
            Some(listener) if open => Some(listener),
            None if open => Some(TcpListener::bind(self.address).await?),
            _ => None,
        };
        Ok(())
    }
}

/// The next connection; none ever where nobody listens.
async fn accept(listener: Option<&TcpListener>) -> io::Result<(TcpStream, SocketAddr)> {
    match listener {
        Some(listener) => listener.accept().await,
        None => pending().await,
    }
}
