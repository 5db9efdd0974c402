//! Checks what holds for every operation of Atlas, and what the published document does not state.
//!
//! They apply only to the fragment of the project, not to documents of other services.

use openapi_fragment::Rule;
use openapi_fragment::lint::{Context, Operation, Report, Role};

use super::Requirements;

static STATUS_NOT_LISTED: Rule = Rule {
    id: "status-not-listed",
    message: "the operation does not list {statuses}",
    help: "add a reference to components/responses for each: Atlas may answer any operation with these statuses",
};

static OPEN_REQUEST: Rule = Rule {
    id: "open-request",
    message: "the object of a request accepts unknown properties",
    help: "add `additionalProperties: false`, because Atlas rejects unknown fields; a map has the schema of its values, or \
           `true`, as `additionalProperties`",
};

/// The error statuses that Atlas may answer any operation with.
const STATUSES: [&str; 9] = ["400", "401", "403", "404", "406", "410", "429", "500", "503"];

pub(super) fn check(requirements: &Requirements<'_>, context: &Context<'_, '_>, report: &mut Report<'_>) {
    if requirements.wrapper.is_none() {
        return;
    }
    for operation in context.operations {
        check_statuses(operation, report);
    }
    check_requests(context, report);
}

fn check_statuses(operation: &Operation<'_, '_>, report: &mut Report<'_>) {
    // Another check reports that there is no success, or that there are no responses at all.
    let Some(responses) = operation.node.get("responses").filter(|_| operation.successes().next().is_some())
    else {
        return;
    };
    let missing: Vec<&str> = STATUSES.into_iter().filter(|status| responses.get(status).is_none()).collect();
    if !missing.is_empty() {
        let violation = STATUS_NOT_LISTED.violation(&[("statuses", &missing.join(", "))]);
        report.add(&operation.node.at("responses"), violation);
    }
}

/// A schema that a response reaches too must be open.
fn check_requests(context: &Context<'_, '_>, report: &mut Report<'_>) {
    let in_requests = context.nodes.reached_from(Role::RequestBody);
    let in_responses = context.nodes.reached_from(Role::Response);
    // Another check reports objects that are not components.
    let components = context.nodes.components().filter(|node| node.role == Role::Schema);
    let objects = components.filter(|node| node.text("type") == Some("object"));
    for node in objects.filter(|node| in_requests.contains(&node.id) && !in_responses.contains(&node.id)) {
        if node.get("additionalProperties").is_none() {
            report.add(&node.path, OPEN_REQUEST.violation(&[]));
        }
    }
}
