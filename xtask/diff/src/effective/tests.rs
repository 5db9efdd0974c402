//! The effective forms of small documents, and where their nodes come from.

use serde_json::{Value, json};

use super::{Effective, MAX_GROWTH, MIN_COPIES, size};

/// The effective form of the schema `S`, in a document with these schemas.
fn schema(schemas: Value) -> Value {
    let document = json!({"components": {"schemas": schemas}});
    Effective::of(&document).value["components"]["schemas"]["S"].clone()
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

#[test]
fn composed_schemas_are_merged() {
    let [base, own] = [json!({"type": "object", "properties": {"a": {}}}), json!({"properties": {"b": {}}})];
    let merged = json!({"type": "object", "properties": {"a": {}, "b": {}}});
    for composed in [
        json!({"S": {"allOf": [base, own]}}),
        json!({"S": {"allOf": [{"allOf": [base]}, own]}}),
        json!({"S": {"allOf": [reference("B"), own]}, "B": base}),
        json!({"S": {"allOf": [reference("B"), {"description": "Text."}], "properties": {"b": {}}}, "B": base}),
        json!({"S": {"anyOf": [reference("B")], "properties": {"b": {}}}, "B": base}),
    ] {
        assert_eq!(schema(composed.clone()), merged, "{composed}");
    }
    let bounds = |own: Value, part: Value| schema(json!({"S": {"allOf": [own, part]}}));
    let [exclusive, inclusive] = [json!({"minimum": 5, "exclusiveMinimum": true}), json!({"minimum": 6})];
    assert_eq!(bounds(exclusive.clone(), inclusive.clone()), inclusive);
    assert_eq!(bounds(inclusive.clone(), exclusive.clone()), inclusive);
    assert_eq!(bounds(json!({"minimum": 5}), exclusive.clone()), exclusive);
    let conflicting = |patterns: [&str; 3]| json!({"S": {"allOf": patterns.map(|pattern| json!({"pattern": pattern, "minLength": 1}))}});
    let separate = json!({"pattern": "a", "minLength": 1, "allOf": [{"pattern": "b"}, {"pattern": "c"}]});
    assert_eq!(schema(conflicting(["a", "b", "c"])), separate);
    assert_eq!(schema(conflicting(["c", "a", "b"])), separate);
}

#[test]
fn schemas_that_cannot_be_merged_stay() {
    let closed = json!({"properties": {"a": {}}, "additionalProperties": false});
    let open = json!({"properties": {"b": {}}});
    assert_eq!(
        schema(json!({"S": {"allOf": [closed, open]}})),
        json!({"allOf": [closed], "properties": {"b": {}}})
    );
    // Composed of itself.
    let recursive = json!({"type": "object", "allOf": [reference("S")], "properties": {"a": {}}});
    assert_eq!(schema(json!({"S": recursive})), recursive);
    // A name that only the closed schema declares would get the schema of its `additionalProperties`.
    let typed = json!({"properties": {"x": {"type": "string"}}, "additionalProperties": {"type": "integer"}, "allOf": [{"properties": {"x": {"type": "string"}, "z": {}}}]});
    assert_eq!(schema(json!({"S": typed})), typed);
    let alternatives = json!({"oneOf": [{"type": "string"}, {"type": "integer"}]});
    assert_eq!(schema(json!({"S": alternatives})), alternatives);
}

#[test]
fn mappings_have_every_value() {
    let discriminator = |mapping: Value| json!({"propertyName": "kind", "mapping": mapping});
    let target = |name: &str| format!("#/components/schemas/{name}");
    let written = discriminator(json!({"cat": target("Cat"), "Dog": target("Dog")}));
    for mapping in [json!({"cat": "Cat"}), json!({"cat": target("Alias"), "Dog": "Dog"})] {
        let schemas = json!({
            "S": {"oneOf": [reference("Cat"), reference("Dog")], "discriminator": discriminator(mapping)},
            "Alias": reference("Cat"), "Cat": {"type": "object"}, "Dog": {"type": "object"},
        });
        assert_eq!(schema(schemas)["discriminator"], written);
    }
    let children = json!({
        "S": {"type": "object", "discriminator": {"propertyName": "kind"}},
        "Cat": {"allOf": [reference("S")]},
        "Kitten": {"allOf": [{"minProperties": 1}, reference("Cat")]},
    });
    let by_name = discriminator(json!({"Cat": target("Cat"), "Kitten": target("Kitten")}));
    assert_eq!(schema(children)["discriminator"], by_name);
}

#[test]
fn null_is_valid_if_all_parts_allow_it() {
    let part = |nullable: bool| json!({"type": "object", "nullable": nullable});
    for (schemas, expected) in [
        (json!({"allOf": [part(true), part(true)]}), true),
        (json!({"allOf": [part(true), part(false)]}), false),
        (json!({"allOf": [part(true)], "type": "object"}), false),
        // The flag beside the `allOf` of a reference.
        (json!({"allOf": [part(false)], "nullable": true}), true),
    ] {
        let merged = schema(json!({"S": schemas}));
        assert_eq!(merged.get("nullable").is_some(), expected, "{merged}");
    }
    let flagged = schema(json!({"S": {"allOf": [reference("B")], "nullable": true}, "B": {}}));
    assert_eq!(flagged, json!({"nullable": true, "$ref": "#/components/schemas/B"}));
}

#[test]
fn keywords_without_an_effect_are_absent() {
    for (written, expected) in [
        (json!({"type": "string", "minLength": 0}), json!({"type": "string"})),
        (json!({"type": "number", "maximum": 500.0}), json!({"type": "number", "maximum": 500})),
        (json!({"type": "integer", "multipleOf": 1}), json!({"type": "integer"})),
        (
            json!({"type": "integer", "minimum": 0, "exclusiveMinimum": true}),
            json!({"type": "integer", "minimum": 1}),
        ),
        (json!({"type": "integer", "maximum": 1.5}), json!({"type": "integer", "maximum": 1})),
        (json!({"type": "object", "additionalProperties": true}), json!({"type": "object"})),
        (json!({"enum": ["a", "a", "b"]}), json!({"enum": ["a", "b"]})),
        (json!({"allOf": [], "required": [], "x-a": false}), json!({"x-a": false})),
    ] {
        assert_eq!(schema(json!({ "S": written })), expected);
    }
}

#[test]
fn operations_inherit() {
    let parameter = |name: &str, location: &str| json!({"name": name, "in": location});
    let document = json!({
        "security": [{"A": []}],
        "servers": [{"url": "https://a.test/"}],
        "paths": {"/a": {
            "parameters": [parameter("q", "query"), parameter("X-Id", "header"), parameter("Accept", "header")],
            "get": {"parameters": [parameter("x-id", "header")], "servers": [{"url": "/"}]},
            "put": {"security": [{}]},
        }},
    });
    let effective = Effective::of(&document);
    assert_eq!(
        effective.value,
        json!({"paths": {"/a": {
            "get": {"parameters": [parameter("x-id", "header"), parameter("q", "query")], "security": [{"A": []}]},
            "put": {
                "parameters": [parameter("q", "query"), parameter("X-Id", "header")],
                "servers": [{"url": "https://a.test"}],
                "security": [{}],
            },
        }}})
    );
    for (at, source) in [
        ("/paths/~1a/get/security/0", "/security/0"),
        ("/paths/~1a/put/servers/0/url", "/servers/0/url"),
        ("/paths/~1a/get/parameters/0", "/paths/~1a/get/parameters/0"),
        ("/paths/~1a/get/parameters/1/name", "/paths/~1a/parameters/0/name"),
    ] {
        assert_eq!(effective.origins.find(at).sources, [source], "{at}");
    }
}

#[test]
fn members_of_composed_schemas_have_origins() {
    let document = json!({"components": {"schemas": {
        "S": {"required": ["a"], "allOf": [reference("B"), {"properties": {"c": {"type": "string"}}, "required": ["c"]}]},
        "B": {"allOf": [reference("A")], "properties": {"b": {}}},
        "A": {"properties": {"a": {"maxLength": 3}}},
    }}});
    let origins = Effective::of(&document).origins;
    let at = |rest: &str| format!("/components/schemas/{rest}");
    for (effective, source, included_by) in [
        ("S/properties/a/maxLength", "A/properties/a/maxLength", vec!["S/allOf/0", "B/allOf/0"]),
        ("S/properties/b", "B/properties/b", vec!["S/allOf/0"]),
        ("S/properties/c/type", "S/allOf/1/properties/c/type", vec!["S/allOf/1"]),
        ("S/required/0", "S/required/0", vec![]),
        ("S/required/1", "S/allOf/1/required/0", vec!["S/allOf/1"]),
    ] {
        let origin = origins.find(&at(effective));
        assert_eq!(origin.sources, [at(source)], "{effective}");
        assert_eq!(origin.included_by, included_by.into_iter().map(at).collect::<Vec<_>>(), "{effective}");
    }
}

/// Each schema includes the one before it twice, so copies without a limit would double with each.
#[test]
fn hostile_documents_do_not_grow_without_a_limit() {
    let mut schemas = serde_json::Map::new();
    schemas.insert("S0".to_owned(), json!({"properties": {"a": {"items": {}}}}));
    for index in 1..40 {
        let inner = reference(&format!("S{}", index - 1));
        let properties =
            json!({"l": {"allOf": [inner, {}], "x": 1}, "r": {"allOf": [inner, {"title": "T"}]}});
        schemas.insert(format!("S{index}"), json!({ "properties": properties }));
        schemas.insert(
            format!("T{index}"),
            json!({"allOf": [inner, inner, {"properties": {"b": {"allOf": [inner, {"minLength": 1}]}}}]}),
        );
    }
    let document = json!({"components": {"schemas": schemas}});
    let effective = Effective::of(&document).value;
    assert!(size(&effective) < size(&document) * MAX_GROWTH + MIN_COPIES, "{}", size(&effective));
}
