//! A property that only refers to a schema takes over that schema's description.
//!
//! A `$ref` has no siblings, so a property that is one cannot say what it means, and the field that
//! progenitor makes of it has no documentation. The description of the schema is the best there is. It runs
//! after the passes that make references.

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
