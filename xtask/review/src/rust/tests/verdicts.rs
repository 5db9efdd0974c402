//! Compares the changes of each edit with a golden file, and with the public items as text.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use super::*;
use crate::rust::ApiReview;
use crate::rust::rules::RustRule;

/// The changes of each edit, in the words of the report.
const GOLDEN: &str = "src/rust/tests/verdicts.txt";

#[test]
fn every_edit_has_its_verdict_and_its_changes() {
    let mut golden = String::new();
    let mut wrong = Vec::new();
    for SingleEdit { case, after, changes } in &*SINGLE_EDITS {
        write(&mut golden, case, changes);
        if changes.bump() != case.bump {
            wrong.push(format!("{}: {:?}, not {:?}", case.name, changes.bump(), case.bump));
        }
        check_items(case, after, changes);
        check_attribution(case, after);
        check_reverse(case, changes, &Changes::between(after, &BEFORE));
    }
    assert!(wrong.is_empty(), "{}\n{golden}", wrong.join("\n"));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(GOLDEN);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &golden).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let diff = similar::TextDiff::from_lines(kept.as_str(), golden.as_str());
    assert!(
        kept == golden,
        "{}\n{GOLDEN} differs; review the difference, then run with UPDATE_GOLDEN=1",
        diff.unified_diff()
    );
}

fn write(golden: &mut String, case: &Case, changes: &Changes) {
    writeln!(golden, "# {}: {}", case.name, changes.bump().name()).unwrap();
    for change in &changes.api {
        writeln!(golden, "  {change}").unwrap();
    }
    for change in &changes.runtime {
        writeln!(golden, "  {} {}", change.rule.id(), change.text).unwrap();
    }
}

/// Checks the verdict independently, on the items as lines of text. Without a bump no line changes. A minor change
/// removes no line. A major change removes a line, or adds a field to a struct that users build, or breaks the wrapper.
#[track_caller]
fn check_items(case: &Case, after: &Api<'_>, changes: &Changes) {
    let (old, new) = (BEFORE.to_string(), after.to_string());
    let [old, new] = [&old, &new].map(|text| -> BTreeSet<String> { lines(text).collect() });
    let removed = old.difference(&new).next();
    let wrapper = changes.api.iter().any(|change| change.rule == RustRule::WrapperMustChange);
    let literal = changes.api.iter().any(|change| change.rule == RustRule::FieldAddedToLiteral);
    let name = case.name;
    match case.bump {
        Bump::None => assert_eq!(old, new, "{name}"),
        Bump::Minor => {
            assert!(removed.is_none(), "{name}: {removed:?}");
            assert_ne!(old, new, "{name}");
        }
        Bump::Major => assert!(removed.is_some() || wrapper || literal, "{name}"),
    }
}

/// The edits that the diff finds explain every change, and their highest bump is the expected one.
#[track_caller]
fn check_attribution(case: &Case, after: &Api<'_>) {
    let diff = openapi_diff::compare(&CURRENT.base, after.document);
    let review = ApiReview { base: &CURRENT.surface, revision: &CURRENT.surface, releases: None };
    let report = review.report(&BEFORE, after, &diff.edits);
    assert_eq!(report.unattributed, [], "{}: {:#?}", case.name, diff.edits);
    assert_eq!(report.bump(), case.bump, "{}", case.name);
}

/// The reverse edit changes as many public items.
#[track_caller]
fn check_reverse(case: &Case, changes: &Changes, reverse: &Changes) {
    let public = |changes: &Changes| {
        changes.api.iter().filter(|change| change.rule != RustRule::WrapperMustChange).count()
    };
    assert_eq!(public(changes), public(reverse), "{}", case.name);
}

/// One line for each member, with its owner, and one for each trait.
fn lines(text: &str) -> impl Iterator<Item = String> {
    let mut owner = "";
    text.lines().flat_map(move |line| {
        let Some(part) = line.strip_prefix("    ") else {
            owner = line;
            return vec![line.to_owned()];
        };
        match part.strip_prefix("impl ") {
            Some(traits) => traits.split(", ").map(|name| format!("{owner} impl {name}")).collect(),
            None => vec![format!("{owner} {part}")],
        }
    })
}

#[test]
fn an_api_does_not_differ_from_itself() {
    let again = api(&CURRENT.base, &CURRENT.surface, "the fragment again");
    assert_eq!(BEFORE.to_string(), again.to_string());
    let changes = Changes::of(&again);
    assert!(changes.api.is_empty() && changes.runtime.is_empty());
}

/// The API reads the operations from the document. The generated file has the same ones.
#[test]
fn the_operations_are_those_of_the_generated_file() {
    let text = std::fs::read_to_string(paths::root().join(paths::GENERATED).join("operations.rs")).unwrap();
    let file = syn::parse_file(&text).unwrap();
    let statics: BTreeSet<String> = file
        .items
        .iter()
        .filter_map(|item| match item {
            syn::Item::Static(item) if matches!(item.vis, syn::Visibility::Public(_)) => {
                Some(item.ident.to_string())
            }
            _ => None,
        })
        .collect();
    let operations = BEFORE.operations.keys().cloned().chain(["ALL".to_owned()]);
    assert_eq!(statics, operations.collect());
}
