//! The changes of the published document since an earlier one.
//!
//! An edit is relevant if it affects an operation of the fragment, or adds an operation with a tag of the fragment. The
//! other edits are only counted. The levels of the findings apply here, because the earlier document is the base of a
//! change.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use serde_json::Value;

use super::projection::{self, Key};
use openapi_diff::{Change, Edit, NodeKind, compare};
use openapi_fragment::{Document, printable};

pub(super) struct PublishedChanges {
    /// The path of the earlier document.
    former: String,
    /// The path of the current document.
    path: String,
    relevant: Vec<Edit>,
    /// The fragment's names of published schemas.
    names: BTreeMap<String, String>,
    /// The number of relevant edits that only change prose or order.
    prose: usize,
    /// The number of edits that are not relevant.
    irrelevant: usize,
}

impl PublishedChanges {
    pub(super) fn new(former: &Document, published: &Document, fragment: &Document) -> Self {
        let operations = projection::operations(&fragment.value);
        let tags: BTreeSet<&str> =
            operations.values().flat_map(|(_, operation)| projection::tags(operation)).collect();
        let wanted: BTreeSet<Key> = operations.into_keys().collect();
        let (mut relevant, mut prose, mut irrelevant) = (Vec::new(), 0, 0);
        for edit in compare(former, published).edits {
            match (is_relevant(&edit, &wanted, &tags), edit.change) {
                (false, _) => irrelevant += 1,
                (true, Change::ProseChanged | Change::OrderChanged) => prose += 1,
                (true, _) => relevant.push(edit),
            }
        }
        relevant.sort_by_key(|edit| std::cmp::Reverse(edit.level()));
        let (former, path) = (former.path().to_owned(), published.path().to_owned());
        Self { former, path, relevant, names: projection::names(&fragment.value), prose, irrelevant }
    }

    pub(super) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(
            out,
            "\nchanged in the published document since {}: {} relevant, {} in prose only, {} not relevant",
            self.former,
            self.relevant.len(),
            self.prose,
            self.irrelevant
        )?;
        for edit in &self.relevant {
            self.line(out, "    ", edit)?;
            for inner in &edit.within {
                self.line(out, "      · ", inner)?;
            }
        }
        Ok(())
    }

    fn line(&self, out: &mut dyn Write, indent: &str, edit: &Edit) -> io::Result<()> {
        let name = self.names.get(&edit.node.name).filter(|_| edit.node.kind == NodeKind::Schema);
        let name = name.map(|name| format!(" (in the fragment: {name})")).unwrap_or_default();
        let rules: Vec<&str> = edit
            .findings
            .iter()
            .filter(|finding| finding.level == edit.level())
            .map(|finding| finding.rule.as_str())
            .collect();
        let position = edit
            .locations
            .newest()
            .map(|location| location.position)
            .unwrap_or(openapi_fragment::Position::START);
        writeln!(
            out,
            "{indent}{:<9}  {} {}{name}: {}  [{}] {}:{}:{}",
            edit.level().name(),
            edit.node.kind.name(),
            printable(&edit.node.name),
            printable(&edit.detail),
            rules.join(", "),
            self.side(edit),
            position.line,
            position.column
        )
    }

    /// The file of the displayed position.
    fn side(&self, edit: &Edit) -> &str {
        if edit.locations.revision.is_some() { &self.path } else { &self.former }
    }
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
