//! Everything that is wrong with a document, in one run.
//!
//! A check looks at JSON values rather than at typed OpenAPI, because a typed reader stops at the first error and does
//! not say where it is. A check reads the [`Context`] and writes to the [`Report`]; it changes nothing and does not
//! depend on another check. What a check cannot judge, because another problem stands in the way, it skips.
//!
//! Each [`Rule`](crate::Rule) stands, with its message and its help, in the file that checks it. Checks of other crates
//! are run with those of this one ([`lint`]): what depends on a code generator is checked where the generator is.

mod bodies;
mod fit;
mod inheritance;
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
mod unused;
mod values;
mod versions;

#[cfg(test)]
mod tests;

pub use nodes::{Node, NodeId, Nodes};
pub use operation::{Operation, Part};
pub use secret_values::holds_text;
pub use secrets::{is_secret, sounds_secret};
pub use shape::Role;

use crate::pointer::Path;
use crate::problem::MAX_PROBLEMS;
use crate::{Document, Problem, Violation};

/// What lint must know beside the document.
#[derive(Clone, Copy, Debug, Default)]
pub struct Settings<'a> {
    /// Component schemas that are needed although nothing in the document refers to them.
    pub needed_schemas: &'a [&'a str],
}

/// Looks at a document and reports what is wrong with it.
pub type Check<'c> = dyn Fn(&Context<'_, '_>, &mut Report<'_>) + 'c;

/// All problems, in the order of the file: those that this crate finds, and those of `more`.
#[must_use]
pub fn lint(document: &Document, settings: &Settings<'_>, more: &[&Check<'_>]) -> Vec<Problem> {
    let checks: Vec<&Check<'_>> = CHECKS.iter().chain(more).copied().collect();
    run(document, settings, &checks)
}

/// What these checks alone find, in the order of the file.
#[must_use]
pub fn run(document: &Document, settings: &Settings<'_>, checks: &[&Check<'_>]) -> Vec<Problem> {
    let nodes = Nodes::of(document);
    let operations = Operation::all(&nodes);
    let context = Context { settings, nodes: &nodes, operations: &operations };
    let mut report = Report { document, problems: Vec::new() };
    for check in checks {
        check(&context, &mut report);
    }
    report.finish()
}

/// The JSON pointers of all values that stand in the place of a secret. The document need not have passed lint.
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
    &refs::check,
    &inheritance::check,
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

/// What a check reads.
#[derive(Debug)]
pub struct Context<'s, 'a> {
    /// What the caller said.
    pub settings: &'s Settings<'s>,
    /// Every node of the document.
    pub nodes: &'s Nodes<'a>,
    /// Every operation of the document.
    pub operations: &'s [Operation<'s, 'a>],
}

/// What a check writes.
#[derive(Debug)]
pub struct Report<'d> {
    document: &'d Document,
    problems: Vec<Problem>,
}

impl Report<'_> {
    /// Adds a violation at a node.
    pub fn add(&mut self, at: &Path<'_>, violation: Violation) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(self.document.problem(&at.to_string(), violation));
        }
    }

    /// A node that several aliases repeat is one text with one fix, and so one problem.
    fn finish(mut self) -> Vec<Problem> {
        self.problems.sort_by_key(|problem| problem.position);
        let mut kept: Vec<Problem> = Vec::new();
        for problem in self.problems {
            let same_text = kept.iter().rev().take_while(|other| other.position == problem.position);
            if !same_text.into_iter().any(|other| other.violation == problem.violation) {
                kept.push(problem);
            }
        }
        kept
    }
}
