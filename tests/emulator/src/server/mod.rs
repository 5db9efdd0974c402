//! The listeners: accept connections, start and stop. Serving a connection is in [`connection`].

mod connection;
mod delivery;
mod shared;

use std::future::pending;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;

use self::connection::Connection;
pub(crate) use self::shared::{RequestObserver, Shared};
use crate::faults::Service;

/// How long a graceful shutdown waits for the requests in progress.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(5);

/// Whether Atlas's port is to be open, and where to send the result.
pub(crate) type SetListening = (bool, oneshot::Sender<io::Result<()>>);

/// The listeners, and the channels that control them.
pub(crate) struct Server {
    pub(crate) shared: Arc<Shared>,
    pub(crate) keep_alive: bool,
    /// Atlas's address, to open its port again.
    pub(crate) address: SocketAddr,
    pub(crate) atlas: Option<TcpListener>,
    pub(crate) source_manager: TcpListener,
    pub(crate) set_listening: mpsc::Receiver<SetListening>,
    pub(crate) stop: oneshot::Receiver<()>,
}

impl Server {
    /// Accepts connections until it is stopped. Dropping the future closes all of them at once.
    pub(crate) async fn run(mut self) {
        let graceful = GracefulShutdown::new();
        let mut connections = JoinSet::new();
        loop {
            let (accepted, service) = tokio::select! {
                accepted = accept(self.atlas.as_ref()) => (accepted, Service::Atlas),
                accepted = accept(Some(&self.source_manager)) => (accepted, Service::SourceManager),
                Some((open, result)) = self.set_listening.recv() => {
                    // The caller may have stopped waiting for the result.
                    let _ = result.send(self.open_or_close(open).await);
                    continue;
                }
                // Also when the sender is dropped.
                _ = &mut self.stop => break,
                Some(_) = connections.join_next() => continue,
            };
            // Failures of a single connection, or temporary ones such as too many open files: continue with the next.
            let Ok((stream, peer)) = accepted else { continue };
            let number = self.shared.count_connection();
            let (shared, reset) = (Arc::clone(&self.shared), watch::Sender::new(false));
            let connection = Connection { shared, peer, number, service, reset };
            connection.serve(stream, self.keep_alive, &mut connections, &graceful);
        }
        drop((self.atlas, self.source_manager));
        // Connections that are still open after the timeout are closed with `connections`.
        let _ = tokio::time::timeout(SHUTDOWN_TIMEOUT, graceful.shutdown()).await;
    }

    async fn open_or_close(&mut self, open: bool) -> io::Result<()> {
        self.atlas = match self.atlas.take() {
            Some(listener) if open => Some(listener),
            None if open => Some(TcpListener::bind(self.address).await?),
            _ => None,
        };
        Ok(())
    }
}

/// Accepts the next connection. Without a listener it never returns.
async fn accept(listener: Option<&TcpListener>) -> io::Result<(TcpStream, SocketAddr)> {
    match listener {
        Some(listener) => listener.accept().await,
        None => pending().await,
    }
}
