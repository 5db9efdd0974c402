//! Levels that hang on more than the edit: on who sends it, on what is promised, on how it is written.

use super::moves::lines;
use crate::compare;
use openapi_fragment::Document;

/// The level of the one edit that turns `from` into `to` in an operation with these keys.
#[track_caller]
fn level(keys: &str, from: &str, to: &str, expected: &str) {
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
fn what_is_not_stable_was_promised_to_nobody() {
    let (from, to) = ("parameters: [{name: q, in: query}]", "parameters: []");
    level("x-stability-level: alpha", from, to, "no effect");
    level("x-stability-level: draft", from, to, "no effect");
    level("x-stability-level: beta", from, to, "breaking");
    level("x-a: 1", from, to, "breaking");
    level(
        "x-stability-level: alpha",
        "x-required-role: a",
        "x-other-role: a, x-required-role: a",
        "no effect",
    );
    level("x-stability-level: alpha", "x-a: 1", "x-a: 1, x-required-role: a", "no effect");
}

#[test]
fn in_a_parameter_every_value_is_a_text() {
    let parameter = |kind: &str| format!("parameters: [{{name: q, in: query, schema: {{type: {kind}}}}}]");
    let body =
        |kind: &str| format!("requestBody: {{content: {{application/json: {{schema: {{type: {kind}}}}}}}}}");
    for number in ["integer", "number", "boolean"] {
        level("x-a: 1", &parameter(number), &parameter("string"), "additive");
        level("x-a: 1", &parameter("string"), &parameter(number), "breaking");
        level("x-a: 1", &body(number), &body("string"), "breaking");
    }
    level("x-a: 1", &parameter("boolean"), &parameter("integer"), "breaking");
}

#[test]
fn what_is_only_read_costs_no_request() {
    let body = |text: &str| {
        format!("requestBody: {{content: {{application/json: {{schema: {{properties: {{p: {text}}}}}}}}}}}")
    };
    level(
        "x-a: 1",
        &body("{type: string, readOnly: true}"),
        &body("{type: integer, readOnly: true}"),
        "no effect",
    );
    level("x-a: 1", &body("{type: string}"), &body("{type: integer}"), "breaking");
}
