//! Edits of the fragment while the hand-written wrapper changes with them, as in a complete pull request.

use std::path::Path;

use super::*;
use crate::rust::ApiReview;
use crate::rust::verdict::RustReport;

/// The wrapper with a text of a file replaced.
#[track_caller]
fn wrapper_with(file: &str, from: &str, to: &str) -> Surface {
    let mut sources = wrapper_sources();
    let (_, text) = sources.iter_mut().find(|(path, _)| path == Path::new(file)).unwrap();
    assert!(text.contains(from), "{file} does not contain {from:?}");
    *text = text.replace(from, to);
    surface(&sources)
}

/// The report on an edit of the table, or on no edit, with the current wrapper as the base and another as the revision.
#[track_caller]
fn report(edit: Option<&str>, revised: &Surface) -> RustReport {
    let text = match edit {
        Some(name) => EDITS.iter().find(|case| case.name == name).unwrap().apply(&CURRENT.text).unwrap(),
        None => CURRENT.text.clone(),
    };
    let revision = document(&text);
    let review = ApiReview { base: &CURRENT.surface, revision: revised, releases: None };
    review.run(&CURRENT.base, &revision, &openapi_diff::compare(&CURRENT.base, &revision).edits).unwrap()
}

fn unattributed(report: &RustReport) -> Vec<(&str, Bump)> {
    report.unattributed.iter().map(|signature| (signature.item.as_str(), signature.bump)).collect()
}

#[test]
fn an_adapted_wrapper_hides_the_change_from_users() {
    let adapted = wrapper_with(
        "api/migration.rs",
        "get_group_live_migration(&self.project, &self.id)",
        "get_group_live_migration(&self.project, &self.id, None)",
    );
    assert_eq!(report(Some("query parameter added"), &CURRENT.surface).bump(), Bump::Major);
    assert_eq!(report(Some("query parameter added"), &adapted).bump(), Bump::None);

    let literal = "LinkTokenRequest { access_list_ips: access_list.into_iter().collect() }";
    let adapted = wrapper_with(
        "api/org.rs",
        literal,
        "LinkTokenRequest { access_list_ips: access_list.into_iter().collect(), note: None }",
    );
    let edit = Some("request that the wrapper builds gains a field");
    assert_eq!(report(edit, &CURRENT.surface).bump(), Bump::Major);
    assert_eq!(report(edit, &adapted).bump(), Bump::None);
}

#[test]
fn changes_without_an_edit_of_the_fragment_are_listed() {
    let hidden = wrapper_with("model.rs", "ValidationStatus,", "");
    let report_of_hidden = report(None, &hidden);
    // The type is still the type of a field, and the crate denies types that users cannot name.
    let expected = [("model::ValidationStatus", Bump::Major), ("the wrapper must change", Bump::Major)];
    assert_eq!(unattributed(&report_of_hidden), expected);

    let shown = wrapper_with("model.rs", "Validation,", "Validation, LinkTokenRequest,");
    assert_eq!(unattributed(&report(None, &shown)), [("model::LinkTokenRequest", Bump::Minor)]);

    let changed =
        wrapper_with("api/organizations.rs", "pub fn page(&self, number", "pub fn page(&mut self, number");
    assert_eq!(unattributed(&report(None, &changed)), [("Organizations::page", Bump::Major)]);
}

#[test]
fn a_revision_that_lint_rejects_is_explained_in_one_sentence() {
    let revision =
        document(&CURRENT.text.replace("#/components/schemas/Link'", "#/components/schemas/Nothing'"));
    let review = ApiReview { base: &CURRENT.surface, revision: &CURRENT.surface, releases: None };
    let error = review.run(&CURRENT.base, &revision, &[]).unwrap_err();
    assert!(error.starts_with("the revision does not pass lint"), "{error}");
    assert_eq!(error.lines().count(), 1, "{error}");
}

/// A path moved, and at the same time a parameter was added there: the edits keep their own changes.
#[test]
fn changes_of_one_operation_are_attributed_to_their_own_edits() {
    let moved = CURRENT.text.replace("/liveMigrations/availableProjects:", "/availableProjects:");
    let text = moved.replace(
        "The response is an array without paging.\n      parameters:\n",
        "The response is an array without paging.\n      parameters:\n        - {name: limit, in: query, description: How many., schema: {type: integer}}\n",
    );
    let revision = document(&text);
    let review = ApiReview { base: &CURRENT.surface, revision: &CURRENT.surface, releases: None };
    let edits = openapi_diff::compare(&CURRENT.base, &revision).edits;
    let report = review.run(&CURRENT.base, &revision, &edits).unwrap();
    let found: Vec<(Bump, usize)> =
        report.verdicts.iter().map(|verdict| (verdict.bump, verdict.runtime.len())).collect();
    assert_eq!(found, [(Bump::None, 1), (Bump::Major, 0)], "{edits:#?}");
}
