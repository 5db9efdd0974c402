//! Runs progenitor, and finds the cause in the document if progenitor fails.
//!
//! Only this file uses the crate `progenitor`. It converts the lowered document to tokens; `patch` does what progenitor
//! cannot do.

use std::panic::{AssertUnwindSafe, catch_unwind};

use openapi_fragment::{openapi, pointer};
use openapiv3::OpenAPI;
use proc_macro2::TokenStream;
use progenitor::{GenerationSettings, Generator, InterfaceStyle, TypeImpl};
use serde_json::{Value, json};

use crate::lower::{self, walk};
use crate::patch;
use crate::rust_type::RustType;

/// The SDK's type for secrets that have no type of their own.
const SECRET_TYPE: &str = "crate::Secret";

/// The path of the open enums. `patch` shortens it depending on the module that uses an enum.
pub const ENUM_PREFIX: &str = "crate::generated::models::";

/// progenitor failed.
#[derive(Debug)]
pub struct GeneratorFailure {
    /// The error or panic message.
    pub message: String,
    /// JSON pointers into the lowered document: the parts for which progenitor fails when they are alone.
    pub pointers: Vec<String>,
}

/// Returns the client that progenitor generates.
pub fn tokens(lowered: &Value) -> Result<TokenStream, GeneratorFailure> {
    run(lowered).map_err(|message| GeneratorFailure { message, pointers: failing_parts(lowered) })
}

fn run(lowered: &Value) -> Result<TokenStream, String> {
    let document: OpenAPI = serde::Deserialize::deserialize(lowered)
        .map_err(|error: serde_json::Error| format!("not an OpenAPI 3.0 document: {error}"))?;
    let mut generator = Generator::new(&settings(lowered));
    // Unwind safe: a generator that panicked is dropped and not used again.
    catch_unwind(AssertUnwindSafe(|| generator.generate_tokens(&document)))
        .map_err(|panic| format!("progenitor panicked: {}", panic_text(panic.as_ref())))?
        .map_err(|error| format!("progenitor rejected the document: {error}"))
}

/// The message of a panic.
pub fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message")
}

fn settings(lowered: &Value) -> GenerationSettings {
    let mut settings = GenerationSettings::new();
    settings
        .with_interface(InterfaceStyle::Positional)
        // Ordered, so that equal values serialize to equal texts.
        .with_map_type("::std::collections::BTreeMap")
        .with_derive("PartialEq");
    for (name, path) in replacements(lowered) {
        // typify expects the name of the type, not of the schema.
        settings.with_replacement(patch::type_name(name), path, [TypeImpl::Display].into_iter());
    }
    settings
}

/// The schemas that are replaced, with the paths of the types that replace them.
fn replacements(lowered: &Value) -> impl Iterator<Item = (&str, String)> {
    walk::schemas(lowered).filter_map(|(name, schema)| {
        let path = if let Some(replacement) = RustType::of(schema) {
            replacement.path(name)
        } else if walk::text(schema, "format") == Some("password") {
            // A secret without a configured type must not become a `String`, whose `Debug` shows it.
            SECRET_TYPE.to_owned()
        } else if schema.get(lower::KNOWN_VALUES).is_some() {
            format!("{ENUM_PREFIX}{}", patch::type_name(name))
        } else {
            return None;
        };
        Some((name.as_str(), path))
    })
}

/// The parts of the document for which progenitor fails when they are alone. progenitor's errors contain no position,
/// so this function runs progenitor once per part. It is slow, but lint should prevent such failures.
fn failing_parts(lowered: &Value) -> Vec<String> {
    let schemas_only = with_paths(lowered, json!({}));
    if run(&schemas_only).is_err() {
        return walk::schemas(lowered)
            .filter(|(name, _)| run(&only_schema(&schemas_only, name)).is_err())
            .map(|(name, _)| pointer::join("/components/schemas", name))
            .collect();
    }
    walk::operations(lowered)
        .filter(|node| run(&only_operation(lowered, node)).is_err())
        .map(|node| node.pointer())
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

fn only_operation(lowered: &Value, node: &walk::OperationNode<'_>) -> Value {
    let mut item = json!({ node.method: node.operation });
    if let Some(parameters) = node.item.get("parameters") {
        item["parameters"] = parameters.clone();
    }
    with_paths(lowered, json!({ node.path: item }))
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
    fn a_panic_is_reported_with_its_operation() {
        let responses = |content: Value| json!({"2XX": {"description": "d", "content": content}});
        let document = json!({
            "openapi": "3.0.3",
            "info": {"title": "t", "version": "1"},
            "paths": {
                "/good": {"get": {"operationId": "good", "responses": responses(json!({}))}},
                "/bad": {"get": {"operationId": "bad", "responses": responses(json!({"application/json": {}}))}},
            },
        });
        let failure = tokens(&document).unwrap_err();
        assert_eq!(failure.pointers, ["/paths/~1bad/get"], "{}", failure.message);
    }

    #[test]
    fn an_error_is_reported_with_its_schema() {
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
        assert_eq!(failure.pointers, ["/components/schemas/Bad"], "{}", failure.message);
    }
}
