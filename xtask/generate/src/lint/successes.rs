//! The successes of an operation have one type, because the generated function returns one.

use std::collections::HashMap;

use openapi_fragment::Rule;
use openapi_fragment::lint::{Context, Operation, Part, Report};
use serde_json::Value;

use super::Known;

static DIFFERENT_SUCCESSES: Rule = Rule {
    id: "different-successes",
    message: "this success is of another type than `{other}`",
    help: "let each success have the same schema for the same version, or none of them a body",
};

pub(super) fn check(_: &Known<'_>, context: &Context<'_, '_>, report: &mut Report<'_>) {
    for operation in context.operations {
        successes(context, operation, report);
    }
}

fn successes(context: &Context<'_, '_>, operation: &Operation<'_, '_>, report: &mut Report<'_>) {
    let mut all = operation.successes();
    let Some(first) = all.next() else { return };
    let mut types = types(context, first);
    let has_body = !types.is_empty();
    for response in all {
        let own = self::types(context, response);
        let other = if own.is_empty() == has_body {
            Some(first.listed.name)
        } else {
            own.iter().find_map(|(version, (schema, _))| {
                types.get(version).filter(|(known, _)| known != schema).map(|(_, status)| *status)
            })
        };
        if let Some(other) = other {
            report.add(&response.listed.path, DIFFERENT_SUCCESSES.violation(&[("other", &other)]));
        }
        types.extend(own);
    }
}

/// By media type the schema, and the status that has it.
fn types<'a>(
    context: &Context<'_, 'a>,
    response: Part<'_, 'a>,
) -> HashMap<&'a str, (Option<&'a Value>, &'a str)> {
    let media_types = context.nodes.children(response.resolved, "content");
    media_types
        .map(|media_type| (media_type.name, (media_type.get("schema"), response.listed.name)))
        .collect()
}
