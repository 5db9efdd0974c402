//! Generates the models, the requests, the ids and the operation table of `atlas-migration-sdk` from its OpenAPI fragment.
//!
//! The pipeline, each step a module:
//!
//! 1. [`lint`] adds the requirements of the generator and of the wrapper to the lint of `openapi_fragment`.
//! 2. [`lower`] rewrites a copy of the fragment for progenitor. The fragment itself describes the server accurately.
//! 3. [`generator`] runs progenitor. Only this module uses the crate `progenitor`.
//! 4. [`patch`] changes the syntax tree that progenitor returns.
//! 5. `print` converts syntax trees to text.
//! 6. [`emit`] compares the texts with the files, or replaces the files.
//!
//! [`operations`] reads the operation table from the document before it is lowered, [`bodies`] the bodies of requests, and
//! [`ids`] the kinds of ids. [`wrapper`] reads the hand-written sources of the SDK as text, because they may not compile
//! while the generated part is out of date. For the same reason this crate does not depend on the SDK.

pub mod bodies;
pub mod emit;
pub mod generator;
pub mod ids;
pub mod lint;
pub mod lower;
pub mod operations;
pub mod patch;
pub mod paths;
mod pipeline;
mod print;
mod rename;
pub mod rust_type;
pub mod wrapper;

pub use pipeline::{
    Error, Generated, LintScope, check, generate, load, lowered_json, operations as read_operations, trees,
};
pub use rename::{type_name, variant as variant_name};
pub use wrapper::WrapperMethods;

/// The stack size that code generation needs. progenitor and syn recurse into types, and the default stack size of the
/// main thread depends on the machine.
pub const STACK_SIZE: usize = 256 << 20;
