//! Turns the OpenAPI fragment into the client and the operation table.
#![allow(dead_code, reason = "the callers are on another branch")]
mod spec;
fn main() {}
