//! Adds the result for the Rust API to a report of `openapi_diff`.

use openapi_diff::{Extension, Headline, Severity, Statement, Verdict};
use schemars::JsonSchema;
use serde::Serialize;

use super::verdict::{Bump, Gate, Notice, RustReport, RustVerdict, Signature};

/// The extension of a report by the Rust API.
#[derive(Clone, Copy, Debug)]
pub struct RustApi;

/// The part of the report about the Rust API.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct ReportExtension {
    /// Absent if the Rust API was not reviewed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rust: Option<RustReport>,
    /// Why the Rust API could not be reviewed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rust_problem: Option<String>,
}

/// The part of an edit's report about the Rust API.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct EditExtension {
    /// Absent if the Rust API was not reviewed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rust: Option<RustVerdict>,
}

impl RustApi {
    /// The extensions of the report and of its edits by the result of a review.
    #[must_use]
    pub fn extensions(review: Result<RustReport, String>) -> (ReportExtension, Vec<EditExtension>) {
        match review {
            Ok(mut report) => {
                let verdicts = std::mem::take(&mut report.verdicts).into_iter();
                let edits = verdicts.map(|verdict| EditExtension { rust: Some(verdict) }).collect();
                (ReportExtension { rust: Some(report), rust_problem: None }, edits)
            }
            Err(problem) => (ReportExtension { rust: None, rust_problem: Some(problem) }, Vec::new()),
        }
    }
}

impl Extension for RustApi {
    type OfReport = ReportExtension;
    type OfEdit = EditExtension;

    const LABEL: &'static str = "Rust";

    fn headline(report: &ReportExtension) -> Option<Headline> {
        let verdict = match (&report.rust, &report.rust_problem) {
            (Some(rust), _) => {
                Ok((display_name(rust.bump), rust.gate.as_ref().map(gate).unwrap_or_default()))
            }
            (None, Some(problem)) => Err(problem.clone()),
            (None, None) => return None,
        };
        Some(Headline::new("Rust API", verdict))
    }

    fn unexplained(report: &ReportExtension) -> Vec<Statement> {
        report.rust.iter().flat_map(|rust| &rust.unattributed).map(of_signature).collect()
    }

    fn verdict(edit: &EditExtension) -> Option<Verdict> {
        let rust = edit.rust.as_ref()?;
        let mut verdict = Verdict::new(rust.bump.name(), severity(rust.bump));
        let wrapper = rust.wrapper.iter().map(of_notice);
        verdict.statements = rust.signatures.iter().map(of_signature).chain(wrapper).collect();
        verdict.at_run_time = rust.runtime.iter().map(of_notice).collect();
        Some(verdict)
    }
}

fn of_signature(signature: &Signature) -> Statement {
    let severity = severity(signature.bump).max(Severity::Notice);
    Statement::new(signature.to_string(), signature.rule, severity)
}

fn of_notice(notice: &Notice) -> Statement {
    Statement::new(&notice.text, notice.rule, Severity::Notice)
}

fn severity(bump: Bump) -> Severity {
    match bump {
        Bump::Major => Severity::Warning,
        Bump::Minor => Severity::Notice,
        Bump::None => Severity::None,
    }
}

/// The bump in one word, a major one in capitals.
fn display_name(bump: Bump) -> &'static str {
    match bump {
        Bump::Major => "MAJOR",
        other => other.name(),
    }
}

/// `0.3.1 → needs 0.4.0, Cargo.toml has 0.3.2`
fn gate(gate: &Gate) -> String {
    let changelog = if gate.changelog { "" } else { ", CHANGELOG.md has no entry" };
    format!("{} → needs {}, Cargo.toml has {}{changelog}", gate.base, gate.needed, gate.found)
}
