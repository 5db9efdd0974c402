//! What a test lets go wrong.

use std::io;

use tokio::sync::oneshot;

use super::Emulator;
use crate::faults::{Fault, FaultRate, Injected};

/// Faults.
impl Emulator {
    /// Makes the next request that the fault is meant for meet it.
    pub fn inject(&self, fault: Fault) -> Injected {
        let injected = fault.injected.clone();
        self.shared.world().script.fault(fault);
        injected
    }

    /// Sets the faults at random; `None` ends them.
    pub fn set_faults(&self, rate: Option<FaultRate>) {
        self.shared.world().script.set_rate(rate);
    }

    /// Closes Atlas's port, so that whoever connects is refused by the system, or opens it again, at the same
    /// address. Connections that stand are not touched.
    ///
    /// # Errors
    ///
    /// When the port cannot be opened again, because somebody else took it.
    pub async fn set_listening(&self, listening: bool) -> io::Result<()> {
        let (done, answer) = oneshot::channel();
        let gone = |_| io::Error::other("the server has stopped");
        self.listening.send((listening, done)).await.map_err(|_| gone(()))?;
        answer.await.map_err(|_| gone(()))?
    }
}
