//! Lint for the requirements of the generator and of the wrapper.
//!
//! These checks run together with those of `openapi_fragment`, on the same nodes, and report in the same list. They are
//! in this crate because each depends on Rust: on names that must become identifiers, on types that the generator can
//! produce, on hand-written types, or on the methods of the wrapper.

mod methods;
mod names;
mod parameters;
mod replacements;
mod successes;
mod types;

#[cfg(test)]
mod tests;

use openapi_fragment::lint::{Context, Report, Settings};
use openapi_fragment::{Document, Problem};

use crate::wrapper::WrapperMethods;

/// The requirements of the wrapper on a document.
#[derive(Debug)]
pub struct Requirements<'a> {
    /// The schemas that are replaced by validated id types.
    pub id_types: &'a [&'a str],
    /// The schemas that are replaced by hand-written types.
    pub replacements: &'a [&'a str],
    /// The methods of the wrapper; `None` if it need not have a method for each operation.
    pub wrapper: Option<&'a WrapperMethods>,
}

impl Requirements<'_> {
    /// Whether a hand-written type replaces the schema, so that the generator does not read it.
    fn is_replaced(&self, schema: &str) -> bool {
        self.id_types.contains(&schema) || self.replacements.contains(&schema)
    }
}

/// Runs all checks. Returns the problems in the order of the file.
pub fn lint(document: &Document, requirements: &Requirements<'_>) -> Vec<Problem> {
    let needed: Vec<&str> = requirements.id_types.iter().chain(requirements.replacements).copied().collect();
    let check_all = |context: &Context<'_, '_>, report: &mut Report<'_>| {
        CHECKS.iter().for_each(|check| check(requirements, context, report));
    };
    openapi_fragment::lint::lint(document, &Settings { needed_schemas: &needed }, &[&check_all])
}

type Check = fn(&Requirements<'_>, &Context<'_, '_>, &mut Report<'_>);

const CHECKS: &[Check] =
    &[replacements::check, names::check, methods::check, parameters::check, successes::check, types::check];
