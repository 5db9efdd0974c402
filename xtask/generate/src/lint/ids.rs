//! Checks that each id has a named kind. An inline pattern would become a `String`, which accepts every other id too.

use openapi_fragment::Rule;
use openapi_fragment::lint::{Context, Node, Report, Role, is_secret};

use super::Requirements;
use crate::ids::HEX_PATTERNS;
use crate::rust_type::KEY;

static ID_WITHOUT_KIND: Rule = Rule {
    id: "id-without-kind",
    message: "the pattern is that of an id, but the type would be a `String`",
    help: "refer to the schema of this kind of id; a new kind is a schema in components/schemas with `x-rust-type`, its \
           own name, and `title`, the noun for messages",
};

pub(super) fn check(_: &Requirements<'_>, context: &Context<'_, '_>, report: &mut Report<'_>) {
    for node in context.nodes.of_role(Role::Schema) {
        let is_id = node.text("pattern").is_some_and(|pattern| HEX_PATTERNS.contains(&pattern));
        if is_id && node.get(KEY).is_none() && !is_secret(node) && !is_of_path_parameter(context, node) {
            report.add(&node.at("pattern"), ID_WITHOUT_KIND.violation(&[]));
        }
    }
}

/// Another check requires an id for each parameter of the path.
fn is_of_path_parameter(context: &Context<'_, '_>, node: &Node<'_>) -> bool {
    let parent = context.nodes.parent(node);
    parent.is_some_and(|parent| parent.role == Role::Parameter && parent.text("in") == Some("path"))
}
