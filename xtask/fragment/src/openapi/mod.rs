//! The vocabulary of OpenAPI 3.0 documents: methods, references, keywords, paths and versions.

pub mod keyword;
pub mod number;
mod path;
mod reference;
mod role;
mod version;

pub use path::{variables, without_variables};
pub use reference::{
    MAX_REFERENCE_CHAIN, Reference, closure, component, component_of, decoded, reference_to, references,
    target_of,
};
pub use role::{Role, Section};
pub use version::{MediaType, is_date, version_label};

/// The HTTP methods of a path item, as OpenAPI spells them.
pub const METHODS: &[&str] = &["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// The keys for webhooks at the root of a document. The second is that of OpenAPI 3.1.
pub const WEBHOOKS: &[&str] = &["x-webhooks", "webhooks"];

/// Keys whose values are documentation and are never sent.
const PROSE: &[&str] = &[
    "description",
    "summary",
    "title",
    "example",
    "examples",
    "externalDocs",
    "$comment",
    "x-after-lost-response",
];

/// Whether a keyword holds prose. Not for nodes whose keys are names, such as `properties`.
#[must_use]
pub fn is_prose(key: &str) -> bool {
    PROSE.contains(&key)
}

/// Whether a keyword holds prose or is an extension. Not for nodes whose keys are names.
#[must_use]
pub fn is_prose_or_extension(key: &str) -> bool {
    is_prose(key) || key.starts_with("x-")
}
