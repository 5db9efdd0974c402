//! The verdicts on schemas against an independent implementation of JSON Schema, Python's openapi-schema-validator.
//!
//! Random schemas get one random edit each. `judge.py` searches for a witness: an instance that only one of the two
//! schemas accepts. In a request, an instance that only the base accepts is a break, and in a response, one that only the
//! revision accepts; the edit must have a level of at least risky. The search can miss witnesses, so an edit without one may
//! have any level.
//!
//! If Python or the package is not installed, the tests print that and pass; with `ATLAS_REQUIRE_PEERS=1` they fail.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{RngSeed, TestRunner};
use serde_json::{Value, json};

use super::moves::lines;
use super::rewritings::choice::Choice;
use super::rewritings::{self, documents, edits};
use crate::{Direction, Edit, Level, Sides, compare};
use openapi_fragment::Document;
use openapi_fragment::openapi::{closure, reference_to};

/// The number of edits. Each of them is judged forwards and backwards, in requests and in responses.
const EDITS: usize = 1000;

/// The number of rewritten documents.
const REWRITTEN: usize = 300;

fn is_installed() -> bool {
    let mut python = Command::new("python3");
    python.args(["-c", "import openapi_schema_validator"]).stdout(Stdio::null()).stderr(Stdio::null());
    if python.status().is_ok_and(|status| status.success()) {
        return true;
    }
    let required = std::env::var("ATLAS_REQUIRE_PEERS").is_ok_and(|value| value == "1");
    assert!(!required, "openapi-schema-validator is not installed, and ATLAS_REQUIRE_PEERS=1 requires it");
    _ = writeln!(std::io::stderr(), "skipped: Python's openapi-schema-validator is not installed");
    false
}

/// The answers of `judge.py`, one for each pair of documents.
fn judge(pairs: &[Sides<Value>]) -> Vec<Value> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tests/judge/judge.py");
    let mut python = Command::new("python3");
    python.arg("-B").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = python.spawn().expect("python3 is installed");
    let mut input = child.stdin.take().expect("it is piped");
    let output = BufReader::new(child.stdout.take().expect("it is piped"));
    let questions: Vec<String> = pairs
        .iter()
        .map(|pair| format!("{}\n", json!({"base": pair.base, "revision": pair.revision})))
        .collect();
    // The answers are read at the same time, because both pipes have limits.
    let writer =
        std::thread::spawn(move || questions.iter().try_for_each(|line| input.write_all(line.as_bytes())));
    let answers =
        output.lines().map(|line| serde_json::from_str(&line.expect("it is UTF-8")).expect("it is JSON"));
    let answers: Vec<Value> = answers.collect();
    _ = writer.join();
    assert!(child.wait().is_ok_and(|status| status.success()), "judge.py failed");
    assert_eq!(answers.len(), pairs.len());
    answers
}

/// A document in which the schema `S` is the body of a request and of a response.
fn document(components: &Value) -> Document {
    let content = json!({"application/json": {"schema": {"$ref": "#/components/schemas/S"}}});
    let response = json!({"description": "Done.", "content": content});
    let operation = json!({"requestBody": {"content": content}, "responses": {"200": response}});
    let mut value = components.clone();
    value["paths"] = json!({"/a": {"post": operation}});
    Document::load("judged", value.to_string().as_bytes()).expect("JSON is YAML")
}

/// The highest level in one direction.
fn level(edits: &[Edit], direction: Direction) -> Level {
    let levels = edits.iter().map(|edit| {
        let own = edit.findings.iter().filter(|finding| finding.direction == direction);
        own.map(|finding| finding.level)
            .max()
            .max(Some(level(&edit.within, direction)))
            .unwrap_or(Level::None)
    });
    levels.max().unwrap_or(Level::None)
}

/// A document with the schema `S` and the schemas that it refers to.
fn schemas() -> impl Strategy<Value = Value> {
    let schema = documents::schema;
    (schema(&["A", "B"]), schema(&["B"]), schema(&[])).prop_map(|(s, a, b)| {
        let mut document = json!({"openapi": "3.0.3", "components": {"schemas": {"S": s, "A": a, "B": b}}});
        let used = closure(&document, vec![reference_to("schemas", "S")]);
        if let Some(schemas) = document["components"]["schemas"].as_object_mut() {
            schemas.retain(|name, _| used.contains(&reference_to("schemas", name)));
        }
        document
    })
}

/// Random schemas before and after a change, the same in each run.
fn pairs(
    count: usize,
    schemas: impl Strategy<Value = Value>,
    change: impl Fn(&mut Value, &mut Choice) -> bool,
) -> Vec<Sides<Value>> {
    let config = ProptestConfig {
        rng_seed: RngSeed::Fixed(4),
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let mut runner = TestRunner::new(config);
    let strategy = (schemas, any::<u64>());
    let mut pairs = Vec::new();
    while pairs.len() < count {
        let (base, seed) = strategy.new_tree(&mut runner).expect("it filters nothing").current();
        let mut revision = base.clone();
        if change(&mut revision, &mut Choice::new(seed)) && revision != base {
            pairs.push(Sides::new(base, revision));
        }
    }
    pairs
}

/// The rewritings that the other tests use are what they claim to be.
#[test]
fn a_rewriting_has_no_witness() {
    if !is_installed() {
        return;
    }
    // What is required of a property that is only in requests or only in responses, the validator decides by the
    // keywords beside it.
    let schemas = schemas().prop_map(|mut document| {
        remove_marks(&mut document);
        document
    });
    let pairs = pairs(REWRITTEN, schemas, |document, choice| {
        let applied = (0..3).filter(|_| rewritings::rewrite(document, choice)).count();
        // The schema may have another name.
        applied > 0 && document.pointer("/components/schemas/S").is_some()
    });
    let answers = judge(&pairs);
    let is_same = |answer: &Value| *answer == json!({"request": [null, null], "response": [null, null]});
    let failures = pairs.iter().zip(&answers).filter(|(_, answer)| !is_same(answer));
    let failures: Vec<String> = failures
        .map(|(pair, answer)| format!("{answer}\n    base     {}\n    revision {}", pair.base, pair.revision))
        .collect();
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
}

fn remove_marks(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|key, _| !["readOnly", "writeOnly"].contains(&key.as_str()));
            members.values_mut().for_each(remove_marks);
        }
        Value::Array(items) => items.iter_mut().for_each(remove_marks),
        _ => {}
    }
}

#[test]
fn an_edit_with_a_witness_is_flagged() {
    if !is_installed() {
        return;
    }
    let pairs = pairs(EDITS, schemas(), edits::edit_schema);
    let answers = judge(&pairs);
    let (mut misses, mut overlaps, mut witnesses, mut without) = (Vec::new(), 0, 0, 0);
    for (pair, answer) in pairs.iter().zip(answers) {
        let documents = [&pair.base, &pair.revision].map(document);
        for (from, to) in [(0, 1), (1, 0)] {
            let diff = compare(&documents[from], &documents[to]);
            // A witness against a request is accepted before, one against a response afterwards.
            for (direction, part, side) in
                [(Direction::Request, "request", from), (Direction::Response, "response", to)]
            {
                let witness = &answer[part][side];
                match (witness.is_null(), level(&diff.edits, direction) >= Level::Risky) {
                    (false, true) => witnesses += 1,
                    (true, true) => without += 1,
                    (true, false) => {}
                    (false, false) if witness["only_by_overlap"] == true => overlaps += 1,
                    (false, false) => misses.push(format!(
                        "{part}: {witness} {:?}\n    from {}\n    to   {}",
                        lines(&diff),
                        documents[from].value["components"],
                        documents[to].value["components"]
                    )),
                }
            }
        }
    }
    println!(
        "{} edits: {witnesses} flagged with a witness, {without} flagged without, {overlaps} by an overlap, {} missed",
        pairs.len(),
        misses.len()
    );
    assert!(misses.is_empty(), "{} misses:\n{}", misses.len(), misses.join("\n"));
}
