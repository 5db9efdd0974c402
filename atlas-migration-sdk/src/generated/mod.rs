//! The code that `cargo xtask codegen` generates from the fragment: the models, the requests, the ids and the operation
//! table.
//!
//! Only this file is written by hand. The models are private; [`crate::model`] re-exports them by name. `requests` is
//! in this folder because it is generated; it belongs to the layer `call`, because its functions return prepared
//! requests.

#[rustfmt::skip]
#[allow(
    clippy::all,
    clippy::allow_attributes_without_reason,
    dead_code,
    missing_docs,
    unreachable_pub,
    unused_qualifications,
    elided_lifetimes_in_paths,
    reason = "written by progenitor, whose style is its own"
)]
pub(crate) mod models;

#[rustfmt::skip]
pub(crate) mod ids;

#[rustfmt::skip]
pub mod operations;

#[rustfmt::skip]
#[allow(
    clippy::all,
    clippy::allow_attributes_without_reason,
    dead_code,
    missing_docs,
    unreachable_pub,
    unused_imports,
    unused_qualifications,
    elided_lifetimes_in_paths,
    reason = "written by progenitor, whose style is its own"
)]
pub(crate) mod requests;
