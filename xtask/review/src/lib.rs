//! Reviews a change of the OpenAPI fragment from which the Atlas Migration SDK is generated.
//!
//! `openapi_diff` compares two OpenAPI documents and judges each edit by its effect over HTTP. It works for any
//! document. This crate adds the three judgements that depend on this project:
//!
//! - What does an edit do to the Rust API of the SDK, at compile time and at run time?
//! - Do the version in `Cargo.toml` and the changelog match that change?
//! - Does the fragment still describe what MongoDB publishes, except for deviations with a reason?
//!
//! # Comparing with a base
//!
//! [`diff::diff`] runs one review, in this order:
//!
//! 1. [`Base`] finds the fragment to compare with: a file, a git revision, or the branch point.
//! 2. `openapi_diff` finds the edits between the base and the working tree.
//! 3. [`rust`] generates the Rust code of both sides in memory, compares the two public APIs, and attributes each
//!    change to the edit that caused it. Its version gate compares the required version bump with the manifest and the
//!    changelog.
//! 4. The findings that `spec/acknowledged.toml` accepts are marked, and `openapi_diff` renders the report.
//!
//! # Comparing with the published document
//!
//! [`upstream::upstream`] reduces the fragment and the published document to what both can contain, compares them with
//! the same engine, and reports each difference for which `spec/deviations.toml` has no reason.
//!
//! This crate reads files and runs git. It writes no file, and it does not depend on the command line.

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
