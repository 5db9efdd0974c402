//! Adds to a report what edits mean beyond HTTP, for instance to a generated API.
//!
//! An [`Extension`] defines data that become part of the JSON report, and selects what the other formats show of them. It
//! has no influence on the comparison.

use std::fmt;

use schemars::JsonSchema;
use serde::Serialize;

/// An additional verdict on the edits.
///
/// Its data are flattened into the report and into each edit, so their fields must not have the names of the fields of
/// [`Report`](crate::Report) and [`EditReport`](crate::EditReport).
pub trait Extension {
    /// Data about all edits together.
    type OfReport: fmt::Debug + Default + Serialize + JsonSchema;
    /// Data about one edit. The default value stands for no data.
    type OfEdit: fmt::Debug + Default + Serialize + JsonSchema;

    /// The subject of the verdict in one word, such as `Rust`.
    const LABEL: &'static str;

    /// The line at the top of a report.
    fn headline(report: &Self::OfReport) -> Option<Headline>;

    /// Effects that no edit explains.
    fn unexplained(report: &Self::OfReport) -> Vec<Statement>;

    /// The verdict on one edit.
    fn verdict(edit: &Self::OfEdit) -> Option<Verdict>;
}

/// A line at the top of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Headline {
    /// The subject of the verdict as a title, such as `Rust API`.
    pub subject: &'static str,
    /// The verdict on all edits in one word and a detail to add to it, or the reason why there is no verdict.
    pub verdict: Result<(&'static str, String), String>,
}

impl Headline {
    /// A line about this subject.
    #[must_use]
    pub const fn new(subject: &'static str, verdict: Result<(&'static str, String), String>) -> Self {
        Self { subject, verdict }
    }
}

/// The verdict on one edit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verdict {
    /// The verdict in one word.
    pub name: &'static str,
    /// How much attention of a reviewer it needs.
    pub severity: Severity,
    /// Effects that are visible without running anything.
    pub statements: Vec<Statement>,
    /// Effects that are visible only at run time.
    pub at_run_time: Vec<Statement>,
}

impl Verdict {
    /// A verdict without effects.
    #[must_use]
    pub const fn new(name: &'static str, severity: Severity) -> Self {
        Self { name, severity, statements: Vec::new(), at_run_time: Vec::new() }
    }
}

/// One effect of an edit, and the rule that describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Statement {
    /// The effect in one line.
    pub text: String,
    /// The id of the rule.
    pub rule: String,
    /// How much attention of a reviewer it needs.
    pub severity: Severity,
}

impl Statement {
    /// An effect that this rule describes.
    pub fn new(text: impl Into<String>, rule: impl Into<String>, severity: Severity) -> Self {
        Self { text: text.into(), rule: rule.into(), severity }
    }
}

/// How much attention of a reviewer an effect needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Severity {
    /// No attention.
    #[default]
    None,
    /// The effect is worth knowing.
    Notice,
    /// The effect may break users.
    Warning,
}

/// No extension: the report covers only the effects over HTTP.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct HttpOnly;

/// No data.
#[derive(Clone, Copy, Debug, Default, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct NoData {}

impl Extension for HttpOnly {
    type OfReport = NoData;
    type OfEdit = NoData;

    const LABEL: &'static str = "";

    fn headline(_: &NoData) -> Option<Headline> {
        None
    }

    fn unexplained(_: &NoData) -> Vec<Statement> {
        Vec::new()
    }

    fn verdict(_: &NoData) -> Option<Verdict> {
        None
    }
}
