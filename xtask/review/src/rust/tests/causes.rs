//! Attributes the changes of several edits, and compares the result with the effect of each edit alone.

use std::collections::BTreeMap;

use super::edits::replace;
use super::*;
use crate::rust::cause::Causes;
use crate::rust::compare::Subject;

/// Each edit is paired with the one at this distance in the table. Neighbours likely edit the same item.
const DISTANCE: usize = 9;

/// Only every second edit is the first of a pair. Each edit is still in a pair, because the distance is odd.
const STEP: usize = 2;

#[test]
fn each_change_is_attributed_to_its_own_edit() {
    let (mut compared, mut pairs) = (0, 0);
    for (index, first) in SINGLE_EDITS.iter().enumerate().step_by(STEP) {
        let second = &SINGLE_EDITS[(index + DISTANCE) % SINGLE_EDITS.len()];
        pairs += 1;
        compared += usize::from(pair(first, second));
    }
    assert!(compared * 10 >= pairs * 8, "only {compared} of {pairs} pairs could be compared");
}

/// Checks a pair. Returns false if the two edits cannot be compared: they edit the same text, or together they have an
/// effect that neither has alone.
#[track_caller]
fn pair(first: &SingleEdit, second: &SingleEdit) -> bool {
    let mut edits = first.case.edit.iter().chain(second.case.edit);
    let both = edits.try_fold(CURRENT.text.clone(), |text, (from, to)| replace(&text, from, to));
    let Some(both) = both else { return false };
    let revision = document(&both);
    let Ok(after) = public_api(&revision, &CURRENT.surface, LintScope::Document) else { return false };
    let edits = openapi_diff::compare(&CURRENT.base, &revision).edits;
    let found = by_edit(&edits, &report(&BEFORE, &after, &edits));
    let mut expected = by_edit(&first.edits, &first.report);
    expected.extend(by_edit(&second.edits, &second.report));
    let is_same = |lines: &BTreeMap<String, Vec<String>>| {
        let mut all: Vec<String> = lines.values().flatten().cloned().collect();
        all.sort();
        all
    };
    if is_same(&found) != is_same(&expected) && found.keys().ne(expected.keys()) {
        return false;
    }
    assert_eq!(found, expected, "{:?}", (first.case.name, second.case.name));
    true
}

/// The lines about each edit, by a description of the edit.
fn by_edit(edits: &[Edit], report: &RustReport) -> BTreeMap<String, Vec<String>> {
    assert_eq!(report.unattributed, []);
    let key = |edit: &Edit| {
        format!("{:?} {}: {}", edit.node, edit.locations.newest().unwrap().pointer, edit.detail)
    };
    edits.iter().zip(&report.verdicts).map(|(edit, verdict)| (key(edit), lines(verdict))).collect()
}

/// The review of the current fragment after these replacements.
fn reviewed(replacements: &[(&str, &str)]) -> (Vec<Edit>, RustReport) {
    let edited = replacements.iter().fold(CURRENT.text.clone(), |text, (from, to)| {
        replace(&text, from, to).unwrap_or_else(|| panic!("the fragment does not contain {from:?}"))
    });
    let revision = document(&edited);
    let after = api(&revision, &CURRENT.surface, "the edited fragment");
    let edits = openapi_diff::compare(&CURRENT.base, &revision).edits;
    let report = report(&BEFORE, &after, &edits);
    (edits, report)
}

/// Each edit and the lines about it, without the names of files of the wrapper.
fn lines_by_edit(replacements: &[(&str, &str)]) -> Vec<(String, Vec<String>)> {
    let (edits, report) = reviewed(replacements);
    assert_eq!(report.unattributed, []);
    let public = |verdict: &RustVerdict| verdict.signatures.iter().map(line).collect();
    edits.iter().zip(&report.verdicts).map(|(edit, verdict)| (edit.detail.clone(), public(verdict))).collect()
}

#[test]
fn an_added_and_a_removed_value_keep_their_own_lines() {
    let found = lines_by_edit(&[(
        "enum: [NEW, WORKING, FAILED, COMPLETE, EXPIRED]",
        "enum: [NEW, PAUSED, WORKING, FAILED, COMPLETE]",
    )]);
    let with = |word: &str| -> Vec<&(String, Vec<String>)> {
        found.iter().filter(|(_, lines)| lines.iter().any(|line| line.contains(word))).collect()
    };
    let [(added, lines)] = with("Paused")[..] else { panic!("{found:#?}") };
    assert!(added.contains("PAUSED") && lines.len() == 1, "{found:#?}");
    let [(removed, lines)] = with("Expired")[..] else { panic!("{found:#?}") };
    assert!(removed.contains("EXPIRED") && lines.len() == 1, "{found:#?}");
}

#[test]
fn a_changed_type_and_a_constraint_of_another_field_are_told_apart() {
    let found = lines_by_edit(&[
        (
            "only before the cutover.\n          type: integer\n          format: int64",
            "only before the cutover.\n          type: integer\n          format: int32\n          maximum: 9",
        ),
        (
            "          description: The name of the organization.\n          type: string",
            "          description: The name of the organization.\n          type: string\n          maxLength: 3",
        ),
    ]);
    let with_lines: Vec<&str> =
        found.iter().filter(|(_, lines)| !lines.is_empty()).map(|(detail, _)| detail.as_str()).collect();
    assert!(matches!(with_lines[..], [only] if only.contains("int32")), "{found:#?}");
}

/// The output about the Rust API grows with the number of edits, and not with its square.
#[test]
fn the_lines_are_linear_in_the_number_of_edits() {
    let values = |count: usize| {
        let values: String = (0..count).map(|n| format!("VALUE{n}, ")).collect();
        let (_, report) =
            reviewed(&[("enum: [PUBLIC, PRIVATE_LINK,", &format!("enum: [{values}PUBLIC, PRIVATE_LINK,"))]);
        report.verdicts.iter().map(|verdict| lines(verdict).len()).sum::<usize>()
    };
    let fields = |count: usize| {
        let fields: String = (0..count)
            .map(|n| format!("        field{n}: {{description: A field., type: string}}\n"))
            .collect();
        let to = format!("{MIGRATION_ID}{fields}");
        let (_, report) = reviewed(&[(MIGRATION_ID, &to)]);
        report.verdicts.iter().map(|verdict| lines(verdict).len()).sum::<usize>()
    };
    for lines_of in [&values as &dyn Fn(usize) -> usize, &fields] {
        let (few, many) = (lines_of(25), lines_of(50));
        assert!(few >= 25 && many <= 2 * few, "{few} lines for 25 edits, {many} for 50");
    }
}

/// No edit of a property changes the traits of its type for sure.
#[test]
fn a_change_without_a_clear_cause_stands_at_few_edits() {
    let fields: String =
        (0..9).map(|n| format!("        field{n}: {{description: A field., type: string}}\n")).collect();
    let text = replace(&CURRENT.text, MIGRATION_ID, &format!("{MIGRATION_ID}{fields}")).unwrap();
    let revision = document(&text);
    let after = api(&revision, &CURRENT.surface, "the edited fragment");
    let edits = openapi_diff::compare(&CURRENT.base, &revision).edits;
    let causes = Causes::new(&BEFORE, &after, &edits);
    assert_eq!(causes.edits(&Subject::Behavior("Migration".to_owned())), [0, 1, 2]);
    let field = |name: &str| Subject::Field {
        owner: "Migration".to_owned(),
        before: None,
        after: Some(name.to_owned()),
    };
    assert_eq!(causes.edits(&field("field7")), [7]);
}

const MIGRATION_ID: &str = "        _id: {$ref: '#/components/schemas/MigrationId'}\n";
