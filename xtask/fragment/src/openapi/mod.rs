//! The vocabulary of OpenAPI 3.0 documents, for every reader of one: methods, references, prose, versions.

mod path;
mod version;

pub use path::{variables, without_variables};
pub use version::{MediaType, is_date};

/// The methods that a path item may have, as it spells them.
pub const METHODS: &[&str] = &["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// How many `$ref`s may follow one another before something else has to come.
pub const MAX_REFERENCE_CHAIN: usize = 16;

/// The section and name of `#/components/<section>/<name>`; nothing where the reference leads elsewhere.
#[must_use]
pub fn component_of(reference: &str) -> Option<(&str, &str)> {
    let (section, name) = reference.strip_prefix("#/components/")?.split_once('/')?;
    (!section.is_empty() && !name.is_empty() && !name.contains('/')).then_some((section, name))
}

/// Keys whose values are for people and never sent.
const PROSE: &[&str] =
    &["description", "summary", "title", "example", "examples", "externalDocs", "$comment"];

/// Whether a key holds prose, where the node's keys are not chosen freely.
#[must_use]
pub fn is_prose(key: &str) -> bool {
    PROSE.contains(&key)
}
