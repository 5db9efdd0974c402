//! Checks that the success responses of an operation have one type, because the generated function returns one type.

use std::collections::HashMap;

use openapi_fragment::Rule;
use openapi_fragment::lint::{Context, Operation, Part, Report};
use serde_json::Value;

use super::Requirements;

static DIFFERENT_SUCCESSES: Rule = Rule {
    id: "different-successes",
    message: "the type of this success response differs from that of `{other}`",
    help: "use one schema per version in all success responses, or remove their bodies",
};

pub(super) fn check(_: &Requirements<'_>, context: &Context<'_, '_>, report: &mut Report<'_>) {
    for operation in context.operations {
        check_operation(context, operation, report);
    }
}

fn check_operation(context: &Context<'_, '_>, operation: &Operation<'_, '_>, report: &mut Report<'_>) {
    let mut responses = operation.successes();
    let Some(first) = responses.next() else { return };
    let mut types = types_of(context, first);
    let has_body = !types.is_empty();
    for response in responses {
        let own = types_of(context, response);
        let other = if own.is_empty() == has_body {
            Some(first.listed.name)
        } else {
            own.iter().find_map(|(version, (schema, _))| {
                types.get(version).filter(|(other, _)| other != schema).map(|(_, status)| *status)
            })
        };
        if let Some(other) = other {
            report.add(&response.listed.path, DIFFERENT_SUCCESSES.violation(&[("other", &other)]));
        }
        types.extend(own);
    }
}

/// The schema and the status for each media type.
fn types_of<'a>(
    context: &Context<'_, 'a>,
    response: Part<'_, 'a>,
) -> HashMap<&'a str, (Option<&'a Value>, &'a str)> {
    let media_types = context.nodes.children(response.resolved, "content");
    media_types
        .map(|media_type| (media_type.name, (media_type.get("schema"), response.listed.name)))
        .collect()
}
