//! Replaces inline schemas with `format: password` by references to the component `Secret`.
//!
//! progenitor converts `format: password` to a `String`, whose `Debug` shows the value. It can replace types, but only
//! by the name of a schema; the alternative, matching on the schema, would add an old version of schemars to the
//! generator. So this pass gives the string a name, and the generator replaces it by the wrapper's secret type. Other
//! keywords (description, nullable) are kept, with the reference in an `allOf`, because a `$ref` has no siblings.
//! Components that are secrets, such as `LinkToken`, have a name already. Lint reserves the name `Secret`.

use serde_json::{Map, Value, json};

use super::walk::{self, SchemaKind};
use crate::rename::SECRET;

/// Keywords that are kept next to the reference.
const KEPT: [&str; 4] = ["description", "nullable", "readOnly", "writeOnly"];

pub(super) fn run(document: &mut Value) {
    let mut found = false;
    walk::each_schema(document, &mut |kind, schema| {
        if kind == SchemaKind::Inline && walk::text(schema, "format") == Some("password") {
            replace_by_reference(schema);
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

/// The component schemas; creates them if the document has none.
fn component_schemas(document: &mut Value) -> Option<&mut Map<String, Value>> {
    let components = document.as_object_mut()?.entry("components").or_insert_with(|| json!({}));
    components.as_object_mut()?.entry("schemas").or_insert_with(|| json!({})).as_object_mut()
}

fn replace_by_reference(schema: &mut Value) {
    let mut kept: Map<String, Value> =
        KEPT.iter().filter_map(|key| Some(((*key).to_owned(), schema.get(key)?.clone()))).collect();
    *schema = if kept.is_empty() {
        walk::reference_to(SECRET)
    } else {
        kept.insert("allOf".to_owned(), json!([walk::reference_to(SECRET)]));
        Value::Object(kept)
    };
}
