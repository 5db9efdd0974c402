//! What the formats for people show of a report, in their order. Every text of a document in it is [`Printable`].

mod reached;

use std::fmt;

use openapi_fragment::printable;

use crate::Level;
use crate::extension::{Extension, Severity, Statement, Verdict};
use crate::report::{EditReport, FindingReport, LocationReport, Report};
pub(super) use reached::Reached;

/// A text in one line that is safe to print.
#[derive(Clone, Debug)]
pub(super) struct Printable(String);

impl Printable {
    pub(super) fn new(text: &str) -> Self {
        Self(printable(text).into_owned())
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Printable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

pub(super) struct View {
    pub(super) file: Printable,
    /// `main@1a2b3c4 → worktree`
    pub(super) versions: Printable,
    /// `5 edits, 41 pointers changed, 41 explained`
    pub(super) totals: String,
    pub(super) http: Level,
    pub(super) counts: String,
    pub(super) headline: Option<HeadlineView>,
    /// The edits with the highest ranks first, those of one rank in the order of the revision.
    pub(super) entries: Vec<Entry>,
    pub(super) remarks: Vec<Remark>,
}

/// The verdict of the extension on all edits.
pub(super) struct HeadlineView {
    pub(super) subject: &'static str,
    /// The verdict and a detail, or the reason why there is none.
    pub(super) verdict: Result<(&'static str, Printable), Printable>,
}

/// One edit.
pub(super) struct Entry {
    /// The attention that it needs: its level over HTTP, or more if the extension needs more.
    pub(super) rank: Level,
    pub(super) level: Level,
    pub(super) change: &'static str,
    pub(super) title: Printable,
    pub(super) position: Position,
    pub(super) findings: Vec<FindingView>,
    /// Whether no operation uses what was edited.
    pub(super) is_unused: bool,
    pub(super) within: Vec<Entry>,
    pub(super) extension: Option<VerdictView>,
}

/// Line and column in the revision, and the text for an editor.
pub(super) struct Position {
    pub(super) line: usize,
    pub(super) column: usize,
    /// `api.yaml:5:3`, and the position in the base if that is a file. Only the latter for what was removed from a file.
    pub(super) text: Printable,
    /// The position in the base of what was removed.
    pub(super) removed_from: Option<Printable>,
}

/// The verdict of one rule.
pub(super) struct FindingView {
    pub(super) level: Level,
    pub(super) reason: Printable,
    pub(super) reached: Vec<Reached>,
    /// `[rule]`, with the fingerprint if the finding may need an acknowledgement.
    pub(super) rule: Printable,
    /// `acknowledged: reason`
    pub(super) acknowledged: Option<Printable>,
}

/// The verdict of the extension on one edit.
pub(super) struct VerdictView {
    pub(super) label: &'static str,
    pub(super) name: &'static str,
    pub(super) rank: Level,
    /// Text and `[rule]`.
    pub(super) statements: Vec<(Printable, Printable)>,
    pub(super) at_run_time: Vec<(Printable, Printable)>,
}

/// Something that belongs to no edit.
pub(super) struct Remark {
    pub(super) rank: Level,
    /// What it is, in one word.
    pub(super) label: &'static str,
    pub(super) text: Printable,
    /// The title of an annotation.
    pub(super) id: Printable,
    pub(super) position: Option<Position>,
}

impl View {
    pub(super) fn new<E: Extension>(report: &Report<E>) -> Self {
        let (base, base_name) = (report.base_file.as_deref(), report.base.as_str());
        let files = Files { revision: &report.file, base, base_name };
        let mut entries: Vec<Entry> = report.edits.iter().map(|edit| Entry::new(edit, files)).collect();
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.rank));
        let headline = E::headline(&report.extension).map(|headline| HeadlineView {
            subject: headline.subject,
            verdict: match headline.verdict {
                Ok((verdict, detail)) => Ok((verdict, Printable::new(&detail))),
                Err(reason) => Err(Printable::new(&reason)),
            },
        });
        Self {
            file: Printable::new(&report.file),
            versions: Printable::new(&format!("{} → {}", report.base, report.revision)),
            totals: totals(report),
            http: report.http,
            counts: report.counts.text(),
            headline,
            entries,
            remarks: remarks(report, files),
        }
    }

    /// The overall verdict over HTTP in one word.
    pub(super) fn verdict(&self) -> &'static str {
        match self.http {
            Level::Breaking => "BREAKING",
            Level::Risky => "risky",
            Level::Additive | Level::None => "compatible",
        }
    }
}

/// The paths of the documents that an editor can open.
#[derive(Clone, Copy)]
struct Files<'a> {
    revision: &'a str,
    base: Option<&'a str>,
    base_name: &'a str,
}

impl Files<'_> {
    fn position(self, line: usize, column: usize, base: Option<&LocationReport>) -> Position {
        let mut text = format!("{}:{line}:{column}", printable(self.revision));
        if let (Some(file), Some(base)) = (self.base, base) {
            text += &format!(" ({}:{}:{})", printable(file), base.line, base.column);
        }
        Position { line, column, text: Printable(text), removed_from: None }
    }

    /// The position of an edit. What was removed is in the base; in the revision, the node around it stands for it.
    fn position_of<E: Extension>(self, edit: &EditReport<E>) -> Position {
        let position = self.position(edit.line, edit.column, edit.base.as_ref());
        let Some(base) = edit.base.as_ref().filter(|_| edit.revision.is_none()) else { return position };
        let removed_from = self.in_base(base);
        let text = match self.base {
            Some(_) => removed_from.clone(),
            None => Printable(format!("{} ({removed_from})", position.text)),
        };
        Position { text, removed_from: Some(removed_from), ..position }
    }

    /// A position that exists only in the base, where there is no node around it in the revision to stand for it.
    fn position_in_base(self, location: &LocationReport) -> Position {
        Position { line: 1, column: 1, text: self.in_base(location), removed_from: None }
    }

    fn in_base(self, LocationReport { line, column, .. }: &LocationReport) -> Printable {
        Printable(match self.base {
            Some(file) => format!("{}:{line}:{column}", printable(file)),
            None => format!("{line}:{column} of {}", printable(self.base_name)),
        })
    }
}

impl Entry {
    fn new<E: Extension>(edit: &EditReport<E>, files: Files<'_>) -> Self {
        let verdict = E::verdict(&edit.extension);
        Self {
            rank: edit.level.max(verdict.as_ref().map_or(Level::None, attention)),
            level: edit.level,
            change: edit.change,
            title: Printable::new(&edit.title()),
            position: files.position_of(edit),
            findings: edit.shown().map(|finding| FindingView::new(finding, edit)).collect(),
            is_unused: edit.findings.is_empty() && edit.reach.is_empty() && edit.within.is_empty(),
            within: edit.within.iter().map(|edit| Self::new(edit, files)).collect(),
            extension: verdict.map(|verdict| VerdictView {
                label: E::LABEL,
                name: verdict.name,
                rank: rank(verdict.severity),
                statements: verdict.statements.iter().map(statement).collect(),
                at_run_time: verdict.at_run_time.iter().map(statement).collect(),
            }),
        }
    }
}

impl FindingView {
    fn new<E: Extension>(finding: &FindingReport, edit: &EditReport<E>) -> Self {
        let FindingReport { rule, fingerprint, level, .. } = finding;
        let rule = match level {
            Level::Breaking | Level::Risky => format!("[{rule} {fingerprint}]"),
            Level::Additive | Level::None => format!("[{rule}]"),
        };
        let acknowledged = finding.acknowledged.as_ref();
        Self {
            level: *level,
            reason: Printable::new(&finding.reason),
            reached: Reached::all(edit, finding.direction),
            rule: Printable::new(&rule),
            acknowledged: acknowledged.map(|reason| Printable::new(&format!("acknowledged: {reason}"))),
        }
    }

    /// The operations that it reaches, of each way the first `max` and the number of the others.
    pub(super) fn reached(&self, max: usize) -> String {
        let texts: Vec<String> = self.reached.iter().map(|reached| reached.text(max)).collect();
        texts.join("; ")
    }
}

fn remarks<E: Extension>(report: &Report<E>, files: Files<'_>) -> Vec<Remark> {
    let unexplained = E::unexplained(&report.extension).into_iter().map(|statement| Remark {
        rank: rank(statement.severity).max(Level::Additive),
        label: "unexplained",
        text: Printable::new(&format!("{}: {}  [{}]", E::LABEL, statement.text, statement.rule)),
        id: Printable::new(&statement.rule),
        position: None,
    });
    let unclassified = report.unclassified.iter().map(|location| Remark {
        rank: Level::Risky,
        label: "unclassified",
        text: Printable::new(&format!("#{}", location.pointer)),
        id: Printable::new("unclassified"),
        position: Some(match location.side {
            Some("base") => files.position_in_base(location),
            _ => files.position(location.line, location.column, None),
        }),
    });
    let stale = report.stale.iter().map(|stale| Remark {
        rank: Level::Breaking,
        label: "stale",
        text: Printable::new(&format!(
            "acknowledgement {} of {} at {} matches no finding; remove it",
            stale.fingerprint, stale.rule, stale.node
        )),
        id: Printable::new("stale"),
        position: None,
    });
    unexplained.chain(unclassified).chain(stale).collect()
}

fn statement(Statement { text, rule, .. }: &Statement) -> (Printable, Printable) {
    (Printable::new(text), Printable::new(&format!("[{rule}]")))
}

/// The attention that a verdict and its statements need. A change at run time may need some although the verdict needs none.
fn attention(verdict: &Verdict) -> Level {
    let statements = verdict.statements.iter().chain(&verdict.at_run_time);
    rank(statements.map(|statement| statement.severity).fold(verdict.severity, Severity::max))
}

fn rank(severity: Severity) -> Level {
    match severity {
        Severity::None => Level::None,
        Severity::Notice => Level::Additive,
        Severity::Warning => Level::Risky,
    }
}

fn totals<E: Extension>(report: &Report<E>) -> String {
    let count = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    format!(
        "{}, {} changed, {} explained",
        count(report.edits.len(), "edit"),
        count(report.pointers, "pointer"),
        report.explained
    )
}
