#![doc = include_str!("../README.md")]

// The modules are layers: each uses only the ones below it. `tests/end-to-end/tests/layers` checks that.
//
//     emulator      the public handle and its builder
//     server        listeners, connections, sending responses
//     faults        injected and random faults, and how they change a response
//     handlers      what Atlas and Cloud Manager respond
//     auth          credentials, access lists, roles
//     http          requests, responses, routes, versions, parameters
//     state         what the server holds, and how it changes
//     assumptions   what is not known about the real server
//     values        plain values

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
