//! Compares the fragment of the working tree with a base: reads both sides, compares them, and writes the report.

use std::io::Write;
use std::path::PathBuf;

use atlas_codegen::paths;
use openapi_diff::{Acknowledgements, Format, Level, Names, Report, compare, redact, render_failures, rules};
use openapi_fragment::Document;

use crate::base::{Base, BaseFile};
use crate::input::{self, Input};
use crate::rust::{self, Bump, Gate, RustApi, RustReport};
use crate::{Error, Outcome};

/// What to compare, and how to report it.
#[derive(Debug)]
pub struct Options {
    /// The fragment to review, if it is not the project's own.
    pub file: Option<PathBuf>,
    /// The document to compare it with.
    pub base: Base,
    /// The format of the report.
    pub format: Format,
    /// The findings that make the review fail, unless they are acknowledged.
    pub fail_on: Vec<FailOn>,
}

/// A class of findings that makes the review fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailOn {
    /// An edit breaks clients over HTTP.
    Breaking,
    /// An edit may break clients over HTTP, or does, or no rule explains a difference.
    Risky,
    /// The Rust API breaks, or could not be reviewed.
    Major,
    /// The Rust API grows or breaks, or could not be reviewed.
    Minor,
    /// `Cargo.toml` or `CHANGELOG.md` lack what the change of the Rust API requires, or it could not be reviewed.
    Version,
    /// No rule explains a difference.
    Unclassified,
}

/// Compares the fragment with the base, and writes the report.
///
/// # Errors
///
/// If a side cannot be read, or the report cannot be written. If a side cannot be read, the formats that other programs
/// read have the reason instead of a report. A terminal shows the message of the error already, so the text is empty.
pub fn diff(options: &Options, out: &mut dyn Write) -> Result<Outcome, Error> {
    let outcome = compare_and_report(options, out);
    if let Err(error) = &outcome
        && !matches!(options.format, Format::Text | Format::Terminal(_))
        && !error.failures().is_empty()
    {
        render_failures(&error.failures(), options.format, out)
            .and_then(|()| out.flush())
            .map_err(Error::output)?;
    }
    outcome
}

fn compare_and_report(options: &Options, out: &mut dyn Write) -> Result<Outcome, Error> {
    let (path, name) = paths::fragment(options.file.as_deref());
    // Each text is dropped before the next one is read: a document is several times as large as its text.
    let mut revision = Input::Fragment.load(&path, &name)?;
    let BaseFile { name: base_name, bytes, commit } = options.base.read(&path)?;
    // Editors open the file of a problem by its path, which a file in a commit does not have.
    let base_path = commit.as_ref().map_or_else(|| base_name.clone(), |_| format!("{name} of {base_name}"));
    let mut base = Document::load_openapi(&base_path, &bytes).map_err(Error::Problems)?;
    drop(bytes);
    redact(&mut [&mut base, &mut revision]);
    let acknowledged = input::companion(
        &path.with_file_name(paths::ACKNOWLEDGED),
        parse_acknowledged,
        "each entry has `fingerprint`, `rule`, `node` and `reason`; the diff prints the first three",
    )?;
    let diff = compare(&base, &revision);
    let rust_review = rust::Project::read(&paths::root(), commit.as_deref())
        .and_then(|project| project.review(&base, &revision, &diff.edits))
        .map_err(|problem| match options.fail_on.iter().any(|what| what.needs_rust_review()) {
            true => format!("{problem} (this fails --fail-on major, minor and version)"),
            false => problem,
        });
    let base_file = match &options.base {
        Base::File(path) => Some(path.display().to_string()),
        Base::BranchPoint | Base::Revision(_) => None,
    };
    let names = Names::new(name, base_name, "worktree").base_file(base_file);
    let (of_report, of_edits) = RustApi::extensions(rust_review);
    let report: Report<RustApi> =
        Report::new(names, &diff, &revision, &acknowledged).with(of_report, of_edits);
    openapi_diff::render(&report, options.format, out).and_then(|()| out.flush()).map_err(Error::output)?;
    let rejected = !report.stale.is_empty() || options.fail_on.iter().any(|what| what.is_met(&report));
    Ok(if rejected { Outcome::Rejected } else { Outcome::Passed })
}

/// Writes the explanation of a rule.
///
/// # Errors
///
/// If there is no such rule; the error suggests similar ones.
pub fn explain(rule: &str, out: &mut dyn Write) -> Result<Outcome, Error> {
    let Some(text) = rules::explain(rule).or_else(|| rust::explain(rule)) else {
        let similar = similar(rule);
        let help = match similar.is_empty() {
            true => "a report names the rules in brackets, at the end of each line".to_owned(),
            false => format!("similar rules are\n  {}", similar.join("\n  ")),
        };
        return Err(Error::input(format!("there is no rule {rule:?}"), help));
    };
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(Error::output)?;
    Ok(Outcome::Passed)
}

/// The rules whose ids contain this text; if there are none, those that have the most words in common with it.
fn similar(rule: &str) -> Vec<String> {
    const MAX_SUGGESTIONS: usize = 12;
    let all: Vec<String> = rules::ids().into_iter().chain(rust::ids().map(str::to_owned)).collect();
    let words: Vec<&str> = rule.split('-').filter(|word| !word.is_empty()).collect();
    let common = |id: &String| match !rule.is_empty() && id.contains(rule) {
        true => usize::MAX,
        false => id.split('-').filter(|word| words.contains(word)).count(),
    };
    let best = all.iter().map(common).max().filter(|best| *best > 0);
    all.iter().filter(|id| Some(common(id)) == best).take(MAX_SUGGESTIONS).cloned().collect()
}

/// Parses the acknowledgements. The error names the line.
fn parse_acknowledged(text: &str) -> Result<Acknowledgements, String> {
    let file: Acknowledgements = toml::from_str(text).map_err(|error| error.to_string())?;
    match file.acknowledged.iter().find(|entry| entry.reason.trim().is_empty()) {
        Some(entry) => Err(format!("{} ({}) has no reason", entry.fingerprint, entry.rule)),
        None => Ok(file),
    }
}

impl FailOn {
    /// Whether it is met if the Rust API could not be reviewed.
    fn needs_rust_review(self) -> bool {
        matches!(self, Self::Major | Self::Minor | Self::Version)
    }

    fn is_met(self, report: &Report<RustApi>) -> bool {
        // What could not be reviewed has not passed.
        let rust = |is_met: fn(&RustReport) -> bool| report.extension.rust.as_ref().is_none_or(is_met);
        match self {
            Self::Breaking => report.has_unacknowledged(Level::Breaking),
            Self::Risky => report.has_unacknowledged(Level::Risky),
            Self::Major => rust(|rust| rust.bump >= Bump::Major),
            Self::Minor => rust(|rust| rust.bump >= Bump::Minor),
            Self::Version => rust(|rust| !rust.gate.as_ref().is_some_and(Gate::passes)),
            Self::Unclassified => !report.unclassified.is_empty(),
        }
    }
}
