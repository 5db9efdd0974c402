//! Property tests leave nothing in the tree: a failing one must not write its case to a file, unless its author wants to
//! keep it as a test of its own.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::fs;
use std::path::{Path, PathBuf};

/// The Rust files of the workspace with a property test.
fn sources(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && name != "target" && !name.starts_with('.') {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with(file!()) {
            let text = fs::read_to_string(&path).unwrap();
            if text.contains("proptest") {
                found.push((path, text));
            }
        }
    }
}

/// The problems of a file: a property test without a configuration, and a configuration that keeps the default.
fn problems(text: &str) -> Vec<&'static str> {
    const KEPT: &str = "failure_persistence: None";
    let without =
        text.split("proptest! {").skip(1).any(|rest| !rest.trim_start().starts_with("#![proptest_config("));
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let defaults = text.match_indices("ProptestConfig::default()").any(|(at, _)| {
        // Either inside of the value that overrides the field, or a variable of the function that does.
        let function = text[..at].rfind("fn ").unwrap_or_default();
        let end = text[at..].find(" }").map_or(text.len(), |end| at + end);
        let rest = &text[function..];
        !text[function..end].contains(KEPT) && !rest[..rest.find(" fn ").unwrap_or(rest.len())].contains(KEPT)
    });
    let mut problems = Vec::new();
    if without {
        problems.push("`proptest!` without `#![proptest_config(…)]`");
    }
    if defaults || text.contains("ProptestConfig::with_cases") || text.contains("TestRunner::default()") {
        problems.push("a configuration without `failure_persistence: None`");
    }
    problems
}

#[test]
fn failures_are_not_written_to_the_tree() {
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".."), &mut files);
    assert!(files.len() > 5, "{files:?}");
    let found: Vec<_> = files
        .iter()
        .flat_map(|(path, text)| problems(text).into_iter().map(move |problem| (path.display(), problem)))
        .map(|(path, problem)| format!("{path}: {problem}"))
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}
