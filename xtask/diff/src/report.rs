//! What is shown of a diff, in one shape for all formats. The JSON format is this shape as it is.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::acknowledged::{Acknowledged, Stale};
use super::fingerprint::fingerprint;
use super::verdict::{Bump, RustReport};
use super::{Diff, Direction, Edit, Level, Place, Sites, rules};
use openapi_fragment::{Document, Position};

/// A diff with all that was found out about it.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Report {
    /// The fragment, as messages call it.
    pub(crate) file: String,
    /// What it was compared with.
    pub(crate) base: String,
    /// What was compared.
    pub(crate) revision: String,
    /// The worst of all edits.
    pub(crate) http: Level,
    pub(crate) counts: Counts,
    /// How many JSON pointers differ.
    pub(crate) pointers: usize,
    /// How many of them an edit explains.
    pub(crate) explained: usize,
    /// Absent where nobody judged the Rust API.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rust: Option<RustSummary>,
    /// Why nobody could judge the Rust API.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rust_problem: Option<String>,
    pub(crate) edits: Vec<EditReport>,
    /// Differences that no edit explains.
    pub(crate) unclassified: Vec<Spot>,
    /// Acknowledgements of what is not there.
    pub(crate) stale: Vec<Stale>,
}

/// How many edits there are of each level.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub(crate) struct Counts {
    pub(crate) breaking: usize,
    pub(crate) risky: usize,
    pub(crate) additive: usize,
    pub(crate) none: usize,
}

/// What all edits together do to the Rust API.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RustSummary {
    pub(crate) bump: Bump,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) gate: Option<super::verdict::Gate>,
    /// Items that differ although no edit explains them.
    pub(crate) unattributed: Vec<super::verdict::Signature>,
}

/// One edit.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct EditReport {
    /// The kind and the name of the node that was edited.
    pub(crate) kind: &'static str,
    pub(crate) name: String,
    /// The change, as rules call it, without a direction.
    pub(crate) change: &'static str,
    pub(crate) detail: String,
    pub(crate) level: Level,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) base: Option<Spot>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) revision: Option<Spot>,
    /// The place in the revision to look at: where the node is, or where it was.
    pub(crate) line: usize,
    pub(crate) column: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) before: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) after: Option<Value>,
    pub(crate) findings: Vec<FindingReport>,
    pub(crate) reach: Vec<ReachReport>,
    /// How the targets differ, where the edit is of a reference.
    pub(crate) within: Vec<EditReport>,
    /// How many pointers it explains.
    pub(crate) pointers: usize,
    /// Absent where nobody judged the Rust API.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rust: Option<super::verdict::Verdict>,
}

/// What a rule says.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct FindingReport {
    pub(crate) rule: String,
    pub(crate) direction: Direction,
    pub(crate) level: Level,
    pub(crate) reason: String,
    /// For `spec/acknowledged.toml`.
    pub(crate) fingerprint: String,
    /// The reason that was written down for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) acknowledged: Option<String>,
}

/// One way from an operation to the node.
#[derive(Debug, Serialize, JsonSchema, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ReachReport {
    pub(crate) operation: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) direction: Direction,
    pub(crate) place: Place,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) version: Option<String>,
    /// Whether the server calls and the client answers. The direction still says who sends: `reply` is the server.
    pub(crate) call_back: bool,
}

/// A place in a document.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Spot {
    /// The side, where it is not said by the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) side: Option<&'static str>,
    /// The JSON pointer.
    pub(crate) pointer: String,
    pub(crate) line: usize,
    pub(crate) column: usize,
}

/// The names of both sides and of the file.
#[derive(Debug)]
pub(crate) struct Names {
    pub(crate) file: String,
    pub(crate) base: String,
    pub(crate) revision: String,
}

impl Report {
    pub(crate) fn new(
        names: Names,
        diff: &Diff,
        revision: &Document,
        acknowledged: &Acknowledged,
        rust: Option<Result<RustReport, String>>,
    ) -> Self {
        let mut used = BTreeSet::new();
        let mut edits: Vec<EditReport> = diff
            .edits
            .iter()
            .map(|edit| EditReport::new(edit, revision, acknowledged, &mut used, None))
            .collect();
        let mut counts = Counts::default();
        edits.iter().for_each(|edit| counts.add(edit.level));
        let (rust, rust_problem) = match rust {
            None => (None, None),
            Some(Err(problem)) => (None, Some(problem)),
            Some(Ok(report)) => (Some(summary(report, &mut edits)), None),
        };
        Self {
            file: names.file,
            base: names.base,
            revision: names.revision,
            http: edits.iter().map(|edit| edit.level).max().unwrap_or(Level::None),
            counts,
            pointers: diff.pointers,
            explained: diff.pointers - diff.unclassified.len(),
            rust,
            rust_problem,
            edits,
            unclassified: diff.unclassified.iter().filter_map(unclassified).collect(),
            stale: acknowledged.stale(&used),
        }
    }

    /// The findings of this level or worse that nobody acknowledged.
    pub(crate) fn has_unacknowledged(&self, least: Level) -> bool {
        self.edits.iter().any(|edit| edit.has_unacknowledged(least))
    }
}

fn summary(report: RustReport, edits: &mut [EditReport]) -> RustSummary {
    let bump = report.bump();
    for (edit, verdict) in edits.iter_mut().zip(report.verdicts) {
        edit.rust = Some(verdict);
    }
    RustSummary { bump, gate: report.gate, unattributed: report.unattributed }
}

fn unclassified(sites: &Sites) -> Option<Spot> {
    let side = if sites.revision.is_some() { "revision" } else { "base" };
    sites.shown().map(|site| Spot { side: Some(side), ..spot(site) })
}

fn spot(site: &super::Site) -> Spot {
    Spot { side: None, pointer: site.pointer.clone(), line: site.position.line, column: site.position.column }
}

impl EditReport {
    fn new(
        edit: &Edit,
        revision: &Document,
        acknowledged: &Acknowledged,
        used: &mut BTreeSet<String>,
        around: Option<Position>,
    ) -> Self {
        let position = match (&edit.sites.revision, &edit.sites.base, around) {
            (Some(site), ..) => site.position,
            // What is gone within a reference is gone from where the reference stands.
            (None, _, Some(around)) => around,
            // What is gone stood somewhere around here.
            (None, site, None) => revision.nearest_position(site.as_ref().map_or("", |site| &site.pointer)),
        };
        let half = rules::half(edit.change);
        let findings = edit.findings.iter().map(|finding| {
            let says =
                half.and_then(|half| half.says.iter().find(|says| says.direction == finding.direction));
            let fingerprint = fingerprint(&finding.rule, edit);
            let reason = acknowledged.reason(&fingerprint);
            if reason.is_some() {
                used.insert(fingerprint.clone());
            }
            FindingReport {
                rule: finding.rule.clone(),
                direction: finding.direction,
                level: finding.level,
                reason: finding.because.or(says.map(|says| says.reason)).unwrap_or_default().to_owned(),
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
            change: half.map_or("", |half| half.id),
            detail: one_line(&edit.detail),
            level: edit.level(),
            base: edit.sites.base.as_ref().map(spot),
            revision: edit.sites.revision.as_ref().map(spot),
            line: position.line,
            column: position.column,
            before: edit.before.clone(),
            after: edit.after.clone(),
            findings,
            reach: reach(edit),
            within,
            pointers: edit.pointers.len(),
            rust: None,
        }
    }

    /// The kind and the name of the node, and what was done to it.
    pub(crate) fn title(&self) -> String {
        let node =
            if self.name.is_empty() { self.kind.to_owned() } else { format!("{} {}", self.kind, self.name) };
        let sign = self.detail.starts_with(['+', '−']);
        format!("{node}{}{}", if sign { "  " } else { ": " }, self.detail)
    }

    /// The findings to show: of a reference that changed, what is within it speaks.
    pub(crate) fn shown(&self) -> impl Iterator<Item = &FindingReport> {
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
    pub(crate) fn text(&self) -> String {
        let Self { breaking, risky, additive, none } = self;
        format!("{breaking} breaking · {risky} risky · {additive} additive · {none} no effect")
    }
}
