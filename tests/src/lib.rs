//! An emulator of the Atlas live-migration API, for tests without an Atlas account.
//!
//! [`Emulator`] serves real HTTP on the loopback interface. Its routes, parameters, versions, success codes and roles
//! come from the SDK's operation table; what stands behind them is written here: OAuth tokens, digest
//! authentication, access lists, version negotiation, rate limits, error bodies. Where nobody knows what Atlas does,
//! it does what `src/unknown.rs` says.
//!
//! It is not a server for anything but tests: its credentials are public, and it keeps everything in memory.

mod access;
mod api;
mod auth;
mod clock;
mod config;
mod emulator;
mod error_body;
mod jobs;
mod journal;
mod operations;
mod parameters;
mod random;
mod rate_limit;
mod reply;
mod request;
mod router;
mod script;
mod seed;
mod server;
mod unknown;
mod version;
mod world;

pub use auth::{Challenge, DigestAlgorithm};
pub use config::{EmulatorBuilder, MissingRole, Role};
pub use emulator::Emulator;
pub use jobs::MigrationState;
pub use journal::{CredentialKind, Effect, RecordedRequest};
pub use script::CannedReply;
