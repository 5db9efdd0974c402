//! The cases of a peer (oasdiff), where they are present: 300 pairs of documents and what it reports of them.
//!
//! Ours are translated to its ids through one table ([`map`]) and compared as sets of id, level, operation and path.
//! The peer repeats an edit for every operation that it reaches, so an edit of ours is one entry for each way of its
//! reach. Where ours differ on purpose, [`waivers`] says why; a waiver that is not needed fails. The cases are data of
//! others and stay outside the project: without them the test says so and passes.

mod map;
mod waivers;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::{env, fs};

use serde_json::Value;

use crate::{Diff, compare};
use openapi_fragment::Document;

/// Overrides where the cases are looked for.
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
        println!("no cases at {}: set {VARIABLE} to compare with the peer", file().display());
        return None;
    };
    Some(text.lines().map(case).collect())
}

fn case(line: &str) -> Case {
    let value: Value = serde_json::from_str(line).expect("each line is a JSON object");
    let text = |entry: &Value, key: &str| entry[key].as_str().unwrap_or_default().to_owned();
    let document = |key: &str| {
        Document::load(key, value[key].to_string().as_bytes())
            .unwrap_or_else(|problems| panic!("{problems:?}"))
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

fn translate(case: &Case, diff: &Diff) -> BTreeSet<Entry> {
    diff.edits.iter().flat_map(|edit| map::entries(edit, &case.base.value, &case.revision.value)).collect()
}

#[test]
fn agrees_with_the_peer() {
    let Some(cases) = cases() else { return };
    let mut waived: BTreeMap<&str, &str> = waivers::WAIVERS.iter().copied().collect();
    assert_eq!(waived.len(), waivers::WAIVERS.len(), "a waiver stands twice");
    let (mut same, mut differ, mut stale, mut used) = (0, Vec::new(), Vec::new(), 0);
    for case in &cases {
        let diff = compare(&case.base, &case.revision);
        let ours = translate(case, &diff);
        let waiver = waived.remove(case.id.as_str());
        match (ours == case.expected, waiver) {
            (true, None) => same += 1,
            (true, Some(_)) => stale.push(&case.id),
            (false, Some(_)) => used += 1,
            (false, None) => {
                for entry in case.expected.difference(&ours) {
                    println!("{}: theirs only: {entry:?}", case.id);
                }
                for entry in ours.difference(&case.expected) {
                    println!("{}: ours only: {entry:?}", case.id);
                }
                differ.push(&case.id);
            }
        }
    }
    println!(
        "{same} of {} cases agree, {used} are waived with a reason, {} differ",
        cases.len(),
        differ.len()
    );
    assert!(stale.is_empty(), "waivers that are not needed any more: {stale:?}");
    assert!(waived.is_empty(), "waivers for cases that do not exist: {waived:?}");
    assert!((same + used) * 100 >= cases.len() * 95, "{differ:?}");
}

/// Nothing silent, in either direction, and the same edits backwards.
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
