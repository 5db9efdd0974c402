//! The effect of edits of the fragment on the Rust API of the SDK: at compile time, at run time, and on the version.
//!
//! The Rust code of both sides is generated in memory. The comparison covers the items that a user of the SDK can
//! reach: the generated types that the SDK re-exports, the operation table, and the public items of its wrapper, each
//! read from its own side. Nothing is compiled. The tests check the verdicts against the compiler.
//!
//! The modules, in the order in which a review uses them:
//!
//! 1. `project` reads the wrapper's sources, the version and the changelog of both sides.
//! 2. `items` extracts types and functions from source files, and `text` makes them comparable. `surface` does so for
//!    the wrapper.
//! 3. `api` combines the generated code and the wrapper into the public API of one side.
//! 4. `compare` finds the changes at compile time, and `runtime` those that only show at run time. `rules` has the bump
//!    and the reason for each.
//! 5. `wrapper` finds where the wrapper uses generated code that changed. That is work for its maintainer, and not a
//!    change for users.
//! 6. `cause` attributes each change to the edits that caused it.
//! 7. `gate` compares the required bump with the version and with the `changelog`.
//! 8. `verdict` has the types of the result, and `report` adds the result to a report of `openapi_diff`.

mod api;
mod cause;
mod changelog;
mod compare;
mod gate;
mod items;
mod project;
mod report;
mod rules;
mod runtime;
mod surface;
mod text;
mod verdict;
mod wrapper;

#[cfg(test)]
mod tests;

pub use project::Project;
pub use report::{EditExtension, ReportExtension, RustApi, RustSummary};
pub use rules::{explain, ids};
pub use verdict::{Bump, Gate, Notice, RustReport, RustVerdict, Signature};

use gate::Release;
use surface::Surface;

use std::cmp::Reverse;
use std::collections::BTreeSet;

use atlas_codegen::Error;
use atlas_codegen::lower::walk;
use atlas_codegen::patch::type_name;
use openapi_diff::Edit;
use openapi_fragment::Document;

use api::public_api;
use cause::Causes;

/// The inputs of a review of the Rust API, apart from the two documents and their edits.
#[derive(Debug)]
pub(crate) struct ApiReview<'a> {
    /// The wrapper of the base.
    pub(crate) base: &'a Surface,
    /// The wrapper of the revision.
    pub(crate) revision: &'a Surface,
    /// The releases of the base and of the revision, for the version gate.
    pub(crate) releases: Option<(&'a Release, &'a Release)>,
}

impl ApiReview<'_> {
    /// Generates both sides, and reports what the edits change.
    ///
    /// # Errors
    ///
    /// One sentence with the reason why a side has no API.
    pub(crate) fn run(
        &self,
        base: &Document,
        revision: &Document,
        edits: &[Edit],
    ) -> Result<RustReport, String> {
        let side = |document, surface, which| {
            public_api(document, surface).map_err(|failure| sentence(which, &failure))
        };
        self.check_base(base)?;
        // Both sides at once: the generator takes tens of milliseconds for each.
        let (before, after) = std::thread::scope(|scope| {
            let before = std::thread::Builder::new()
                .stack_size(atlas_codegen::STACK_SIZE)
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

impl ApiReview<'_> {
    /// Checks that the base is a fragment of the SDK: that it has at least half of the types that the SDK re-exports.
    /// Generating from an unrelated document may take long, and the result would be useless.
    fn check_base(&self, base: &Document) -> Result<(), String> {
        let types: BTreeSet<String> =
            walk::schemas(&base.value).map(|(component, _)| type_name(component)).collect();
        let exported = self.base.exported.values();
        let (all, present) = (exported.len(), exported.filter(|name| types.contains(*name)).count());
        if present * 2 >= all {
            return Ok(());
        }
        Err(format!(
            "the base is not a fragment of this SDK: it has {present} of the {all} schemas whose types the SDK re-exports"
        ))
    }

    fn report(&self, before: &api::Api<'_>, after: &api::Api<'_>, edits: &[Edit]) -> RustReport {
        let causes = Causes::new(before, after, edits);
        let mut report =
            RustReport { verdicts: vec![RustVerdict::default(); edits.len()], ..RustReport::default() };
        let changes = compare::compare(before, after);
        for change in changes.iter().filter(|change| change.is_public) {
            let caused_by = causes.edits(&change.subject);
            for index in &caused_by {
                report.verdicts[*index].signatures.push(change.signature.clone());
            }
            if caused_by.is_empty() {
                report.unattributed.push(change.signature.clone());
            }
        }
        let runtime = runtime::runtime(before, after);
        let work = wrapper::work(before, after, &changes);
        let of_users = runtime.iter().map(|effect| (effect, false));
        for (effect, is_work) in of_users.chain(work.iter().map(|effect| (effect, true))) {
            let caused_by = causes.edits(&effect.subject);
            for index in &caused_by {
                let RustVerdict { runtime, wrapper, .. } = &mut report.verdicts[*index];
                if is_work { wrapper } else { runtime }.push(effect.notice());
            }
            if caused_by.is_empty() {
                report.unattributed.push(unattributed(effect.notice()));
            }
        }
        for (verdict, edit) in report.verdicts.iter_mut().zip(edits) {
            verdict.wrapper.extend(wrapper::written_by_hand(after, edit).map(|effect| effect.notice()));
            verdict.bump =
                verdict.signatures.iter().map(|signature| signature.bump).max().unwrap_or_default();
            // The highest bump first; the sort is stable, so the items keep their order otherwise.
            verdict.signatures.sort_by_key(|signature| Reverse(signature.bump));
        }
        if let Some((base, revision)) = self.releases {
            report.gate = Some(gate::gate(base, revision, report.bump(), !runtime.is_empty()));
        }
        report
    }
}

/// The reason why a side has no API, in one sentence.
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

/// The report of an effect that no edit explains.
fn unattributed(notice: Notice) -> Signature {
    let (rule, item) = (notice.rule, notice.text);
    Signature { rule, item, bump: Bump::None, before: None, after: None, note: None }
}
