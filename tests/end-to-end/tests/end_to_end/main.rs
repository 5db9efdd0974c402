//! The SDK against the emulator over real HTTP: what a caller sees, and what went over the wire.
//!
//! What can be shown without a server is shown beside the code. The emulator is ours, so agreement with it is no
//! evidence that the real server behaves so; `peers.rs` holds both sides against software that is not ours.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot unwrap cannot say what it expects"
)]

mod common;

mod connection;
mod digest;
mod envelope;
mod errors;
mod examples;
mod fault_matrix;
mod hostile_replies;
mod http2;
mod many_callers;
mod operations;
mod organizations;
mod path_prefix;
mod random_runs;
mod raw_request;
mod retries;
mod secrets;
mod source;
mod tls_and_proxy;
mod tokens;
mod tracing_spans;
mod versions;
mod waiting;
