//! The data of a report, which all formats share. The JSON format is its serialization.
//!
//! A report covers the effects over HTTP and the data that its [`Extension`] adds.

mod build;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::acknowledged::StaleAcknowledgement;
use super::extension::{Extension, HttpOnly};
use super::{Direction, Level, MessagePart};

/// A diff in the form in which people and programs read it.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(bound = "E: Extension")]
#[schemars(bound = "E: Extension", rename = "Report")]
#[non_exhaustive]
pub struct Report<E: Extension = HttpOnly> {
    /// The name of the document.
    pub file: String,
    /// The name of the base version.
    pub base: String,
    /// The path of the base version, if it is a file of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base_file: Option<String>,
    /// The name of the revision.
    pub revision: String,
    /// The highest level of all edits. At least `risky` if there are differences that belong to no edit.
    pub http: Level,
    /// The number of edits of each level.
    pub counts: Counts,
    /// The number of JSON pointers that differ.
    pub pointers: usize,
    /// The number of these pointers that belong to an edit.
    pub explained: usize,
    /// The data of the extension.
    #[serde(flatten)]
    pub extension: E::OfReport,
    /// In the order of the revision.
    pub edits: Vec<EditReport<E>>,
    /// Differences that belong to no edit.
    pub unclassified: Vec<LocationReport>,
    /// Acknowledgements that match no finding.
    pub stale: Vec<StaleAcknowledgement>,
}

/// The number of edits of each level, and of the differences that belong to no edit.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Counts {
    /// The number of breaking edits.
    pub breaking: usize,
    /// The number of risky edits.
    pub risky: usize,
    /// The number of additive edits.
    pub additive: usize,
    /// The number of edits without effect.
    pub none: usize,
    /// The number of differences that belong to no edit.
    pub unclassified: usize,
}

/// One edit.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(bound = "E: Extension")]
#[schemars(bound = "E: Extension", rename = "EditReport")]
#[non_exhaustive]
pub struct EditReport<E: Extension = HttpOnly> {
    /// The kind of the node that was edited.
    pub kind: &'static str,
    /// The name of the node that was edited.
    pub name: String,
    /// The id of the change: the id of its rule without the direction.
    pub change: &'static str,
    /// A description of the edit in one line.
    pub detail: String,
    /// The highest level of its findings and of the edits within it.
    pub level: Level,
    /// The location in the base.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base: Option<LocationReport>,
    /// The location in the revision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<LocationReport>,
    /// The line in the revision. For a node that was removed, that of the node around it; `base` has its own line.
    pub line: usize,
    /// The column of that line.
    pub column: usize,
    /// The value before the edit, unless something was added.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// The value after the edit, unless something was removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
    /// The verdicts of the rules, one for each direction that the edit reaches.
    pub findings: Vec<FindingReport>,
    /// The operations that use the node.
    pub reach: Vec<ReachReport>,
    /// The differences between the targets, where the edit is a changed reference.
    pub within: Vec<EditReport<E>>,
    /// The number of differing pointers that belong to this edit.
    pub pointers: usize,
    /// The data of the extension.
    #[serde(flatten)]
    pub extension: E::OfEdit,
}

/// The verdict of one rule.
#[derive(Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct FindingReport {
    /// The id of the rule.
    pub rule: String,
    /// Who sends the data that the edit affects.
    pub direction: Direction,
    /// What the edit means in this direction.
    pub level: Level,
    /// The reason for the level.
    pub reason: String,
    /// Identifies the finding in an acknowledgement.
    pub fingerprint: String,
    /// The reason of its acknowledgement, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<String>,
}

/// One use of the node by an operation.
#[derive(Debug, Serialize, JsonSchema, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct ReachReport {
    /// The id of the operation, or its method and path.
    pub operation: String,
    /// In upper case.
    pub method: String,
    /// The path template.
    pub path: String,
    /// Who sends the data that the edit affects.
    pub direction: Direction,
    /// The part of the request or response.
    pub part: MessagePart,
    /// The date of the version, or the media type if it has no date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Whether this is a callback or a webhook, where the server sends the request. The direction still tells who sends the
    /// data: `response` is the server.
    pub callback: bool,
}

/// A location in a document.
#[derive(Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct LocationReport {
    /// The document, where the key does not tell: `base` or `revision`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub side: Option<&'static str>,
    /// The JSON pointer.
    pub pointer: String,
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

/// The names of the document and of its two versions in a report.
#[derive(Debug)]
#[non_exhaustive]
pub struct Names {
    /// The name of the document.
    pub file: String,
    /// The name of the base version.
    pub base: String,
    /// The path of the base version, if it is a file of its own, so that the positions in it can be opened.
    pub base_file: Option<String>,
    /// The name of the revision.
    pub revision: String,
}

impl Names {
    /// The names of the document, the base and the revision. The base is not a file of its own.
    pub fn new(file: impl Into<String>, base: impl Into<String>, revision: impl Into<String>) -> Self {
        Self { file: file.into(), base: base.into(), base_file: None, revision: revision.into() }
    }

    /// Sets the path of the base version.
    #[must_use]
    pub fn base_file(mut self, path: Option<String>) -> Self {
        self.base_file = path;
        self
    }
}

impl<E: Extension> Report<E> {
    /// Adds the data of the extension: for the report, and for each edit in the order of [`edits`](Self::edits).
    #[must_use]
    pub fn with(mut self, of_report: E::OfReport, of_edits: impl IntoIterator<Item = E::OfEdit>) -> Self {
        self.extension = of_report;
        for (edit, extension) in self.edits.iter_mut().zip(of_edits) {
            edit.extension = extension;
        }
        self
    }

    /// Whether a finding of at least this level has no acknowledgement. A difference that belongs to no edit counts as
    /// risky, and cannot be acknowledged.
    #[must_use]
    pub fn has_unacknowledged(&self, min: Level) -> bool {
        let is_unclassified = min <= Level::Risky && !self.unclassified.is_empty();
        is_unclassified || self.edits.iter().any(|edit| edit.has_unacknowledged(min))
    }
}

impl<E: Extension> EditReport<E> {
    /// The kind and the name of the node, and the description of the edit. They may contain line breaks and control
    /// characters of the documents; [`openapi_fragment::printable`] escapes them.
    #[must_use]
    pub fn title(&self) -> String {
        let node =
            if self.name.is_empty() { self.kind.to_owned() } else { format!("{} {}", self.kind, self.name) };
        let has_sign = self.detail.starts_with(['+', '−']);
        format!("{node}{}{}", if has_sign { "  " } else { ": " }, self.detail)
    }

    /// The findings to show. For a changed reference, those without effect are left out: the edits within it tell more.
    pub fn shown(&self) -> impl Iterator<Item = &FindingReport> {
        self.findings.iter().filter(|finding| self.within.is_empty() || finding.level > Level::None)
    }

    fn has_unacknowledged(&self, min: Level) -> bool {
        self.findings.iter().any(|finding| finding.level >= min && finding.acknowledged.is_none())
            || self.within.iter().any(|edit| edit.has_unacknowledged(min))
    }
}

impl Counts {
    /// The counts as a text.
    pub fn text(&self) -> String {
        let Self { breaking, risky, additive, none, unclassified } = self;
        let unclassified = match unclassified {
            0 => String::new(),
            count => format!(" · {count} unclassified"),
        };
        format!("{breaking} breaking · {risky} risky · {additive} additive · {none} no effect{unclassified}")
    }
}
