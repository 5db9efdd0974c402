//! The SDK against the emulator over real HTTP: what a caller sees, and which requests are sent.
//!
//! What can be tested without a server is tested beside the code. Agreement with the emulator is no evidence that the
//! real server behaves the same, because both are part of this project; `tests/peers` tests against other software.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed unwrap is a failed test")]

mod common;

mod advice;
mod calls;
mod captive_portal;
mod concurrency;
mod connection;
mod digest;
mod envelope;
mod errors;
mod examples;
mod fault_matrix;
mod flow;
mod hostile_responses;
mod http2;
mod many_callers;
mod operations;
mod organizations;
mod path_prefix;
mod preview;
mod random_runs;
mod raw_request;
mod recorded;
mod redirects;
mod response_matrix;
mod retries;
mod secrets;
mod source;
mod tls_and_proxy;
mod token_endpoint;
mod token_revocation;
mod token_store;
mod tokens;
mod tracing_spans;
mod versions;
mod waiting;
