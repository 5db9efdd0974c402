//! A move of an operation, a path or a parameter is one edit, in both directions.

use crate::{Diff, compare};
use openapi_fragment::Document;

/// Operations with their parameters. The words in capitals are abbreviations, so that a case fits a line.
const BASE: &str = "
/a/{id}:
  parameters: [ID, Q]
  get: {operationId: getA, responses: THING}
  put: {operationId: putA, parameters: [P], responses: THING}
/b:
  get: {operationId: getB, responses: THING}
";

const ABBREVIATIONS: &[(&str, &str)] = &[
    ("ID", "{name: id, in: path, required: true, schema: {type: string}}"),
    ("KEY", "{name: key, in: path, required: true, schema: {type: string}}"),
    ("QQ", "{name: q, in: query, required: true, schema: {type: string}}"),
    ("Q", "{name: q, in: query, schema: {type: string}}"),
    ("P", "{name: p, in: query, schema: {type: integer}}"),
    ("HP", "{name: p, in: header, schema: {type: integer}}"),
    ("REF", "{$ref: '#/components/parameters/p'}"),
    (
        "THING",
        "{'200': {description: A thing., content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}}",
    ),
    ("OTHER", "{'200': {description: A thing., content: {application/json: {schema: {type: integer}}}}}"),
    ("NONE", "{'204': {description: None.}}"),
];

fn document(paths: &str) -> Document {
    let mut text = String::new();
    let mut word = String::new();
    for character in paths.chars().chain(['\n']) {
        if character.is_ascii_uppercase() {
            word.push(character);
            continue;
        }
        let known = ABBREVIATIONS.iter().find(|(known, _)| *known == word).map(|(_, expansion)| *expansion);
        text += known.unwrap_or(&word);
        word.clear();
        text.push(character);
    }
    let paths = text.replace('\n', "\n  ");
    let text = format!(
        "openapi: 3.0.3\npaths:{paths}\ncomponents:\n  parameters: {{p: {}}}\n  schemas: {{Thing: {{type: string}}}}\n",
        ABBREVIATIONS[4].1
    );
    Document::load("small", text.as_bytes()).unwrap_or_else(|problems| panic!("{problems:?}\n{text}"))
}

/// Each edit as `level: node: detail / details within it [operations]`.
pub(super) fn lines(diff: &Diff) -> Vec<String> {
    let line = |edit: &crate::Edit| {
        let within: String = edit.within.iter().map(|inner| format!(" / {}", inner.detail)).collect();
        let reach: Vec<String> = edit.reach.iter().map(|usage| usage.operation.name()).collect();
        format!("{}: {}: {}{within} [{}]", edit.level().name(), edit.node.name, edit.detail, reach.join(" "))
    };
    diff.edits.iter().map(line).collect()
}

/// Checks the edits that replacing `from` by `to` gives, and that the reverse has as many edits and pointers.
#[track_caller]
fn check(from: &str, to: &str, expected: &[&str]) {
    assert!(BASE.contains(from), "{from}");
    let (base, revision) = (document(BASE), document(&BASE.replace(from, to)));
    let diff = compare(&base, &revision);
    assert_eq!(lines(&diff), expected);
    let back = compare(&revision, &base);
    assert_eq!((diff.edits.len(), diff.pointers), (back.edits.len(), back.pointers), "{:#?}", lines(&back));
    assert!(diff.unclassified.is_empty() && back.unclassified.is_empty(), "{:#?}", diff.unclassified);
}

#[test]
fn a_path_that_is_renamed() {
    check("/a/{id}:", "/c/{id}:", &["breaking: /c/{id}: was /a/{id} [getA putA]"]);
    // Its variable is renamed as well.
    let renamed = BASE.replace("ID", "KEY");
    let renamed = renamed.replace("/a/{id}:", "/c/{key}:");
    check(BASE, &renamed, &["breaking: /c/{key}: was /a/{id} [getA putA]"]);
    // Its variable is removed.
    let lost = BASE.replace("/a/{id}:", "/c:").replace("ID, ", "");
    check(BASE, &lost, &["breaking: /c: was /a/{id} [getA putA]"]);
    // With another edit.
    let changed = BASE.replace(
        "/b:\n  get: {operationId: getB, responses: THING}",
        "/c:\n  get: {operationId: getB, responses: OTHER}",
    );
    check(
        BASE,
        &changed,
        &[
            "breaking: /c: was /b [getB]",
            "breaking: getB: 200: Thing → inline / 200: string → integer [getB]",
        ],
    );
}

#[test]
fn a_variable_that_is_renamed() {
    let renamed = BASE.replace("ID", "KEY").replace("{id}", "{key}");
    check(BASE, &renamed, &["no effect: /a/{key}: {id} → {key} [getA putA]"]);
}

#[test]
fn an_operation_that_moves() {
    check(
        "  put: {operationId: putA, parameters: [P], responses: THING}\n/b:",
        "/b:\n  put: {operationId: putA, parameters: [P], responses: THING}",
        &["breaking: putA: PUT /a/{id} → /b / − parameter q in query, optional [putA]"],
    );
    // To a path of its own, with all its parameters.
    check(
        "  put: {operationId: putA, parameters: [P], responses: THING}\n",
        "/c/{id}:\n  put: {operationId: putA, parameters: [P, ID, Q], responses: THING}\n",
        &["breaking: putA: PUT /a/{id} → /c/{id} [putA]"],
    );
    // With another id: the content identifies it.
    check(
        "  put: {operationId: putA, parameters: [P], responses: THING}\n",
        "/c/{id}:\n  put: {operationId: putC, parameters: [P], responses: THING}\n",
        &[
            "breaking: putA: − parameter q in query, optional [putC]",
            "breaking: putA: PUT /a/{id} → /c/{id} [putC]",
            "no effect: putA: operationId: putA → putC [putC]",
        ],
    );
    // With too little content to identify it.
    let little = |path: &str, id: &str| {
        BASE.replace(
            "  put: {operationId: putA, parameters: [P], responses: THING}\n",
            &format!("{path}  put: {{operationId: {id}, responses: NONE}}\n"),
        )
    };
    let with_summary = |id: &str| format!("{id}, summary: puts a thing");
    let (base, revision) = (little("", &with_summary("putA")), little("/c/{id}:\n", &with_summary("putC")));
    let diff = compare(&document(&base), &document(&revision));
    assert_eq!(diff.edits.len(), 3, "{:#?}", lines(&diff));
    let (base, revision) = (document(&little("", "putA")), document(&little("/c/{id}:\n", "putC")));
    assert_eq!(
        lines(&compare(&base, &revision)),
        ["breaking: putA: − PUT /a/{id} [putA]", "additive: putC: + PUT /c/{id} [putC]"]
    );
}

#[test]
fn a_method_that_changes() {
    check("  put:", "  post:", &["breaking: putA: PUT → POST [putA]"]);
    check(
        "  put: {operationId: putA",
        "  patch: {operationId: patchA",
        &["breaking: putA: PUT → PATCH [patchA]", "no effect: putA: operationId: putA → patchA [patchA]"],
    );
    check(
        "/b:\n  get: {operationId: getB, responses: THING}",
        "/c:\n  post: {operationId: getB, responses: THING}",
        &["breaking: getB: GET /b → POST /c [getB]"],
    );
}

/// Two operations that swap their methods, and two that swap only their ids.
#[test]
fn operations_that_are_swapped() {
    check(
        "getA, responses: THING}\n  put: {operationId: putA",
        "putA, responses: THING}\n  put: {operationId: getA",
        &[
            "no effect: getA: operationId: getA → putA [getA]",
            "no effect: putA: operationId: putA → getA [putA]",
        ],
    );
    check(
        "  get: {operationId: getA, responses: THING}\n  put: {operationId: putA, parameters: [P], responses: THING}",
        "  put: {operationId: getA, responses: THING}\n  get: {operationId: putA, parameters: [P], responses: THING}",
        &["breaking: getA: GET → PUT [getA]", "breaking: putA: PUT → GET [putA]"],
    );
}

#[test]
fn a_parameter_that_moves_between_path_and_operations() {
    // To both operations.
    let own = BASE
        .replace("[ID, Q]", "[ID]")
        .replace("parameters: [P]", "parameters: [P, Q]")
        .replace("getA, ", "getA, parameters: [Q], ");
    check(
        BASE,
        &own,
        &[
            "no effect: /a/{id}: parameters.1, parameters, parameters.1: expressed differently, with the same meaning [getA putA]",
        ],
    );
    // To one of two operations: the other one loses it.
    let one = BASE.replace("[ID, Q]", "[ID]").replace("parameters: [P]", "parameters: [P, Q]");
    check(
        BASE,
        &one,
        &[
            "breaking: /a/{id}: − parameter q in query, optional [getA]",
            "no effect: putA: parameters.1: expressed differently, with the same meaning [putA]",
        ],
    );
    // With another definition.
    let stricter = own.replace("parameters: [P, Q]", "parameters: [P, QQ]");
    check(
        BASE,
        &stricter,
        &[
            "no effect: /a/{id}: parameters.1, parameters: expressed differently, with the same meaning [getA putA]",
            "breaking: putA: q: required [putA]",
        ],
    );
    // Declared by the path and the operation.
    check(
        "parameters: [P]",
        "parameters: [P, Q]",
        &["no effect: putA: parameters.1: expressed differently, with the same meaning [putA]"],
    );
    check("parameters: [P]", "parameters: [P, QQ]", &["breaking: putA: q: required [putA]"]);
    // To no operation.
    check("[ID, Q]", "[ID]", &["breaking: /a/{id}: − parameter q in query, optional [getA putA]"]);
}

#[test]
fn a_parameter_that_is_sent_in_another_location() {
    check("[P]", "[HP]", &["breaking: putA: p: in: query → header [putA]"]);
}

#[test]
fn a_parameter_that_becomes_a_component() {
    check("[P]", "[REF]", &["no effect: putA: p: inline → p [putA]"]);
}
