//! Lint for the requirements of the generator and of the wrapper.
//!
//! These checks run together with those of `openapi_fragment`, on the same nodes, and report in the same list. They are
//! in this crate because each depends on Rust: on names that must become identifiers, on types that the generator can
//! produce, on hand-written types, or on the methods of the wrapper.

mod house;
mod ids;
mod methods;
mod names;
mod objects;
mod parameters;
mod rust_types;
mod successes;
mod types;

#[cfg(test)]
mod tests;

use openapi_fragment::lint::{Context, Node, Report};
use openapi_fragment::{Document, Problem, Violation};

use crate::rust_type;
use crate::wrapper::WrapperMethods;

/// The requirements of the wrapper on a document.
#[derive(Debug)]
pub struct Requirements<'a> {
    /// The methods of the wrapper; `None` if it need not have a method for each operation.
    pub wrapper: Option<&'a WrapperMethods>,
}

/// Whether a schema is a component with a type that is not a model, or part of one, so that the generator does not read it.
fn is_replaced(context: &Context<'_, '_>, schema: &Node<'_>) -> bool {
    let component = schema.component.and_then(|(section, name)| context.nodes.component(section, name));
    component.is_some_and(|component| component.get(rust_type::KEY).is_some())
}

/// Runs all checks. Returns the problems in the order of the file.
pub fn lint(document: &Document, requirements: &Requirements<'_>) -> Vec<Problem> {
    let check_all = |context: &Context<'_, '_>, report: &mut Report<'_>| {
        CHECKS.iter().for_each(|check| check(requirements, context, report));
    };
    openapi_fragment::lint::lint(document, &[&check_all])
}

/// The rules whose violation the generator tolerates. They are about documentation, or about keys that it ignores.
const TOLERATED_BY_GENERATOR: [&str; 12] = [
    "closed-response",
    "different-sunsets",
    "duplicate-tag",
    "insecure-url",
    "key-without-effect",
    "lost-response-of-get",
    "needless-short-name",
    "sunset-before-version",
    "todo",
    "undefined-tag",
    "unknown-key",
    "unused",
];

/// The keys that the generator does not require.
const OPTIONAL_FOR_GENERATOR: [&str; 2] = ["description", "x-after-lost-response"];

/// Whether generated code depends on the rule that is violated.
pub fn affects_code(violation: &Violation) -> bool {
    let is_optional_key = || {
        violation
            .values
            .iter()
            .any(|(name, key)| *name == "key" && OPTIONAL_FOR_GENERATOR.contains(&key.as_str()))
    };
    match violation.rule.id {
        "missing-key" => !is_optional_key(),
        id => !TOLERATED_BY_GENERATOR.contains(&id),
    }
}

type Check = fn(&Requirements<'_>, &Context<'_, '_>, &mut Report<'_>);

const CHECKS: &[Check] = &[
    rust_types::check,
    ids::check,
    names::check,
    methods::check,
    parameters::check,
    successes::check,
    types::check,
    objects::check,
    house::check,
];
