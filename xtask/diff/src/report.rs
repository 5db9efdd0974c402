//! What is shown of a diff, in one shape for all formats. The JSON format is this shape as it is.
//!
//! A report is about HTTP, and about whatever its [`Extension`] adds.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use openapi_fragment::{Document, Position};

use super::acknowledged::{Acknowledgements, Stale};
use super::extension::{Extension, HttpOnly};
use super::fingerprint::fingerprint;
use super::{Diff, Direction, Edit, Level, Locations, MessagePart, rules};

/// A diff with all that was found out about it.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(bound = "E: Extension")]
#[schemars(bound = "E: Extension", rename = "Report")]
pub struct Report<E: Extension = HttpOnly> {
    /// The document, as messages call it.
    pub file: String,
    /// What it was compared with.
    pub base: String,
    /// What was compared.
    pub revision: String,
    /// The worst of all edits.
    pub http: Level,
    /// How many edits there are of each level.
    pub counts: Counts,
    /// How many JSON pointers differ.
    pub pointers: usize,
    /// How many of them an edit explains.
    pub explained: usize,
    /// What the caller adds.
    #[serde(flatten)]
    pub extension: E::OfReport,
    /// In the order of the revision.
    pub edits: Vec<EditReport<E>>,
    /// Differences that no edit explains.
    pub unclassified: Vec<LocationReport>,
    /// Acknowledgements of what is not there.
    pub stale: Vec<Stale>,
}

/// How many edits there are of each level.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct Counts {
    /// How many are breaking.
    pub breaking: usize,
    /// How many are risky.
    pub risky: usize,
    /// How many are additive.
    pub additive: usize,
    /// How many have no effect.
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
    /// The change, as rules call it, without a direction.
    pub change: &'static str,
    /// What was done to the node, in one line.
    pub detail: String,
    /// The worst of all findings.
    pub level: Level,
    /// Where the base has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base: Option<LocationReport>,
    /// Where the revision has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<LocationReport>,
    /// The line in the revision to look at: where the node is, or where it was.
    pub line: usize,
    /// The column of that line.
    pub column: usize,
    /// The value before, where there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Value>,
    /// The value after, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Value>,
    /// What the rules say, one for each direction that the edit reaches.
    pub findings: Vec<FindingReport>,
    /// The operations that the edit reaches.
    pub reach: Vec<ReachReport>,
    /// How the targets differ, where the edit is of a reference.
    pub within: Vec<EditReport<E>>,
    /// How many pointers it explains.
    pub pointers: usize,
    /// What the caller adds.
    #[serde(flatten)]
    pub extension: E::OfEdit,
}

/// What a rule says.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FindingReport {
    /// The rule's id.
    pub rule: String,
    /// Who sends what was edited.
    pub direction: Direction,
    /// What the edit means in this direction.
    pub level: Level,
    /// Why.
    pub reason: String,
    /// By which an acknowledgement names the finding.
    pub fingerprint: String,
    /// The reason that was written down for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<String>,
}

/// One way from an operation to the node.
#[derive(Debug, Serialize, JsonSchema, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReachReport {
    /// The operation's id, or its method and path.
    pub operation: String,
    /// In upper case.
    pub method: String,
    /// The path template.
    pub path: String,
    /// Who sends what was edited.
    pub direction: Direction,
    /// The part of the request or response.
    pub place: MessagePart,
    /// The date of the version, or the media type where it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Whether the server calls and the client answers. The direction still says who sends: `response` is the server.
    pub call_back: bool,
}

/// A place in a document.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LocationReport {
    /// The side, where it is not said by the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub side: Option<&'static str>,
    /// The JSON pointer.
    pub pointer: String,
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

/// What reports call the document and its two sides.
#[derive(Debug)]
pub struct Names {
    /// The file.
    pub file: String,
    /// What it was compared with.
    pub base: String,
    /// What was compared.
    pub revision: String,
}

impl<E: Extension> Report<E> {
    /// The report of a diff of which `revision` is the newer document. Acknowledged findings have their reasons.
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

    /// Adds what the caller knows: of all edits, and of each in their order.
    #[must_use]
    pub fn with(mut self, of_report: E::OfReport, of_edits: impl IntoIterator<Item = E::OfEdit>) -> Self {
        self.extension = of_report;
        for (edit, extension) in self.edits.iter_mut().zip(of_edits) {
            edit.extension = extension;
        }
        self
    }

    /// The findings of this level or worse that are not acknowledged.
    #[must_use]
    pub fn has_unacknowledged(&self, least: Level) -> bool {
        self.edits.iter().any(|edit| edit.has_unacknowledged(least))
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
            // What is gone within a reference is gone from where the reference stands.
            (None, _, Some(around)) => around,
            // What is gone stood somewhere around here.
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

    /// The kind and the name of the node, and what was done to it.
    #[must_use]
    pub fn title(&self) -> String {
        let node =
            if self.name.is_empty() { self.kind.to_owned() } else { format!("{} {}", self.kind, self.name) };
        let sign = self.detail.starts_with(['+', '−']);
        format!("{node}{}{}", if sign { "  " } else { ": " }, self.detail)
    }

    /// The findings to show: of a reference that changed, what is within it speaks.
    pub fn shown(&self) -> impl Iterator<Item = &FindingReport> {
        self.findings.iter().filter(|finding| self.within.is_empty() || finding.level > Level::None)
    }

    fn has_unacknowledged(&self, least: Level) -> bool {
        self.findings.iter().any(|finding| finding.level >= least && finding.acknowledged.is_none())
            || self.within.iter().any(|edit| edit.has_unacknowledged(least))
    }
}

/// Names and values of a document may hold line breaks; a title is a line.
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
        .map(|way| ReachReport {
            operation: way.operation.name(),
            method: way.operation.method.clone(),
            path: way.operation.path.clone(),
            direction: way.direction,
            place: way.place,
            version: way.version.as_deref().map(str::to_owned),
            call_back: way.operation.is_call_back,
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

    /// In words.
    pub fn text(&self) -> String {
        let Self { breaking, risky, additive, none } = self;
        format!("{breaking} breaking · {risky} risky · {additive} additive · {none} no effect")
    }
}
