//! Lint: finds all problems of a document in one run.
//!
//! Checks work on JSON values rather than on typed OpenAPI, because typed deserialization stops at the first error and
//! does not report its position. A check reads the [`Context`] and adds problems to the [`Report`]. Checks do not
//! change the document and do not depend on each other. A check skips nodes that it cannot judge because of another
//! problem.
//!
//! Each [`Rule`](crate::Rule) is defined, with its message and its help, in the file that checks it. [`lint()`] also
//! runs checks of other crates: the requirements of a code generator are checked in the crate of the generator.

mod bodies;
mod composition;
mod keys;
mod nodes;
mod operation;
mod operations;
mod parameters;
mod paths;
mod readonly;
mod refs;
mod schemas;
mod secret_values;
mod secrets;
mod security;
mod shape;
mod todo;
mod unused;
mod validate;
mod values;
mod versions;

#[cfg(test)]
mod tests;

pub use crate::openapi::Role;
pub use nodes::{Node, NodeId, Nodes};
pub use operation::{Operation, Part};
pub use secret_values::contains_string;
pub use secrets::{is_secret, is_secret_name};
pub use shape::keys_of;
pub use validate::mismatch;

use crate::pointer::Path;
use crate::problem::Problems;
use crate::{Document, Problem, Violation};

/// Reads a document and reports its problems.
pub type Check<'c> = dyn Fn(&Context<'_, '_>, &mut Report<'_>) + 'c;

/// Runs the checks of this crate and the `additional` ones. Returns the problems in the order of the file.
#[must_use]
pub fn lint(document: &Document, additional: &[&Check<'_>]) -> Vec<Problem> {
    let checks: Vec<&Check<'_>> = CHECKS.iter().chain(additional).copied().collect();
    run(document, &checks)
}

/// Runs only these checks. Returns the problems in the order of the file.
#[must_use]
pub fn run(document: &Document, checks: &[&Check<'_>]) -> Vec<Problem> {
    let nodes = Nodes::of(document);
    let operations = Operation::all(&nodes);
    let context = Context { nodes: &nodes, operations: &operations };
    let mut report = Report { document, problems: Problems::default() };
    for check in checks {
        check(&context, &mut report);
    }
    report.finish()
}

/// The JSON pointers of all examples, defaults and enum values of secrets. The document need not have passed lint.
#[must_use]
pub fn secret_values(document: &Document) -> Vec<String> {
    let nodes = Nodes::of(document);
    let mut pointers = Vec::new();
    secret_values::find(&nodes, &mut |path, _| pointers.push(path.to_string()));
    pointers
}

/// The checks of this crate.
pub const CHECKS: &[&Check<'static>] = &[
    &keys::check,
    &todo::check,
    &refs::check,
    &composition::check,
    &unused::check,
    &paths::check,
    &operations::check,
    &parameters::check,
    &bodies::check,
    &versions::check,
    &readonly::check,
    &schemas::check,
    &values::check,
    &secrets::check,
    &secret_values::check,
    &security::check,
];

/// The input of a check.
#[derive(Debug)]
pub struct Context<'s, 'a> {
    /// Every node of the document.
    pub nodes: &'s Nodes<'a>,
    /// Every operation of the document.
    pub operations: &'s [Operation<'s, 'a>],
}

/// The output of the checks.
#[derive(Debug)]
pub struct Report<'d> {
    document: &'d Document,
    problems: Problems,
}

impl Report<'_> {
    /// Adds a violation at a node.
    pub fn add(&mut self, at: &Path<'_>, violation: Violation) {
        if !self.problems.is_full() {
            self.problems.push(self.document.problem(&at.to_string(), violation));
        }
    }

    /// Sorts the problems by position and removes duplicates: a node that aliases repeat has one text and one fix.
    fn finish(self) -> Vec<Problem> {
        let mut problems = self.problems.into_vec();
        problems.sort_by_key(|problem| problem.position);
        let mut kept: Vec<Problem> = Vec::new();
        for problem in problems {
            let same_position = kept.iter().rev().take_while(|other| other.position == problem.position);
            if !same_position.into_iter().any(|other| other.violation == problem.violation) {
                kept.push(problem);
            }
        }
        kept
    }
}
