//! Imports each operation of the whole published document into the project's fragment, one at a time and all together.
//!
//! The published document is not part of the repository. Without it, the tests do nothing and print that.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod whole;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::sync::{LazyLock, Mutex};
use std::{env, fs, thread};

use atlas_codegen::{LintScope, paths};
use atlas_import::{Error, Fragment, Import};
use openapi_fragment::Document;

/// How many operations pass at least.
const PASSING: usize = 500;

/// The published document, from the root of the workspace. `ATLAS_PUBLISHED` is another one.
const PUBLISHED: &str = "../shared/corpus/atlas-2026-08-21.json";

/// How many operations are imported at the same time.
const THREADS: usize = 2;

static DOCUMENT: LazyLock<Option<Document>> = LazyLock::new(|| {
    let path = env::var_os("ATLAS_PUBLISHED").map_or_else(|| paths::root().join(PUBLISHED), Into::into);
    match fs::read(&path) {
        Ok(bytes) => Some(Document::load_openapi("published", &bytes).unwrap()),
        Err(error) => {
            print(&format!("skipped: {}: {error}\n", path.display()));
            None
        }
    }
});

/// The result of each operation: nothing, or the rules that refuse it.
static RESULTS: LazyLock<Vec<(String, Result<(), String>)>> = LazyLock::new(|| {
    let Some(published) = &*DOCUMENT else { return Vec::new() };
    let (fragment, ids) = (fragment(), ids(published));
    let (next, results) = (Mutex::new(ids.iter().enumerate()), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..THREADS {
            let work = || {
                while let Some((index, id)) = { next.lock().unwrap().next() } {
                    let result = import(published, &fragment, id);
                    results.lock().unwrap().push((index, (id.clone(), result)));
                }
            };
            thread::Builder::new().stack_size(atlas_codegen::STACK_SIZE).spawn_scoped(scope, work).unwrap();
        }
    });
    let mut results = results.into_inner().unwrap();
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
});

/// Prints to where the test runner does not capture it.
fn print(text: &str) {
    std::io::stderr().write_all(text.as_bytes()).unwrap();
}

fn fragment() -> Fragment {
    let text = fs::read_to_string(paths::root().join(paths::FRAGMENT)).unwrap();
    Fragment::load(paths::FRAGMENT, text).unwrap()
}

fn ids(document: &Document) -> Vec<String> {
    let paths = document.value["paths"].as_object().unwrap();
    let operations = paths.values().flat_map(|item| item.as_object().unwrap().values());
    operations.filter_map(|operation| Some(operation.get("operationId")?.as_str()?.to_owned())).collect()
}

fn import(published: &Document, fragment: &Fragment, id: &str) -> Result<(), String> {
    let import = match Import::new(published, fragment, id) {
        Err(Error::AlreadyThere { .. }) => return Ok(()),
        import => import.map_err(|error| format!("import: {error}"))?,
    };
    let inserted = import.insert(fragment).map_err(|error| format!("insert: {error}"))?;
    let answered = Document::load_openapi("fragment", inserted.answered().as_bytes()).unwrap();
    atlas_codegen::check(&answered, LintScope::Document).map_err(reason)?;
    atlas_codegen::generate(&answered).map(|_| ()).map_err(reason)
}

/// The ids of the rules that a document violates.
fn reason(error: atlas_codegen::Error) -> String {
    match error {
        atlas_codegen::Error::Problems(problems) => {
            let mut rules: Vec<&str> = problems.iter().map(|problem| problem.violation.rule.id).collect();
            rules.sort_unstable();
            rules.dedup();
            rules.join(", ")
        }
        atlas_codegen::Error::Generator { message, .. } => format!("generator: {message}"),
    }
}

#[test]
fn each_operation_passes_lint_and_generates() {
    if RESULTS.is_empty() {
        return;
    }
    let mut reasons = BTreeMap::<&str, Vec<&str>>::new();
    for (id, result) in &*RESULTS {
        if let Err(reason) = result {
            reasons.entry(reason).or_default().push(id);
        }
    }
    let refused: usize = reasons.values().map(Vec::len).sum();
    let passed = RESULTS.len() - refused;
    let mut reasons: Vec<_> = reasons.into_iter().collect();
    reasons.sort_by_key(|(_, ids)| std::cmp::Reverse(ids.len()));
    let mut report = format!("{passed} of {} operations pass\n", RESULTS.len());
    for (reason, ids) in reasons {
        let more = if ids.len() > 3 { ", …" } else { "" };
        report += &format!("{:5}  {reason}: {}{more}\n", ids.len(), ids[..ids.len().min(3)].join(", "));
    }
    print(&report);
    assert!(passed >= PASSING, "{report}");
    // The generator would run out of stack or memory, so lint must find the reason.
    assert!(!report.contains("generator: "), "{report}");
}
