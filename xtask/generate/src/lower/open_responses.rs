//! Removes `additionalProperties: false` from everything that a response contains.
//!
//! progenitor converts it to `deny_unknown_fields`, so that one new field of the server makes the whole response invalid.
//! A schema that requests use too is opened as well: a request is only serialized, so nothing changes for it. Lint
//! reports the keyword, because it has no effect.

use std::collections::BTreeSet;

use openapi_fragment::openapi::{closure, reference_to};
use serde_json::Value;

use super::walk;

pub(super) fn run(document: &mut Value) {
    let in_responses = in_responses(document);
    walk::each_response(document, &mut |response| {
        walk::message_schemas(response, &mut |_, schema| open(schema))
    });
    for (name, schema) in walk::components_mut(document, "schemas").into_iter().flatten() {
        if in_responses.contains(&reference_to("schemas", name)) {
            walk::component_schema_parts(schema, &mut |_, schema| open(schema));
        }
    }
}

/// The references to the components that responses contain.
fn in_responses(document: &Value) -> BTreeSet<String> {
    let listed = walk::operations(document).flat_map(|node| walk::entries(node.operation, "responses"));
    let components = document.get("components").into_iter();
    let shared = components.flat_map(|components| walk::entries(components, "responses"));
    let targets = listed.chain(shared).flat_map(|(_, response)| walk::targets_in(response)).collect();
    closure(document, targets)
}

fn open(schema: &mut Value) {
    if let Some(schema) = schema.as_object_mut()
        && schema.get("additionalProperties") == Some(&Value::Bool(false))
    {
        schema.shift_remove("additionalProperties");
    }
}
