//! The verdict on single edits of the project's own fragment, held against what is really generated.
//!
//! - `edits`: the table of edits.
//! - `verdicts`: each edit's changes, kept in a golden file, and checked against the public items as text.
//! - `causes`: of two edits at once, each has its own changes.
//! - `downstream`: the verdict against the compiler's.
//! - `wrapper`: the same edits while the wrapper changes with them.
//! - `witness`: the program that the compiler sees.

mod causes;
mod downstream;
mod edits;
mod verdicts;
mod witness;
mod wrapper;

use std::path::PathBuf;
use std::sync::LazyLock;

use super::Surface;
use super::api::{Api, public_api};
use super::compare::{self, ApiChange};
use super::runtime::{self, RuntimeChange};
use crate::rust::verdict::Bump;
use atlas_codegen::paths;
use edits::{Case, EDITS};
use openapi_fragment::Document;

fn sources() -> PathBuf {
    paths::root().join(paths::SDK_SOURCES)
}

/// The wrapper's sources, as they are.
fn wrapper_sources() -> Vec<(PathBuf, String)> {
    atlas_codegen::wrapper::sources(&sources()).unwrap()
}

fn surface(sources: &[(PathBuf, String)]) -> Surface {
    Surface::of(sources.iter().map(|(path, text)| (path.as_path(), text.as_str()))).unwrap()
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
    public_api(document, surface).unwrap_or_else(|failure| panic!("{what}: {failure}"))
}

/// The fragment as it is, and the wrapper around it.
struct World {
    text: String,
    surface: Surface,
    base: Document,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let text = fragment();
    World { surface: surface(&wrapper_sources()), base: document(&text), text }
});

static BEFORE: LazyLock<Api<'static>> = LazyLock::new(|| api(&WORLD.base, &WORLD.surface, "the fragment"));

/// Each edit of the table by itself. Made once: generating is what takes the time.
static ALONE: LazyLock<Vec<Alone>> = LazyLock::new(|| {
    let (fit, unfit): (Vec<_>, Vec<_>) = EDITS.iter().map(Alone::new).partition(Result::is_ok);
    let unfit: Vec<String> = unfit.into_iter().filter_map(Result::err).collect();
    assert!(unfit.is_empty(), "edits that no longer fit the fragment:\n{}", unfit.join("\n"));
    fit.into_iter().filter_map(Result::ok).collect()
});

struct Alone {
    case: &'static Case,
    after: Api<'static>,
    outcome: Outcome,
}

impl Alone {
    fn new(case: &'static Case) -> Result<Self, String> {
        // Lives as long as the tests do.
        let document = Box::leak(Box::new(document(&case.apply(&WORLD.text)?)));
        let after = public_api(document, &WORLD.surface);
        let after = after.map_err(|failure| format!("{}: {failure}", case.name))?;
        let outcome = Outcome::of(&after);
        Ok(Self { case, after, outcome })
    }
}

/// What becomes of the fragment's API.
struct Outcome {
    changes: Vec<ApiChange>,
    runtime: Vec<RuntimeChange>,
}

impl Outcome {
    fn of(after: &Api<'_>) -> Self {
        Self::between(&BEFORE, after)
    }

    fn between(before: &Api<'_>, after: &Api<'_>) -> Self {
        Self { changes: compare::compare(before, after), runtime: runtime::runtime(before, after) }
    }

    fn bump(&self) -> Bump {
        self.changes.iter().map(|change| change.signature.bump).max().unwrap_or_default()
    }
}
