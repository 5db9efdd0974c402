//! An emulator of the Atlas live-migration API, for tests without an Atlas account.
//!
//! [`Emulator`] serves real HTTP on the loopback interface. Its routes, parameters, versions, success codes and roles
//! come from the SDK's operation table. The rest is implemented here: OAuth tokens, digest authentication, access
//! lists, version negotiation, rate limits, error bodies, and validations and migrations that proceed by a clock which
//! tests control. Ops Manager, the source side, has its own port. Faults can be injected into single requests
//! ([`Fault`]) or occur at random ([`FaultRate`]), and a journal records requests, effects and faults. Where Atlas's
//! behaviour is not known, the emulator follows the assumptions in `src/assumptions.rs`.
//!
//! It is a server for tests only: its credentials are public, and it keeps everything in memory.
//!
//! The modules are layers: each uses only the ones below it.
//!
//! ```text
//! emulator      the public handle and its builder
//! server        listeners, connections, sending responses
//! faults        injected and random faults, and how they change a response
//! handlers      what Atlas and Ops Manager respond
//! auth          credentials, access lists, roles
//! http          requests, responses, routes, versions, parameters
//! state         what the server holds, and how it changes
//! assumptions   what is not known about the real server
//! values        plain values
//! ```

mod assumptions;
mod auth;
mod emulator;
mod faults;
mod handlers;
mod http;
mod server;
mod state;
mod values;

pub use emulator::{Emulator, EmulatorBuilder};
pub use faults::{CannedResponse, Fault, FaultHandle, FaultRate};
pub use state::{
    CUTOVER_WINDOW, Effect, MigrationState, MigrationTimeline, RecordedEffect, RecordedFault,
    RecordedRequest, ValidationTimeline,
};
pub use values::{Challenge, CredentialKind, DigestAlgorithm, FaultKind, MissingRole, Role};
