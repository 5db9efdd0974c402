//! The changes of the published document since an earlier one.
//!
//! An edit is relevant if it affects an operation of the fragment, or adds an operation with a tag of the fragment. The
//! other edits are only counted. The levels of the findings apply here, because the earlier document is the base of a
//! change.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use serde_json::Value;

use super::projection::{self, Key};
use super::report::describe;
use openapi_diff::{Change, Edit, NodeKind, compare};
use openapi_fragment::{Document, Position};

pub(super) fn write(
    former: &Document,
    published: &Document,
    fragment: &Document,
    out: &mut dyn Write,
) -> io::Result<()> {
    let operations = projection::operations(&fragment.value);
    let tags: BTreeSet<&str> =
        operations.values().flat_map(|(_, operation)| projection::tags(operation)).collect();
    let wanted: BTreeSet<Key> = operations.into_keys().collect();
    let edits = compare(former, published).edits;
    let (relevant, irrelevant): (Vec<&Edit>, Vec<_>) =
        edits.iter().partition(|edit| is_relevant(edit, &wanted, &tags));
    let (prose, mut relevant): (Vec<_>, Vec<_>) = relevant
        .into_iter()
        .partition(|edit| matches!(edit.change, Change::ProseChanged | Change::OrderChanged));
    relevant.sort_by_key(|edit| std::cmp::Reverse(edit.level()));
    writeln!(
        out,
        "\nchanged in the published document since {}: {} relevant, {} in prose only, {} not relevant",
        former.path(),
        relevant.len(),
        prose.len(),
        irrelevant.len()
    )?;
    let names = projection::names(&fragment.value);
    let line = |edit: &Edit| {
        let path = if edit.locations.revision.is_some() { published.path() } else { former.path() };
        line(edit, &names, path)
    };
    for edit in relevant {
        writeln!(out, "    {}", line(edit))?;
        edit.within.iter().try_for_each(|inner| writeln!(out, "      · {}", line(inner)))?;
    }
    Ok(())
}

/// `names` are the fragment's names of published schemas.
fn line(edit: &Edit, names: &BTreeMap<String, String>, path: &str) -> String {
    let name = names.get(&edit.node.name).filter(|_| edit.node.kind == NodeKind::Schema);
    let name = name.map(|name| format!(" (in the fragment: {name})")).unwrap_or_default();
    let highest = edit.findings.iter().filter(|finding| finding.level == edit.level());
    let rules: Vec<&str> = highest.map(|finding| finding.rule.as_str()).collect();
    let position = edit.locations.newest().map_or(Position::START, |location| location.position);
    format!("{:<9}  {}", edit.level().name(), describe(edit, &name, &rules.join(", "), path, position))
}

fn is_relevant(edit: &Edit, wanted: &BTreeSet<Key>, tags: &BTreeSet<&str>) -> bool {
    let reached = edit
        .reach
        .iter()
        .any(|way| wanted.contains(&projection::key(&way.operation.path, &way.operation.method)));
    let moved = |value: &Option<Value>| {
        let call = value.as_ref().and_then(Value::as_str).and_then(|call| call.split_once(' '));
        call.is_some_and(|(method, path)| wanted.contains(&projection::key(path, method)))
    };
    let added_with_our_tag = || {
        let both = [&edit.before, &edit.after].into_iter().flatten();
        edit.change == Change::OperationAdded && both.flat_map(projection::tags).any(|tag| tags.contains(tag))
    };
    reached || (edit.change == Change::OperationMoved && moved(&edit.before)) || added_with_our_tag()
}
