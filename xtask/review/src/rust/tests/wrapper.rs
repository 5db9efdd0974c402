//! Edits of the fragment while the hand-written wrapper changes with them, as in a complete pull request.

use std::path::Path;

use super::*;

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
    review(&revision, revised, &openapi_diff::compare(&CURRENT.base, &revision).edits).unwrap()
}

fn unattributed(report: &RustReport) -> Vec<(&str, Bump)> {
    report.unattributed.iter().map(|signature| (signature.item.as_str(), signature.bump)).collect()
}

/// The lines about the maintainer's work, of all edits.
fn work(report: &RustReport) -> Vec<&str> {
    report.verdicts.iter().flat_map(|verdict| &verdict.wrapper).map(|notice| notice.text.as_str()).collect()
}

#[test]
fn work_for_the_maintainer_does_not_raise_the_version() {
    // Before and after the wrapper is adapted.
    let adapted = wrapper_with(
        "api/migration.rs",
        "get_group_live_migration(&self.project, &self.id)",
        "get_group_live_migration(&self.project, &self.id, None)",
    );
    for wrapper in [&CURRENT.surface, &adapted] {
        let report = report(Some("query parameter added"), wrapper);
        assert_eq!(report.bump, Bump::None);
        let [only] = work(&report)[..] else { panic!("{report:#?}") };
        assert!(only.contains("detailed: Option<bool>") && only.contains("in api/migration.rs:"), "{only}");
    }
}

/// The wrapper keeps the public name of a renamed component. Users see no change, except for that of a field.
#[test]
fn a_type_is_compared_under_its_public_name() {
    let wrapper = wrapper_with("model.rs", " Migration,", " MigrationJob as Migration,");
    let edit = "re-exported component renamed";
    assert_eq!(report(Some(edit), &CURRENT.surface).bump, Bump::Major);
    let renamed = report(Some(edit), &wrapper);
    assert_eq!((renamed.bump, unattributed(&renamed).len()), (Bump::None, 0), "{renamed:#?}");

    let case = EDITS.iter().find(|case| case.name == edit).unwrap();
    let text = case.apply(&CURRENT.text).unwrap();
    let revision = document(&text.replace("        lagTimeSeconds:\n", "        lagSeconds:\n"));
    let edits = openapi_diff::compare(&CURRENT.base, &revision).edits;
    let report = review(&revision, &wrapper, &edits).unwrap();
    let signatures: Vec<&str> = report
        .verdicts
        .iter()
        .flat_map(|verdict| &verdict.signatures)
        .map(|signature| signature.rule)
        .collect();
    assert_eq!(signatures, ["rust-field-removed", "rust-field-added"], "{report:#?}");
}

/// A method of the wrapper that comes with the parameter is what users see of it.
#[test]
fn a_method_of_the_wrapper_stands_at_the_edit_of_its_operation() {
    let from = "#[doc(alias = \"getGroupLiveMigration\")]";
    let added = format!("{from}\n    pub fn detailed(&self) {{}}\n\n    {from}");
    let report = report(Some("query parameter added"), &wrapper_with("api/migration.rs", from, &added));
    let signatures: Vec<String> =
        report.verdicts.iter().flat_map(|verdict| &verdict.signatures).map(ToString::to_string).collect();
    assert_eq!(signatures, ["MigrationJob::detailed { + pub fn detailed(&self) }"]);
    assert_eq!((report.bump, unattributed(&report).len()), (Bump::Minor, 0));
}

#[test]
fn changes_without_an_edit_of_the_fragment_are_listed() {
    let hidden = wrapper_with("model.rs", "ValidationStatus,", "");
    let report_of_hidden = report(None, &hidden);
    // The type is still the type of a field, and the crate denies types that users cannot name.
    let work = "wrapper: ValidationStatus, the type of Validation::status, has no public path: export it";
    let expected = [("model::ValidationStatus", Bump::Major), (work, Bump::None)];
    assert_eq!(unattributed(&report_of_hidden), expected);

    let shown = wrapper_with("model.rs", "Validation,", "Validation, LinkTokenRequest,");
    assert_eq!(unattributed(&report(None, &shown)), [("model::LinkTokenRequest", Bump::Minor)]);

    let changed =
        wrapper_with("api/organizations.rs", "pub fn page(&self, number", "pub fn page(&mut self, number");
    assert_eq!(unattributed(&report(None, &changed)), [("Organizations::page", Bump::Major)]);
}

#[test]
fn the_public_items_of_the_wrapper_are_compared() {
    for (file, from, to, expected) in [
        (
            "plan/mod.rs",
            "pub fn drop_destination_data(",
            "pub fn drop_data(",
            &[
                ("MigrationPlan::drop_destination_data", Bump::Major),
                ("MigrationPlan::drop_data", Bump::Minor),
            ] as &[_],
        ),
        (
            "values/secret.rs",
            "pub fn expose_secret(&self)",
            "pub fn expose_secret(self)",
            &[("LinkToken::expose_secret", Bump::Major), ("Secret::expose_secret", Bump::Major)],
        ),
        ("lib.rs", "Backoff, NoRetry,", "Backoff,", &[("NoRetry", Bump::Major)]),
        (
            "plan/mod.rs",
            "drop_destination_data: bool,\n",
            "drop_destination_data: bool,\n    more: bool,\n",
            &[],
        ),
        (
            "values/clock.rs",
            "pub trait Clock: fmt::Debug + Send + Sync + 'static {",
            "pub trait Clock: fmt::Debug + Send + Sync + 'static {\n    fn more(&self);",
            &[("Clock", Bump::Major), ("Clock::more", Bump::Minor)],
        ),
    ] {
        let report = report(None, &wrapper_with(file, from, to));
        assert_eq!(unattributed(&report), expected, "{file}: {to}");
    }
}

#[test]
fn a_revision_that_lint_rejects_is_explained_in_one_sentence() {
    let revision =
        document(&CURRENT.text.replace("#/components/schemas/Link'", "#/components/schemas/Nothing'"));
    let error = review(&revision, &CURRENT.surface, &[]).unwrap_err();
    assert!(error.starts_with("the revision does not pass lint"), "{error}");
    assert!(error.ends_with("; `cargo xtask codegen` must succeed first"), "{error}");
    assert_eq!(error.lines().count(), 1, "{error}");
}

/// The review of the current fragment against a base in which this text is replaced.
#[track_caller]
fn review_of_base(from: &str, to: &str) -> Result<RustReport, String> {
    assert!(CURRENT.text.contains(from), "the fragment does not contain {from:?}");
    let base = document(&CURRENT.text.replacen(from, to, 1));
    assert!(atlas_codegen::check(&base, LintScope::Document).is_err(), "lint accepts {to:?}");
    let edits = openapi_diff::compare(&base, &CURRENT.base).edits;
    let surfaces = Sides::new(&CURRENT.surface, &CURRENT.surface);
    super::super::review(Sides::new(&base, &CURRENT.base), surfaces, None, &edits)
}

/// A rule may be newer than the base.
#[test]
fn a_base_needs_to_pass_only_the_rules_that_code_depends_on() {
    for (from, to) in [
        ("      x-after-lost-response:", "      x-comment:"),
        ("      x-after-lost-response: >-\n", "      x-after-lost-response: >-\n        TODO\n"),
        ("  schemas:\n", "  schemas:\n    Unused: {description: A text., type: string}\n"),
    ] {
        let report = review_of_base(from, to).unwrap_or_else(|error| panic!("{to:?}: {error}"));
        assert_eq!(report.bump, Bump::None, "{to:?}: {report:#?}");
    }
    let error = review_of_base("#/components/schemas/Link'", "#/components/schemas/Nothing'").unwrap_err();
    assert!(error.starts_with("the base does not pass lint"), "{error}");
    assert!(error.ends_with("; give another base with --base REV or --base-file FILE"), "{error}");
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
    let edits = openapi_diff::compare(&CURRENT.base, &revision).edits;
    let report = review(&revision, &CURRENT.surface, &edits).unwrap();
    let found: Vec<(Bump, usize)> =
        report.verdicts.iter().map(|verdict| (verdict.bump, verdict.runtime.len())).collect();
    assert_eq!(found, [(Bump::None, 1), (Bump::None, 0)], "{edits:#?}");
    let work: Vec<usize> = report.verdicts.iter().map(|verdict| verdict.wrapper.len()).collect();
    assert_eq!(work, [0, 1], "{report:#?}");
}

/// The crate has two types with this name then: the generated one in `model`, and the wrapper's own at the root.
#[test]
fn a_component_may_have_the_name_of_a_type_of_the_wrapper() {
    let schema = "  schemas:\n    Project: {description: A text., type: object, properties: {name: {description: A text., type: string}}}\n";
    let text = CURRENT.text.replacen("  schemas:\n", schema, 1);
    let field = "        lagTimeSeconds:\n";
    let with_field = format!("        project: {{$ref: '#/components/schemas/Project'}}\n{field}");
    let revision = document(&text.replacen(field, &with_field, 1));
    for export in ["", " Project,", " Project as Details,"] {
        let wrapper = wrapper_with("model.rs", " Migration,", &format!(" Migration,{export}"));
        let edits = openapi_diff::compare(&CURRENT.base, &revision).edits;
        let forwards = review(&revision, &wrapper, &edits).unwrap();
        let edits = openapi_diff::compare(&revision, &CURRENT.base).edits;
        let surfaces = Sides::new(&wrapper, &CURRENT.surface);
        let backwards =
            super::super::review(Sides::new(&revision, &CURRENT.base), surfaces, None, &edits).unwrap();
        for report in [&forwards, &backwards] {
            let of_edits = report.verdicts.iter().flat_map(|verdict| &verdict.signatures);
            let mut items = of_edits.chain(&report.unattributed).map(|signature| signature.item.as_str());
            let unexpected =
                items.find(|item| !["model::Project", "model::Details", "model::Migration"].contains(item));
            assert_eq!(unexpected, None, "{export}: {report:#?}");
        }
    }
}
