//! The comparison of the working tree with a base: reads both sides, compares, shows.

use std::io::Write;
use std::path::{Path, PathBuf};

use atlas_codegen::paths;
use openapi_diff::{Acknowledgements, Format, Level, Names, Report, compare, redact, rules};
use openapi_fragment::Document;

use crate::base::{Base, Found};
use crate::input::Input;
use crate::rust::{self, Bump, RustApi};
use crate::{Error, Outcome};

/// What to compare, and how to show it.
#[derive(Debug)]
pub struct Options {
    /// Another fragment than the project's.
    pub file: Option<PathBuf>,
    /// What to compare with.
    pub base: Base,
    /// How to show it.
    pub format: Format,
    /// What to reject, unless it is acknowledged.
    pub fail_on: Vec<FailOn>,
}

/// What is rejected although the comparison was carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailOn {
    /// An edit breaks clients over HTTP.
    Breaking,
    /// An edit may break clients over HTTP, or does.
    Risky,
    /// The Rust API breaks.
    Major,
    /// The Rust API grows, or breaks.
    Minor,
    /// `Cargo.toml` or `CHANGELOG.md` do not say what the Rust API requires.
    Version,
    /// A difference has no rule.
    Unclassified,
}

/// Compares, and writes the report.
///
/// # Errors
///
/// Where a side cannot be read, or the report not written. Nothing was written then, or a part of the report.
pub fn diff(options: &Options, out: &mut dyn Write) -> Result<Outcome, Error> {
    let (path, name) = match &options.file {
        None => (paths::root().join(paths::FRAGMENT), paths::FRAGMENT.to_owned()),
        Some(path) => (path.clone(), path.display().to_string()),
    };
    // One text after the other: a document is several times as large as its text.
    let mut revision = {
        let bytes = Input::Fragment.read(&path, &name)?;
        Document::load(&name, &bytes).map_err(Error::Problems)?
    };
    let Found { name: base_name, bytes, commit } = options.base.read(&path)?;
    let mut base = Document::load(&format!("{name} of {base_name}"), &bytes).map_err(Error::Problems)?;
    drop(bytes);
    redact(&mut [&mut base, &mut revision]);
    let acknowledged = acknowledged(&path.with_file_name(paths::ACKNOWLEDGED))?;
    let diff = compare(&base, &revision);
    let judged = rust::Project::read(&paths::root(), commit.as_deref())
        .and_then(|sides| sides.judge(&base, &revision, &diff.edits));
    let names = Names { file: name, base: base_name, revision: "worktree".to_owned() };
    let (of_report, of_edits) = RustApi::of(judged);
    let report: Report<RustApi> =
        Report::new(names, &diff, &revision, &acknowledged).with(of_report, of_edits);
    openapi_diff::render(&report, options.format, out).and_then(|()| out.flush()).map_err(Error::output)?;
    let rejected = !report.stale.is_empty() || options.fail_on.iter().any(|what| what.is_met(&report));
    Ok(if rejected { Outcome::Rejected } else { Outcome::Passed })
}

/// Writes what a rule is about.
///
/// # Errors
///
/// Where there is no such rule; with the rules that are near.
pub fn explain(rule: &str, out: &mut dyn Write) -> Result<Outcome, Error> {
    let Some(text) = rules::explain(rule).or_else(|| rust::explain(rule)) else {
        let near = near(rule);
        let help = match near.is_empty() {
            true => "a report names the rules in brackets, at the end of a line".to_owned(),
            false => format!("ask for one of\n  {}", near.join("\n  ")),
        };
        return Err(Error::Input { what: format!("there is no rule {rule:?}"), help });
    };
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(Error::output)?;
    Ok(Outcome::Passed)
}

/// The rules whose ids hold what was asked for; else those that have most words in common with it.
fn near(rule: &str) -> Vec<String> {
    const MOST: usize = 12;
    let all: Vec<String> = rules::ids().into_iter().chain(rust::ids().map(str::to_owned)).collect();
    let words: Vec<&str> = rule.split('-').filter(|word| !word.is_empty()).collect();
    let common = |id: &String| match !rule.is_empty() && id.contains(rule) {
        true => usize::MAX,
        false => id.split('-').filter(|word| words.contains(word)).count(),
    };
    let most = all.iter().map(common).max().filter(|most| *most > 0);
    all.iter().filter(|id| Some(common(id)) == most).take(MOST).cloned().collect()
}

fn acknowledged(path: &Path) -> Result<Acknowledgements, Error> {
    let name = path.display().to_string();
    let Some(text) = Input::Kept.read_if_there(path, &name)? else { return Ok(Acknowledgements::default()) };
    read_acknowledged(&text).map_err(|problem| Error::Input {
        what: format!("{name} is not as it must be: {problem}"),
        help: "each entry has `fingerprint`, `rule`, `node` and `reason`, as the diff prints them".to_owned(),
    })
}

/// Reads the text of the file. The error names the line.
fn read_acknowledged(text: &str) -> Result<Acknowledgements, String> {
    let file: Acknowledgements = toml::from_str(text).map_err(|error| error.to_string())?;
    match file.acknowledged.iter().find(|entry| entry.reason.trim().is_empty()) {
        Some(entry) => Err(format!("{} ({}) has no reason", entry.fingerprint, entry.rule)),
        None => Ok(file),
    }
}

impl FailOn {
    fn is_met(self, report: &Report<RustApi>) -> bool {
        let bump = report.extension.rust.as_ref().map_or(Bump::None, |rust| rust.bump);
        match self {
            Self::Breaking => report.has_unacknowledged(Level::Breaking),
            Self::Risky => report.has_unacknowledged(Level::Risky),
            Self::Major => bump >= Bump::Major,
            Self::Minor => bump >= Bump::Minor,
            Self::Version => {
                let gate = report.extension.rust.as_ref().and_then(|rust| rust.gate.as_ref());
                gate.is_some_and(|gate| !gate.passes())
            }
            Self::Unclassified => !report.unclassified.is_empty(),
        }
    }
}
