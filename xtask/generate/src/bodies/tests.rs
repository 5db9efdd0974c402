//! Reads bodies from small documents.

use openapi_fragment::Document;
use openapi_fragment::lint::{Context, Report, Role, mismatch, run};
use serde_json::json;

use super::*;
use crate::paths;

const FRAGMENT: &str = r"
paths:
  /things:
    post:
      operationId: createThing
      requestBody: {$ref: '#/components/requestBodies/Thing'}
    put:
      operationId: putThing
      requestBody:
        content:
          application/vnd.atlas.2024-05-30+json:
            example: {size: 7}
            schema: {$ref: '#/components/schemas/Thing'}
          application/vnd.atlas.2023-01-01+json:
            schema: {type: object, properties: {size: {type: integer, example: 5}}}
    get: {operationId: listThings}
components:
  requestBodies:
    Thing:
      content:
        application/vnd.atlas.2024-05-30+json:
          schema: {$ref: '#/components/schemas/Thing'}
  schemas:
    Thing:
      x-published-name: Object
      description: A thing.
      type: object
      required: [name, parts]
      properties:
        name: {type: string, minLength: 1}
        parts: {type: array, items: {$ref: '#/components/schemas/Thing'}}
        state: {nullable: true, description: Its state., allOf: [{$ref: '#/components/schemas/State'}]}
    State: {type: string, nullable: true, enum: [NEW, OLD]}
    Unused: {type: string}
";

fn document(text: &str) -> Value {
    Document::load("test", text.as_bytes()).unwrap().value
}

/// A document with this schema as the component `Tested`.
fn schemas(tested: &str) -> Value {
    let others = "    Key: {type: string, format: password}\n    Id: {type: string, example: 5f9ad6b7}\n";
    document(&format!("components:\n  schemas:\n    Tested: {tested}\n{others}"))
}

#[test]
fn each_version_has_a_body() {
    let Bodies { bodies, versions } = read(&document(FRAGMENT));
    let versions: Vec<_> = versions.iter().map(|(id, date, body)| format!("{id} {date} {body}")).collect();
    assert_eq!(
        versions,
        [
            "createThing 2024-05-30 THING_BODY",
            "putThing 2023-01-01 PUT_THING_2023_01_01_BODY",
            "putThing 2024-05-30 PUT_THING_2024_05_30_BODY",
        ]
    );
    let example = |name: &str| serde_json::from_str::<Value>(&bodies[name].example).unwrap();
    assert_eq!(example("PUT_THING_2023_01_01_BODY"), json!({"size": 5}));
    assert_eq!(example("PUT_THING_2024_05_30_BODY"), json!({"size": 7}));
}

#[test]
fn a_schema_is_complete_in_itself() {
    let Bodies { bodies, .. } = read(&document(FRAGMENT));
    let schema: Value = serde_json::from_str(&bodies["THING_BODY"].schema).unwrap();
    let thing = json!({
        "description": "A thing.",
        "type": "object",
        "required": ["name", "parts"],
        "properties": {
            "name": {"type": "string", "minLength": 1},
            "parts": {"type": "array", "items": {"$ref": "#/$defs/Thing"}},
            "state": {
                "description": "Its state.",
                "anyOf": [{"allOf": [{"$ref": "#/$defs/State"}]}, {"type": "null"}],
            },
        },
    });
    let mut expected = thing.clone();
    expected["$schema"] = schema::DIALECT.into();
    expected["$defs"] =
        json!({"Thing": thing, "State": {"type": ["string", "null"], "enum": ["NEW", "OLD", null]}});
    assert_eq!(schema, expected);
}

#[test]
fn keywords_become_those_of_json_schema() {
    for (schema, expected) in [
        ("{type: string, example: a}", json!({"type": "string", "examples": ["a"]})),
        (
            "{type: integer, minimum: 1, exclusiveMinimum: true}",
            json!({"type": "integer", "exclusiveMinimum": 1}),
        ),
        (
            "{type: integer, exclusiveMaximum: true, maximum: 9}",
            json!({"type": "integer", "exclusiveMaximum": 9}),
        ),
        ("{type: integer, minimum: 1, exclusiveMinimum: false}", json!({"type": "integer", "minimum": 1})),
        ("{type: integer, exclusiveMinimum: true}", json!({"type": "integer"})),
        ("{type: string, nullable: false}", json!({"type": "string"})),
        ("{oneOf: [{type: string, nullable: true}]}", json!({"oneOf": [{"type": ["string", "null"]}]})),
        (
            "{type: object, additionalProperties: false}",
            json!({"type": "object", "additionalProperties": false}),
        ),
        (
            "{type: object, additionalProperties: {$ref: '#/components/schemas/Id', description: Ignored.}}",
            json!({
                "type": "object",
                "additionalProperties": {"$ref": "#/$defs/Id"},
                "$defs": {"Id": {"type": "string", "examples": ["5f9ad6b7"]}},
            }),
        ),
        // The name of a property is no keyword.
        (
            "{type: object, properties: {example: {type: string}, x-y: {type: string}}}",
            json!({"type": "object", "properties": {"example": {"type": "string"}, "x-y": {"type": "string"}}}),
        ),
        (
            "{title: T, nullable: true, oneOf: [{type: string}]}",
            json!({"title": "T", "anyOf": [{"oneOf": [{"type": "string"}]}, {"type": "null"}]}),
        ),
        ("true", json!({})),
    ] {
        let document = schemas(schema);
        let mut found = json_schema(&document, &walk::reference_to("Tested"));
        assert_eq!(found.as_object_mut().unwrap().remove("$schema"), Some(schema::DIALECT.into()));
        assert_eq!(found, expected, "{schema}");
    }
}

#[test]
fn an_example_has_what_the_fragment_gives() {
    for (schema, expected) in [
        ("{type: string, example: a, default: b, enum: [c]}", json!("a")),
        ("{type: string, default: b, enum: [c]}", json!("b")),
        ("{type: string, enum: [c, d]}", json!("c")),
        (
            "{type: object, required: [a], properties: {a: {type: string}, b: {type: string}}}",
            json!({"a": "a"}),
        ),
        ("{type: object, properties: {a: {$ref: '#/components/schemas/Id'}}}", json!({"a": "5f9ad6b7"})),
        (
            "{type: object, properties: {a: {nullable: true, allOf: [{$ref: '#/components/schemas/Id'}]}}}",
            json!({"a": "5f9ad6b7"}),
        ),
        (
            "{type: object, properties: {ids: {type: array, items: {$ref: '#/components/schemas/Id'}}}}",
            json!({"ids": ["5f9ad6b7"]}),
        ),
        ("{type: object, properties: {pin: {type: string, format: password}}}", json!({"pin": "<pin>"})),
        ("{type: object, properties: {key: {$ref: '#/components/schemas/Key'}}}", json!({"key": "<key>"})),
        ("{type: object, additionalProperties: {type: integer, enum: [1, -1]}}", json!({"name": 1})),
        ("{type: array, minItems: 2, items: {type: number, maximum: 0.5}}", json!([0.5, 0.5])),
        ("{type: array, maxItems: 0, items: {type: number}}", json!([])),
        ("{type: integer, minimum: 3}", json!(3)),
        ("{type: boolean}", json!(false)),
        ("{type: string, format: date-time}", json!("2026-01-31T12:00:00Z")),
        ("{oneOf: [{type: boolean}, {type: string}]}", json!(false)),
        ("{}", json!(null)),
    ] {
        let document = schemas(schema);
        let media = json!({"schema": walk::reference_to("Tested")});
        assert_eq!(example(&document, &media), expected, "{schema}");
    }
}

#[test]
fn schemas_may_refer_to_themselves() {
    let tested = "{type: object, required: [a], properties: {a: {$ref: '#/components/schemas/Tested'}}}";
    for tested in
        [tested, "{$ref: '#/components/schemas/Tested'}", "{allOf: [{$ref: '#/components/schemas/Tested'}]}"]
    {
        let document = schemas(tested);
        let media = json!({"schema": walk::reference_to("Tested")});
        assert!(example(&document, &media).to_string().len() < 1_000);
        assert!(json_schema(&document, &media["schema"]).is_object());
    }
}

#[test]
fn the_texts_are_raw_literals() {
    let body = Body { schema: "{\"a\": \"#\"}".to_owned(), example: "\"\"##".to_owned() };
    let bodies = BTreeMap::from([("A_BODY".to_owned(), body)]);
    let text = file(&Bodies { bodies, versions: Vec::new() }).to_string();
    assert!(text.contains(r####"schema : r##"{"a": "#"}"##"####), "{text}");
    assert!(text.contains(r######"example : r###"""##"###"######), "{text}");
}

#[test]
fn definitions_of_several_schemas_are_written_once() {
    let body = |schema: Value| Body { schema: indented(&schema), example: "1".to_owned() };
    let definitions = json!({"Id": {"type": "string", "description": "\n  \"$defs\": "}});
    let bodies = BTreeMap::from([
        ("A_BODY".to_owned(), body(json!({"type": "object", "$defs": definitions}))),
        ("B_BODY".to_owned(), body(json!({"type": "array", "$defs": definitions}))),
        ("C_BODY".to_owned(), body(json!({"type": "object", "$defs": {}}))),
        ("D_BODY".to_owned(), body(json!({"type": "string"}))),
        ("E_BODY".to_owned(), body(json!({"type": "string"}))),
    ]);
    let text = file(&Bodies { bodies, versions: Vec::new() }).to_string();
    assert_eq!(text.matches("\"Id\"").count(), 1, "{text}");
    for (part, count) in
        [("macro_rules ! a_body_definitions", 1), ("concat ! (", 2), ("a_body_definitions ! ()", 2)]
    {
        assert_eq!(text.matches(part).count(), count, "{part}: {text}");
    }
}

/// A property that has a pattern, for instance, needs an `example` in the fragment.
#[test]
fn each_example_of_the_fragment_is_valid() {
    let text = std::fs::read(paths::root().join(paths::FRAGMENT)).unwrap();
    let document = Document::load(paths::FRAGMENT, &text).unwrap();
    let check = |context: &Context<'_, '_>, _: &mut Report<'_>| {
        let bodies = context.nodes.of_role(Role::RequestBody).filter(|body| body.reference().is_none());
        let media_types = bodies.flat_map(|body| context.nodes.children(body, "content"));
        let mut checked = 0;
        for media in media_types {
            let schema = context.nodes.child(media, "schema").unwrap();
            let example = example(&document.value, media.value);
            assert_eq!(mismatch(context.nodes, schema, &example), None, "{}: {example:#}", media.path);
            checked += 1;
        }
        assert!(checked > 4);
    };
    assert!(run(&document, &[&check]).is_empty());
}
