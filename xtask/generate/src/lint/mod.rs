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
use openapi_fragment::{Document, Problem};

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
