//! The properties of the table: the comparison finds each example as its change, the effects on requests mirror those on
//! responses, every change has a rule, and no rule exists twice.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Change, Holder, Level, Rule, RulePair, explain, ids, pairs, rule_of, rules};
use crate::{Direction, Edit, compare};
use openapi_fragment::Document;

/// Who sends the request: the client, or the server in a callback.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Caller {
    Client,
    Server,
}

/// A small document with every node that a snippet can be put into.
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
    let mut operation = with(with(at(Holder::Operation), body), operation);
    if holder == Holder::Components {
        operation["security"] = json!([{"A": []}]);
    }
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

/// Every edit must be of the change. A snippet that is in the request and in the response gives two edits.
#[track_caller]
fn edits(pair: &RulePair, rule: &Rule, caller: Caller, base: &str, revision: &str) -> Vec<Edit> {
    let [base, revision] = [base, revision].map(|snippet| document(pair.example.holder, snippet, caller));
    let diff = compare(&base, &revision);
    assert!(diff.unclassified.is_empty(), "{}: unclassified {:#?}", rule.id, diff.unclassified);
    let max_edits = if pair.example.holder == Holder::MediaType { 2 } else { 1 };
    assert!((1..=max_edits).contains(&diff.edits.len()), "{}: {:#?}", rule.id, diff.edits);
    for edit in &diff.edits {
        assert_eq!(edit.change, rule.change, "{}", rule.id);
    }
    diff.edits
}

#[test]
fn each_example_gives_its_change_with_the_levels_of_the_table() {
    for pair in pairs() {
        let (base, revision) = (pair.example.base, pair.example.revision);
        let second = pair.second.as_ref().unwrap_or(&pair.first);
        for (rule, base, revision) in [(&pair.first, base, revision), (second, revision, base)] {
            // The client sends the request of an operation, the server that of a callback.
            let callers = [Caller::Client, Caller::Server].into_iter();
            let edits = callers.flat_map(|caller| edits(pair, rule, caller, base, revision));
            let findings = edits.flat_map(|edit| edit.findings);
            let found: BTreeSet<_> = findings.map(|finding| (finding.rule, finding.level)).collect();
            let effects = rule.effects.iter();
            let expected: BTreeSet<_> =
                effects.map(|effect| (rule.id_in(effect.direction), effect.level)).collect();
            assert!(!found.is_empty(), "{}: no finding", rule.id);
            assert_eq!(found, expected, "{}", rule.id);
        }
    }
}

/// In a callback the server sends what a client sends elsewhere, so each rule needs an effect for both directions.
#[test]
fn every_rule_has_both_directions() {
    for rule in rules() {
        let has = |direction| rule.effect(direction).is_some();
        assert_eq!(has(Direction::Request), has(Direction::Response), "{}", rule.id);
        assert_ne!(has(Direction::Request), has(Direction::Call), "{}", rule.id);
    }
}

/// The effect of a change on requests is the effect of its reverse on responses.
#[test]
fn effects_on_requests_mirror_those_on_responses() {
    for pair in pairs() {
        let second = pair.second.as_ref().unwrap_or(&pair.first);
        let level = |rule: &Rule, direction| rule.effect(direction).map(|effect| effect.level);
        let mirrors = [(&pair.first, second), (second, &pair.first)]
            .into_iter()
            .all(|(rule, reverse)| level(rule, Direction::Request) == level(reverse, Direction::Response));
        match pair.asymmetry {
            None => assert!(mirrors, "{}: asymmetric, without a reason", pair.first.id),
            Some(_) => assert!(!mirrors, "{}: symmetric, but has a reason for an asymmetry", pair.first.id),
        }
    }
}

/// The reverse of a change that adds something removes it, which the ids must show.
#[test]
fn ids_of_reverse_changes_are_opposites() {
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
            for (rule, opposite) in
                [(&pair.first, second), (second.unwrap_or(&pair.first), Some(&pair.first))]
            {
                let has = |id: &str, word: &str| id == word || id.ends_with(&format!("-{word}"));
                if has(rule.id, one) {
                    let id = opposite.map_or("", |opposite| opposite.id);
                    assert!(has(id, other), "the reverse of {} is {id:?}", rule.id);
                }
            }
        }
    }
}

#[test]
fn every_change_has_exactly_one_rule() {
    let source = include_str!("change.rs");
    let body = source.split_once("enum Change {").expect("the enum").1;
    let names =
        body.lines().filter_map(|line| line.trim().strip_suffix(',')).filter(|name| !name.contains('/'));
    let declared: BTreeSet<String> = names.map(str::to_owned).collect();
    let mut table = BTreeSet::new();
    for rule in rules() {
        assert!(table.insert(format!("{:?}", rule.change)), "{:?} has two rules", rule.change);
    }
    assert_eq!(declared, table);
    assert_eq!(rule_of(Change::OperationRemoved).map(|rule| rule.effects[0].level), Some(Level::Breaking));
}

#[test]
fn every_rule_has_an_explanation() {
    let ids = ids();
    let different: BTreeSet<&String> = ids.iter().collect();
    assert_eq!(ids.len(), different.len(), "two rules have the same id");
    for id in &ids {
        let text = explain(id).expect("a rule");
        assert!(text.starts_with(&format!("{id}: ")) && text.contains("because"), "{text}");
    }
    assert!(explain("no-such-rule").is_none());
}

/// A part of the contract can be deprecated, so each rule for its removal must have the policy for deprecated parts.
#[test]
fn rules_of_removals_are_marked() {
    // Restrictions and declarations, which are not parts that can be deprecated.
    const OTHERS: &[&str] = &[
        "enum-value-removed",
        "discriminator-mapping-removed",
        "discriminator-removed",
        "all-of-removed",
        "any-of-removed",
        "one-of-removed",
        "server-removed",
        "security-removed",
        "scope-removed",
        "oauth-flow-removed",
        "oauth-refresh-url-removed",
        "security-scheme-removed",
        "component-removed",
        "body-schema-removed",
        "required-name-removed",
        "error-status-removed",
        "tag-removed",
        "link-removed",
    ];
    for rule in rules() {
        let is_breaking = rule.effects.iter().any(|effect| effect.level == Level::Breaking);
        let is_part = !OTHERS.contains(&rule.id)
            && !rule.id.starts_with("deprecated-")
            && !rule.id.starts_with("unstable-");
        let names = ["-removed", "-moved", "-renamed", "-location-changed"];
        if is_breaking && is_part && names.iter().any(|name| rule.id.ends_with(name)) {
            assert!(rule.is_removal, "{}", rule.id);
        }
    }
}
