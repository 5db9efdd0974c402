//! What changed in the published document from one day to another, as far as it concerns us.
//!
//! Here levels speak: the former document is the base of a change. An edit concerns us where it reaches one of our
//! operations, or where an operation came under a tag of ours. The rest is counted.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use serde_json::Value;

use super::projection::{self, Key};
use openapi_diff::{Change, Edit, NodeKind, compare};
use openapi_fragment::Document;
use openapi_fragment::openapi::without_variables;

pub(super) struct PublishedChanges {
    former: String,
    path: String,
    concerning: Vec<Edit>,
    /// Our names of published schemas.
    names: BTreeMap<String, String>,
    /// Edits of texts for people that concern us.
    prose: usize,
    /// Edits that do not concern us.
    elsewhere: usize,
}

impl PublishedChanges {
    pub(super) fn new(former: &Document, now: &Document, ours: &Document) -> Self {
        let operations = projection::operations(&ours.value);
        let tags: BTreeSet<&str> =
            operations.values().flat_map(|(_, operation)| projection::tags(operation)).collect();
        let wanted: BTreeSet<Key> = operations.into_keys().collect();
        let (mut concerning, mut prose, mut elsewhere) = (Vec::new(), 0, 0);
        for edit in compare(former, now).edits {
            match (concerns(&edit, &wanted, &tags), edit.change) {
                (false, _) => elsewhere += 1,
                (true, Change::ProseChanged | Change::OrderChanged) => prose += 1,
                (true, _) => concerning.push(edit),
            }
        }
        concerning.sort_by_key(|edit| std::cmp::Reverse(edit.level()));
        let (former, path) = (former.path().to_owned(), now.path().to_owned());
        Self { former, path, concerning, names: projection::names(&ours.value), prose, elsewhere }
    }

    pub(super) fn show(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(
            out,
            "\nchanged there since {}: {} that concern us, {} of texts, {} elsewhere",
            self.former,
            self.concerning.len(),
            self.prose,
            self.elsewhere
        )?;
        for edit in &self.concerning {
            self.line(out, "    ", edit)?;
            for inner in &edit.within {
                self.line(out, "      · ", inner)?;
            }
        }
        Ok(())
    }

    fn line(&self, out: &mut dyn Write, indent: &str, edit: &Edit) -> io::Result<()> {
        let ours = self.names.get(&edit.node.name).filter(|_| edit.node.kind == NodeKind::Schema);
        let ours = ours.map(|name| format!(" (ours: {name})")).unwrap_or_default();
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
            "{indent}{:<9}  {} {}{ours}: {}  [{}] {}:{}:{}",
            edit.level().name(),
            edit.node.kind.name(),
            edit.node.name,
            edit.detail,
            rules.join(", "),
            self.side(edit),
            position.line,
            position.column
        )
    }

    /// The file in which the place stands that is shown.
    fn side(&self, edit: &Edit) -> &str {
        if edit.locations.revision.is_some() { &self.path } else { &self.former }
    }
}

fn concerns(edit: &Edit, wanted: &BTreeSet<Key>, tags: &BTreeSet<&str>) -> bool {
    let ours = edit.reach.iter().any(|way| {
        let key = (without_variables(&way.operation.path).into_owned(), way.operation.method.to_lowercase());
        wanted.contains(&key)
    });
    let moved = |value: &Option<Value>| {
        let call = value.as_ref().and_then(Value::as_str).and_then(|call| call.split_once(' '));
        call.is_some_and(|(method, path)| {
            wanted.contains(&(without_variables(path).into_owned(), method.to_lowercase()))
        })
    };
    let under_our_tag = || {
        let both = [&edit.before, &edit.after].into_iter().flatten();
        edit.change == Change::OperationAdded && both.flat_map(projection::tags).any(|tag| tags.contains(tag))
    };
    ours || (edit.change == Change::OperationMoved && moved(&edit.before)) || under_our_tag()
}
