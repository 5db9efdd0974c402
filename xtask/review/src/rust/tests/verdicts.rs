//! Each edit's changes against a golden file and against the public items as text.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use super::*;
use crate::rust::Judge;
use crate::rust::rules::RustRule;

/// What each edit does, as the report would say it.
const GOLDEN: &str = "src/rust/tests/verdicts.txt";

#[test]
fn every_edit_has_its_verdict_and_its_changes() {
    let mut golden = String::new();
    let mut wrong = Vec::new();
    for Alone { case, after, outcome } in &*ALONE {
        write(&mut golden, case, outcome);
        if outcome.bump() != case.bump {
            wrong.push(format!("{}: {:?}, not {:?}", case.name, outcome.bump(), case.bump));
        }
        items_agree(case, after, outcome);
        explained(case, after);
        mirrored(case, outcome, &Outcome::between(after, &BEFORE));
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
        "{}\n{GOLDEN} differs; look at it, then run with UPDATE_GOLDEN=1",
        diff.unified_diff()
    );
}

fn write(golden: &mut String, case: &Case, outcome: &Outcome) {
    writeln!(golden, "# {}: {}", case.name, outcome.bump().name()).unwrap();
    for change in &outcome.changes {
        writeln!(golden, "  {change}").unwrap();
    }
    for change in &outcome.runtime {
        writeln!(golden, "  {} {}", change.rule.id(), change.text).unwrap();
    }
}

/// The verdict against the items themselves, by another way: as lines of text. What is none leaves every line as it
/// was; what is minor takes none away; what is major takes one away, or adds one to what users list as a whole, or
/// lies with the wrapper.
#[track_caller]
fn items_agree(case: &Case, after: &Api<'_>, outcome: &Outcome) {
    let (old, new) = (BEFORE.to_string(), after.to_string());
    let [old, new] = [&old, &new].map(|text| -> BTreeSet<String> { lines(text).collect() });
    let gone = old.difference(&new).next();
    let wrapper = outcome.changes.iter().any(|change| change.rule == RustRule::WrapperMustChange);
    let literal = outcome.changes.iter().any(|change| change.rule == RustRule::FieldAddedToLiteral);
    let name = case.name;
    match case.bump {
        Bump::None => assert_eq!(old, new, "{name}"),
        Bump::Minor => {
            assert!(gone.is_none(), "{name}: {gone:?}");
            assert_ne!(old, new, "{name}");
        }
        Bump::Major => assert!(gone.is_some() || wrapper || literal, "{name}"),
    }
}

/// The edits that the diff finds explain every change, and bear the verdict of the whole.
#[track_caller]
fn explained(case: &Case, after: &Api<'_>) {
    let diff = openapi_diff::compare(&WORLD.base, after.document);
    let judge = Judge { base: &WORLD.surface, revision: &WORLD.surface, releases: None };
    let report = judge.report(&BEFORE, after, &diff.edits);
    assert_eq!(report.unattributed, [], "{}: {:#?}", case.name, diff.edits);
    assert_eq!(report.bump(), case.bump, "{}", case.name);
}

/// The way back changes as many public items.
#[track_caller]
fn mirrored(case: &Case, there: &Outcome, back: &Outcome) {
    let public = |outcome: &Outcome| {
        outcome.changes.iter().filter(|change| change.rule != RustRule::WrapperMustChange).count()
    };
    assert_eq!(public(there), public(back), "{}", case.name);
}

/// Each item with what it belongs to; of the traits, each by itself.
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
fn nothing_differs_from_itself() {
    let again = api(&WORLD.base, &WORLD.surface, "the fragment again");
    assert_eq!(BEFORE.to_string(), again.to_string());
    let outcome = Outcome::of(&again);
    assert!(outcome.changes.is_empty() && outcome.runtime.is_empty());
}

/// The table is made of the operations as they are read; the generated file is made of the same.
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
