//! What moved is one edit: operations, paths, parameters. The same backwards.

use crate::{Diff, compare};
use openapi_fragment::Document;

/// Two operations with their parameters, in the flow style, so that a case fits a line.
const BASE: &str = "
/a/{id}:
  parameters: [ID, Q]
  get: {operationId: getA, responses: THING}
  put: {operationId: putA, parameters: [P], responses: THING}
/b:
  get: {operationId: getB, responses: THING}
";

const WORDS: &[(&str, &str)] = &[
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
        let known = WORDS.iter().find(|(known, _)| *known == word).map(|(_, stands_for)| *stands_for);
        text += known.unwrap_or(&word);
        word.clear();
        text.push(character);
    }
    let paths = text.replace('\n', "\n  ");
    let text = format!(
        "openapi: 3.0.3\npaths:{paths}\ncomponents:\n  parameters: {{p: {}}}\n  schemas: {{Thing: {{type: string}}}}\n",
        WORDS[4].1
    );
    Document::load("small", text.as_bytes()).unwrap_or_else(|problems| panic!("{problems:?}\n{text}"))
}

/// Each edit as `rule: node: detail`, what is within it behind `/`, with its level.
pub(super) fn lines(diff: &Diff) -> Vec<String> {
    let line = |edit: &crate::Edit| {
        let within: String = edit.within.iter().map(|inner| format!(" / {}", inner.detail)).collect();
        let reach: Vec<String> = edit.reach.iter().map(|way| way.operation.name()).collect();
        format!("{}: {}: {}{within} [{}]", edit.level().name(), edit.node.name, edit.detail, reach.join(" "))
    };
    diff.edits.iter().map(line).collect()
}

/// What an edit of the paths is, and that backwards it is as many edits and as many pointers.
#[track_caller]
fn moves(from: &str, to: &str, expected: &[&str]) {
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
    moves("/a/{id}:", "/c/{id}:", &["breaking: /c/{id}: was /a/{id} [getA putA]"]);
    // Its variable gets another name with it.
    let renamed = BASE.replace("ID", "KEY");
    let renamed = renamed.replace("/a/{id}:", "/c/{key}:");
    moves(BASE, &renamed, &["breaking: /c/{key}: was /a/{id} [getA putA]"]);
    // It loses its variable.
    let lost = BASE.replace("/a/{id}:", "/c:").replace("ID, ", "");
    moves(BASE, &lost, &["breaking: /c: was /a/{id} [getA putA]"]);
    // Another edit beside it.
    let changed = BASE.replace(
        "/b:\n  get: {operationId: getB, responses: THING}",
        "/c:\n  get: {operationId: getB, responses: OTHER}",
    );
    moves(
        BASE,
        &changed,
        &[
            "breaking: /c: was /b [getB]",
            "breaking: getB: 200: Thing → in place / 200: string → integer [getB]",
        ],
    );
}

#[test]
fn a_variable_that_is_renamed() {
    let renamed = BASE.replace("ID", "KEY").replace("{id}", "{key}");
    moves(BASE, &renamed, &["no effect: /a/{key}: {id} → {key} [getA putA]"]);
}

#[test]
fn an_operation_that_moves() {
    moves(
        "  put: {operationId: putA, parameters: [P], responses: THING}\n/b:",
        "/b:\n  put: {operationId: putA, parameters: [P], responses: THING}",
        &["breaking: putA: PUT /a/{id} → /b / − parameter q in query, optional [putA]"],
    );
    // To a path of its own, with all that it took.
    moves(
        "  put: {operationId: putA, parameters: [P], responses: THING}\n",
        "/c/{id}:\n  put: {operationId: putA, parameters: [P, ID, Q], responses: THING}\n",
        &["breaking: putA: PUT /a/{id} → /c/{id} [putA]"],
    );
    // It is known by what it says, where its id is another.
    moves(
        "  put: {operationId: putA, parameters: [P], responses: THING}\n",
        "/c/{id}:\n  put: {operationId: putC, parameters: [P], responses: THING}\n",
        &[
            "breaking: putA: PUT /a/{id} → /c/{id} / − parameter q in query, optional [putC]",
            "no effect: putA: operationId: putA → putC [putC]",
        ],
    );
    // It says too little to be known by it.
    let little = |path: &str, id: &str| {
        BASE.replace(
            "  put: {operationId: putA, parameters: [P], responses: THING}\n",
            &format!("{path}  put: {{operationId: {id}, responses: NONE}}\n"),
        )
    };
    let told = |id: &str| format!("{id}, summary: puts a thing");
    let (base, revision) = (little("", &told("putA")), little("/c/{id}:\n", &told("putC")));
    let diff = compare(&document(&base), &document(&revision));
    assert_eq!(diff.edits.len(), 2, "{:#?}", lines(&diff));
    let (base, revision) = (document(&little("", "putA")), document(&little("/c/{id}:\n", "putC")));
    assert_eq!(
        lines(&compare(&base, &revision)),
        ["breaking: putA: − PUT /a/{id} [putA]", "additive: putC: + PUT /c/{id} [putC]"]
    );
}

#[test]
fn a_method_that_changes() {
    moves("  put:", "  post:", &["breaking: putA: PUT → POST [putA]"]);
    moves(
        "  put: {operationId: putA",
        "  patch: {operationId: patchA",
        &["breaking: putA: PUT → PATCH [patchA]", "no effect: putA: operationId: putA → patchA [patchA]"],
    );
    moves(
        "/b:\n  get: {operationId: getB, responses: THING}",
        "/c:\n  post: {operationId: getB, responses: THING}",
        &["breaking: getB: GET /b → POST /c [getB]"],
    );
}

/// Two operations that exchange their methods, and two that exchange their ids only.
#[test]
fn operations_that_trade_places() {
    moves(
        "getA, responses: THING}\n  put: {operationId: putA",
        "putA, responses: THING}\n  put: {operationId: getA",
        &[
            "no effect: getA: operationId: getA → putA [getA]",
            "no effect: putA: operationId: putA → getA [putA]",
        ],
    );
    moves(
        "  get: {operationId: getA, responses: THING}\n  put: {operationId: putA, parameters: [P], responses: THING}",
        "  put: {operationId: getA, responses: THING}\n  get: {operationId: putA, parameters: [P], responses: THING}",
        &["breaking: getA: GET → PUT [getA]", "breaking: putA: PUT → GET [putA]"],
    );
}

#[test]
fn a_parameter_that_moves_between_path_and_operations() {
    // To both.
    let own = BASE
        .replace("[ID, Q]", "[ID]")
        .replace("parameters: [P]", "parameters: [P, Q]")
        .replace("getA, ", "getA, parameters: [Q], ");
    moves(BASE, &own, &["no effect: /a/{id}: parameter q in query: the path → the operations [getA putA]"]);
    // To one of two: the other loses it.
    let one = BASE.replace("[ID, Q]", "[ID]").replace("parameters: [P]", "parameters: [P, Q]");
    moves(
        BASE,
        &one,
        &[
            "breaking: /a/{id}: − parameter q in query, optional; not for PUT, which had it or has it itself [getA]",
        ],
    );
    // With another definition.
    let stricter = own.replace("parameters: [P, Q]", "parameters: [P, QQ]");
    moves(
        BASE,
        &stricter,
        &["breaking: /a/{id}: parameter q in query: the path → the operations / q: required [getA putA]"],
    );
    // Said twice.
    moves(
        "parameters: [P]",
        "parameters: [P, Q]",
        &["no effect: putA: parameter q: also said by the operation [putA]"],
    );
    moves(
        "parameters: [P]",
        "parameters: [P, QQ]",
        &["breaking: putA: parameter q: also said by the operation / q: required [putA]"],
    );
    // To nobody.
    moves("[ID, Q]", "[ID]", &["breaking: /a/{id}: − parameter q in query, optional [getA putA]"]);
}

#[test]
fn a_parameter_that_is_sent_at_another_place() {
    moves("[P]", "[HP]", &["breaking: putA: p: in: query → header [putA]"]);
}

#[test]
fn a_parameter_that_becomes_a_component() {
    moves("[P]", "[REF]", &["no effect: putA: p: in place → p [putA]"]);
}
