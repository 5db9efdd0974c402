//! `cargo xtask upstream`: our fragment against the published document, through the same engine, inside out.
//!
//! Both documents are cut down to what they have in common (`project`): the operations that we have, under our names
//! for components. What still differs is on purpose, and then `spec/deviations.toml` has its reason, or it is news.
//! Levels say nothing here: the published document is not the base of a change.

mod deviations;
mod projection;
mod published_changes;
mod report;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use atlas_codegen::paths;
use openapi_diff::{Change, Edit, Locations, compare, redact};
use openapi_fragment::Document;

use crate::input::Input;
use crate::{Error, Outcome};
use deviations::Deviations;
use projection::Projection;
use published_changes::PublishedChanges;

/// `cargo xtask upstream`. `former` is the published document of another day: what changed there since is listed too.
///
/// # Errors
///
/// Where a document cannot be read, or the report not written.
pub fn upstream(
    published: &Path,
    former: Option<&Path>,
    fragment: Option<&Path>,
    out: &mut dyn Write,
) -> Result<Outcome, Error> {
    let default = paths::root().join(paths::FRAGMENT);
    let path = fragment.unwrap_or(&default);
    let name = fragment.map_or_else(|| paths::FRAGMENT.to_owned(), |path| path.display().to_string());
    let mut ours = load(Input::Fragment, path, &name)?;
    let read = |path: &Path| load(Input::Published, path, &path.display().to_string());
    let mut theirs = read(published)?;
    let mut former = former.map(read).transpose()?;
    redact(&mut [&mut ours, &mut theirs].into_iter().chain(&mut former).collect::<Vec<_>>());
    let comparison = Comparison::new(&theirs, &ours)?;
    let deviations = read_deviations(&path.with_file_name(paths::DEVIATIONS))?;
    let news = former.map(|former| PublishedChanges::new(&former, &theirs, &ours));
    comparison
        .show(&deviations, &ours, &theirs, out)
        .and_then(|status| news.iter().try_for_each(|news| news.show(out)).map(|()| status))
        .and_then(|status| out.flush().map(|()| status))
        .map_err(Error::output)
}

fn load(input: Input, path: &Path, name: &str) -> Result<Document, Error> {
    Document::load(name, &input.read(path, name)?).map_err(Error::Problems)
}

fn read_deviations(path: &Path) -> Result<Deviations, Error> {
    let name = path.display().to_string();
    let Some(text) = Input::Companion.read_if_exists(path, &name)? else { return Ok(Deviations::default()) };
    Deviations::read(&text).map_err(|problem| Error::Input {
        what: format!("{name} is not as it must be: {problem}"),
        help: "each entry has `change` and `reason`, and may have `node` and `detail`".to_owned(),
    })
}

/// What the two documents say differently.
struct Comparison {
    /// References are followed: a schema that has a name here and none there is no difference.
    edits: Vec<Edit>,
    unclassified: Vec<Locations>,
    /// Operations that we do not have, of the tags that we have, by tag.
    lacking: BTreeMap<String, Vec<String>>,
    /// How many operations of each other tag there are.
    elsewhere: BTreeMap<String, usize>,
    /// Operations that only we have.
    unpublished: Vec<String>,
    /// How many operations both have.
    common: usize,
}

impl Comparison {
    fn new(theirs: &Document, ours: &Document) -> Result<Self, Error> {
        let Projection { theirs, ours, lacking, elsewhere, unpublished, common } =
            projection::project(&theirs.value, &ours.value);
        let document = |name: &str, value: &serde_json::Value| {
            Document::load(name, value.to_string().as_bytes()).map_err(Error::Problems)
        };
        let diff = compare(&document("published", &theirs)?, &document("fragment", &ours)?);
        let edits = diff.edits.into_iter().flat_map(flat).collect();
        Ok(Self { edits, unclassified: diff.unclassified, lacking, elsewhere, unpublished, common })
    }
}

/// The differences themselves: what is within a reference in place of the reference, and nothing that only says where a
/// schema is kept or in which order parameters stand.
fn flat(edit: Edit) -> Vec<Edit> {
    match edit.change {
        Change::ReferenceExtracted
        | Change::ReferenceInlined
        | Change::ReferenceMoved
        | Change::ComponentAdded
        | Change::ComponentRemoved
        | Change::ComponentRenamed
        | Change::OrderChanged => Vec::new(),
        Change::ReferenceChanged if !edit.within.is_empty() => {
            edit.within.into_iter().flat_map(flat).collect()
        }
        _ => vec![edit],
    }
}
