//! Removes error responses, and keeps the schemas of their bodies.
//!
//! A typed error response loses status and headers if its body is not the documented JSON, for example the HTML page of
//! a gateway or an empty 401. progenitor also requires one type for all error bodies of an operation. Without error
//! responses, every failure is returned as the original response, which the wrapper decodes leniently. The public API
//! contains generated parts of error bodies (the invalid fields of a bad request), so this pass marks their schemas
//! with `x-keep` for the pass `prune`.

use std::collections::BTreeSet;

use serde_json::Value;

use super::walk;

/// Marks a component schema that is kept although nothing refers to it.
pub(super) const KEEP: &str = "x-keep";

pub(super) fn run(document: &mut Value) {
    let kept = error_schemas(document);
    for operation in walk::operations_mut(document) {
        if let Some(responses) = operation.get_mut("responses").and_then(Value::as_object_mut) {
            responses.retain(|code, _| code.starts_with('2'));
        }
    }
    for (name, schema) in walk::components_mut(document, "schemas").into_iter().flatten() {
        if let Some(schema) = schema.as_object_mut().filter(|_| kept.contains(name)) {
            schema.insert(KEEP.to_owned(), Value::Bool(true));
        }
    }
}

/// The schemas that error bodies refer to, also through lists and `allOf`.
fn error_schemas(document: &Value) -> BTreeSet<String> {
    let mut bodies = Vec::new();
    walk::operations(document)
        .flat_map(|node| walk::entries(node.operation, "responses"))
        .filter(|(code, _)| !code.starts_with('2'))
        .flat_map(|(_, response)| walk::entries(walk::resolve(document, response), "content"))
        .filter_map(|(_, media)| media.get("schema"))
        .for_each(|schema| bodies.extend(walk::targets_in(schema)));
    bodies.iter().filter_map(|reference| walk::component_schema(reference)).map(str::to_owned).collect()
}
