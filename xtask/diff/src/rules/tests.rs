//! The table holds itself to what it promises: each example is found as its change, request and reply mirror each
//! other, nothing is missing and nothing stands twice.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Change, Half, Holder, Level, Pair, explain, half, halves, ids, pairs};
use crate::{Direction, Edit, compare};
use openapi_fragment::Document;

/// Who calls: the client, or the server, which calls back.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Caller {
    Client,
    Server,
}

/// A small document that has every place at which a snippet can stand.
fn document(holder: Holder, snippet: &str, caller: Caller) -> Document {
    let at = |wanted| if holder == wanted { value(snippet) } else { json!({}) };
    let media = match holder {
        Holder::MediaType => json!({"application/json": value(snippet)}),
        _ => json!({"application/json": {"schema": {"$ref": "#/components/schemas/Subject"}}}),
    };
    let parameter =
        with(at(Holder::Parameter), json!({"name": "q", "in": "query", "schema": {"type": "string"}}));
    let response = with(at(Holder::Response), json!({"description": "Done.", "content": media}));
    let responses = if holder == Holder::Responses { value(snippet) } else { json!({"200": response}) };
    let body = match holder {
        Holder::RequestBody => value(snippet),
        _ => json!({"requestBody": {"content": media}}),
    };
    let operation = json!({"operationId": "putThing", "parameters": [parameter], "responses": responses});
    let operation = with(with(at(Holder::Operation), body), operation);
    let subject = if holder == Holder::Schema { value(snippet) } else { json!({"type": "string"}) };
    let mut components = with(at(Holder::Components), json!({"schemas": {}}));
    components["schemas"]["Subject"] = subject;
    let operation = match caller {
        Caller::Client => operation,
        Caller::Server => json!({"responses": {}, "callbacks": {"done": {"{$url}": {"post": operation}}}}),
    };
    let paths = with(at(Holder::Path), json!({"/subject": {"put": operation}}));
    let rest = json!({
        "openapi": "3.0.3", "info": {"title": "T", "version": "1"}, "paths": paths, "components": components,
    });
    let root = with(at(Holder::Document), rest);
    Document::load("example", root.to_string().as_bytes()).expect("JSON is YAML")
}

fn value(text: &str) -> Value {
    Document::load("snippet", text.as_bytes()).unwrap_or_else(|problems| panic!("{text}: {problems:?}")).value
}

/// The members of `first`, and those of `rest` that it does not have.
fn with(mut first: Value, rest: Value) -> Value {
    if let (Value::Object(first), Value::Object(rest)) = (&mut first, rest) {
        for (key, value) in rest {
            first.entry(key).or_insert(value);
        }
    }
    first
}

/// All edits must be of the change; where a snippet stands in the request and in the reply, there are two.
#[track_caller]
fn edits(pair: &Pair, half: &Half, caller: Caller, base: &str, revision: &str) -> Vec<Edit> {
    let [base, revision] = [base, revision].map(|snippet| document(pair.example.holder, snippet, caller));
    let diff = compare(&base, &revision);
    assert!(diff.unclassified.is_empty(), "{}: unclassified {:#?}", half.id, diff.unclassified);
    let most = if pair.example.holder == Holder::MediaType { 2 } else { 1 };
    assert!((1..=most).contains(&diff.edits.len()), "{}: {:#?}", half.id, diff.edits);
    for edit in &diff.edits {
        assert_eq!(edit.change, half.change, "{}", half.id);
    }
    diff.edits
}

#[test]
fn each_example_is_found_and_judged_as_the_table_says() {
    for pair in pairs() {
        let (base, revision) = (pair.example.base, pair.example.revision);
        let second = pair.second.as_ref().unwrap_or(&pair.first);
        for (half, base, revision) in [(&pair.first, base, revision), (second, revision, base)] {
            // What a client sends when it calls, the server sends when it calls back.
            let callers = [Caller::Client, Caller::Server].into_iter();
            let edits = callers.flat_map(|caller| edits(pair, half, caller, base, revision));
            let findings = edits.flat_map(|edit| edit.findings);
            let found: BTreeSet<_> = findings.map(|finding| (finding.rule, finding.level)).collect();
            let says = half.says.iter();
            let expected: BTreeSet<_> = says.map(|says| (half.rule(says.direction), says.level)).collect();
            assert!(!found.is_empty(), "{}: reaches nothing", half.id);
            assert_eq!(found, expected, "{}", half.id);
        }
    }
}

/// Whatever a client sends the server may send in a call back, and the other way round: each rule has both directions.
#[test]
fn every_rule_knows_both_directions() {
    for half in halves() {
        let has = |direction| half.says.iter().any(|says| says.direction == direction);
        assert_eq!(has(Direction::Request), has(Direction::Reply), "{}", half.id);
        assert_ne!(has(Direction::Request), has(Direction::Call), "{}", half.id);
    }
}

/// What a change does to requests, its opposite does to replies.
#[test]
fn request_and_reply_mirror_each_other() {
    for pair in pairs() {
        let second = pair.second.as_ref().unwrap_or(&pair.first);
        let level = |half: &Half, direction| {
            half.says.iter().find(|says| says.direction == direction).map(|says| says.level)
        };
        let mirrors = [(&pair.first, second), (second, &pair.first)]
            .into_iter()
            .all(|(half, other)| level(half, Direction::Request) == level(other, Direction::Reply));
        match pair.waiver {
            None => assert!(mirrors, "{}: no mirror and no waiver", pair.first.id),
            Some(_) => assert!(!mirrors, "{}: the waiver is not needed any more", pair.first.id),
        }
    }
}

/// What adds something has an opposite that removes it, by name.
#[test]
fn what_comes_can_go() {
    const OPPOSITES: &[(&str, &str)] = &[
        ("added", "removed"),
        ("set", "unset"),
        ("lowered", "raised"),
        ("widened", "narrowed"),
        ("extracted", "inlined"),
        ("became-required", "became-optional"),
    ];
    for pair in pairs() {
        let second = pair.second.as_ref();
        for (one, other) in OPPOSITES {
            for (half, opposite) in
                [(&pair.first, second), (second.unwrap_or(&pair.first), Some(&pair.first))]
            {
                let has = |id: &str, word: &str| id == word || id.ends_with(&format!("-{word}"));
                if has(half.id, one) {
                    let id = opposite.map_or("", |opposite| opposite.id);
                    assert!(has(id, other), "{} has no opposite, but {id:?}", half.id);
                }
            }
        }
    }
}

#[test]
fn every_change_stands_in_the_table_once() {
    let source = include_str!("change.rs");
    let body = source.split_once("enum Change {").expect("the enum").1;
    let names =
        body.lines().filter_map(|line| line.trim().strip_suffix(',')).filter(|name| !name.contains('/'));
    let declared: BTreeSet<String> = names.map(str::to_owned).collect();
    let mut table = BTreeSet::new();
    for half in halves() {
        assert!(table.insert(format!("{:?}", half.change)), "{:?} stands twice", half.change);
    }
    assert_eq!(declared, table);
    assert_eq!(half(Change::OperationRemoved).map(|half| half.says[0].level), Some(Level::Breaking));
}

#[test]
fn every_rule_explains_itself() {
    let ids = ids();
    let different: BTreeSet<&String> = ids.iter().collect();
    assert_eq!(ids.len(), different.len(), "an id stands twice");
    for id in &ids {
        let text = explain(id).expect("a rule");
        assert!(text.starts_with(&format!("{id}: ")) && text.contains("because"), "{text}");
    }
    assert!(explain("no-such-rule").is_none());
}
