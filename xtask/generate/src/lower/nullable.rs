//! Moves `nullable` from components to the references to them.
//!
//! progenitor converts a nullable component to a type that contains an `Option`, so an optional reference to it becomes
//! an `Option<Option<…>>`. It also ignores `nullable` next to a `$ref`. It supports `{nullable: true, allOf: [{$ref:
//! …}]}`, so this pass rewrites the references to that form. It must run after `secrets`, which creates references.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::walk::{self, SchemaKind};

pub(super) fn run(document: &mut Value) {
    let nullable = take_nullable(document);
    walk::each_schema(document, &mut |kind, schema| {
        if kind == SchemaKind::Inline {
            wrap_reference(schema, &nullable);
            lift_nullable(schema);
        }
    });
}

/// Removes `nullable` from the components and returns the names of those that were nullable.
fn take_nullable(document: &mut Value) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (name, schema) in walk::components_mut(document, "schemas").into_iter().flatten() {
        let Some(schema) = schema.as_object_mut() else { continue };
        if schema.shift_remove("nullable") == Some(Value::Bool(true)) {
            names.insert(name.clone());
        }
    }
    names
}

/// Wraps a reference if it is nullable.
fn wrap_reference(schema: &mut Value, nullable: &BTreeSet<String>) {
    let Some(name) = walk::referred_schema(schema) else { return };
    if walk::flag(schema, "nullable") || nullable.contains(name) {
        *schema = json!({"nullable": true, "allOf": [walk::reference_to(name)]});
    }
}

/// Moves `nullable` from an inner to an outer `allOf`. The reference inside an `allOf` is visited before the schema
/// that contains it, and may have been wrapped in an `allOf` itself.
fn lift_nullable(schema: &mut Value) {
    let Some([only]) = schema.get_mut("allOf").and_then(Value::as_array_mut).map(Vec::as_mut_slice) else {
        return;
    };
    let Some(inner) = walk::wrapped_reference(only).filter(|_| walk::flag(only, "nullable")) else { return };
    *only = walk::reference_to(inner);
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("nullable".to_owned(), Value::Bool(true));
    }
}
