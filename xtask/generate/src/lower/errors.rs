//! The replies that report a failure are dropped; the schemas of their bodies are kept.
//!
//! A typed error reply loses status and headers as soon as its body is not the JSON that was promised: a
//! gateway's HTML page, an empty 401. progenitor also wants all error bodies of an operation to be of one
//! type. Without them every failure arrives as the untouched response, and the wrapper reads it leniently, with
//! all it needs for a good error. Of the bodies it shows its callers the generated parts (the violations of a
//! bad request), so the schemas are marked with `x-keep` for `prune`.

use std::collections::BTreeSet;

use serde_json::Value;

use super::walk;

/// On a component schema: it stays although nothing refers to it.
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

/// Also what a list or an `allOf` refers to.
fn error_schemas(document: &Value) -> BTreeSet<String> {
    let mut bodies = Vec::new();
    walk::operations(document)
        .flat_map(|place| walk::entries(place.operation, "responses"))
        .filter(|(code, _)| !code.starts_with('2'))
        .flat_map(|(_, reply)| walk::entries(walk::resolve(document, reply), "content"))
        .filter_map(|(_, media)| media.get("schema"))
        .for_each(|schema| bodies.extend(walk::targets_in(schema)));
    bodies.iter().filter_map(|reference| walk::component_schema(reference)).map(str::to_owned).collect()
}
