//! The table of keywords against the text of OpenAPI 3.0.3.

use serde_json::{Value, json};

use super::*;

/// Whether each key of the node has an effect.
fn effects(role: Role, node: &Value) -> Vec<(&str, bool)> {
    let members = node.as_object().expect("a mapping");
    members.iter().map(|(key, value)| (key.as_str(), has_effect(role, key, value, node))).collect()
}

#[track_caller]
fn check(role: Role, node: &Value, with_effect: &[&str]) {
    let effects = effects(role, node).into_iter();
    let found: Vec<&str> = effects.filter(|(_, has_effect)| *has_effect).map(|(key, _)| key).collect();
    assert_eq!(found, with_effect, "{role:?} {node}");
}

#[test]
fn defaults_of_schemas() {
    let string = json!({
        "type": "string", "minLength": 0, "nullable": false, "readOnly": false, "writeOnly": false,
        "deprecated": false, "allOf": [{}, {"description": "Text."}], "oneOf": [], "xml": {},
    });
    check(Role::Schema, &string, &["type"]);
    let array = json!({"type": "array", "items": {}, "minItems": 0.0, "uniqueItems": false});
    check(Role::Schema, &array, &["type"]);
    let object = json!({
        "type": "object", "properties": {}, "required": [], "minProperties": 0, "additionalProperties": true,
    });
    check(Role::Schema, &object, &["type"]);
    let map = json!({"additionalProperties": {"description": "Text.", "nullable": false}});
    check(Role::Schema, &map, &[]);
    let number = json!({
        "type": "integer", "minimum": 0, "exclusiveMinimum": false, "exclusiveMaximum": true, "multipleOf": 1,
    });
    check(Role::Schema, &number, &["type", "minimum"]);
}

#[test]
fn values_that_are_no_defaults() {
    for (key, value) in [
        ("minLength", json!(1)),
        ("maxLength", json!(0)),
        ("additionalProperties", json!(false)),
        ("additionalProperties", json!({"type": "string"})),
        ("items", json!({"type": "string"})),
        ("allOf", json!([{"type": "string"}])),
        ("required", json!(["a"])),
        ("enum", json!([])),
        ("not", json!({})),
        ("default", json!(false)),
    ] {
        let node = json!({ key: value });
        assert!(has_effect(Role::Schema, key, &value, &node), "{node}");
    }
}

#[test]
fn factors_of_every_value() {
    for (kind, factor, has_effect_here) in [
        ("integer", json!(1), false),
        ("integer", json!(1.0), false),
        ("integer", json!(0.5), false),
        ("integer", json!(2), true),
        ("integer", json!(1.5), true),
        ("integer", json!(0), true),
        ("number", json!(1), true),
    ] {
        let node = json!({"type": kind, "multipleOf": factor});
        assert_eq!(has_effect(Role::Schema, "multipleOf", &factor, &node), has_effect_here, "{node}");
    }
}

#[test]
fn nullable_extends_a_type() {
    for (node, has_effect_here) in [
        (json!({"nullable": true}), false),
        (json!({"nullable": true, "properties": {"a": {}}}), false),
        (json!({"nullable": true, "type": "string"}), true),
        (json!({"nullable": true, "type": "string", "enum": ["a"]}), true),
        (json!({"nullable": true, "type": "string", "enum": ["a", null]}), true),
        (json!({"nullable": true, "allOf": [{"$ref": "#/components/schemas/A"}]}), true),
    ] {
        assert_eq!(has_effect(Role::Schema, "nullable", &json!(true), &node), has_effect_here, "{node}");
    }
}

#[test]
fn lists_of_all_values_of_a_type() {
    let list = |node: Value| has_effect(Role::Schema, "enum", &node["enum"], &node);
    assert!(!list(json!({"type": "boolean", "enum": [false, true]})));
    assert!(!list(json!({"type": "boolean", "nullable": true, "enum": [false, true, null]})));
    assert!(!list(json!({"type": "boolean", "nullable": true, "enum": [false, true]})));
    assert!(list(json!({"type": "boolean", "enum": [true]})));
    assert!(list(json!({"enum": [false, true]})));
}

#[test]
fn patterns_that_match_any_text() {
    for (pattern, has_effect_here) in [(".*", false), ("", false), ("^.*$", true), (".+", true)] {
        let node = json!({"type": "string", "pattern": pattern});
        assert_eq!(has_effect(Role::Schema, "pattern", &node["pattern"], &node), has_effect_here, "{node}");
    }
}

#[test]
fn formats_apply_to_their_types_only() {
    for (kind, format, has_effect_here) in [
        ("string", "date-time", true),
        ("integer", "date-time", false),
        ("integer", "int32", true),
        ("string", "int32", false),
        ("string", "int64", true),
        ("string", "color", true),
        ("object", "uuid", false),
    ] {
        let node = json!({"type": kind, "format": format});
        assert_eq!(has_effect(Role::Schema, "format", &node["format"], &node), has_effect_here, "{node}");
    }
}

#[test]
fn keywords_apply_to_their_types_only() {
    let node = json!({"type": "string", "minimum": 1, "maxItems": 2, "maxLength": 3, "enum": ["a"]});
    check(Role::Schema, &node, &["type", "maxLength", "enum"]);
    let several = json!({"type": ["string", "integer"], "minimum": 1, "maxItems": 2, "maxLength": 3});
    check(Role::Schema, &several, &["type", "minimum", "maxLength"]);
    check(Role::Schema, &json!({"exclusiveMinimum": 5}), &["exclusiveMinimum"]);
    let any = json!({"minimum": 1, "maxItems": 2, "exclusiveMaximum": true});
    check(Role::Schema, &any, &["minimum", "maxItems"]);
}

#[test]
fn defaults_of_parameters_depend_on_their_location() {
    for (location, style, explode) in [
        ("query", "form", true),
        ("cookie", "form", true),
        ("path", "simple", false),
        ("header", "simple", false),
    ] {
        let schema = json!({"type": "array"});
        let node = json!({
            "in": location, "style": style, "explode": explode, "schema": schema, "required": false,
            "deprecated": false, "allowReserved": false, "allowEmptyValue": false,
        });
        check(Role::Parameter, &node, &["in", "schema"]);
        let node = json!({"in": location, "style": "other", "explode": true, "schema": schema});
        check(Role::Parameter, &node, &["in", "style", "explode", "schema"]);
        let node = json!({"in": location, "explode": !explode, "schema": {"type": "string"}});
        check(Role::Parameter, &node, &["in", "schema"]);
    }
    check(Role::Parameter, &json!({"in": "query", "allowReserved": true}), &["in", "allowReserved"]);
    check(Role::Parameter, &json!({"in": "path", "allowReserved": true}), &["in"]);
    check(Role::Header, &json!({"style": "simple", "explode": false, "required": true}), &["required"]);
}

#[test]
fn defaults_of_other_nodes() {
    check(Role::RequestBody, &json!({"required": false, "content": {}}), &["content"]);
    check(Role::Response, &json!({"description": "", "headers": {}, "content": {}}), &["description"]);
    check(Role::MediaType, &json!({"schema": {}, "encoding": {}}), &[]);
    check(Role::Components, &json!({"schemas": {}, "responses": {"A": {}}}), &["responses"]);
    check(
        Role::Operation,
        &json!({"deprecated": false, "tags": [], "parameters": [], "security": []}),
        &["security"],
    );
    check(Role::Root, &json!({"security": [], "servers": [{"url": "/"}], "paths": {}}), &["paths"]);
    check(Role::Root, &json!({"servers": [{"url": "/v1"}]}), &["servers"]);
    let scheme = |kind: &str| json!({"type": kind, "in": "header", "name": "A", "scheme": "basic", "x-a": 1});
    check(Role::SecurityScheme, &scheme("http"), &["type", "scheme", "x-a"]);
    check(Role::SecurityScheme, &scheme("apiKey"), &["type", "in", "name", "x-a"]);
    check(Role::SecurityScheme, &scheme("other"), &["type", "in", "name", "scheme", "x-a"]);
}

#[test]
fn only_the_reference_has_an_effect_beside_a_reference() {
    let node = json!({"$ref": "#/components/schemas/A", "nullable": true, "description": "Text.", "x-a": 1});
    check(Role::Schema, &node, &["$ref"]);
    check(Role::Parameter, &json!({"$ref": "#/components/parameters/A", "required": true}), &["$ref"]);
    check(Role::PathItem, &json!({"$ref": "#/paths/~1a", "get": {}}), &["$ref", "get"]);
}

#[test]
fn each_keyword_is_in_the_table_once() {
    for (index, keyword) in SCHEMA.iter().enumerate() {
        assert!(SCHEMA[..index].iter().all(|other| other.key != keyword.key), "{}", keyword.key);
        assert_eq!(keyword.kind == Kind::Prose, crate::openapi::is_prose(keyword.key), "{}", keyword.key);
    }
    assert!(applies_to("minLength", "string") && !applies_to("minLength", "integer"));
    assert!(applies_to("enum", "object") && applies_to("x-unknown", "object"));
}
