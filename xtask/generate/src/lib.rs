//! Generates the models, the requests and the operation table of `atlas-migration-sdk` from its OpenAPI fragment.
//!
//! The pipeline, each step a module:
//!
//! 1. [`lint`] adds what the generator and the wrapper require to the lint of `openapi_fragment`.
//! 2. [`lower`] rewrites what progenitor cannot take: the fragment stays true, and a copy of it is lowered.
//! 3. [`generator`] runs progenitor. It is the only module that names it.
//! 4. [`patch`] changes the syntax tree that progenitor returns.
//! 5. `print` writes syntax trees as text.
//! 6. [`emit`] compares the texts with the files, or replaces the files.
//!
//! [`operations`] reads the operation table from the document as it is written. [`wrapper`] reads the hand-written sources
//! of the SDK: as text, because they may not compile while the generated part is out of date. For the same reason nothing
//! here depends on the SDK.

pub mod emit;
pub mod generator;
pub mod lint;
pub mod lower;
pub mod operations;
pub mod patch;
pub mod paths;
mod pipeline;
mod print;
mod rename;
pub mod wrapper;

pub use pipeline::{
    Error, Generated, LintAgainst, check, generate, load, lowered_json, operations as read_operations, trees,
};
pub use wrapper::Exposed;

/// The stack that generating needs: progenitor and syn recurse into types, and the stack of the main thread differs from
/// machine to machine.
pub const STACK: usize = 256 << 20;
