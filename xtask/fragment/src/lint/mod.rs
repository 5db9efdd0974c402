//! Everything that is wrong with a fragment, in one run.
//!
//! The rules look at JSON values rather than at typed OpenAPI, because a typed reader refuses at the first thing
//! that is wrong and does not say where. A rule reads the facts and reports; it changes nothing, and none depends
//! on another. What a rule cannot judge, because another problem stands in the way, it passes over.

mod bodies;
mod date;
mod fit;
mod inheritance;
mod keys;
mod names;
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
mod walk;

#[cfg(test)]
mod tests;

pub(crate) use secret_values::holds_text;
pub(crate) use secrets::sounds_secret;

use operation::Operation;
use walk::Sites;

use super::pointer::Path;
use super::wrapper::Exposed;
use super::{Document, Problem, ProblemKind, problem};

/// What lint must know beside the document.
pub(crate) struct Known<'a> {
    /// The schemas that are replaced by validated id types.
    pub(crate) id_types: &'a [&'a str],
    /// The schemas that are replaced by hand-written types.
    pub(crate) replacements: &'a [&'a str],
    /// What the wrapper exposes; `None` for a fragment that it need not expose.
    pub(crate) exposed: Option<&'a Exposed>,
}

impl Known<'_> {
    /// Whether the generator does not look into the schema, because a type written by hand stands for it.
    fn is_replaced(&self, schema: &str) -> bool {
        self.id_types.contains(&schema) || self.replacements.contains(&schema)
    }
}

/// All problems, in the order of the file.
pub(crate) fn lint(document: &Document, known: &Known<'_>) -> Vec<Problem> {
    let sites = Sites::of(document);
    let operations = Operation::all(&sites);
    let facts = Facts { known, sites: &sites, operations: &operations };
    let mut report = Report { document, problems: Vec::new() };
    for rule in RULES {
        rule(&facts, &mut report);
    }
    report.finish()
}

/// The JSON pointers of all values that stand in the place of a secret, for those who show a document that need not
/// have passed lint.
pub(crate) fn secret_values(document: &Document) -> Vec<String> {
    let known = Known { id_types: &[], replacements: &[], exposed: None };
    let facts = Facts { known: &known, sites: &Sites::of(document), operations: &[] };
    let mut pointers = Vec::new();
    secret_values::find(&facts, &mut |path, _| pointers.push(path.to_string()));
    pointers
}

const RULES: &[fn(&Facts<'_, '_>, &mut Report<'_>)] = &[
    keys::check,
    refs::check,
    inheritance::check,
    unused::check,
    names::check,
    paths::check,
    operations::check,
    parameters::check,
    bodies::check,
    versions::check,
    readonly::check,
    schemas::check,
    values::check,
    secrets::check,
    secret_values::check,
    security::check,
];

/// What the rules read.
struct Facts<'s, 'a> {
    known: &'s Known<'s>,
    sites: &'s Sites<'a>,
    operations: &'s [Operation<'s, 'a>],
}

/// What the rules write.
struct Report<'d> {
    document: &'d Document,
    problems: Vec<Problem>,
}

impl Report<'_> {
    fn add(&mut self, at: &Path<'_>, kind: ProblemKind) {
        if self.problems.len() < problem::LIMIT {
            self.problems.push(self.document.problem(&at.to_string(), kind));
        }
    }

    /// A node that several aliases repeat is one text with one mend, and so one problem.
    fn finish(mut self) -> Vec<Problem> {
        self.problems.sort_by_key(|problem| problem.position);
        let mut kept: Vec<Problem> = Vec::new();
        for problem in self.problems {
            let same_text = kept.iter().rev().take_while(|other| other.position == problem.position);
            if !same_text.into_iter().any(|other| other.kind == problem.kind) {
                kept.push(problem);
            }
        }
        kept
    }
}
