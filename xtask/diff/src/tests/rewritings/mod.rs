//! Rewriting a document without changing its meaning gives no finding, and does not change the findings of an edit.
//!
//! Each rewriting changes the text of a valid OpenAPI 3.0 document and keeps what clients and servers may send. They are
//! applied at random, to documents of the project and to made-up ones. `PROPTEST_CASES` sets the number of cases and
//! makes them random; `REWRITING` limits the test of single rewritings to one.

mod case;
pub(super) mod choice;
mod composition;
pub(super) mod documents;
pub(super) mod edits;
mod inheritance;
mod keywords;
mod limits;
mod minimal;
mod names;
mod parameters;
mod references;

use std::env;

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::Value;

use super::properties;
use crate::Side;
use case::{Case, Step};
use choice::Choice;
use openapi_fragment::Document;
use openapi_fragment::openapi::{Reference, references, target_of};

/// A change of the text that keeps the meaning.
#[derive(Debug)]
struct Rewriting {
    name: &'static str,
    /// Changes the document in one place. Returns false if there is no place for it.
    change: fn(&mut Value, &mut Choice) -> bool,
}

impl Rewriting {
    /// Rewrites the document, unless a reference to a position within a node would lose its target.
    fn apply(&self, document: &mut Value, choice: &mut Choice) -> bool {
        let mut rewritten = document.clone();
        let is_changed = (self.change)(&mut rewritten, choice);
        let has_target = |found: &Reference<'_>| target_of(&rewritten, found.target).is_some();
        let is_applied = is_changed && references(&rewritten).iter().all(has_target);
        if is_applied {
            *document = rewritten;
        }
        is_applied
    }
}

macro_rules! rewritings {
    ($($module:ident: $($name:ident)*;)*) => {
        &[$($(Rewriting { name: stringify!($name), change: $module::$name },)*)*]
    };
}

const REWRITINGS: &[Rewriting] = rewritings! {
    references: extract inline rename rename_security_scheme alias refer_to_equal write_beside_reference add_unused;
    composition: wrap_in_all_of wrap_in_one_of wrap_in_any_of unwrap add_empty_part split merge nest copy_property
        split_enum;
    keywords: write_default leave_out_default spell_number duplicate reorder_keys reorder_list write_prose
        change_exclusiveness write_inapplicable write_any_text write_whole_number declare_as_others;
    parameters: move_parameter_to_operations move_parameter_to_path repeat_parameter declare_overridden_parameter
        add_ignored_header rename_path_variable;
    inheritance: write_security_at_operations write_security_at_document respell_security add_redundant_requirement
        write_no_security
        write_servers move_servers_to_operations end_server_with_slash;
    names: recase_header_parameter recase_response_header recase_media_type recase_security_scheme
        respell_media_type respell_host write_covered_status;
};

/// Applies a random rewriting, if there is a place for it.
pub(super) fn rewrite(document: &mut Value, choice: &mut Choice) -> bool {
    choice.of(REWRITINGS).is_some_and(|rewriting| rewriting.apply(document, choice))
}

/// Up to six rewritings of the document on one of these sides.
fn steps(sides: &'static [Side]) -> impl Strategy<Value = Vec<Step>> {
    let step = (prop::sample::select(sides), 0..REWRITINGS.len(), any::<u64>());
    let step = step.prop_map(|(side, index, seed)| Step { side, rewriting: &REWRITINGS[index], seed });
    prop::collection::vec(step, 1..=6)
}

/// One of the documents of the project, or a made-up one.
fn any_document() -> impl Strategy<Value = Value> {
    let callbacks = Document::load("callbacks", super::callbacks::BASE.as_bytes()).expect("it loads");
    let known = properties::documents().into_iter().chain([callbacks]).map(|document| document.value);
    // Few of the project's documents, because they are large.
    prop_oneof![40 => documents::document(), 1 => prop::sample::select(known.collect::<Vec<_>>())]
}

/// The number of cases, and what generates them.
fn runner() -> (u32, TestRunner) {
    let config = properties::config();
    (config.cases, TestRunner::new(config))
}

fn check(cases: impl Strategy<Value = Case>) {
    let (count, mut runner) = runner();
    let strategy = (any_document(), cases);
    let (mut limited, mut failures) = (0, Vec::new());
    for _ in 0..count {
        let (document, case) = strategy.new_tree(&mut runner).expect("it filters nothing").current();
        if case.failure(&document).is_some() {
            match case.limit(&document) {
                Some(_) => limited += 1,
                None => failures.push(case.report(&document)),
            }
        }
    }
    println!("{count} pairs, {limited} of them beyond a limit of the comparison");
    assert!(failures.is_empty(), "{} of {count} fail:\n{}", failures.len(), failures.join("\n"));
    assert!(limited * 20 <= count, "{limited} of {count}");
}

#[test]
fn rewriting_a_document_gives_no_finding() {
    check(steps(&[Side::Revision]).prop_map(|steps| Case { edit: None, steps }));
}

#[test]
fn rewriting_documents_does_not_change_the_findings_of_an_edit() {
    let steps = steps(&[Side::Base, Side::Revision]);
    check((any::<u64>(), steps).prop_map(|(seed, steps)| Case { edit: Some(seed), steps }));
}

/// The failures of single rewritings, each with a minimal document.
fn failures_of_single_rewritings() -> Vec<String> {
    let only = env::var("REWRITING").ok();
    let chosen =
        REWRITINGS.iter().filter(|rewriting| only.as_ref().is_none_or(|only| rewriting.name == only));
    let (count, mut runner) = runner();
    let count = usize::try_from(count / 100).unwrap_or_default().max(4);
    let strategy = (any_document(), any::<u64>(), any::<u64>());
    let mut failures = Vec::new();
    for (rewriting, with_edit) in chosen.flat_map(|rewriting| [(rewriting, false), (rewriting, true)]) {
        let mut cases =
            std::iter::repeat_with(|| strategy.new_tree(&mut runner).expect("no filter").current())
                .take(count * 200)
                .filter(|(document, seed, _)| rewriting.apply(&mut document.clone(), &mut Choice::new(*seed)))
                .map(|(document, seed, edit)| {
                    let steps = vec![Step { side: Side::Revision, rewriting, seed }];
                    (document, Case { edit: with_edit.then_some(edit), steps })
                })
                .take(count)
                .peekable();
        assert!(cases.peek().is_some(), "{} was never applied", rewriting.name);
        let is_failure = |case: &Case, document: &Value| {
            case.failure(document).is_some() && case.limit(document).is_none()
        };
        let failed = cases.find(|(document, case)| is_failure(case, document));
        failures.extend(failed.map(|(document, case)| case.report(&document)));
    }
    failures
}

#[test]
fn single_rewritings_give_no_finding() {
    let failures = failures_of_single_rewritings();
    assert!(failures.is_empty(), "{} fail:\n{}", failures.len(), failures.join("\n"));
}
