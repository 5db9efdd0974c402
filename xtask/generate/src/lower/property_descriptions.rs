//! Copies the description of a schema to properties that only refer to it.
//!
//! A `$ref` has no siblings, so a property that is a reference has no description, and its field would have no
//! documentation. This pass must run after the passes that create references.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::walk;

pub(super) fn run(document: &mut Value) {
    let descriptions = descriptions(document);
    walk::each_schema(document, &mut |_, schema| {
        walk::entries_mut(schema, "properties").for_each(|(_, property)| describe(property, &descriptions));
    });
}

fn descriptions(document: &Value) -> BTreeMap<String, Value> {
    walk::schemas(document)
        .filter_map(|(name, schema)| Some((name.clone(), schema.get("description")?.clone())))
        .collect()
}

fn describe(property: &mut Value, descriptions: &BTreeMap<String, Value>) {
    if property.get("description").is_some() {
        return;
    }
    let Some(name) = walk::wrapped_reference(property) else { return };
    let Some(description) = descriptions.get(name) else { return };
    if walk::referred_schema(property).is_some() {
        *property = json!({"allOf": [walk::reference_to(name)]});
    }
    if let Some(property) = property.as_object_mut() {
        property.insert("description".to_owned(), description.clone());
    }
}
