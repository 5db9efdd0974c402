//! Compares the results with those of another tool, oasdiff: 300 pairs of documents with its reports.
//!
//! A table ([`map`]) translates our changes to the ids of oasdiff, and the results are compared as sets of id, level,
//! operation and path. oasdiff repeats an edit for every operation that it reaches, so an edit gives one entry for each
//! use in its reach. [`exceptions`] gives the reason for each intended difference; an exception that is not needed fails the
//! test. The cases are not part of the project: if they are absent, the tests print a message and pass.

mod exceptions;
mod map;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::PathBuf;
use std::{env, fs};

use serde_json::Value;

use crate::{Diff, compare};
use openapi_fragment::Document;
use openapi_fragment::openapi::keyword;

/// The environment variable with the path of the cases.
const VARIABLE: &str = "REVIEW_DIFF_CASES";

/// Id, level, operation, path.
type Entry = (String, String, String, String);

struct Case {
    id: String,
    expected: BTreeSet<Entry>,
    base: Document,
    revision: Document,
}

fn file() -> PathBuf {
    let shared =
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus/review-diff-cases.jsonl");
    env::var_os(VARIABLE).map_or_else(shared, PathBuf::from)
}

fn cases() -> Option<Vec<Case>> {
    let Ok(text) = fs::read_to_string(file()) else {
        _ = writeln!(
            std::io::stderr(),
            "skipped: no cases at {}; {VARIABLE} names another file",
            file().display()
        );
        return None;
    };
    Some(text.lines().map(case).collect())
}

fn case(line: &str) -> Case {
    let value: Value = serde_json::from_str(line).expect("each line is a JSON object");
    let text = |entry: &Value, key: &str| entry[key].as_str().unwrap_or_default().to_owned();
    let corrected = exceptions::WITH_CORRECTED_TYPES.contains(&text(&value, "id").as_str());
    let document = |key: &str| {
        let mut document = value[key].clone();
        if corrected {
            correct_types(&mut document);
        }
        Document::load(key, document.to_string().as_bytes()).unwrap_or_else(|problems| panic!("{problems:?}"))
    };
    let expected = value["expected"].as_array().into_iter().flatten().map(|entry| {
        (text(entry, "id"), text(entry, "level"), text(entry, "operation"), text(entry, "path"))
    });
    Case {
        id: text(&value, "id"),
        expected: expected.collect(),
        base: document("base"),
        revision: document("revision"),
    }
}

/// Replaces each type to which a keyword of its schema does not apply by one to which it applies.
fn correct_types(value: &mut Value) {
    if let Some(kind) = value.get("type").and_then(Value::as_str) {
        let keywords = value.as_object().into_iter().flatten().filter_map(|(key, _)| keyword::schema(key));
        let other =
            keywords.map(|keyword| keyword.types).find(|types| !types.is_empty() && !types.contains(&kind));
        if let Some(other) = other {
            value["type"] = other[0].into();
        }
    }
    match value {
        Value::Object(members) => members.values_mut().for_each(correct_types),
        Value::Array(elements) => elements.iter_mut().for_each(correct_types),
        _ => {}
    }
}

fn translate(case: &Case, diff: &Diff) -> BTreeSet<Entry> {
    diff.edits.iter().flat_map(|edit| map::entries(edit, &case.base.value, &case.revision.value)).collect()
}

#[test]
fn agrees_with_oasdiff() {
    let Some(cases) = cases() else { return };
    let mut exceptions: BTreeMap<&str, &str> = exceptions::EXCEPTIONS.iter().copied().collect();
    assert_eq!(exceptions.len(), exceptions::EXCEPTIONS.len(), "a case has two exceptions");
    let (mut same, mut differ, mut stale, mut used) = (0, Vec::new(), Vec::new(), 0);
    for case in &cases {
        let diff = compare(&case.base, &case.revision);
        let ours = translate(case, &diff);
        let exception = exceptions.remove(case.id.as_str());
        match (ours == case.expected, exception) {
            (true, None) => same += 1,
            (true, Some(_)) => stale.push(&case.id),
            (false, Some(_)) => used += 1,
            (false, None) => {
                for entry in case.expected.difference(&ours) {
                    println!("{}: only oasdiff: {entry:?}", case.id);
                }
                for entry in ours.difference(&case.expected) {
                    println!("{}: only this crate: {entry:?}", case.id);
                }
                differ.push(&case.id);
            }
        }
    }
    let corrected = exceptions::WITH_CORRECTED_TYPES.len();
    println!(
        "{same} of {} cases agree, {corrected} of these with corrected types; {used} differ with a reason, {} without",
        cases.len(),
        differ.len()
    );
    assert!(stale.is_empty(), "exceptions that are no longer needed: {stale:?}");
    assert!(exceptions.is_empty(), "exceptions for cases that do not exist: {exceptions:?}");
    assert!(differ.is_empty(), "cases without a reason: {differ:?}");
}

/// Every difference belongs to an edit, in either direction, and a document does not differ from itself.
#[test]
fn explains_every_pointer_of_the_cases() {
    let Some(cases) = cases() else { return };
    for case in &cases {
        for (base, revision) in [(&case.base, &case.revision), (&case.revision, &case.base)] {
            let diff = compare(base, revision);
            assert!(diff.unclassified.is_empty(), "{}: {:#?}", case.id, diff.unclassified);
        }
        assert_eq!(compare(&case.base, &case.base).pointers, 0, "{}", case.id);
    }
}
