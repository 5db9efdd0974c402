//! The data of a report, which all formats share. The JSON format is its serialization.
//!
//! A report covers the effects over HTTP and the data that its [`Extension`] adds.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use openapi_fragment::{Document, Position};

use super::acknowledged::{Acknowledgements, Stale};
use super::extension::{Extension, HttpOnly};
use super::fingerprint::fingerprint;
use super::{Diff, Direction, Edit, Level, Locations, MessagePart, rules};

/// A diff in the form in which people and programs read it.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(bound = "E: Extension")]
#[schemars(bound = "E: Extension", rename = "Report")]
pub struct Report<E: Extension = HttpOnly> {
    /// The name of the document.
    pub file: String,
    /// The name of the base version.
    pub base: String,
    /// The name of the revision.
    pub revision: String,
    /// The highest level of all edits.
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
    pub stale: Vec<Stale>,
}

/// The number of edits of each level.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct Counts {
    /// The number of breaking edits.
    pub breaking: usize,
    /// The number of risky edits.
    pub risky: usize,
    /// The number of additive edits.
    pub additive: usize,
    /// The number of edits without effect.
    pub none: usize,
}

/// One edit.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(bound = "E: Extension")]
#[schemars(bound = "E: Extension", rename = "EditReport")]
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
    /// The line in the revision where the node is, or was before it was removed.
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
pub struct Names {
    /// The name of the document.
    pub file: String,
    /// The name of the base version.
    pub base: String,
    /// The name of the revision.
    pub revision: String,
}

impl<E: Extension> Report<E> {
    /// Makes the report of a diff; `revision` is the newer of the two documents.
    #[must_use]
    pub fn new(names: Names, diff: &Diff, revision: &Document, acknowledged: &Acknowledgements) -> Self {
        let mut used = BTreeSet::new();
        let edits: Vec<EditReport<E>> = diff
            .edits
            .iter()
            .map(|edit| EditReport::new(edit, revision, acknowledged, &mut used, None))
            .collect();
        let mut counts = Counts::default();
        edits.iter().for_each(|edit| counts.add(edit.level));
        Self {
            file: names.file,
            base: names.base,
            revision: names.revision,
            http: edits.iter().map(|edit| edit.level).max().unwrap_or(Level::None),
            counts,
            pointers: diff.pointers,
            explained: diff.pointers - diff.unclassified.len(),
            extension: E::OfReport::default(),
            edits,
            unclassified: diff.unclassified.iter().filter_map(unclassified).collect(),
            stale: acknowledged.stale(&used),
        }
    }

    /// Adds the data of the extension: for the report, and for each edit in the order of [`edits`](Self::edits).
    #[must_use]
    pub fn with(mut self, of_report: E::OfReport, of_edits: impl IntoIterator<Item = E::OfEdit>) -> Self {
        self.extension = of_report;
        for (edit, extension) in self.edits.iter_mut().zip(of_edits) {
            edit.extension = extension;
        }
        self
    }

    /// Whether a finding of at least this level has no acknowledgement.
    #[must_use]
    pub fn has_unacknowledged(&self, min: Level) -> bool {
        self.edits.iter().any(|edit| edit.has_unacknowledged(min))
    }
}

fn unclassified(locations: &Locations) -> Option<LocationReport> {
    let side = if locations.revision.is_some() { "revision" } else { "base" };
    locations.newest().map(|location| LocationReport { side: Some(side), ..location_report(location) })
}

fn location_report(location: &super::Location) -> LocationReport {
    LocationReport {
        side: None,
        pointer: location.pointer.clone(),
        line: location.position.line,
        column: location.position.column,
    }
}

impl<E: Extension> EditReport<E> {
    fn new(
        edit: &Edit,
        revision: &Document,
        acknowledged: &Acknowledgements,
        used: &mut BTreeSet<String>,
        around: Option<Position>,
    ) -> Self {
        let position = match (&edit.locations.revision, &edit.locations.base, around) {
            (Some(location), ..) => location.position,
            // A removal in the target of a reference has the position of the reference.
            (None, _, Some(around)) => around,
            // Any other removal has the position of the closest node that still exists.
            (None, location, None) => {
                revision.nearest_position(location.as_ref().map_or("", |location| &location.pointer))
            }
        };
        let rule = rules::rule_of(edit.change);
        let findings = edit.findings.iter().map(|finding| {
            let effect = rule.and_then(|rule| rule.effect(finding.direction));
            let fingerprint = fingerprint(&finding.rule, edit);
            let reason = acknowledged.reason(&fingerprint);
            if reason.is_some() {
                used.insert(fingerprint.clone());
            }
            FindingReport {
                rule: finding.rule.clone(),
                direction: finding.direction,
                level: finding.level,
                reason: finding.because.or(effect.map(|effect| effect.reason)).unwrap_or_default().to_owned(),
                fingerprint,
                acknowledged: reason.map(str::to_owned),
            }
        });
        let findings = findings.collect();
        let within = edit.within.iter();
        let within =
            within.map(|edit| Self::new(edit, revision, acknowledged, used, Some(position))).collect();
        Self {
            kind: edit.node.kind.name(),
            name: one_line(&edit.node.name),
            change: edit.change.id(),
            detail: one_line(&edit.detail),
            level: edit.level(),
            base: edit.locations.base.as_ref().map(location_report),
            revision: edit.locations.revision.as_ref().map(location_report),
            line: position.line,
            column: position.column,
            before: edit.before.clone(),
            after: edit.after.clone(),
            findings,
            reach: reach(edit),
            within,
            pointers: edit.pointers.len(),
            extension: E::OfEdit::default(),
        }
    }

    /// The kind and the name of the node, and the description of the edit.
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

/// Escapes control characters: names and values may contain line breaks, and a title is one line.
fn one_line(text: &str) -> String {
    let escaped = |character: char| match character.is_control() {
        true => character.escape_default().to_string(),
        false => character.to_string(),
    };
    text.chars().map(escaped).collect()
}

fn reach(edit: &Edit) -> Vec<ReachReport> {
    let mut reach: Vec<_> = edit
        .reach
        .iter()
        .map(|usage| ReachReport {
            operation: usage.operation.name(),
            method: usage.operation.method.clone(),
            path: usage.operation.path.clone(),
            direction: usage.direction,
            part: usage.part,
            version: usage.version.as_deref().map(str::to_owned),
            callback: usage.operation.is_callback,
        })
        .collect();
    reach.sort();
    reach.dedup();
    reach
}

impl Counts {
    fn add(&mut self, level: Level) {
        *match level {
            Level::Breaking => &mut self.breaking,
            Level::Risky => &mut self.risky,
            Level::Additive => &mut self.additive,
            Level::None => &mut self.none,
        } += 1;
    }

    /// The counts as a text.
    pub fn text(&self) -> String {
        let Self { breaking, risky, additive, none } = self;
        format!("{breaking} breaking · {risky} risky · {additive} additive · {none} no effect")
    }
}
