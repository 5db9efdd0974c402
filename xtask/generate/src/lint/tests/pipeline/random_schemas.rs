//! Schemas of every form that refer to each other.

use proptest::prelude::*;
use serde_json::{Value, json};

/// The schemas that are made up; the last may be none.
pub(super) const MADE_UP: [&str; 4] = ["Alpha", "beta", "Gamma_2", "ThingRequest"];

/// A schema without a name: a scalar, a reference, or a list of such.
fn any_schema() -> impl Strategy<Value = Value> {
    let scalar = (
        prop::sample::select(vec!["string", "integer", "number", "boolean"]),
        prop::option::weighted(
            0.3,
            prop::sample::select(vec!["password", "date", "int32", "uint8", "float"]),
        ),
        any::<bool>(),
    );
    let scalar = scalar.prop_map(|(kind, format, nullable)| {
        let mut schema = json!({"type": kind, "nullable": nullable});
        if let Some(format) = format.filter(|_| kind != "boolean") {
            schema["format"] = json!(format);
        }
        schema
    });
    let names = MADE_UP.iter().chain(&["OrgId", "ThingState", "Thing"]).copied().collect::<Vec<_>>();
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

/// What a body is: mostly one of the made-up schemas.
pub(super) fn any_body() -> impl Strategy<Value = Value> {
    let made_up = prop::sample::select(&MADE_UP[..])
        .prop_map(|name| json!({"$ref": format!("#/components/schemas/{name}")}));
    prop_oneof![3 => made_up, 1 => any_schema()]
}

/// A schema with a name: an object, a map, an enum, or what needs none.
pub(super) fn any_component() -> impl Strategy<Value = Value> {
    let property = (prop::sample::select(vec!["a", "bC", "type", "_d", "e-f"]), any_schema(), any::<bool>());
    let more = prop_oneof![
        3 => Just(None),
        1 => any::<bool>().prop_map(|more| Some(json!(more))),
        1 => any_schema().prop_map(Some),
    ];
    let object = (prop::collection::vec(property, 0..4), more, any::<bool>());
    let object = object.prop_map(|(properties, more, nullable)| {
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
        if let Some(more) = more {
            schema["additionalProperties"] = more;
        }
        if schema["properties"] == json!({}) {
            schema.as_object_mut().unwrap().retain(|key, _| key != "properties" && key != "required");
        }
        schema
    });
    let listed = Just(json!({"type": "string", "enum": ["A_B", "type", "3D"]}));
    prop_oneof![6 => object, 1 => listed, 1 => any_schema()].prop_map(|mut schema| {
        if schema.get("$ref").is_none() {
            schema["description"] = json!("A thing.");
        }
        schema
    })
}
