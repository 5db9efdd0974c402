//! The vocabulary of OpenAPI 3.0 documents: methods, references, prose keywords, paths and versions.

mod path;
mod role;
mod version;

pub use path::{variables, without_variables};
pub use role::{Role, Section};
pub use version::{MediaType, is_date, version_of};

/// The HTTP methods of a path item, as OpenAPI spells them.
pub const METHODS: &[&str] = &["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// Where a document has the calls that can be subscribed to; the second since OpenAPI 3.1.
pub const WEBHOOKS: &[&str] = &["x-webhooks", "webhooks"];

/// The maximum length of a chain of `$ref`s that refer to each other.
pub const MAX_REFERENCE_CHAIN: usize = 16;

/// The section and the name of `#/components/<section>/<name>`; `None` for any other reference.
#[must_use]
pub fn component_of(reference: &str) -> Option<(&str, &str)> {
    let (section, name) = reference.strip_prefix("#/components/")?.split_once('/')?;
    (!section.is_empty() && !name.is_empty() && !name.contains('/')).then_some((section, name))
}

/// The section and name of the component that a reference leads to, in any document.
#[must_use]
pub fn component(reference: &str) -> Option<(Section, &str)> {
    let (section, name) = reference.strip_prefix("#/components/")?.split_once('/')?;
    (!name.contains('/')).then_some((Section::of(section), name))
}

/// Keys whose values are documentation and are never sent.
const PROSE: &[&str] =
    &["description", "summary", "title", "example", "examples", "externalDocs", "$comment"];

/// Whether a keyword holds prose. Not for nodes whose keys are names, such as `properties`.
#[must_use]
pub fn is_prose(key: &str) -> bool {
    PROSE.contains(&key)
}
