//! Checks that no schema of a request is read-only, because the server rejects read-only fields.

use std::collections::HashSet;

use super::{Context, Report};
use crate::Rule;
use crate::openapi::Role;

static READ_ONLY_IN_REQUEST: Rule = Rule {
    id: "read-only-in-request",
    message: "the request contains the read-only `{name}`",
    help: "write a separate schema for the request, without it: the server rejects read-only fields",
};

pub(super) fn check(context: &Context<'_, '_>, report: &mut Report<'_>) {
    let mut seen = HashSet::new();
    let mut next: Vec<_> = context.nodes.of_role(Role::RequestBody).collect();
    while let Some(node) = next.pop() {
        if !seen.insert(node.id) {
            continue;
        }
        if node.flag("readOnly") {
            report.add(&node.at("readOnly"), READ_ONLY_IN_REQUEST.violation(&[("name", &node.name)]));
        }
        next.extend(context.nodes.all_children(node));
        next.extend(context.nodes.target(node));
    }
}
