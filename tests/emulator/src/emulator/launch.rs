//! Starting an emulator.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};

use super::{Emulator, EmulatorBuilder};
use crate::faults::FaultQueue;
use crate::http::Routes;
use crate::server::{Server, Shared};
use crate::state::{Clock, State};

impl EmulatorBuilder {
    /// Starts the emulator on the current tokio runtime.
    ///
    /// # Errors
    ///
    /// If an address is not a loopback address, or cannot be bound.
    pub async fn start(self) -> io::Result<Emulator> {
        let routes = Routes::new().map_err(|error| {
            io::Error::other(format!("the paths of the operation table conflict: {error}"))
        })?;
        let atlas = listen(self.address).await?;
        let source_manager = listen(self.source_manager_address).await?;
        let address = atlas.local_addr()?;
        let base_url = format!("http://{address}");
        let source_manager_url = format!("http://{}", source_manager.local_addr()?);
        let service_account = self.settings.service_account.clone();
        let api_key = self.settings.atlas.api_key.clone();
        let source_manager_api_key = self.settings.source_manager.api_key.clone();
        let clock = Clock::new(self.time_scale, self.today);
        let state = State::new(self.settings, clock, self.organizations, base_url.clone());
        let shared = Shared::new(state, FaultQueue::new(self.fault_rate), routes, self.observer);
        let (stop, stop_receiver) = oneshot::channel();
        let (set_listening, listening_receiver) = mpsc::channel(1);
        let server = Server {
            shared: Arc::clone(&shared),
            keep_alive: self.keep_alive,
            address,
            atlas: Some(atlas),
            source_manager,
            set_listening: listening_receiver,
            stop: stop_receiver,
        };
        let server = tokio::spawn(server.run());
        Ok(Emulator {
            shared,
            address,
            base_url,
            source_manager_url,
            service_account,
            api_key,
            source_manager_api_key,
            set_listening,
            stop: Some(stop),
            server,
        })
    }
}

/// Binds a loopback address. The error names the address and keeps its kind.
async fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    if !address.ip().is_loopback() {
        let message = format!(
            "{} can be reached from other machines; the emulator's credentials are public, so it listens on \
             loopback addresses only, such as 127.0.0.1",
            address.ip()
        );
        return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
    }
    let listener = TcpListener::bind(address).await;
    listener.map_err(|error| io::Error::new(error.kind(), format!("cannot listen on {address}: {error}")))
}
