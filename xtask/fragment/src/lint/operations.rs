//! Operations: one of the responses is a success; and tags.

use std::collections::HashSet;

use serde_json::Value;

use super::nodes::Node;
use super::{Context, Report};
use crate::Rule;

static NO_SUCCESS: Rule = Rule {
    id: "no-success",
    message: "no response is a success",
    help: "add the status that the server sends when the operation succeeded",
};

static UNDEFINED_TAG: Rule = Rule {
    id: "undefined-tag",
    message: "the list of tags has no `{name}`",
    help: "correct the name, or add the tag to `tags` of the document",
};

static DUPLICATE_TAG: Rule =
    Rule { id: "duplicate-tag", message: "the tag `{name}` is listed twice", help: "remove one of the two" };

pub(super) fn check(context: &Context<'_, '_>, report: &mut Report<'_>) {
    for operation in context.operations {
        if operation.successes().next().is_none() {
            report.add(&operation.node.path, NO_SUCCESS.violation(&[]));
        }
    }
    tags(context, report);
}

fn tags(context: &Context<'_, '_>, report: &mut Report<'_>) {
    let root = context.nodes.root();
    let mut known = HashSet::new();
    for node in context.nodes.children(root, "tags") {
        if let Some(name) = node.text("name").filter(|name| !known.insert(*name)) {
            report.add(&node.at("name"), DUPLICATE_TAG.violation(&[("name", &name)]));
        }
    }
    for operation in context.operations {
        // A document need not list its tags; then none is unknown.
        tags_of(operation.node, root.get("tags").and(Some(&known)), report);
    }
}

fn tags_of(operation: &Node<'_>, known: Option<&HashSet<&str>>, report: &mut Report<'_>) {
    let mut seen = HashSet::new();
    let list = operation.at("tags");
    let tags = operation.get("tags").and_then(Value::as_array).into_iter().flatten();
    for (index, name) in tags.enumerate() {
        let Some(name) = name.as_str() else { continue };
        if !seen.insert(name) {
            report.add(&list.item(index), DUPLICATE_TAG.violation(&[("name", &name)]));
        } else if known.is_some_and(|known| !known.contains(name)) {
            report.add(&list.item(index), UNDEFINED_TAG.violation(&[("name", &name)]));
        }
    }
}
