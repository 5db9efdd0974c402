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
pub use report::{EditExtension, ReportExtension, RustApi};
pub use rules::{explain, ids};
pub use verdict::{Bump, Gate, Notice, RustReport, RustVerdict, Signature};

use gate::Release;
use surface::Surface;

use std::cmp::Reverse;
use std::collections::BTreeSet;

use atlas_codegen::lower::walk;
use atlas_codegen::patch::type_name;
use atlas_codegen::{Error, LintScope};
use openapi_diff::{Edit, Side, Sides};
use openapi_fragment::Document;

use api::{Api, public_api};
use cause::Causes;
use compare::ApiChange;

/// Generates both sides, and reports what the edits change. With the releases of both sides, the report has the result of
/// the version gate.
///
/// # Errors
///
/// One sentence with the reason why a side has no API.
fn review(
    documents: Sides<&Document>,
    surfaces: Sides<&Surface>,
    releases: Option<Sides<&Release>>,
    edits: &[Edit],
) -> Result<RustReport, String> {
    check_base(documents.base, surfaces.base)?;
    let api = |side: Side| {
        // The base may be older than rules on which no code depends. It cannot be changed any more.
        let scope = match side {
            Side::Base => LintScope::Generation,
            Side::Revision => LintScope::Document,
        };
        public_api(documents.get(side), surfaces.get(side), scope).map_err(|failure| sentence(side, &failure))
    };
    // Both sides at once: the generator takes tens of milliseconds for each.
    let (before, after) = std::thread::scope(|scope| {
        let before = std::thread::Builder::new()
            .stack_size(atlas_codegen::STACK_SIZE)
            .spawn_scoped(scope, || api(Side::Base));
        let after = api(Side::Revision);
        let before = match before.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(before)) => before,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(_) => api(Side::Base),
        };
        (before, after)
    });
    Ok(report(&before?, &after?, releases, edits))
}

/// Checks that the base is a fragment of the SDK: that it has at least half of the types that the SDK re-exports.
/// Generating from an unrelated document may take long, and the result would be useless.
fn check_base(base: &Document, surface: &Surface) -> Result<(), String> {
    let types: BTreeSet<String> =
        walk::schemas(&base.value).map(|(component, _)| type_name(component)).collect();
    let exported = surface.exported.values();
    let (all, present) = (exported.len(), exported.filter(|name| types.contains(*name)).count());
    if present * 2 >= all {
        return Ok(());
    }
    Err(format!(
        "the base is not a fragment of this SDK: it has {present} of the {all} schemas whose types the SDK re-exports; \
         {ANOTHER_BASE}"
    ))
}

fn report(
    before: &Api<'_>,
    after: &Api<'_>,
    releases: Option<Sides<&Release>>,
    edits: &[Edit],
) -> RustReport {
    let causes = Causes::new(before, after, edits);
    let mut verdicts = vec![RustVerdict::default(); edits.len()];
    let mut unattributed = Vec::new();
    let changes = compare::compare(before, after);
    let runtime = runtime::runtime(before, after);
    let work = wrapper::work(before, after, &changes);
    let of_users: Vec<ApiChange> = changes.into_iter().filter(|change| change.is_public).collect();
    type Add = fn(&mut RustVerdict, Signature);
    let lists: [(&[ApiChange], Add); 3] = [
        (&of_users, |verdict, signature| verdict.signatures.push(signature)),
        (&runtime, |verdict, signature| verdict.runtime.push(signature.into())),
        (&work, |verdict, signature| verdict.wrapper.push(signature.into())),
    ];
    for (changes, add) in lists {
        for ApiChange { subject, signature, .. } in changes {
            let caused_by = causes.edits(subject);
            caused_by.iter().for_each(|index| add(&mut verdicts[*index], signature.clone()));
            unattributed.extend(caused_by.is_empty().then(|| signature.clone()));
        }
    }
    // The highest bump first; the sort is stable, so the items keep their order otherwise.
    let sort = |signatures: &mut [Signature]| {
        signatures.sort_by_key(|signature| Reverse(signature.bump));
        signatures.first().map_or(Bump::None, |signature| signature.bump)
    };
    let mut bump = sort(&mut unattributed);
    for (verdict, edit) in verdicts.iter_mut().zip(edits) {
        verdict.wrapper.extend(wrapper::written_by_hand(after, edit));
        verdict.bump = sort(&mut verdict.signatures);
        bump = bump.max(verdict.bump);
    }
    let gate = releases.map(|releases| gate::gate(releases, bump, !runtime.is_empty()));
    RustReport { bump, gate, unattributed, verdicts }
}

/// The help if the base has no API.
const ANOTHER_BASE: &str = "give another base with --base REV or --base-file FILE";

/// The reason why a side has no API, and the help, in one sentence.
fn sentence(side: Side, failure: &Error) -> String {
    let (which, help) = match side {
        Side::Base => ("the base", ANOTHER_BASE),
        Side::Revision => ("the revision", "`cargo xtask codegen` must succeed first"),
    };
    match failure {
        Error::Problems(problems) => {
            let first = problems.first().map(ToString::to_string).unwrap_or_default();
            let first = first.lines().next().unwrap_or_default();
            format!(
                "{which} does not pass lint, so nothing can be generated from it; the first problem: {first}; {help}"
            )
        }
        other => format!("nothing can be generated from {which}: {other}; {help}"),
    }
}
