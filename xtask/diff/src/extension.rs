//! What a caller adds to a report: the place for whatever an edit means beyond HTTP, for instance to a generated API.
//!
//! An [`Extension`] names the data that the JSON report holds, and says what of them people read in the other formats.
//! The comparison itself knows nothing of it.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

/// A further verdict on the edits.
///
/// Both types of data are flattened into the report and into each edit: their fields stand beside those of this crate.
pub trait Extension {
    /// What is known of all edits together.
    type OfReport: fmt::Debug + Default + Serialize + JsonSchema;
    /// What is known of one edit; the default where nothing is.
    type OfEdit: fmt::Debug + Default + Serialize + JsonSchema;

    /// What the verdict is about, in one word: `Rust`.
    const LABEL: &'static str;

    /// The line at the head of a report.
    fn headline(report: &Self::OfReport) -> Option<Headline>;

    /// What differs although no edit explains it.
    fn unexplained(report: &Self::OfReport) -> Vec<Statement>;

    /// What one edit does.
    fn verdict(edit: &Self::OfEdit) -> Option<Verdict>;
}

/// The line at the head of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Headline {
    /// What the verdict is about, as a title: `Rust API`.
    pub subject: &'static str,
    /// The verdict on all edits, with something to add to it; or why there is none.
    pub verdict: Result<(String, String), String>,
}

/// What one edit does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// In one word.
    pub name: &'static str,
    /// How much of a reviewer's attention it needs.
    pub severity: Severity,
    /// What is seen before anything runs.
    pub statements: Vec<Statement>,
    /// What is seen at run time only.
    pub at_run_time: Vec<Statement>,
}

/// One thing that an edit does, and the rule that says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// What it does, in one line.
    pub text: String,
    /// The rule's id.
    pub rule: String,
    /// How much of a reviewer's attention it needs.
    pub severity: Severity,
}

/// How much of a reviewer's attention something needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// None.
    #[default]
    None,
    /// It is worth knowing.
    Notice,
    /// It may break somebody.
    Warning,
}

/// No extension: a report of what edits mean over HTTP.
#[derive(Clone, Copy, Debug, Default)]
pub struct HttpOnly;

/// No data.
#[derive(Clone, Copy, Debug, Default, Serialize, JsonSchema)]
pub struct Nothing {}

impl Extension for HttpOnly {
    type OfReport = Nothing;
    type OfEdit = Nothing;

    const LABEL: &'static str = "";

    fn headline(_: &Nothing) -> Option<Headline> {
        None
    }

    fn unexplained(_: &Nothing) -> Vec<Statement> {
        Vec::new()
    }

    fn verdict(_: &Nothing) -> Option<Verdict> {
        None
    }
}
