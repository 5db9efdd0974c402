//! The code that `cargo xtask codegen` generates from the fragment: the models, the requests, the ids and the operation
//! table.
//!
//! Only this file is written by hand. The models are private; [`crate::model`] re-exports them by name. `requests` is
//! in this folder because it is generated; it belongs to the layer `call`, because its functions return prepared
//! requests. The bodies are not part of the table, so that a program without them does not contain them.

use crate::values::date::Date;
use crate::values::operation::{Operation, RequestBody};

#[rustfmt::skip]
mod bodies;

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

impl Operation {
    /// The body of the request in this version, or in the newest one before it, as the server selects it. `None` if the
    /// operation has no body, or none that early.
    ///
    /// ```
    /// use atlas_migration_sdk::operations;
    ///
    /// let operation = &operations::CREATE_GROUP_LIVE_MIGRATION;
    /// let body = operation.request_body("2024-05-30".parse()?).unwrap();
    /// assert!(body.schema.contains("dropDestinationData"));
    /// let body = operation.request_body("2023-01-01".parse()?).unwrap();
    /// assert!(body.schema.contains("dropEnabled"));
    /// # Ok::<(), atlas_migration_sdk::ParseDateError>(())
    /// ```
    #[must_use]
    pub fn request_body(&self, version: Date) -> Option<&'static RequestBody> {
        let mut newest_first = bodies::ALL.iter().rev();
        newest_first.find(|(id, date, _)| *id == self.id && *date <= version).map(|(_, _, body)| *body)
    }
}
