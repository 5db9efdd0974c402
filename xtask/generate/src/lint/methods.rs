//! The wrapper has a method for each operation, which its documentation lists under the published names.

use openapi_fragment::Rule;
use openapi_fragment::lint::{Context, Operation, Report};

use super::Known;
use crate::wrapper::Exposed;

static NOT_EXPOSED: Rule = Rule {
    id: "operation-not-exposed",
    message: "the wrapper has no method for `{operation}`",
    help: "write a `pub fn` with `#[doc(alias = \"{operation}\")]` in atlas-migration-sdk/src, on the handle whose id the \
           path names (api/org.rs, api/project.rs), or in client/mod.rs where it names none",
};

static ALIAS_MISSING: Rule = Rule {
    id: "alias-missing",
    message: "the documentation does not find `{method}` ({position}) under `{alias}`",
    help: "write `#[doc(alias = \"{alias}\")]` above `fn {method}` at {position}",
};

pub(super) fn check(known: &Known<'_>, context: &Context<'_, '_>, report: &mut Report<'_>) {
    let Some(exposed) = known.exposed else { return };
    for operation in context.operations {
        is_exposed(exposed, operation, report);
    }
}

/// The keys of the names by which people look for an operation, beside its id.
const PUBLISHED: [&str; 2] = ["x-short-name", "x-go-sdk-name"];

fn is_exposed(exposed: &Exposed, operation: &Operation<'_, '_>, report: &mut Report<'_>) {
    let node = operation.node;
    let Some(id) = node.text("operationId").filter(|id| !id.trim().is_empty()) else { return };
    let Some(first) = exposed.methods_of(id).next() else {
        return report.add(&node.at("operationId"), NOT_EXPOSED.violation(&[("operation", &id)]));
    };
    for key in PUBLISHED {
        let Some(name) = node.text(key).filter(|name| !name.trim().is_empty()) else { continue };
        // An operation may have several methods, such as a page and all pages; one of them is enough.
        if !exposed.methods_of(id).any(|method| method.is_found_under(name)) {
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
