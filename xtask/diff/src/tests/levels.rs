//! Levels that depend on more than the edit: on the direction, the stability level and the serialization.

use super::moves::lines;
use crate::compare;
use openapi_fragment::Document;

/// Checks the level of the one edit that changes `from` to `to` in an operation with these keys.
#[track_caller]
fn check_level(keys: &str, from: &str, to: &str, expected: &str) {
    let load = |text: &str| {
        let text = format!(
            "openapi: 3.0.3\npaths: {{/a: {{get: {{operationId: a, {keys}, {text}, responses: {{}}}}}}}}"
        );
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
