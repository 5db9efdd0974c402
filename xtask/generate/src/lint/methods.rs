//! Checks that the wrapper has a method for each operation, with aliases for the published names.

use openapi_fragment::Rule;
use openapi_fragment::lint::{Context, Operation, Report};

use super::Requirements;
use crate::wrapper::WrapperMethods;

static NOT_EXPOSED: Rule = Rule {
    id: "operation-not-exposed",
    message: "the wrapper has no method for `{operation}`",
    help: "add a `pub fn` with `#[doc(alias = \"{operation}\")]` in atlas-migration-sdk/src, to the handle whose id the path \
           contains (api/org.rs, api/project.rs), or to client/mod.rs if the path contains no id",
};

static ALIAS_MISSING: Rule = Rule {
    id: "alias-missing",
    message: "`{method}` ({position}) has no alias `{alias}` in the documentation",
    help: "add `#[doc(alias = \"{alias}\")]` to `fn {method}` at {position}",
};

pub(super) fn check(requirements: &Requirements<'_>, context: &Context<'_, '_>, report: &mut Report<'_>) {
    let Some(wrapper) = requirements.wrapper else { return };
    for operation in context.operations {
        check_operation(wrapper, operation, report);
    }
}

/// The keys of the other names by which users search for an operation.
const NAME_KEYS: [&str; 2] = ["x-short-name", "x-go-sdk-name"];

fn check_operation(wrapper: &WrapperMethods, operation: &Operation<'_, '_>, report: &mut Report<'_>) {
    let node = operation.node;
    let Some(id) = node.text("operationId").filter(|id| !id.trim().is_empty()) else { return };
    let Some(first) = wrapper.methods_of(id).next() else {
        return report.add(&node.at("operationId"), NOT_EXPOSED.violation(&[("operation", &id)]));
    };
    for key in NAME_KEYS {
        let Some(name) = node.text(key).filter(|name| !name.trim().is_empty()) else { continue };
        // An operation may have several methods, such as one page and all pages. One of them needs the alias.
        if !wrapper.methods_of(id).any(|method| method.is_found_under(name)) {
            let position = format!("{}:{}", first.file, first.position);
            let violation = ALIAS_MISSING.violation(&[
                ("alias", &name),
                ("method", &first.name),
                ("position", &position),
            ]);
            report.add(&node.at(key), violation);
        }
    }
}
