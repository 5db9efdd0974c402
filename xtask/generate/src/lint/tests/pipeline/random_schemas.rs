//! Random schemas that refer to each other.

use proptest::prelude::*;
use serde_json::{Value, json};

/// The names of the random schemas.
pub(super) const RANDOM_SCHEMAS: [&str; 4] = ["Alpha", "beta", "Gamma_2", "ThingRequest"];

/// An inline schema: a scalar, a reference, or a list of those.
fn any_schema() -> impl Strategy<Value = Value> {
    let scalar = (
        prop::sample::select(vec!["string", "integer", "number", "boolean"]),
        prop::option::weighted(
            0.3,
            prop::sample::select(vec!["password", "date", "int32", "uint8", "float"]),
        ),
        any::<bool>(),
        any::<bool>(),
    );
    let scalar = scalar.prop_map(|(kind, format, nullable, deprecated)| {
        let mut schema = json!({"type": kind, "nullable": nullable, "deprecated": deprecated});
        if let Some(format) = format.filter(|_| kind != "boolean") {
            schema["format"] = json!(format);
        }
        schema
    });
    let names = RANDOM_SCHEMAS.iter().chain(&["OrgId", "ThingState", "Thing"]).copied().collect::<Vec<_>>();
    let reference =
        prop::sample::select(names).prop_map(|name| json!({"$ref": format!("#/components/schemas/{name}")}));
    let leaf = prop_oneof![
        3 => scalar,
        3 => reference.clone(),
        1 => (reference, any::<bool>()).prop_map(|(only, nullable)| json!({"allOf": [only], "nullable": nullable})),
        1 => Just(json!({})),
    ];
    let list = |items: BoxedStrategy<Value>| {
        (items, any::<bool>(), any::<bool>()).prop_map(|(items, nullable, unique)| {
            json!({"type": "array", "items": items, "nullable": nullable, "uniqueItems": unique})
        })
    };
    let leaf = leaf.boxed();
    prop_oneof![6 => leaf.clone(), 2 => list(leaf.clone()), 1 => list(list(leaf).boxed())]
}

/// The schema of a body, usually one of the random schemas.
pub(super) fn any_body() -> impl Strategy<Value = Value> {
    let random = prop::sample::select(&RANDOM_SCHEMAS[..])
        .prop_map(|name| json!({"$ref": format!("#/components/schemas/{name}")}));
    prop_oneof![3 => random, 1 => any_schema()]
}

/// The schema of a component: an object, a map, an enum, or an inline schema.
pub(super) fn any_component() -> impl Strategy<Value = Value> {
    let property = (prop::sample::select(vec!["a", "bC", "type", "_d", "e-f"]), any_schema(), any::<bool>());
    let additional = prop_oneof![
        3 => Just(None),
        1 => any::<bool>().prop_map(|additional| Some(json!(additional))),
        1 => any_schema().prop_map(Some),
    ];
    let object = (prop::collection::vec(property, 0..4), additional, any::<bool>());
    let object = object.prop_map(|(properties, additional, nullable)| {
        let mut schema = json!({"type": "object", "nullable": nullable, "properties": {}});
        let mut required = Vec::new();
        for (name, mut property, needed) in properties {
            if property.get("$ref").is_none() {
                property["description"] = json!("A [property].");
            }
            schema["properties"][name] = property;
            required.extend(needed.then_some(name));
        }
        schema["required"] = required.into();
        if let Some(additional) = additional {
            schema["additionalProperties"] = additional;
        }
        if schema["properties"] == json!({}) {
            schema.as_object_mut().unwrap().retain(|key, _| key != "properties" && key != "required");
        }
        schema
    });
    let open_enum = Just(json!({"type": "string", "enum": ["A_B", "type", "3D"]}));
    prop_oneof![6 => object, 1 => open_enum, 1 => any_schema()].prop_map(|mut schema| {
        if schema.get("$ref").is_none() {
            schema["description"] = json!("A thing.");
        }
        schema
    })
}
