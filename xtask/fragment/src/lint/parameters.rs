//! Checks parameters: each has a schema, is listed once and is not nullable.

use std::collections::HashSet;

use super::keys::missing_key;
use super::nodes::Node;
use super::{Context, Operation, Report};
use crate::Rule;
use crate::openapi::Role;

static PATH_PARAMETER_OPTIONAL: Rule = Rule {
    id: "path-parameter-optional",
    message: "the path parameter `{name}` is not required",
    help: "add `required: true`",
};

static PARAMETER_NULLABLE: Rule = Rule {
    id: "parameter-nullable",
    message: "the parameter `{name}` is nullable",
    help: "remove `nullable`: a URL cannot contain null, only omit the parameter",
};

static DUPLICATE_PARAMETER: Rule = Rule {
    id: "duplicate-parameter",
    message: "the parameter `{name}` is listed twice",
    help: "remove one of the two; the parameters of a path apply to each of its operations",
};

pub(super) fn check(context: &Context<'_, '_>, report: &mut Report<'_>) {
    for node in context.nodes.of_role(Role::Parameter) {
        if node.value.is_object() && node.reference().is_none() {
            if node.get("schema").is_none() && node.get("content").is_none() {
                report.add(&node.path, missing_key("schema"));
            }
            if node.text("in") == Some("path") && !node.flag("required") {
                report.add(&node.path, PATH_PARAMETER_OPTIONAL.violation(&[("name", &name(node))]));
            }
            check_nullable(context, node, report);
        }
    }
    for operation in context.operations {
        check_duplicates(operation, report);
    }
}

fn name<'a>(parameter: &Node<'a>) -> &'a str {
    parameter.text("name").unwrap_or_default()
}

fn check_nullable(context: &Context<'_, '_>, node: &Node<'_>, report: &mut Report<'_>) {
    let Some(schema) = context.nodes.child(node, "schema") else { return };
    let is_nullable = |schema: &Node<'_>| schema.flag("nullable");
    if is_nullable(schema) || context.nodes.resolve(schema).is_some_and(is_nullable) {
        report.add(&schema.path, PARAMETER_NULLABLE.violation(&[("name", &name(node))]));
    }
}

fn check_duplicates(operation: &Operation<'_, '_>, report: &mut Report<'_>) {
    let mut seen = HashSet::new();
    for parameter in &operation.parameters {
        let (Some(name), Some(location)) = (parameter.resolved.text("name"), parameter.resolved.text("in"))
        else {
            continue;
        };
        if !seen.insert((name, location)) {
            report.add(&parameter.listed.path, DUPLICATE_PARAMETER.violation(&[("name", &name)]));
        }
    }
}
