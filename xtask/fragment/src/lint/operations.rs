//! Checks operations: a success response, the advice after a lost response, the short name, and the tags.

use std::collections::HashSet;

use serde_json::Value;

use super::keys::missing_key;
use super::nodes::Node;
use super::{Context, Report};
use crate::Rule;

static NO_SUCCESS: Rule = Rule {
    id: "no-success",
    message: "the operation has no success response",
    help: "add the status that the server sends when the operation succeeds",
};

static LOST_RESPONSE_OF_GET: Rule = Rule {
    id: "lost-response-of-get",
    message: "a GET has no effect, so there is nothing to find out after a lost response",
    help: "remove `x-after-lost-response`",
};

static UNDEFINED_TAG: Rule = Rule {
    id: "undefined-tag",
    message: "the tag `{name}` is not defined",
    help: "correct the name, or add the tag to the `tags` of the document",
};

static DUPLICATE_TAG: Rule =
    Rule { id: "duplicate-tag", message: "the tag `{name}` is listed twice", help: "remove one of the two" };

static NEEDLESS_SHORT_NAME: Rule = Rule {
    id: "needless-short-name",
    message: "`x-short-name` equals the `operationId`",
    help: "remove it, or write the published short name",
};

pub(super) fn check(context: &Context<'_, '_>, report: &mut Report<'_>) {
    for operation in context.operations {
        if operation.successes().next().is_none() {
            report.add(&operation.node.path, NO_SUCCESS.violation(&[]));
        }
        check_lost_response(operation.node, report);
        let short_name = operation.node.text("x-short-name");
        if short_name.is_some() && short_name == operation.node.text("operationId") {
            report.add(&operation.node.at("x-short-name"), NEEDLESS_SHORT_NAME.violation(&[]));
        }
    }
    check_tags(context, report);
}

/// An operation without advice must not get that of another one.
fn check_lost_response(operation: &Node<'_>, report: &mut Report<'_>) {
    const KEY: &str = "x-after-lost-response";
    match (operation.via == "get", operation.get(KEY).is_some()) {
        (true, true) => report.add(&operation.at(KEY), LOST_RESPONSE_OF_GET.violation(&[])),
        (false, false) => report.add(&operation.path, missing_key(KEY)),
        _ => {}
    }
}

fn check_tags(context: &Context<'_, '_>, report: &mut Report<'_>) {
    let root = context.nodes.root();
    let mut defined = HashSet::new();
    for node in context.nodes.children(root, "tags") {
        if let Some(name) = node.text("name").filter(|name| !defined.insert(*name)) {
            report.add(&node.at("name"), DUPLICATE_TAG.violation(&[("name", &name)]));
        }
    }
    for operation in context.operations {
        // `tags` is optional. Without it, every tag is valid.
        check_operation_tags(operation.node, root.get("tags").and(Some(&defined)), report);
    }
}

fn check_operation_tags(operation: &Node<'_>, defined: Option<&HashSet<&str>>, report: &mut Report<'_>) {
    let mut seen = HashSet::new();
    let list = operation.at("tags");
    let tags = operation.get("tags").and_then(Value::as_array).into_iter().flatten();
    for (index, name) in tags.enumerate() {
        let Some(name) = name.as_str() else { continue };
        if !seen.insert(name) {
            report.add(&list.item(index), DUPLICATE_TAG.violation(&[("name", &name)]));
        } else if defined.is_some_and(|defined| !defined.contains(name)) {
            report.add(&list.item(index), UNDEFINED_TAG.violation(&[("name", &name)]));
        }
    }
}
