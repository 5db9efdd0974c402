//! Checks that no object of a response is closed, because the server may add fields.

use openapi_fragment::Rule;
use openapi_fragment::lint::{Context, Report, Role};
use serde_json::Value;

use super::Requirements;

static CLOSED_RESPONSE: Rule = Rule {
    id: "closed-response",
    message: "`additionalProperties: false` has no effect on a response",
    help: "remove it, because the server may add fields; a request that uses the schema too needs a schema of its own",
};

pub(super) fn check(_: &Requirements<'_>, context: &Context<'_, '_>, report: &mut Report<'_>) {
    let reached = context.nodes.reached_from(Role::Response);
    let schemas = context.nodes.of_role(Role::Schema).filter(|node| reached.contains(&node.id));
    for node in schemas.filter(|node| node.get("additionalProperties") == Some(&Value::Bool(false))) {
        report.add(&node.at("additionalProperties"), CLOSED_RESPONSE.violation(&[]));
    }
}
