//! Imports each operation of a published document into the project's fragment.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::collections::BTreeMap;
use std::io::Write as _;
use std::{fs, thread};

use atlas_codegen::{LintScope, paths};
use atlas_import::{Error, Fragment, Import};
use openapi_fragment::Document;

/// How many operations pass at least.
const PASSING: usize = 46;

/// The published document, beside the repository.
const PUBLISHED: &str = "../shared/corpus/atlas-2026-08-21.json";

fn published() -> Option<Document> {
    let path = std::env::var_os("ATLAS_PUBLISHED").map_or_else(|| paths::root().join(PUBLISHED), Into::into);
    let bytes = fs::read(path).ok()?;
    Some(Document::load_openapi("published", &bytes).unwrap())
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

/// Why an operation does not pass, or nothing.
fn import(published: &Document, fragment: &Fragment, id: &str) -> Result<(), Vec<String>> {
    let imported = match Import::new(published, fragment, id) {
        Err(Error::AlreadyThere { .. }) => return Ok(()),
        imported => imported.map_err(|error| vec![format!("import: {error}")])?,
    };
    let text = imported.insert(fragment).map_err(|error| vec![format!("insert: {error}")])?;
    let answered = text.answered();
    let document = Document::load_openapi("fragment", answered.as_bytes()).unwrap();
    let rules = |error| match error {
        atlas_codegen::Error::Problems(problems) => {
            let mut rules: Vec<String> =
                problems.iter().map(|problem| problem.violation.rule.id.to_owned()).collect();
            rules.sort();
            rules.dedup();
            rules
        }
        atlas_codegen::Error::Generator { message, .. } => vec![format!("generator: {message}")],
    };
    atlas_codegen::check(&document, LintScope::Document).map_err(rules)?;
    atlas_codegen::generate(&document).map(|_| ()).map_err(rules)
}

#[test]
fn each_published_operation_passes_lint_and_generates() {
    let test = || {
        let Some(published) = published() else {
            return writeln!(std::io::stderr(), "skipped: there is no {PUBLISHED}").unwrap();
        };
        let fragment = fragment();
        let (mut passed, mut reasons) = (0, BTreeMap::<String, Vec<String>>::new());
        let all = ids(&published);
        for id in &all {
            match import(&published, &fragment, id) {
                Ok(()) => passed += 1,
                Err(rules) => reasons.entry(rules.join(", ")).or_default().push(id.clone()),
            }
        }
        let mut reasons: Vec<_> = reasons.into_iter().collect();
        reasons.sort_by_key(|(_, ids)| std::cmp::Reverse(ids.len()));
        let mut report = format!("{passed} of {} operations pass\n", all.len());
        for (reason, ids) in reasons {
            report += &format!("{:5}  {reason}: {}\n", ids.len(), ids[..ids.len().min(4)].join(", "));
        }
        write!(std::io::stderr(), "{report}").unwrap();
        assert!(passed >= PASSING, "{report}");
    };
    thread::Builder::new().stack_size(atlas_codegen::STACK_SIZE).spawn(test).unwrap().join().unwrap();
}
