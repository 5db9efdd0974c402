//! Values that everything else is made of: ids, dates, secrets, credentials, the description of an operation, a page
//! of a list, the clock.
//!
//! The lowest layer. Nothing here sends a request or returns this crate's [`Error`](crate::Error).

/// The target of the spans and events. Subscribers filter by it, so that it does not depend on the module.
pub(crate) const TRACING_TARGET: &str = "atlas_migration_sdk";

pub(crate) mod access_list;
pub(crate) mod clock;
pub(crate) mod content_type;
pub(crate) mod credentials;
pub(crate) mod date;
pub(crate) mod ids;
pub(crate) mod operation;
pub(crate) mod page;
pub(crate) mod secret;
pub(crate) mod serde_null;
pub(crate) mod setting_names;
pub(crate) mod shard_key;
#[allow(dead_code, unused_imports, unused_macros, reason = "the fragment need not have an id of this kind")]
pub(crate) mod text_ids;
pub(crate) mod timestamp;
