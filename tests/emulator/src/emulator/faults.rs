//! Faults that a test injects.

use std::io;

use tokio::sync::oneshot;

use super::Emulator;
use crate::faults::{Fault, FaultHandle, FaultRate};

/// Faults.
impl Emulator {
    /// Adds the fault to the queue. It applies to the next request that matches.
    pub fn inject(&self, fault: Fault) -> FaultHandle {
        let handle = fault.handle.clone();
        self.shared.lock().faults.push_fault(fault);
        handle
    }

    /// Sets the rate of random faults; `None` turns them off.
    pub fn set_fault_rate(&self, rate: Option<FaultRate>) {
        self.shared.lock().faults.set_rate(rate);
    }

    /// Closes Atlas's port, so that the operating system refuses connections, or opens it again at the same address.
    /// Open connections are not affected.
    ///
    /// # Errors
    ///
    /// If the port cannot be opened again, because another program uses it.
    pub async fn set_listening(&self, listening: bool) -> io::Result<()> {
        let (sender, result) = oneshot::channel();
        let stopped = || io::Error::other("the server has stopped");
        self.set_listening.send((listening, sender)).await.map_err(|_| stopped())?;
        result.await.map_err(|_| stopped())?
    }
}
