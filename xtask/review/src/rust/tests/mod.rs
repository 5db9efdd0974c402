//! Checks the verdicts on single edits of the project's own fragment against the generated code.
//!
//! - `edits`: the table of edits.
//! - `verdicts`: the changes of each edit, compared with a golden file and with the public items as text.
//! - `causes`: with several edits at once, each change is attributed to its own edit.
//! - `downstream`: the verdicts, compared with the compiler's.
//! - `referee`: the verdicts, compared with those of cargo-semver-checks.
//! - `workspace`: the copies of the SDK that these two compile.
//! - `wrapper`: the same edits, while the wrapper changes with them.
//! - `user_program`: the program that is compiled for `downstream`.

mod causes;
mod downstream;
mod edits;
mod referee;
mod user_program;
mod verdicts;
mod workspace;
mod wrapper;

use std::path::PathBuf;
use std::sync::LazyLock;

use super::Surface;
use super::api::{Api, public_api};
use super::verdict::{Bump, RustReport, RustVerdict, Signature};
use atlas_codegen::{Generated, LintScope, paths};
use edits::{Case, EDITS};
use openapi_diff::{Edit, Sides};
use openapi_fragment::Document;

fn sources() -> PathBuf {
    paths::root().join(paths::SDK_SOURCES)
}

/// The wrapper's current sources.
fn wrapper_sources() -> Vec<(PathBuf, String)> {
    atlas_codegen::wrapper::sources(&sources()).unwrap()
}

fn surface(sources: &[(PathBuf, String)]) -> Surface {
    let surface = Surface::of(sources.iter().map(|(path, text)| (path.as_path(), text.as_str()))).unwrap();
    surface.with_declarations().unwrap()
}

fn fragment() -> String {
    std::fs::read_to_string(paths::root().join(paths::FRAGMENT)).unwrap()
}

#[track_caller]
fn document(text: &str) -> Document {
    Document::load("fragment", text.as_bytes()).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

#[track_caller]
fn api<'a>(document: &'a Document, surface: &'a Surface, what: &str) -> Api<'a> {
    public_api(document, surface, LintScope::Document).unwrap_or_else(|failure| panic!("{what}: {failure}"))
}

/// The current fragment, and the current wrapper.
struct Current {
    text: String,
    surface: Surface,
    base: Document,
}

static CURRENT: LazyLock<Current> = LazyLock::new(|| {
    let text = fragment();
    Current { surface: surface(&wrapper_sources()), base: document(&text), text }
});

static BEFORE: LazyLock<Api<'static>> =
    LazyLock::new(|| api(&CURRENT.base, &CURRENT.surface, "the fragment"));

/// Each edit of the table, applied alone. Shared by the tests, because generating takes most of the time.
static SINGLE_EDITS: LazyLock<Vec<SingleEdit>> = LazyLock::new(|| {
    let (applied, failed): (Vec<_>, Vec<_>) = EDITS.iter().map(SingleEdit::new).partition(Result::is_ok);
    let failed: Vec<String> = failed.into_iter().filter_map(Result::err).collect();
    assert!(failed.is_empty(), "edits that cannot be applied to the fragment:\n{}", failed.join("\n"));
    applied.into_iter().filter_map(Result::ok).collect()
});

struct SingleEdit {
    case: &'static Case,
    after: Api<'static>,
    edits: Vec<Edit>,
    report: RustReport,
}

impl SingleEdit {
    fn new(case: &'static Case) -> Result<Self, String> {
        // The API borrows the document, and lives in a static.
        let document = Box::leak(Box::new(document(&case.apply(&CURRENT.text)?)));
        let after = public_api(document, &CURRENT.surface, LintScope::Document);
        let after = after.map_err(|failure| format!("{}: {failure}", case.name))?;
        let edits = openapi_diff::compare(&CURRENT.base, document).edits;
        let report = report(&BEFORE, &after, &edits);
        Ok(Self { case, after, edits, report })
    }
}

fn report(before: &Api<'_>, after: &Api<'_>, edits: &[Edit]) -> RustReport {
    super::report(before, after, None, edits)
}

/// The review of the current fragment against this revision, with another wrapper there.
fn review(revision: &Document, wrapper: &Surface, edits: &[Edit]) -> Result<RustReport, String> {
    let surfaces = Sides::new(&CURRENT.surface, wrapper);
    super::review(Sides::new(&CURRENT.base, revision), surfaces, None, edits)
}

#[track_caller]
fn generated(document: &Document) -> Generated {
    atlas_codegen::generate(document).unwrap_or_else(|failure| panic!("{failure}"))
}

/// The lines about one edit, as in the golden file.
fn lines(verdict: &RustVerdict) -> Vec<String> {
    let signatures = verdict.signatures.iter().map(line);
    let notices = verdict.runtime.iter().chain(&verdict.wrapper);
    signatures.chain(notices.map(|notice| format!("{} {}", notice.rule, notice.text))).collect()
}

fn line(signature: &Signature) -> String {
    format!("{:5} {} {signature}", signature.bump.name(), signature.rule)
}
