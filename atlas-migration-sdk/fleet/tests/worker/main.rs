//! The worker, against a real Temporal server and the emulator of Atlas.

#![allow(clippy::unwrap_used, reason = "a failed expectation in a helper fails the test")]

#[path = "../support/mod.rs"]
mod support;

mod connection;
#[cfg(unix)]
mod life;
mod scenario;
#[cfg(unix)]
mod secrets;
mod server;
#[cfg(unix)]
mod verification;
mod watch;
