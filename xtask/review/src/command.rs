//! `cargo xtask diff`: reads both sides, compares, shows.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::acknowledged::Acknowledged;
use super::base::{Base, Found};
use super::input::Input;
use super::redact::redact;
use super::render::{self, Format};
use super::report::{Names, Report};
use super::verdict::{Bump, RustApi as _};
use super::{Level, compare, rules, rust};
use crate::failure::{Failure, Status};
use atlas_codegen::emit::IoError;
use atlas_codegen::paths;
use openapi_fragment::Document;

/// What the flags say.
#[derive(Debug)]
pub(crate) struct Options {
    /// Another fragment than the project's.
    pub(crate) file: Option<PathBuf>,
    pub(crate) base: Base,
    pub(crate) format: Format,
    pub(crate) fail_on: Vec<FailOn>,
}

/// What makes the command fail although it did its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum FailOn {
    /// An edit breaks clients over HTTP
    Breaking,
    /// An edit may break clients over HTTP, or does
    Risky,
    /// The Rust API breaks
    Major,
    /// The Rust API grows, or breaks
    Minor,
    /// `Cargo.toml` or `CHANGELOG.md` do not say what the Rust API asks for
    Version,
    /// A difference has no rule
    Unclassified,
}

/// `cargo xtask diff`
pub(crate) fn diff(options: &Options, out: &mut dyn Write) -> Result<Status, Failure> {
    let (path, name) = match &options.file {
        None => (paths::root().join(paths::FRAGMENT), paths::FRAGMENT.to_owned()),
        Some(path) => (path.clone(), path.display().to_string()),
    };
    // One text after the other: a document is several times as large as its text.
    let mut revision = {
        let bytes = Input::Fragment.read(&path, &name)?;
        Document::load(&name, &bytes).map_err(Failure::Problems)?
    };
    let Found { name: base_name, bytes, commit } = options.base.read(&path)?;
    let mut base = Document::load(&format!("{name} of {base_name}"), &bytes).map_err(Failure::Problems)?;
    drop(bytes);
    redact(&mut [&mut base, &mut revision]);
    let acknowledged = acknowledged(&path.with_file_name(paths::ACKNOWLEDGED))?;
    let diff = compare(&base, &revision);
    let judged = rust::Sides::read(&paths::root(), commit.as_deref())
        .and_then(|sides| sides.judge(&base, &revision, &diff.edits));
    let names = Names { file: name, base: base_name, revision: "worktree".to_owned() };
    let report = Report::new(names, &diff, &revision, &acknowledged, Some(judged));
    render::render(&report, options.format, out)
        .and_then(|()| out.flush())
        .map_err(|error| IoError::new("could not write to the output", error))?;
    let refused = !report.stale.is_empty() || options.fail_on.iter().any(|what| what.is_met(&report));
    Ok(if refused { Status::Refused } else { Status::Ok })
}

/// `cargo xtask diff --explain`
pub(crate) fn explain(rule: &str, out: &mut dyn Write) -> Result<Status, Failure> {
    let Some(text) = rules::explain(rule).or_else(|| rust::explain(rule)) else {
        let near = near(rule);
        let mend = match near.is_empty() {
            true => "a report names the rules in brackets, at the end of a line".to_owned(),
            false => format!("ask for one of\n  {}", near.join("\n  ")),
        };
        return Err(Failure::Base { what: format!("there is no rule {rule:?}"), mend });
    };
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| IoError::new("could not write to the output", error))?;
    Ok(Status::Ok)
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

fn acknowledged(path: &Path) -> Result<Acknowledged, Failure> {
    let name = path.display().to_string();
    let Some(text) = Input::Kept.read_if_there(path, &name)? else { return Ok(Acknowledged::default()) };
    Acknowledged::read(&text).map_err(|problem| Failure::Base {
        what: format!("{name} is not as it must be: {problem}"),
        mend: "each entry has `fingerprint`, `rule`, `node` and `reason`, as the diff prints them".to_owned(),
    })
}

impl FailOn {
    fn is_met(self, report: &Report) -> bool {
        let bump = report.rust.as_ref().map_or(Bump::None, |rust| rust.bump);
        match self {
            Self::Breaking => report.has_unacknowledged(Level::Breaking),
            Self::Risky => report.has_unacknowledged(Level::Risky),
            Self::Major => bump >= Bump::Major,
            Self::Minor => bump >= Bump::Minor,
            Self::Version => {
                let gate = report.rust.as_ref().and_then(|rust| rust.gate.as_ref());
                gate.is_some_and(|gate| !gate.passes())
            }
            Self::Unclassified => !report.unclassified.is_empty(),
        }
    }
}
