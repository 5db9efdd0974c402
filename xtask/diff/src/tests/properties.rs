//! Property tests with random edits: every difference is reported, nothing panics or hangs, and the reverse comparison
//! gives the reverse changes.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::{Map, Value, json};

use crate::rules::{self, Change};
use crate::{Diff, Location, Locations, compare};
use openapi_fragment::openapi::METHODS;
use openapi_fragment::{Document, pointer};

/// A document with every feature of OpenAPI 3.0.
fn service() -> Document {
    Document::load("service.yaml", include_bytes!("service.yaml")).expect("it loads")
}

/// That document, and a larger one beside this crate if it is present.
pub(super) fn documents() -> Vec<Document> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec/atlas-migration.yaml");
    let fragment = fs::read(&path).ok().map(|bytes| Document::load("fragment", &bytes).expect("it loads"));
    if fragment.is_none() {
        _ = writeln!(std::io::stderr(), "skipped: no document at {}", path.display());
    }
    [service()].into_iter().chain(fragment).collect()
}

fn document(value: &Value) -> Document {
    Document::load("edited", value.to_string().as_bytes()).expect("JSON is YAML")
}

/// Every pointer of a document, in the order of the file.
fn pointers(value: &Value) -> Vec<String> {
    fn walk(value: &Value, at: &str, found: &mut Vec<String>) {
        found.push(at.to_owned());
        let mut member = |token: &str, value: &Value| {
            let mut inner = at.to_owned();
            pointer::push(&mut inner, token);
            walk(value, &inner, found);
        };
        match value {
            Value::Object(members) => members.iter().for_each(|(key, value)| member(key, value)),
            Value::Array(items) => {
                items.iter().enumerate().for_each(|(index, item)| member(&index.to_string(), item));
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk(value, "", &mut found);
    found
}

/// One edit: its kind, its target, and a seed for other choices.
#[derive(Clone, Debug)]
struct Random {
    kind: u8,
    at: usize,
    seed: usize,
}

fn random() -> impl Strategy<Value = Random> {
    (0u8..11, any::<usize>(), any::<usize>()).prop_map(|(kind, at, seed)| Random { kind, at, seed })
}

fn apply(value: &mut Value, Random { kind, at, seed }: &Random) {
    if *kind >= 9 {
        return move_operation(value, kind % 2 == 0, *at, *seed);
    }
    let all = pointers(value);
    let pick = |number: usize| all[number % all.len()].clone();
    let (at, other) = (pick(*at), pick(*seed));
    let elsewhere = value.pointer(&other).cloned().unwrap_or_default();
    let Some(node) = value.pointer_mut(&at).filter(|_| !at.is_empty()) else { return };
    match (kind, node) {
        (0, node) => *node = elsewhere,
        (1, Value::Object(members)) => _ = take(members, *seed),
        (1, Value::Array(items)) if !items.is_empty() => _ = items.remove(seed % items.len()),
        (2, Value::Object(members)) => _ = members.insert(format!("added{}", seed % 3), elsewhere),
        (2, Value::Array(items)) => items.push(elsewhere),
        (3, Value::Object(members)) => {
            if let Some((key, value)) = take(members, *seed) {
                members.insert(format!("{key}Renamed"), value);
            }
        }
        (4, Value::Array(items)) => items.reverse(),
        (4, node @ Value::Object(_)) => *node = json!({"$ref": format!("#{other}")}),
        (5, Value::String(text)) => text.push_str("Edited"),
        (5, Value::Bool(flag)) => *flag = !*flag,
        (5, node @ Value::Number(_)) => *node = json!(seed % 100),
        (6, node) => *node = Value::Null,
        (7, node) => *node = json!([elsewhere]),
        (_, node) => {
            let name = ["string", "integer", "object"][seed % 3];
            *node = json!({ "type": name });
        }
    }
}

/// Moves an operation to another path, or to another method of its path.
fn move_operation(value: &mut Value, elsewhere: bool, at: usize, seed: usize) {
    let Some(Value::Object(paths)) = value.get_mut("paths") else { return };
    let names: Vec<String> = paths.keys().cloned().collect();
    let pick = |number: usize| names[number % names.len().max(1)].clone();
    if names.is_empty() {
        return;
    }
    let (from, to) = (pick(at), if elsewhere { pick(seed) } else { pick(at) });
    let Some(Value::Object(item)) = paths.get_mut(&from) else { return };
    let methods: Vec<String> = item.keys().filter(|key| METHODS.contains(&key.as_str())).cloned().collect();
    let Some(method) = methods.get(seed % methods.len().max(1)) else { return };
    let Some(operation) = item.shift_remove(method) else { return };
    let to = if seed.is_multiple_of(3) { format!("{to}/moved") } else { to };
    let method = if elsewhere { method.clone() } else { METHODS[seed % METHODS.len()].to_owned() };
    let target = paths.entry(to).or_insert_with(|| json!({}));
    if let Value::Object(target) = target {
        target.insert(method, operation);
    }
}

fn take(members: &mut Map<String, Value>, seed: usize) -> Option<(String, Value)> {
    let key = members.keys().nth(seed % members.len().max(1))?.clone();
    members.shift_remove_entry(&key)
}

/// The pointers at which two values differ, found without the code under test. A list that differs counts as a whole.
fn differing_pointers(base: &Value, revision: &Value, at: &str, found: &mut Vec<String>) {
    match (base, revision) {
        (Value::Object(old), Value::Object(new)) => {
            for key in old.keys().chain(new.keys()) {
                let mut inner = at.to_owned();
                pointer::push(&mut inner, key);
                match (old.get(key), new.get(key)) {
                    (Some(old), Some(new)) => differing_pointers(old, new, &inner, found),
                    _ => found.push(inner),
                }
            }
        }
        (base, revision) if base == revision => {}
        _ => found.push(at.to_owned()),
    }
}

fn reported(diff: &Diff) -> Vec<&str> {
    let claimed = diff.edits.iter().flat_map(|edit| &edit.pointers).chain(&diff.unclassified);
    claimed
        .flat_map(|Locations { base, revision }| [base, revision])
        .flatten()
        .map(|Location { pointer, .. }| pointer.as_str())
        .collect()
}

fn contains(outer: &str, inner: &str) -> bool {
    inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn reverse(change: Change) -> Change {
    let pair = rules::pairs().find(|pair| {
        pair.first.change == change || pair.second.as_ref().is_some_and(|rule| rule.change == change)
    });
    let pair = pair.expect("every change is in the table");
    match &pair.second {
        Some(second) if pair.first.change == change => second.change,
        _ => pair.first.change,
    }
}

fn count(changes: impl Iterator<Item = Change>) -> BTreeMap<Change, usize> {
    changes.fold(BTreeMap::new(), |mut counts, change| {
        *counts.entry(change).or_default() += 1;
        counts
    })
}

fn check(base: &Document, revision: &Document) -> Result<(), TestCaseError> {
    let diff = compare(base, revision);
    prop_assert_eq!(diff.pointers == 0, base.value == revision.value);
    let reported = reported(&diff);
    let mut differing = Vec::new();
    differing_pointers(&base.value, &revision.value, "", &mut differing);
    for at in differing {
        let is_reported = reported.iter().any(|known| contains(known, &at) || contains(&at, known));
        prop_assert!(is_reported, "{at} differs but is not reported: {reported:?}");
    }
    for edit in &diff.edits {
        prop_assert!(!edit.pointers.is_empty(), "an edit without a pointer: {edit:?}");
    }
    let back = compare(revision, base);
    prop_assert_eq!(diff.pointers, back.pointers);
    prop_assert_eq!(diff.unclassified.len(), back.unclassified.len());
    let mirrored = count(back.edits.iter().map(|edit| reverse(edit.change)));
    prop_assert_eq!(count(diff.edits.iter().map(|edit| edit.change)), mirrored);
    Ok(())
}

/// A few cases that are the same in each run, because each case compares whole documents twice. `PROPTEST_CASES` sets
/// the number of cases and makes them random.
pub(super) fn config() -> ProptestConfig {
    let default = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    match std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()) {
        Some(cases) => ProptestConfig { cases, ..default },
        None => ProptestConfig { cases: 32, rng_seed: RngSeed::Fixed(4), ..default },
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_difference_is_reported(edits in prop::collection::vec(random(), 1..5)) {
        for base in documents() {
            let mut value = base.value.clone();
            edits.iter().for_each(|edit| apply(&mut value, edit));
            check(&base, &document(&value))?;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: config().cases * 8, ..config() })]

    /// A document with callbacks, webhooks and links, which the others lack. It is small, so more cases run.
    #[test]
    fn every_difference_in_callbacks_is_reported(edits in prop::collection::vec(random(), 1..5)) {
        let base = Document::load("calls", super::callbacks::BASE.as_bytes()).expect("it loads");
        let mut value = base.value.clone();
        edits.iter().for_each(|edit| apply(&mut value, edit));
        check(&base, &document(&value))?;
    }
}

fn reversed(value: &Value) -> Value {
    match value {
        Value::Object(members) => Value::Object(
            members.iter().rev().map(|(key, value)| (key.clone(), reversed(value))).collect::<Map<_, _>>(),
        ),
        Value::Array(items) => Value::Array(items.iter().map(reversed).collect()),
        other => other.clone(),
    }
}

/// Compares YAML that has comments and anchors with JSON that has its keys in reverse order.
#[test]
fn another_notation_is_not_an_edit() {
    for base in documents() {
        let diff = compare(&base, &document(&reversed(&base.value)));
        assert_eq!((diff.edits.len(), diff.pointers, diff.unclassified.len()), (0, 0, 0));
    }
}

#[test]
fn recursive_schemas_terminate() {
    let body = |target: &str| json!({"content": {"application/json": {"schema": {"$ref": target}}}});
    let with = |target: &str, left: &str| {
        document(&json!({
            "openapi": "3.0.3", "info": {"title": "T", "version": "1"},
            "paths": {"/a": {"put": {"requestBody": body(target), "responses": {}}}},
            "components": {"schemas": {
                "A": {"type": "object", "properties": {"b": {"$ref": "#/components/schemas/B"}, "x": {"type": "string"}}},
                "B": {"type": "object", "properties": {"a": {"$ref": left}, "b": {"$ref": "#/components/schemas/B"}}},
                "Loop": {"$ref": "#/components/schemas/Loop"},
            }},
        }))
    };
    let schema = |name: &str| format!("#/components/schemas/{name}");
    let base = with(&schema("A"), &schema("A"));
    for (target, left) in
        [("B", "A"), ("A", "B"), ("Loop", "A"), ("A", "Loop"), ("B", "Loop"), ("Gone", "Gone")]
    {
        let diff = compare(&base, &with(&schema(target), &schema(left)));
        assert!(!diff.edits.is_empty() && diff.unclassified.is_empty(), "{target} {left}: {diff:#?}");
    }
}
