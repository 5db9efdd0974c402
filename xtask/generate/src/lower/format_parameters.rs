//! The query parameters `envelope` and `pretty` are dropped from every operation.
//!
//! They choose the form of the reply, not what is asked for, and mean the same wherever they stand. The transport,
//! which also takes an enveloped reply apart, appends them to the URL where they are asked for; as arguments of each
//! generated method they would be passed on by every wrapper method and written by every call. The operation table
//! is made from the fragment and still lists them: it says which operation knows which. Their components are left to
//! the pass `prune`.

use serde_json::Value;

use super::walk;

const NAMES: [&str; 2] = ["envelope", "pretty"];

pub(super) fn run(document: &mut Value) {
    // References are followed, so the document is read while it is changed.
    let whole = document.clone();
    for (_, item) in walk::entries_mut(document, "paths") {
        drop_from(item, &whole);
    }
    for operation in walk::operations_mut(document) {
        drop_from(operation, &whole);
    }
}

fn drop_from(holder: &mut Value, document: &Value) {
    let Some(parameters) = holder.get_mut("parameters").and_then(Value::as_array_mut) else { return };
    parameters.retain(|parameter| !is_of_the_transport(walk::resolve(document, parameter)));
}

fn is_of_the_transport(parameter: &Value) -> bool {
    walk::text(parameter, "in") == Some("query")
        && walk::text(parameter, "name").is_some_and(|name| NAMES.contains(&name))
}
