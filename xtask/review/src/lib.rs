//! What a change of the fragment means for this project.
//!
//! `openapi_diff` says what an edit means over HTTP. This crate adds what only this project knows:
//!
//! - [`rust`]: what an edit does to the Rust API, at compile time and at run time, and whether version and changelog say
//!   so. It generates from both sides in memory.
//! - [`diff`]: the comparison of the working tree with a base from git, with the findings that were acknowledged.
//! - [`upstream`]: the fragment against the published document, with the deviations that have a reason.
//!
//! It reads files and asks git; it writes nothing and knows nothing of a command line or of exit statuses.

mod base;
pub mod diff;
mod error;
mod git;
mod input;
pub mod rust;
pub mod upstream;

#[cfg(test)]
mod tests;

pub use base::Base;
pub use error::{Error, Outcome};
