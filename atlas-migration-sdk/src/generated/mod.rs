//! What `cargo xtask codegen` makes of the fragment: the client and the operation table.
//!
//! Only this file is written by hand. The client is private; its model types are re-exported by name in
//! [`crate::model`].

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
pub(crate) mod client;

#[rustfmt::skip]
pub mod operations;
