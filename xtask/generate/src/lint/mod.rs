//! What the generator and the wrapper require of a document, beyond what lint of any document finds.
//!
//! These checks run with those of `openapi_fragment`, on the same nodes, and report in the same list. They are here and
//! not there because each depends on Rust: on names that must become identifiers, on types that the generator can make,
//! on types written by hand, or on the methods of the wrapper.

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

use crate::wrapper::Exposed;

/// What lint must know beside the document.
#[derive(Debug)]
pub struct Known<'a> {
    /// The schemas that are replaced by validated id types.
    pub id_types: &'a [&'a str],
    /// The schemas that are replaced by hand-written types.
    pub replacements: &'a [&'a str],
    /// What the wrapper exposes; `None` for a fragment that it need not expose.
    pub exposed: Option<&'a Exposed>,
}

impl Known<'_> {
    /// Whether the generator does not look into the schema, because a hand-written type replaces it.
    fn is_replaced(&self, schema: &str) -> bool {
        self.id_types.contains(&schema) || self.replacements.contains(&schema)
    }
}

/// All problems, in the order of the file.
pub fn lint(document: &Document, known: &Known<'_>) -> Vec<Problem> {
    let needed: Vec<&str> = known.id_types.iter().chain(known.replacements).copied().collect();
    let check_all = |context: &Context<'_, '_>, report: &mut Report<'_>| {
        CHECKS.iter().for_each(|check| check(known, context, report));
    };
    openapi_fragment::lint::lint(document, &Settings { needed_schemas: &needed }, &[&check_all])
}

type Check = fn(&Known<'_>, &Context<'_, '_>, &mut Report<'_>);

const CHECKS: &[Check] =
    &[replacements::check, names::check, methods::check, parameters::check, successes::check, types::check];
