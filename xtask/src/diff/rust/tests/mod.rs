//! The verdict on single edits of the project's own fragment, held against what is really generated.
//!
//! - `edits`: the table of edits.
//! - `verdicts`: each edit's changes, kept in a golden file, and checked against the public items as text.
//! - `causes`: of two edits at once, each has its own changes.
//! - `downstream`: the verdict against the compiler's.
//! - `witness`: the program that the compiler sees.

mod causes;
mod downstream;
mod edits;
mod verdicts;
mod witness;

use std::path::PathBuf;

use super::Surface;
use super::api::{Api, public_api};
use super::compare::{self, ApiChange};
use super::runtime::{self, RuntimeChange};
use crate::diff::verdict::Bump;
use crate::paths;
use crate::spec::Document;
use edits::Case;

fn sources() -> PathBuf {
    paths::root().join(paths::SDK_SOURCES)
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

/// What one edit does.
struct Outcome {
    changes: Vec<ApiChange>,
    runtime: Vec<RuntimeChange>,
}

impl Outcome {
    fn bump(&self) -> Bump {
        self.changes.iter().map(|change| change.signature.bump).max().unwrap_or_default()
    }
}

fn outcome(before: &Api<'_>, after: &Api<'_>) -> Outcome {
    Outcome { changes: compare::compare(before, after), runtime: runtime::runtime(before, after) }
}
