//! An inline `format: password` becomes a reference to the component `Secret`.
//!
//! progenitor reads `format: password` as a plain `String`, which prints itself in every `Debug`. It can
//! replace a type, but only one with a name; its other way, matching on the schema, would draw an old
//! schemars into the generator. So the string gets a name here, and the generator replaces that name by the
//! wrapper's secret type. What stands beside the format (description, nullable) stays, with the reference in
//! an `allOf`, because a `$ref` has no siblings. Components that are secrets themselves, such as `LinkToken`,
//! have a name already. Lint keeps the name `Secret` free of anything else.

use serde_json::{Map, Value, json};

use super::walk::{self, Named};
use crate::rename::SECRET;

/// What still means something beside a reference.
const KEPT: [&str; 4] = ["description", "nullable", "readOnly", "writeOnly"];

pub(super) fn run(document: &mut Value) {
    let mut found = false;
    walk::each_schema(document, &mut |named, schema| {
        if named == Named::Inline && walk::text(schema, "format") == Some("password") {
            refer(schema);
            found = true;
        }
    });
    if !found {
        return;
    }
    if let Some(schemas) = component_schemas(document) {
        schemas
            .entry(SECRET)
            .or_insert_with(|| json!({"description": "A secret.", "type": "string", "format": "password"}));
    }
}

/// The component schemas, made where a document has none.
fn component_schemas(document: &mut Value) -> Option<&mut Map<String, Value>> {
    let components = document.as_object_mut()?.entry("components").or_insert_with(|| json!({}));
    components.as_object_mut()?.entry("schemas").or_insert_with(|| json!({})).as_object_mut()
}

fn refer(schema: &mut Value) {
    let mut kept: Map<String, Value> =
        KEPT.iter().filter_map(|key| Some(((*key).to_owned(), schema.get(key)?.clone()))).collect();
    *schema = if kept.is_empty() {
        walk::reference_to(SECRET)
    } else {
        kept.insert("allOf".to_owned(), json!([walk::reference_to(SECRET)]));
        Value::Object(kept)
    };
}
