//! Removes the query parameters `envelope` and `pretty` from all operations.
//!
//! They select the format of the response and mean the same in every operation. The transport adds them to the URL on
//! request, and unwraps enveloped responses. As arguments of the generated functions, every wrapper method would have
//! to pass them on. The operation table is generated from the fragment and lists them for the operations that support
//! them. The pass `prune` removes their components.

use serde_json::Value;

use super::walk;

const NAMES: [&str; 2] = ["envelope", "pretty"];

pub(super) fn run(document: &mut Value) {
    // A copy, because resolving references reads the document while it changes.
    let original = document.clone();
    for (_, item) in walk::entries_mut(document, "paths") {
        remove_from(item, &original);
    }
    for operation in walk::operations_mut(document) {
        remove_from(operation, &original);
    }
}

fn remove_from(holder: &mut Value, document: &Value) {
    let Some(parameters) = holder.get_mut("parameters").and_then(Value::as_array_mut) else { return };
    parameters.retain(|parameter| !is_format_parameter(walk::resolve(document, parameter)));
}

fn is_format_parameter(parameter: &Value) -> bool {
    walk::text(parameter, "in") == Some("query")
        && walk::text(parameter, "name").is_some_and(|name| NAMES.contains(&name))
}
