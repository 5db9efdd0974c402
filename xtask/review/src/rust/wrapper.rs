//! Lists the work for the maintainer of the wrapper: generated code that has changed and that the wrapper names.
//!
//! Only the compiler decides whether the wrapper must be adapted. This module finds the lines that name what has
//! changed, by their words. Nothing here raises the version: users see only what the wrapper makes of generated code.

use std::collections::BTreeSet;

use openapi_diff::{Change, Edit, Side};

use super::api::{Api, Exposure};
use super::compare::{ApiChange, Subject};
use super::items::RequestFunction;
use super::rules::RustRule;
use super::runtime::arguments;
use super::surface::Surface;
use super::verdict::{Notice, Signature};
use atlas_codegen::rust_type::RustType;

/// The maximum number of files that a text names.
const MAX_FILES: usize = 4;

/// The work that the changes cause, apart from types that are written by hand.
pub(super) fn work(before: &Api<'_>, after: &Api<'_>, changes: &[ApiChange]) -> Vec<ApiChange> {
    let code = Code::of(after.surface);
    let mut found: Vec<ApiChange> = changes.iter().filter_map(|change| code.uses_of(change)).collect();
    found.extend(requests(before, after, &code));
    found.extend(arguments::arguments(before, after).moved);
    found.extend(unnameable(before, after));
    found
}

/// The work for a schema whose type is written by hand, so that it does not change with the schema.
pub(super) fn written_by_hand(after: &Api<'_>, edit: &Edit) -> Option<Notice> {
    if matches!(edit.change, Change::ProseChanged | Change::OrderChanged | Change::Rewritten) {
        return None;
    }
    let pointers = edit.pointers.iter().filter_map(|locations| locations.get(Side::Revision).as_ref());
    let mut schemas = pointers.filter_map(|location| location.pointer.strip_prefix("/components/schemas/"));
    let name = schemas.find_map(|rest| {
        let (name, _) = rest.split_once('/')?;
        let replacement = RustType::of_component(&after.document.value, name);
        matches!(replacement, Some(RustType::HandWritten(_))).then_some(name)
    })?;
    let text = format!("{name} is written by hand and does not change with its schema: change it in the SDK");
    Some(Notice { rule: RustRule::HandWrittenTypeUnchanged.id(), text })
}

/// The calls of request functions that have changed.
fn requests(before: &Api<'_>, after: &Api<'_>, code: &Code<'_>) -> Vec<ApiChange> {
    let changed = before.request_functions.iter().filter_map(|(name, old)| {
        let what = match after.request_functions.get(name) {
            None => format!("− {name}{old}"),
            Some(new) if new.takes_the_types_of(old) && new.response == old.response => return None,
            Some(new) => {
                let [before, after] = shortened(old, new).map(|text| format!("{name}{text}"));
                format!("{before} → {after}")
            }
        };
        used(Subject::Call(name.clone()), &what, &code.places(|line| has_word(line.text, name)))
    });
    changed.collect()
}

/// The types that are newly visible without a public path, if the crate denies that.
fn unnameable(before: &Api<'_>, after: &Api<'_>) -> Vec<ApiChange> {
    let new = after.visible.iter().filter_map(|(name, exposure)| match exposure {
        Exposure::Within(item) if after.surface.denies_unnameable => Some((name, item)),
        _ => None,
    });
    let new = new.filter(|(name, _)| !matches!(before.visible.get(*name), Some(Exposure::Within(_))));
    let effect = |(name, item): (&String, &String)| {
        let text = format!("wrapper: {name}, the type of {item}, has no public path: export it");
        ApiChange::effect(RustRule::TypeNotExported, Subject::Type(name.clone()), text)
    };
    new.map(effect).collect()
}

fn used(subject: Subject, what: &str, places: &[String]) -> Option<ApiChange> {
    if places.is_empty() {
        return None;
    }
    let (shown, rest) = places.split_at(places.len().min(MAX_FILES));
    let more = if rest.is_empty() { String::new() } else { format!(" and {} more files", rest.len()) };
    let text = format!("wrapper: {what}  (in {}{more})", shown.join(", "));
    Some(ApiChange::effect(RustRule::UsedCodeChanged, subject, text))
}

/// Whether a file contains only tests: `tests.rs`, or a file in a folder `tests`. Paths begin at the folder of the sources.
fn is_test_file(file: &str) -> bool {
    file.split('/').any(|part| part == "tests" || part == "tests.rs")
}

/// The lines of the wrapper, without comments and tests.
struct Code<'a>(Vec<Line<'a>>);

struct Line<'a> {
    file: &'a str,
    number: usize,
    text: &'a str,
}

impl<'a> Code<'a> {
    fn of(surface: &'a Surface) -> Self {
        let sources = surface.sources.iter().filter(|(file, _)| !is_test_file(file));
        let lines = sources.flat_map(|(file, text)| {
            let lines = text.lines().enumerate().take_while(|(_, line)| line.trim() != "#[cfg(test)]");
            lines.map(move |(index, text)| Line { file, number: index + 1, text })
        });
        Self(lines.filter(|line| !line.text.trim_start().starts_with("//")).collect())
    }

    /// The first such line of each file.
    fn places(&self, is_use: impl Fn(&Line<'_>) -> bool) -> Vec<String> {
        let mut lines: Vec<&Line<'_>> = self.0.iter().filter(|line| is_use(line)).collect();
        lines.dedup_by_key(|line| line.file);
        lines.iter().map(|line| format!("{}:{}", line.file, line.number)).collect()
    }

    /// The places that name the changed item in a way that the change can break.
    fn uses_of(&self, change: &ApiChange) -> Option<ApiChange> {
        let is = |rules: &[RustRule]| rules.contains(&change.rule);
        let places = match &change.subject {
            Subject::Type(name) if is(&[RustRule::KindChanged]) || !change.is_public => {
                self.places(|line| has_word(line.text, name))
            }
            Subject::Behavior(name) if is(&[RustRule::FieldTypeChanged]) => {
                self.places(|line| has_word(line.text, name))
            }
            Subject::Field { owner, .. } if is(&[RustRule::FieldAdded, RustRule::FieldAddedToLiteral]) => {
                let literal = format!("{owner} {{");
                self.places(|line| has_word(line.text, &literal) && !line.text.contains("impl"))
            }
            Subject::Field { owner, .. } => {
                let owner = self.0.iter().filter(|line| has_word(line.text, owner));
                let files: BTreeSet<&str> = owner.map(|line| line.file).collect();
                let member = &change.member;
                match self.places(|line| files.contains(line.file) && has_word(line.text, member)) {
                    // The value may come from a function without naming its type.
                    places if places.is_empty() => self.places(|line| reads_field(line.text, member)),
                    places => places,
                }
            }
            // A match must list every variant, also of a non-exhaustive enum, because it is in the same crate.
            Subject::Variant { owner, .. }
                if is(&[RustRule::VariantAdded, RustRule::VariantAddedToMatch]) =>
            {
                let path = format!("{owner}::");
                self.places(|line| has_word(line.text, &path) && line.text.contains("=>"))
            }
            Subject::Variant { owner, .. } => {
                let path = format!("{owner}::{}", change.member);
                self.places(|line| has_word(line.text, &path))
            }
            Subject::Operation(name) if is(&[RustRule::OperationRemoved]) => {
                self.places(|line| has_word(line.text, name))
            }
            _ => return None,
        };
        let what = Signature { note: None, ..change.signature.clone() };
        used(change.subject.clone(), &what.to_string(), &places)
    }
}

/// Whether the line contains the text, and no letter of a longer word around it.
fn has_word(line: &str, word: &str) -> bool {
    let is_in_word = |character: char| character.is_alphanumeric() || character == '_';
    let mut found = line.match_indices(word);
    found.any(|(start, _)| {
        let (before, after) = (line[..start].chars().next_back(), line[start + word.len()..].chars().next());
        let is_longer =
            before.is_some_and(is_in_word) || word.ends_with(is_in_word) && after.is_some_and(is_in_word);
        !is_longer
    })
}

/// Whether the line reads or sets a field with this name of a value other than `self`.
fn reads_field(line: &str, name: &str) -> bool {
    let access = format!(".{name}");
    line.match_indices(&access).any(|(start, _)| {
        let after = line[start + access.len()..].chars().next();
        let is_longer = after.is_some_and(|next| next.is_alphanumeric() || next == '_' || next == '(');
        !is_longer && !line[..start].ends_with("self") && !line[..start].ends_with('.')
    })
}

/// Both signatures without the parameters that they have in common at the start and at the end.
fn shortened(old: &RequestFunction, new: &RequestFunction) -> [String; 2] {
    let (before, after) = (&old.parameters, &new.parameters);
    let first = before.iter().zip(after).take_while(|(old, new)| old == new).count();
    let rest = before.iter().rev().zip(after.iter().rev()).take_while(|(old, new)| old == new).count();
    let last = rest.min(before.len().min(after.len()) - first);
    [old, new].map(|function| {
        let middle = &function.parameters[first..function.parameters.len() - last];
        let ellipsis = |omitted: usize| (omitted > 0).then(|| "…".to_owned());
        let middle = middle.iter().map(|(name, ty)| format!("{name}: {ty}"));
        let mut parameters: Vec<String> =
            ellipsis(first).into_iter().chain(middle).chain(ellipsis(last)).collect();
        parameters.dedup();
        match &function.response {
            Some(response) if old.response != new.response => {
                format!("({}) -> {response}", parameters.join(", "))
            }
            _ => format!("({})", parameters.join(", ")),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_with_tests_are_no_uses() {
        for file in ["error/text/tests.rs", "flow/tests/mod.rs", "tests.rs"] {
            assert!(is_test_file(file), "{file}");
        }
        for file in ["lib.rs", "contests.rs", "flow/tested.rs"] {
            assert!(!is_test_file(file), "{file}");
        }
    }

    #[test]
    fn words_are_whole() {
        assert!(has_word("let a = get_org(b);", "get_org"));
        assert!(!has_word("let a = get_orgs(b);", "get_org") && !has_word("forget_org()", "get_org"));
        assert!(has_word("MigrationStatus::New => 1", "MigrationStatus::"));
    }

    #[test]
    fn fields_are_read_from_other_values_than_self() {
        assert!(reads_field("migration.status == x", "status"));
        for line in ["self.status", "migration.status()", "migration.status_code", "..status"] {
            assert!(!reads_field(line, "status"), "{line}");
        }
    }
}
