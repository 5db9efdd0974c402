//! What the Rust verdict adds to a report.

use openapi_diff::{Extension, Headline, Severity, Statement, Verdict};
use schemars::JsonSchema;
use serde::Serialize;

use super::verdict::{Bump, Gate, Notice, RustReport, RustVerdict, Signature};

/// The extension of reports by the Rust API.
#[derive(Clone, Copy, Debug)]
pub struct RustApi;

/// What all edits together do to the Rust API.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct OfReport {
    /// Absent where the Rust API was not judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rust: Option<RustSummary>,
    /// Why the Rust API could not be judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rust_problem: Option<String>,
}

/// The verdict on all edits together.
#[derive(Debug, Serialize, JsonSchema)]
pub struct RustSummary {
    /// The highest of all.
    pub bump: Bump,
    /// What the version and the changelog say of it, where the version is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gate: Option<Gate>,
    /// Items that differ although no edit explains them.
    pub unattributed: Vec<Signature>,
}

/// What one edit does to the Rust API.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct OfEdit {
    /// Absent where the Rust API was not judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rust: Option<RustVerdict>,
}

impl RustApi {
    /// What a judgement adds to the report and to its edits.
    #[must_use]
    pub fn of(judged: Result<RustReport, String>) -> (OfReport, Vec<OfEdit>) {
        let report = match judged {
            Ok(report) => report,
            Err(problem) => return (OfReport { rust: None, rust_problem: Some(problem) }, Vec::new()),
        };
        let bump = report.bump();
        let edits = report.verdicts.into_iter().map(|verdict| OfEdit { rust: Some(verdict) }).collect();
        let summary = RustSummary { bump, gate: report.gate, unattributed: report.unattributed };
        (OfReport { rust: Some(summary), rust_problem: None }, edits)
    }
}

impl Extension for RustApi {
    type OfReport = OfReport;
    type OfEdit = OfEdit;

    const LABEL: &'static str = "Rust";

    fn headline(report: &OfReport) -> Option<Headline> {
        let verdict = match (&report.rust, &report.rust_problem) {
            (Some(rust), _) => {
                Ok((loud(rust.bump).to_owned(), rust.gate.as_ref().map(gate).unwrap_or_default()))
            }
            (None, Some(problem)) => Err(problem.clone()),
            (None, None) => return None,
        };
        Some(Headline { subject: "Rust API", verdict })
    }

    fn unexplained(report: &OfReport) -> Vec<Statement> {
        report.rust.iter().flat_map(|rust| &rust.unattributed).map(of_signature).collect()
    }

    fn verdict(edit: &OfEdit) -> Option<Verdict> {
        let rust = edit.rust.as_ref()?;
        Some(Verdict {
            name: rust.bump.name(),
            severity: severity(rust.bump),
            statements: rust.signatures.iter().map(of_signature).collect(),
            at_run_time: rust.runtime.iter().map(of_notice).collect(),
        })
    }
}

fn of_signature(signature: &Signature) -> Statement {
    let severity = severity(signature.bump).max(Severity::Notice);
    Statement { text: text(signature), rule: signature.rule.to_owned(), severity }
}

fn of_notice(notice: &Notice) -> Statement {
    Statement { text: notice.text.clone(), rule: notice.rule.to_owned(), severity: Severity::Notice }
}

fn severity(bump: Bump) -> Severity {
    match bump {
        Bump::Major => Severity::Warning,
        Bump::Minor => Severity::Notice,
        Bump::None => Severity::None,
    }
}

/// The bump in one word, the worst one loudly.
fn loud(bump: Bump) -> &'static str {
    match bump {
        Bump::Major => "MAJOR",
        other => other.name(),
    }
}

/// `0.3.1 → needs 0.4.0, Cargo.toml says 0.3.2`
fn gate(gate: &Gate) -> String {
    let changelog = if gate.changelog { "" } else { ", CHANGELOG.md says nothing" };
    format!("{} → needs {}, Cargo.toml says {}{changelog}", gate.base, gate.needed, gate.found)
}

/// `item { before → after }  (note)`: what a user spells, and what of it differs.
fn text(signature: &Signature) -> String {
    let item = &signature.item;
    let change = match (&signature.before, &signature.after) {
        (Some(before), Some(after)) => format!("{before} → {after}"),
        (None, Some(after)) => format!("+ {after}"),
        (Some(before), None) => format!("− {before}"),
        (None, None) => String::new(),
    };
    let text = match (change.is_empty(), item.contains(' ')) {
        (true, _) => item.clone(),
        // A sentence, not a name.
        (false, true) => format!("{item}: {change}"),
        (false, false) => format!("{item} {{ {change} }}"),
    };
    match &signature.note {
        Some(note) => format!("{text}  ({note})"),
        None => text,
    }
}
