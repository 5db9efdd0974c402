//! An emulator of the Atlas live-migration API, for tests without an Atlas account.
//!
//! [`Emulator`] serves real HTTP on the loopback interface. Its routes, parameters, versions, success codes and roles
//! come from the SDK's operation table; what stands behind them is written here: OAuth tokens, digest
//! authentication, access lists, version negotiation, rate limits, error bodies, and validations and migrations that
//! take their course by a clock which tests move. Beside it serves the source side, Ops Manager, on a port of its own.
//! Faults can be injected into single requests ([`Fault`]) or thrown in at random ([`FaultRate`]), and a journal
//! says what was asked, what changed and what went wrong. Where nobody knows what Atlas does,
//! it does what `src/unknown.rs` says.
//!
//! It is not a server for anything but tests: its credentials are public, and it keeps everything in memory.

mod access;
mod api;
mod auth;
mod clock;
mod config;
mod connection;
mod emulator;
mod error_body;
mod faults;
mod jobs;
mod journal;
mod json;
mod operations;
mod ops_manager;
mod outgoing;
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
pub use faults::{Fault, FaultKind, FaultRate, Injected};
pub use jobs::{CUTOVER_WINDOW, MigrationCourse, MigrationState, ValidationCourse};
pub use journal::{CredentialKind, Effect, RecordedEffect, RecordedFault, RecordedRequest};
pub use script::CannedReply;
