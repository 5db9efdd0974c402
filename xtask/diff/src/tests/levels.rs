//! Levels that depend on more than the edit: on the direction, the stability level and the serialization.

use super::moves::lines;
use crate::{Level, compare};
use openapi_fragment::Document;

/// Checks the level of the one edit that changes `from` to `to` in an operation with these keys.
#[track_caller]
fn check_level(keys: &str, from: &str, to: &str, expected: &str) {
    let load = |text: &str| {
        let rest = if text.contains("responses:") { "" } else { ", responses: {}" };
        let text =
            format!("openapi: 3.0.3\npaths: {{/a: {{get: {{operationId: a, {keys}, {text}{rest}}}}}}}");
        Document::load("small", text.as_bytes()).expect("it loads")
    };
    let diff = compare(&load(from), &load(to));
    let [line] = &lines(&diff)[..] else { panic!("{:#?}", lines(&diff)) };
    assert!(line.starts_with(expected), "{line}");
}

#[test]
fn unstable_operations_have_no_effect() {
    let (from, to) = ("parameters: [{name: q, in: query}]", "parameters: []");
    check_level("x-stability-level: alpha", from, to, "no effect");
    check_level("x-stability-level: draft", from, to, "no effect");
    check_level("x-stability-level: beta", from, to, "breaking");
    check_level("x-a: 1", from, to, "breaking");
    check_level(
        "x-stability-level: alpha",
        "x-required-role: a",
        "x-other-role: a, x-required-role: a",
        "no effect",
    );
    check_level("x-stability-level: alpha", "x-a: 1", "x-a: 1, x-required-role: a", "no effect");
}

/// Compares two documents with these paths and components, and returns the highest level.
#[track_caller]
fn level(from: &str, to: &str) -> Level {
    let load =
        |text: &str| Document::load("small", format!("openapi: 3.0.3\n{text}").as_bytes()).expect("it loads");
    let diff = compare(&load(from), &load(to));
    assert!(diff.unclassified.is_empty(), "{:#?}", lines(&diff));
    diff.edits.iter().map(crate::Edit::level).max().unwrap_or(Level::None)
}

#[test]
fn path_variables_that_change_places() {
    let paths = |path: &str| {
        let variable = |name: &str, kind: &str| {
            format!("{{name: {name}, in: path, required: true, schema: {{type: {kind}}}}}")
        };
        let parameters = format!("[{}, {}]", variable("x", "integer"), variable("y", "string"));
        format!("paths: {{'{path}': {{get: {{parameters: {parameters}, responses: {{}}}}}}}}")
    };
    assert_eq!(level(&paths("/a/{x}/{y}"), &paths("/a/{y}/{x}")), Level::Breaking);
}

#[test]
fn a_discriminator_reaches_the_schemas_that_it_selects() {
    let document = |child: &str| {
        format!(
            "paths: {{/a: {{get: {{responses: {{'200': {{description: D, content: {{application/json: \
             {{schema: {{$ref: '#/components/schemas/Pet'}}}}}}}}}}}}}}}}\n\
             components: {{schemas: {{Pet: {{type: object, discriminator: {{propertyName: kind}}}}, \
             Cat: {{allOf: [{{$ref: '#/components/schemas/Pet'}}, {{properties: {{name: {{type: {child}}}}}}}]}}}}}}"
        )
    };
    assert_eq!(level(&document("string"), &document("integer")), Level::Breaking);
}

/// Without a mapping, the name of a schema is the value of the discriminator.
#[test]
fn names_of_alternatives_that_are_sent() {
    let document = |name: &str, mapping: &str| {
        format!(
            "paths: {{/a: {{get: {{responses: {{'200': {{description: D, content: {{application/json: {{schema: {{ \
             oneOf: [{{$ref: '#/components/schemas/{name}'}}, {{$ref: '#/components/schemas/Dog'}}], \
             discriminator: {{propertyName: kind{mapping}}}}}}}}}}}}}}}}}}}\n\
             components: {{schemas: {{{name}: {{type: object, properties: {{kind: {{type: string}}, purrs: {{type: boolean}}}}}}, \
             Dog: {{type: object, properties: {{kind: {{type: string}}, barks: {{type: boolean}}}}}}}}}}"
        )
    };
    assert_eq!(level(&document("Cat", ""), &document("Feline", "")), Level::Breaking);
    let mapped = |name: &str| document(name, &format!(", mapping: {{cat: '#/components/schemas/{name}'}}"));
    assert_eq!(level(&mapped("Cat"), &mapped("Feline")), Level::None);
    // The value stays when the mapping has it.
    let kept = document("Feline", ", mapping: {Cat: Feline}");
    assert_eq!(level(&document("Cat", ""), &kept), Level::None);
    assert_eq!(level(&document("Cat", ""), &document("Cat", ", mapping: {Cat: Cat}")), Level::None);
    let valued = |value: &str| document("Cat", &format!(", mapping: {{{value}: Cat}}"));
    assert_eq!(level(&valued("c"), &valued("k")), Level::Breaking);
}

/// Each schema refers to a node within the next one, which makes copies of all levels too large.
#[test]
fn nodes_within_components_reach_their_users() {
    const LEVELS: usize = 200;
    let document = |kind: &str| {
        let inner = |level: usize| {
            format!(
                "S{level}: {{properties: {{a: {{items: {{$ref: '#/components/schemas/S{}/properties/a'}}}}}}}}",
                level + 1
            )
        };
        let schemas: Vec<String> = (0..LEVELS).map(inner).collect();
        format!(
            "paths: {{/a: {{get: {{responses: {{'200': {{description: D, content: {{application/json: \
             {{schema: {{$ref: '#/components/schemas/S0'}}}}}}}}}}}}}}}}\n\
             components: {{schemas: {{{}, S{LEVELS}: {{properties: {{a: {{type: {kind}}}}}}}}}}}",
            schemas.join(", ")
        )
    };
    assert_eq!(level(&document("string"), &document("integer")), Level::Breaking);
}

#[test]
fn references_to_nodes_without_a_name_reach_their_users() {
    let document = |item: &str, kind: &str| {
        format!(
            "paths: {{/b: {{get: {{x-stability-level: draft, responses: {{'200': {{description: D, content: {{application/json: \
             {{schema: {{type: {kind}}}}}}}}}}}}}}}, /a: {item}}}"
        )
    };
    let response = "{get: {responses: {'200': {$ref: '#/paths/~1b/get/responses/200'}}}}";
    assert_eq!(level(&document(response, "string"), &document(response, "integer")), Level::Breaking);
    let item = "{$ref: '#/paths/~1b'}";
    let stable = |text: String| text.replace("x-stability-level: draft, ", "");
    assert_eq!(level(&stable(document(item, "string")), &stable(document("{}", "string"))), Level::Breaking);
}

#[test]
fn parameters_send_every_value_as_text() {
    let parameter = |kind: &str| format!("parameters: [{{name: q, in: query, schema: {{type: {kind}}}}}]");
    let body =
        |kind: &str| format!("requestBody: {{content: {{application/json: {{schema: {{type: {kind}}}}}}}}}");
    for number in ["integer", "number", "boolean"] {
        check_level("x-a: 1", &parameter(number), &parameter("string"), "additive");
        check_level("x-a: 1", &parameter("string"), &parameter(number), "breaking");
        check_level("x-a: 1", &body(number), &body("string"), "breaking");
    }
    check_level("x-a: 1", &parameter("boolean"), &parameter("integer"), "breaking");
    let content = "parameters: [{name: q, in: query, content: {application/json: {schema: {type: string}}}}]";
    check_level("x-a: 1", &parameter("string"), content, "breaking");
    check_level("x-a: 1", content, &parameter("string"), "breaking");
}

#[test]
fn read_only_properties_have_no_effect_on_requests() {
    let body = |text: &str| {
        format!("requestBody: {{content: {{application/json: {{schema: {{properties: {{p: {text}}}}}}}}}}}")
    };
    check_level(
        "x-a: 1",
        &body("{type: string, readOnly: true}"),
        &body("{type: integer, readOnly: true}"),
        "no effect",
    );
    check_level("x-a: 1", &body("{type: string}"), &body("{type: integer}"), "breaking");
}

/// Users of a deprecated part were warned, so its removal is risky where that of a live part is breaking.
#[test]
fn removals_of_deprecated_parts_are_risky() {
    let parameters = |text: &str| format!("parameters: [{text}]");
    let header = |text: &str| format!("responses: {{'200': {{description: A., headers: {{{text}}}}}}}");
    let body = |text: &str| {
        format!("requestBody: {{content: {{application/json: {{schema: {{properties: {{{text}}}}}}}}}}}")
    };
    for (live, without) in [
        (parameters("{name: q, in: query}"), parameters("")),
        (parameters("{name: q, in: header, required: true}"), parameters("")),
        (parameters("{name: q, in: query}"), parameters("{name: q, in: header}")),
        (
            parameters("{name: page, in: query, schema: {type: integer}}"),
            parameters("{name: pageNum, in: query, schema: {type: integer}}"),
        ),
        (header("A: {required: true}"), header("")),
        (body("a: {type: string}, b: {type: string}"), body("b: {type: string}")),
        (
            body("a: {type: object, properties: {b: {type: string}}}"),
            body("a: {type: object, properties: {}}"),
        ),
    ] {
        let mark = |text: &str| {
            let text = text.replacen("in:", "deprecated: true, in:", 1);
            let text = text.replacen("A: {", "A: {deprecated: true, ", 1);
            text.replacen("a: {", "a: {deprecated: true, ", 1)
        };
        check_level("x-a: 1", &live, &without, "breaking");
        check_level("x-a: 1", &mark(&live), &mark(&without), "risky");
        check_level("deprecated: true", &live, &without, "risky");
    }
    // A deprecated part that stays must work as before.
    let enumeration = |values: &str| {
        parameters(&format!("{{name: q, in: query, deprecated: true, schema: {{enum: [{values}]}}}}"))
    };
    check_level("x-a: 1", &enumeration("a, b"), &enumeration("a"), "breaking");
}

#[test]
fn unknown_stability_labels_have_no_rank() {
    let level = |label: &str| format!("x-b: 1, x-stability-level: {label}");
    for (from, to, expected) in [
        ("draft", "alpha", "no effect"),
        ("alpha", "beta", "no effect"),
        ("beta", "ga", "no effect"),
        ("stable", "ga", "no effect"),
        ("ga", "beta", "risky"),
        ("preview", "beta", "risky"),
        ("stable", "preview", "risky"),
        ("preview", "tested", "risky"),
    ] {
        check_level("x-a: 1", &level(from), &level(to), expected);
    }
    check_level("x-a: 1", "x-b: 1", &level("stable"), "no effect");
    check_level("x-a: 1", &level("beta"), "x-b: 1", "no effect");
    check_level("x-a: 1", "x-b: 1", &level("preview"), "risky");
}

#[test]
fn many_values_of_an_enum_are_one_edit() {
    let values = |count: usize| (0..count).map(|at| format!("v{at}")).collect::<Vec<_>>().join(", ");
    let parameter =
        |count| format!("parameters: [{{name: q, in: query, schema: {{enum: [{}]}}}}]", values(count));
    check_level("x-a: 1", &parameter(1), &parameter(2), "additive: a: q: + value v1");
    check_level("x-a: 1", &parameter(1), &parameter(4), "additive: a: q: + values v1, v2 and v3");
    check_level(
        "x-a: 1",
        &parameter(51),
        &parameter(1),
        "breaking: a: q: − values v1, v2, v3, v4, v5, v6, v7, v8, v9, v10 and 40 more",
    );
    check_level(
        "x-a: 1",
        "parameters: [{name: q, in: query, schema: {enum: [a, a]}}]",
        "parameters: [{name: q, in: query, schema: {enum: [a]}}]",
        "no effect",
    );
}

#[test]
fn texts_that_look_like_other_values_have_quotes() {
    let parameter = |schema: &str| format!("parameters: [{{name: q, in: header, schema: {{{schema}}}}}]");
    let (number, text) = (parameter("default: 1"), parameter("default: '1'"));
    check_level("x-a: 1", &number, &text, "risky: a: q: default: 1 → \"1\"");
    check_level("x-a: 1", &text, &number, "risky: a: q: default: \"1\" → 1");
    let (some, more) = (parameter("enum: [1, true, a]"), parameter("enum: [1, true, '1', 'true', a, b]"));
    check_level("x-a: 1", &some, &more, "additive: a: q: + values \"1\", \"true\" and b");
}

#[test]
fn bounds_are_judged_with_their_exclusiveness() {
    let body = |text: &str| format!("requestBody: {{content: {{application/json: {{schema: {{{text}}}}}}}}}");
    for (from, to, forward, backward) in [
        (
            "type: integer, maximum: 5",
            "type: integer, maximum: 6, exclusiveMaximum: true",
            "no effect",
            "no effect",
        ),
        (
            "type: integer, minimum: 5",
            "type: integer, minimum: 4, exclusiveMinimum: true",
            "no effect",
            "no effect",
        ),
        (
            "type: number, maximum: 5",
            "type: number, maximum: 6, exclusiveMaximum: true",
            "additive",
            "breaking",
        ),
        (
            "type: number, minimum: 5",
            "type: number, minimum: 4, exclusiveMinimum: true",
            "additive",
            "breaking",
        ),
        (
            "type: number, minimum: 5",
            "type: number, minimum: 6, exclusiveMinimum: true",
            "breaking",
            "additive",
        ),
        (
            "type: number, maximum: 5",
            "type: number, maximum: 5, exclusiveMaximum: true",
            "breaking",
            "additive",
        ),
        ("type: number", "type: number, maximum: 5, exclusiveMaximum: true", "breaking", "additive"),
        // In OpenAPI 3.1, the keywords are bounds.
        ("type: number", "type: number, exclusiveMaximum: 5", "breaking", "additive"),
        ("type: number, exclusiveMinimum: 5", "type: number, exclusiveMinimum: 6", "breaking", "additive"),
        ("type: integer, multipleOf: 10", "type: integer, multipleOf: 5", "additive", "breaking"),
        ("type: integer, multipleOf: 10", "type: integer, multipleOf: 15", "breaking", "breaking"),
    ] {
        check_level("x-a: 1", &body(from), &body(to), forward);
        check_level("x-a: 1", &body(to), &body(from), backward);
    }
}

#[test]
fn closed_and_required_parts_have_stricter_levels() {
    let content = |text: &str| format!("content: {{application/json: {{schema: {{{text}}}}}}}");
    let request = |text: &str| format!("requestBody: {{{}}}", content(text));
    let response = |text: &str| format!("responses: {{'200': {{description: A., {}}}}}", content(text));
    let check = |from: &str, to: &str, of_request: &str, of_response: &str| {
        check_level("x-a: 1", &request(from), &request(to), of_request);
        check_level("x-a: 1", &response(from), &response(to), of_response);
    };
    check("type: object", "type: object, additionalProperties: false", "breaking", "additive");
    check("type: object, additionalProperties: false", "type: object", "additive", "risky");
    check("type: object, additionalProperties: {type: string}", "type: object", "additive", "breaking");
    let required = "required: [a], properties: {a: {type: string";
    check(&format!("{required}, readOnly: true}}}}"), &format!("{required}}}}}"), "breaking", "no effect");
    check("type: string, enum: [a]", "type: string", "additive", "risky");
    // The name was possible before, with values of the schema for additional properties. Nothing changes for the same values.
    let map = "additionalProperties: {type: string}";
    let declared = |kind: &str| format!("{map}, properties: {{a: {{type: {kind}}}}}");
    check(map, &declared("string"), "no effect", "no effect");
    check(map, &declared("integer"), "breaking", "breaking");
    check(&declared("integer"), map, "breaking", "breaking");
}

#[test]
fn more_encodings_of_a_parameter_are_wider() {
    let parameter = |text: &str| format!("parameters: [{{name: q, in: query, {text}}}]");
    for key in ["allowReserved", "allowEmptyValue"] {
        let (with, without) = (parameter(&format!("{key}: true")), parameter(&format!("{key}: false")));
        check_level("x-a: 1", &without, &with, "additive");
        check_level("x-a: 1", &with, &without, "breaking");
    }
}
