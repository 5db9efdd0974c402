//! `cargo xtask upstream`: our fragment against the published document, through the same engine, inside out.
//!
//! Both documents are cut down to what they have in common ([`project`]): the operations that we have, under our names
//! for components. What still differs is on purpose, and then `spec/deviations.toml` has its reason, or it is news.
//! Levels say nothing here: the published document is not the base of a change.

mod deviations;
mod project;
#[cfg(test)]
mod tests;

use std::io::{self, Write};
use std::path::Path;

use super::input::Input;
use super::{Change, Edit, Sites, compare};
use crate::emit::IoFailure;
use crate::failure::{Failure, Status};
use crate::paths;
use crate::spec::Document;
use deviations::Deviations;
use project::Projection;

/// `cargo xtask upstream`
pub(crate) fn upstream(
    published: &Path,
    fragment: Option<&Path>,
    out: &mut dyn Write,
) -> Result<Status, Failure> {
    let default = paths::root().join(paths::FRAGMENT);
    let path = fragment.unwrap_or(&default);
    let name = fragment.map_or_else(|| paths::FRAGMENT.to_owned(), |path| path.display().to_string());
    let ours = load(Input::Fragment, path, &name)?;
    let theirs = load(Input::Published, published, &published.display().to_string())?;
    let comparison = Comparison::new(&theirs, &ours)?;
    let deviations = path.with_file_name(paths::DEVIATIONS);
    let deviations = read(&deviations)?;
    comparison
        .show(&deviations, &ours, out)
        .map_err(|error| IoFailure::new("could not write to the output", error).into())
}

fn load(input: Input, path: &Path, name: &str) -> Result<Document, Failure> {
    Document::load(name, &input.read(path, name)?).map_err(Failure::Problems)
}

fn read(path: &Path) -> Result<Deviations, Failure> {
    let name = path.display().to_string();
    let Some(text) = Input::Kept.read_if_there(path, &name)? else { return Ok(Deviations::default()) };
    Deviations::read(&text).map_err(|problem| Failure::Base {
        what: format!("{name} is not as it must be: {problem}"),
        mend: "each entry has `change` and `reason`, and may have `node` and `detail`".to_owned(),
    })
}

/// What the two documents say differently.
struct Comparison {
    /// References are followed: a schema that has a name here and none there is no difference.
    edits: Vec<Edit>,
    unclassified: Vec<Sites>,
    /// Operations of the tags that we have, which we do not have.
    lacking: Vec<String>,
    /// How many other operations the published document has.
    elsewhere: usize,
    /// Operations that only we have.
    unpublished: Vec<String>,
}

impl Comparison {
    fn new(theirs: &Document, ours: &Document) -> Result<Self, Failure> {
        let Projection { theirs, ours, lacking, elsewhere, unpublished } =
            project::project(&theirs.value, &ours.value);
        let document = |name: &str, value: &serde_json::Value| {
            Document::load(name, value.to_string().as_bytes()).map_err(Failure::Problems)
        };
        let diff = compare(&document("published", &theirs)?, &document("fragment", &ours)?);
        let edits = diff.edits.into_iter().flat_map(flat).collect();
        Ok(Self { edits, unclassified: diff.unclassified, lacking, elsewhere, unpublished })
    }

    fn show(&self, deviations: &Deviations, ours: &Document, out: &mut dyn Write) -> io::Result<Status> {
        let mut used = vec![false; deviations.len()];
        let mut unexplained = 0;
        for (title, group) in [
            ("they have, we lack", Group::Theirs),
            ("we have, they lack", Group::Ours),
            ("both have, said differently", Group::Differs),
        ] {
            let edits = self.edits.iter().filter(|edit| Group::of(edit) == group);
            let mut alike: Vec<(&Edit, Option<usize>, usize)> = Vec::new();
            for edit in edits {
                let known = deviations.find(edit);
                unexplained += usize::from(known.is_none());
                known.iter().for_each(|index| used[*index] = true);
                let same = |other: &&mut (&Edit, Option<usize>, usize)| {
                    let detail = known.is_some_and(|index| deviations.is_of_a_kind(index))
                        || other.0.detail == edit.detail;
                    (other.0.change, other.1) == (edit.change, known) && detail
                };
                match alike.iter_mut().find(same) {
                    Some((.., count)) => *count += 1,
                    None => alike.push((edit, known, 1)),
                }
            }
            writeln!(out, "{title}: {}", alike.iter().map(|(.., count)| count).sum::<usize>())?;
            for (edit, known, count) in alike {
                let reason = known.map_or(NEWS, |index| deviations.reason(index));
                line(out, edit, count, ours, reason)?;
            }
        }
        for sites in &self.unclassified {
            unexplained += 1;
            let pointer = sites.shown().map_or("", |site| &site.pointer);
            writeln!(out, "unclassified  #{pointer}")?;
        }
        for name in &self.unpublished {
            writeln!(out, "not published  {name}")?;
        }
        writeln!(out, "operations of the same tags that we lack: {}", self.lacking.len())?;
        self.lacking.iter().try_for_each(|name| writeln!(out, "  {name}"))?;
        let stale: Vec<String> = deviations.unused(&used).collect();
        for entry in &stale {
            writeln!(out, "stale  {entry}: the published document no longer differs so; remove the entry")?;
        }
        writeln!(
            out,
            "{} differences, {} without a reason, {} reasons stale; {} other operations published",
            self.edits.len() + self.unclassified.len(),
            unexplained,
            stale.len(),
            self.elsewhere
        )?;
        let refused = unexplained > 0 || !stale.is_empty() || !self.unpublished.is_empty();
        Ok(if refused { Status::Refused } else { Status::Ok })
    }
}

/// What stands in the place of a reason.
const NEWS: &str = "NEWS: no reason in spec/deviations.toml";

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

/// Who has more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Group {
    Theirs,
    Ours,
    Differs,
}

impl Group {
    fn of(edit: &Edit) -> Self {
        match (&edit.before, &edit.after) {
            (Some(_), None) => Self::Theirs,
            (None, Some(_)) => Self::Ours,
            _ => Self::Differs,
        }
    }
}

fn line(out: &mut dyn Write, edit: &Edit, count: usize, ours: &Document, reason: &str) -> io::Result<()> {
    let pointer = edit.sites.shown().map_or("", |site| &site.pointer);
    let position = ours.nearest_position(pointer);
    let id = super::rules::half(edit.change).map_or("", |half| half.id);
    let more = if count > 1 { format!(" (and {} more)", count - 1) } else { String::new() };
    writeln!(
        out,
        "  {} {}{more}: {}  [{id}] {}:{}:{}\n      {reason}",
        edit.node.kind.name(),
        edit.node.name,
        edit.detail,
        ours.path(),
        position.line,
        position.column
    )
}
