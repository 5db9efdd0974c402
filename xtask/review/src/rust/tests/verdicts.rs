//! Compares the changes of each edit with a golden file, and with the public items as text.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use super::*;
use crate::rust::api::Exposure;
use crate::rust::items::Body;

/// The changes of each edit, in the words of the report.
const GOLDEN: &str = "src/rust/tests/verdicts.txt";

#[test]
fn every_edit_has_its_verdict_and_its_changes() {
    let mut golden = String::new();
    let mut wrong = Vec::new();
    for SingleEdit { case, after, report, .. } in &*SINGLE_EDITS {
        assert_eq!(report.unattributed, [], "{}", case.name);
        write(&mut golden, case, report);
        if report.bump != case.bump {
            wrong.push(format!("{}: {:?}, not {:?}", case.name, report.bump, case.bump));
        }
        check_items(case, after, report);
        check_reverse(case, after, report);
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

fn write(golden: &mut String, case: &Case, report: &RustReport) {
    writeln!(golden, "# {}: {}", case.name, report.bump.name()).unwrap();
    let mut written = BTreeSet::new();
    // Not the places in the wrapper, which change with its edits.
    let places = regex::Regex::new(r"  \(in [^)]*\.rs[^)]*\)").unwrap();
    for line in report.verdicts.iter().flat_map(lines) {
        let line = places.replace_all(&line, "").into_owned();
        // A change that two edits cause is listed once.
        if written.insert(line.clone()) {
            writeln!(golden, "  {line}").unwrap();
        }
    }
}

/// Checks the verdict independently, on the items as lines of text. Without a bump no line changes. A minor change
/// removes no line. A major change removes a line, or adds a field to a struct that users build.
#[track_caller]
fn check_items(case: &Case, after: &Api<'_>, report: &RustReport) {
    let [old, new] = [&*BEFORE, after].map(|api| items(api));
    let removed = old.difference(&new).next();
    let mut signatures = report.verdicts.iter().flat_map(|verdict| &verdict.signatures);
    let literal = signatures.any(|signature| signature.rule == "rust-field-added-to-literal");
    let name = case.name;
    match case.bump {
        Bump::None => assert_eq!(old, new, "{name}"),
        Bump::Minor => {
            assert!(removed.is_none(), "{name}: {removed:?}");
            assert_ne!(old, new, "{name}");
        }
        Bump::Major => assert!(removed.is_some() || literal, "{name}"),
    }
}

/// The reverse edit changes as many public items.
#[track_caller]
fn check_reverse(case: &Case, after: &Api<'_>, report: &RustReport) {
    let reverse = super::report(after, &BEFORE, &[]);
    let changed: BTreeSet<_> =
        report.verdicts.iter().flat_map(|verdict| &verdict.signatures).map(line).collect();
    // Without edits, everything is unattributed.
    let reversed = reverse.unattributed.iter().filter(|signature| signature.rule.starts_with("rust-"));
    assert_eq!(changed.len(), reversed.count(), "{}", case.name);
}

/// One line for each public item that depends on the fragment, and for each member and trait of it.
fn items(api: &Api<'_>) -> BTreeSet<String> {
    let mut items = BTreeSet::new();
    for (name, seen) in &api.visible {
        let Some(ty) = api.types.get(name) else { continue };
        let non_exhaustive = if ty.non_exhaustive { "#[non_exhaustive] " } else { "" };
        let path = match seen {
            Exposure::Named(path) => path.clone(),
            // Users cannot name it, so only its members matter.
            Exposure::Within(_) => name.clone(),
        };
        let owner = format!("{non_exhaustive}pub {} {path}", ty.body.keyword());
        let members: Vec<String> = match &ty.body {
            Body::Record(fields) => {
                let public = fields.iter().filter(|field| field.public);
                public.map(|field| format!("pub {}: {}", field.name, field.ty)).collect()
            }
            Body::Tuple(fields) => fields.iter().map(|field| format!("pub {field}")).collect(),
            Body::Enum(variants) => {
                variants.iter().map(|variant| format!("{}{}", variant.name, variant.payload)).collect()
            }
            Body::Alias(text) => vec![format!("= {text}")],
            Body::Trait(_) => Vec::new(),
        };
        let traits = ty.traits.iter().map(|name| format!("impl {name}"));
        let functions = ty.functions.values().map(|function| format!("pub {function}"));
        items.extend(
            members.into_iter().chain(traits).chain(functions).map(|member| format!("{owner} {member}")),
        );
        items.insert(owner);
    }
    items.extend(api.operations.keys().map(|name| format!("pub static operations::{name}: Operation")));
    items
}

#[test]
fn an_api_does_not_differ_from_itself() {
    let again = api(&CURRENT.base, &CURRENT.surface, "the fragment again");
    assert_eq!(items(&BEFORE), items(&again));
    assert_eq!(report(&BEFORE, &again, &[]).unattributed, []);
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
