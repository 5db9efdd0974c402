//! Checks that no schema of a request is read-only, because the server rejects read-only fields.

use super::{Context, Report};
use crate::Rule;
use crate::openapi::Role;

static READ_ONLY_IN_REQUEST: Rule = Rule {
    id: "read-only-in-request",
    message: "the request contains the read-only `{name}`",
    help: "write a separate schema for the request, without it: the server rejects read-only fields",
};

pub(super) fn check(context: &Context<'_, '_>, report: &mut Report<'_>) {
    let reached = context.nodes.reached_from(Role::RequestBody);
    for node in context.nodes.iter().filter(|node| reached.contains(&node.id) && node.flag("readOnly")) {
        report.add(&node.at("readOnly"), READ_ONLY_IN_REQUEST.violation(&[("name", &node.name)]));
    }
}
