//! progenitor: its settings, running it, and finding the place when it gives up.
//!
//! The only file that names progenitor. It takes the lowered document and returns tokens; what progenitor
//! cannot do is done by `patch`.

use std::panic::{AssertUnwindSafe, catch_unwind};

use openapi_fragment::{openapi, pointer};
use openapiv3::OpenAPI;
use proc_macro2::TokenStream;
use progenitor::{GenerationSettings, Generator, InterfaceStyle, TypeImpl};
use serde_json::{Value, json};

use crate::lower::{self, walk};
use crate::patch;

/// The version that `Cargo.toml` pins, for the banner. A test holds the two together.
pub const PROGENITOR: &str = "0.15.1";

/// The schemas of ids, each a validated type of the same name in the SDK. Only these may stand in a path.
pub const ID_TYPES: &[&str] =
    &["OrgId", "ProjectId", "SourceProjectId", "ClusterId", "MigrationId", "ValidationId"];

/// The schemas that the SDK has a hand-written type for, at its root and of the same name, beside the ids.
pub const HAND_WRITTEN: &[&str] = &["LinkToken", "AccessListEntry", "ShardKeyOrder"];

/// The SDK's type of a secret without a name of its own.
const SECRET_TYPE: &str = "crate::Secret";

/// Where `patch` puts the open enums. It shortens this path to what the place of use needs.
pub const ENUM_PREFIX: &str = "crate::generated::models::";

/// progenitor gave up.
#[derive(Debug)]
pub struct GeneratorFailure {
    /// What it said.
    pub message: String,
    /// JSON pointers into the lowered document: the parts that it gives up on when it sees them alone.
    pub places: Vec<String>,
}

/// The client, as progenitor writes it.
pub fn tokens(lowered: &Value) -> Result<TokenStream, GeneratorFailure> {
    run(lowered).map_err(|message| GeneratorFailure { message, places: culprits(lowered) })
}

fn run(lowered: &Value) -> Result<TokenStream, String> {
    let document: OpenAPI = serde::Deserialize::deserialize(lowered)
        .map_err(|error: serde_json::Error| format!("not an OpenAPI 3.0 document: {error}"))?;
    let mut generator = Generator::new(&settings(lowered));
    // A generator that panicked is dropped, never used again: that is what unwind safety is about.
    catch_unwind(AssertUnwindSafe(|| generator.generate_tokens(&document)))
        .map_err(|panic| format!("progenitor panicked: {}", panic_text(panic.as_ref())))?
        .map_err(|error| format!("progenitor refused the document: {error}"))
}

/// What a panic said.
pub fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}

fn settings(lowered: &Value) -> GenerationSettings {
    let mut settings = GenerationSettings::new();
    settings
        .with_interface(InterfaceStyle::Positional)
        // Ordered, so that the same value is always written as the same text.
        .with_map_type("::std::collections::BTreeMap")
        .with_derive("PartialEq");
    for (name, path) in replaced(lowered) {
        // typify looks for the name of the type, not for that of the schema.
        settings.with_replacement(patch::type_name(name), path, [TypeImpl::Display].into_iter());
    }
    settings
}

/// Which schemas are replaced, and by what.
fn replaced(lowered: &Value) -> impl Iterator<Item = (&str, String)> {
    walk::schemas(lowered).filter_map(|(name, schema)| {
        let path = if ID_TYPES.contains(&name.as_str()) || HAND_WRITTEN.contains(&name.as_str()) {
            format!("crate::{name}")
        } else if walk::text(schema, "format") == Some("password") {
            // A secret that nobody configured must not become a string that prints itself.
            SECRET_TYPE.to_owned()
        } else if schema.get(lower::KNOWN_VALUES).is_some() {
            format!("{ENUM_PREFIX}{}", patch::type_name(name))
        } else {
            return None;
        };
        Some((name.as_str(), path))
    })
}

/// The parts of the document that progenitor gives up on when each is all it sees. A refusal carries no
/// place, and this finds it; it costs one run for each part, in a case that should never happen.
fn culprits(lowered: &Value) -> Vec<String> {
    let schemas_only = with_paths(lowered, json!({}));
    if run(&schemas_only).is_err() {
        return walk::schemas(lowered)
            .filter(|(name, _)| run(&only_schema(&schemas_only, name)).is_err())
            .map(|(name, _)| pointer::join("/components/schemas", name))
            .collect();
    }
    walk::operations(lowered)
        .filter(|place| run(&only_operation(lowered, place)).is_err())
        .map(|place| place.pointer())
        .collect()
}

fn only_schema(schemas_only: &Value, name: &str) -> Value {
    let kept = openapi::closure(schemas_only, vec![openapi::reference_to("schemas", name)]);
    let mut document = schemas_only.clone();
    if let Some(schemas) = walk::components_mut(&mut document, "schemas") {
        schemas.retain(|name, _| kept.contains(&openapi::reference_to("schemas", name)));
    }
    document
}

fn only_operation(lowered: &Value, place: &walk::OperationNode<'_>) -> Value {
    let mut item = json!({ place.method: place.operation });
    if let Some(parameters) = place.item.get("parameters") {
        item["parameters"] = parameters.clone();
    }
    with_paths(lowered, json!({ place.path: item }))
}

fn with_paths(lowered: &Value, paths: Value) -> Value {
    let mut document = lowered.clone();
    if let Some(document) = document.as_object_mut() {
        document.insert("paths".to_owned(), paths);
    }
    document
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_banner_names_the_version_that_is_pinned() {
        let pinned = format!("progenitor = {{ version = \"={PROGENITOR}\"");
        assert!(include_str!("../Cargo.toml").contains(&pinned), "Cargo.toml does not contain: {pinned}");
    }

    #[test]
    fn a_panic_names_the_place() {
        let reply = |content: Value| json!({"2XX": {"description": "d", "content": content}});
        let document = json!({
            "openapi": "3.0.3",
            "info": {"title": "t", "version": "1"},
            "paths": {
                "/good": {"get": {"operationId": "good", "responses": reply(json!({}))}},
                "/bad": {"get": {"operationId": "bad", "responses": reply(json!({"application/json": {}}))}},
            },
        });
        let failure = tokens(&document).unwrap_err();
        assert_eq!(failure.places, ["/paths/~1bad/get"], "{}", failure.message);
    }

    #[test]
    fn a_refused_schema_is_named() {
        let document = json!({
            "openapi": "3.0.3",
            "info": {"title": "t", "version": "1"},
            "paths": {},
            "components": {"schemas": {
                "Good": {"type": "object", "properties": {"a": {"type": "string"}}},
                "Bad": {"type": "string", "enum": ["<", ">"]},
            }},
        });
        let failure = tokens(&document).unwrap_err();
        assert_eq!(failure.places, ["/components/schemas/Bad"], "{}", failure.message);
    }
}
