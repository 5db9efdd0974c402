//! `nullable` moves from a component to the places that refer to it.
//!
//! progenitor turns a nullable component into a type that holds an `Option`, so that an optional reference to
//! it becomes an option in an option; and it ignores `nullable` beside a `$ref`. What works is `{nullable:
//! true, allOf: [{$ref: …}]}`, and that is what each such reference becomes. It runs after `secrets`, which
//! makes references.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::walk::{self, Named};

pub(super) fn run(document: &mut Value) {
    let nullable = take_nullable(document);
    walk::each_schema(document, &mut |named, schema| {
        if named == Named::Inline {
            mark(schema, &nullable);
            lift(schema);
        }
    });
}

/// Takes the mark off the components and returns their names.
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

/// Wraps a reference that may be null.
fn mark(schema: &mut Value, nullable: &BTreeSet<String>) {
    let Some(name) = walk::referred_schema(schema) else { return };
    if walk::flag(schema, "nullable") || nullable.contains(name) {
        *schema = json!({"nullable": true, "allOf": [walk::reference_to(name)]});
    }
}

/// The reference inside an `allOf` was visited before the schema around it, and may have become an `allOf`
/// itself. Its mark then belongs to the outer one.
fn lift(schema: &mut Value) {
    let Some([only]) = schema.get_mut("allOf").and_then(Value::as_array_mut).map(Vec::as_mut_slice) else {
        return;
    };
    let Some(inner) = walk::wrapped_reference(only).filter(|_| walk::flag(only, "nullable")) else { return };
    *only = walk::reference_to(inner);
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("nullable".to_owned(), Value::Bool(true));
    }
}
