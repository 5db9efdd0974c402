//! `cargo xtask upstream`: compares the fragment with the document that MongoDB publishes.
//!
//! 1. `projection` finds the operations that both documents have, and `reduction` reduces each document to them: with
//!    the fragment's names for components and extensions, and without prose.
//! 2. `openapi_diff` compares the two. The levels of the findings are ignored, because the published document is not
//!    the base of a change.
//! 3. `deviations` has the reasons for intended differences. Any other difference makes the command fail.
//! 4. `report` prints the result.
//! 5. `published_changes` lists what changed in the published document since an earlier one, if one is given.

mod deviations;
mod projection;
mod proposals;
mod published_changes;
mod reduction;
mod report;
#[cfg(test)]
mod tests;

use std::io::{self, Write};
use std::path::Path;

use atlas_codegen::paths;
use openapi_diff::{Change, Edit, Locations, compare, redact};
use openapi_fragment::Document;
use serde_json::Value;

use crate::input::{self, Input};
use crate::{Error, Outcome};
use deviations::Deviations;
use projection::{Coverage, project};
pub use proposals::proposals;
use report::Report;

/// The path that stands for standard input.
const STDIN: &str = "-";

/// `cargo xtask upstream`. `former` is an earlier published document; the changes since then are listed too. One of the
/// two may be `-`, which is standard input.
///
/// # Errors
///
/// If a document cannot be read, or the report cannot be written.
pub fn upstream(
    published: &Path,
    former: Option<&Path>,
    fragment: Option<&Path>,
    out: &mut dyn Write,
) -> Result<Outcome, Error> {
    let (path, name) = paths::fragment(fragment);
    let mut fragment = Input::Fragment.load(&path, &name)?;
    if former.is_some_and(|former| [published, former].iter().all(|path| is_stdin(path))) {
        return Err(Error::input("standard input cannot be both documents", "give one of them as a file"));
    }
    let mut published = load_published(published)?;
    let mut former = former.map(load_published).transpose()?;
    redact(&mut [&mut fragment, &mut published].into_iter().chain(&mut former).collect::<Vec<_>>());
    let comparison = &Comparison::new(&published.value, &fragment.value)?;
    let deviations = &read_deviations(&path.with_file_name(paths::DEVIATIONS))?;
    let report = Report { comparison, deviations, fragment: &fragment };
    let outcome = report.write(published.path(), out).map_err(Error::output)?;
    if let Some(former) = &former {
        published_changes::write(former, &published, &fragment, out).map_err(Error::output)?;
    }
    out.flush().map_err(Error::output)?;
    Ok(outcome)
}

fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == STDIN
}

fn load_published(path: &Path) -> Result<Document, Error> {
    if !is_stdin(path) {
        return Input::Published.load(path, &path.display().to_string());
    }
    let bytes = Document::read(io::stdin().lock()).map_err(|error| {
        Error::input(
            format!("could not read standard input: {error}"),
            "give the published document as a file",
        )
    })?;
    Document::load_openapi("standard input", &bytes).map_err(Error::Problems)
}

fn read_deviations(path: &Path) -> Result<Deviations, Error> {
    input::companion(
        path,
        Deviations::parse,
        "each entry has `change`, `reason`, and `detail` or the values `before` and `after`; it may have `node` and \
         `direction`",
    )
}

/// The differences between the published document and the fragment.
struct Comparison {
    /// References are resolved: it does not matter whether a schema is a component or inline.
    edits: Vec<Edit>,
    unclassified: Vec<Locations>,
    coverage: Coverage,
}

impl Comparison {
    fn new(published: &Value, fragment: &Value) -> Result<Self, Error> {
        let ([published, fragment], coverage) = project(published, fragment);
        let document = |name: &str, value: &Value| {
            Document::load(name, value.to_string().as_bytes()).map_err(Error::Problems)
        };
        let diff = compare(&document("published", &published)?, &document("fragment", &fragment)?);
        let edits: Vec<Edit> = diff.edits.into_iter().flat_map(relevant).collect();
        Ok(Self { edits, unclassified: diff.unclassified, coverage })
    }
}

/// The differences that count: those within a changed reference instead of the reference itself, and none that is only
/// about the location of a schema or the order of parameters.
fn relevant(edit: Edit) -> Vec<Edit> {
    match edit.change {
        Change::ReferenceExtracted
        | Change::ReferenceInlined
        | Change::ReferenceMoved
        | Change::ComponentAdded
        | Change::ComponentRemoved
        | Change::ComponentRenamed
        | Change::OrderChanged
        | Change::Rewritten => Vec::new(),
        Change::ReferenceChanged | Change::CompositionChanged if !edit.within.is_empty() => {
            edit.within.into_iter().flat_map(relevant).collect()
        }
        _ => vec![edit],
    }
}
