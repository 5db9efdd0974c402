//! What edits of the fragment do to the Rust users: at compile time, at run time, and to the version.
//!
//! Both documents are generated in memory and their public items compared, as a user sees them: through the
//! re-exports of the SDK and the methods of its wrapper, both read from sources. Nothing here compiles anything,
//! reads a revision or prints; the tests compile what this predicts.

mod api;
mod broken;
mod cause;
mod changelog;
mod compare;
mod gate;
mod project;
mod read;
mod report;
mod rules;
mod runtime;
mod surface;
mod text;
mod verdict;

#[cfg(test)]
mod tests;

pub use project::Project;
pub use report::{OfEdit, OfReport, RustApi};
pub use rules::{explain, ids};
pub use verdict::{Bump, Gate, Notice, RustReport, RustVerdict, Signature};

use gate::Release;
use surface::Surface;

use std::cmp::Reverse;
use std::collections::BTreeSet;

use atlas_codegen::Error;
use atlas_codegen::lower::walk;
use atlas_codegen::patch::type_name;
use openapi_diff::{Edit, Locations};
use openapi_fragment::Document;

use api::public_api;
use cause::Causes;

/// Judges with what both sides have beside the fragment.
#[derive(Debug)]
pub(crate) struct Judge<'a> {
    /// The wrapper of the base.
    pub(crate) base: &'a Surface,
    /// The wrapper of the revision.
    pub(crate) revision: &'a Surface,
    /// For the version gate: what the base and the revision say of their version.
    pub(crate) releases: Option<(Release<'a>, Release<'a>)>,
}

impl Judge<'_> {
    pub(crate) fn judge(
        &self,
        base: &Document,
        revision: &Document,
        edits: &[Edit],
    ) -> Result<RustReport, String> {
        let side = |document, surface, which| {
            public_api(document, surface).map_err(|failure| sentence(which, &failure))
        };
        self.is_ours(base)?;
        // Each side takes tens of milliseconds, nearly all of it the generator's.
        let (before, after) = std::thread::scope(|scope| {
            let before = std::thread::Builder::new()
                .stack_size(atlas_codegen::STACK)
                .spawn_scoped(scope, || side(base, self.base, "the base"));
            let after = side(revision, self.revision, "the revision");
            let before = match before.map(std::thread::ScopedJoinHandle::join) {
                Ok(Ok(before)) => before,
                Ok(Err(panic)) => std::panic::resume_unwind(panic),
                Err(_) => side(base, self.base, "the base"),
            };
            (before, after)
        });
        let (before, after) = (before?, after?);
        Ok(self.report(&before, &after, edits))
    }
}

impl Judge<'_> {
    /// Another document has none of the types that the SDK re-exports, and generating from it may take long.
    fn is_ours(&self, base: &Document) -> Result<(), String> {
        let types: BTreeSet<String> =
            walk::schemas(&base.value).map(|(component, _)| type_name(component)).collect();
        let exported = self.base.exported.values();
        let (all, there) = (exported.len(), exported.filter(|name| types.contains(*name)).count());
        if there * 2 >= all {
            return Ok(());
        }
        Err(format!(
            "the base is no fragment of this SDK: of the {all} schemas whose types it re-exports there are {there}"
        ))
    }

    fn report(&self, before: &api::Api<'_>, after: &api::Api<'_>, edits: &[Edit]) -> RustReport {
        let causes = Causes::new(before, after);
        let pointers: Vec<&[Locations]> = edits.iter().map(|edit| edit.pointers.as_slice()).collect();
        let mut report =
            RustReport { verdicts: vec![RustVerdict::default(); edits.len()], ..RustReport::default() };
        for change in compare::compare(before, after) {
            let caused_by = causes.edits(&change.subject, &pointers);
            for index in &caused_by {
                report.verdicts[*index].signatures.push(change.signature.clone());
            }
            if caused_by.is_empty() {
                report.unattributed.push(change.signature);
            }
        }
        let runtime = runtime::runtime(before, after);
        for change in &runtime {
            let caused_by = causes.edits(&change.subject, &pointers);
            for index in &caused_by {
                report.verdicts[*index].runtime.push(change.notice());
            }
            if caused_by.is_empty() {
                report.unattributed.push(at_run_time(change));
            }
        }
        for verdict in &mut report.verdicts {
            verdict.bump =
                verdict.signatures.iter().map(|signature| signature.bump).max().unwrap_or_default();
            // The heaviest first; the sort keeps the order of the items otherwise.
            verdict.signatures.sort_by_key(|signature| Reverse(signature.bump));
        }
        if let Some((base, revision)) = self.releases {
            report.gate = gate::gate(base, revision, report.bump(), !runtime.is_empty());
        }
        report
    }
}

/// Why a side has no API, in one sentence.
fn sentence(which: &str, failure: &Error) -> String {
    match failure {
        Error::Problems(problems) => {
            let first = problems.first().map(ToString::to_string).unwrap_or_default();
            let first = first.lines().next().unwrap_or_default();
            format!(
                "{which} does not pass lint, so nothing can be generated from it; the first problem: {first}"
            )
        }
        other => format!("nothing can be generated from {which}: {other}"),
    }
}

/// What is noticed at run time and no edit explains, so that it is not passed over in silence.
fn at_run_time(change: &runtime::RuntimeChange) -> Signature {
    Signature {
        rule: change.rule.id(),
        item: change.text.clone(),
        bump: Bump::None,
        before: None,
        after: None,
        note: Some("at run time".to_owned()),
    }
}
