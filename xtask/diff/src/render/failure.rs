//! Why there is no report, in the formats of a report.

use std::io::{self, Write};

use openapi_fragment::{Problem, printable_lines};
use serde::Serialize;

use super::markdown::Limit;
use super::view::Printable;
use super::{Format, github, json, markdown};

/// A reason why there is no report: a document that was refused, or something that could not be read.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Failure {
    /// The file of the document that was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The line in the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// The column of the line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
    /// The id of the rule by which the document was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<&'static str>,
    /// What is wrong, in one or more lines.
    pub message: String,
    /// How to fix it.
    pub help: String,
}

impl Failure {
    /// A failure that is not about a position in a document.
    pub fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        let (message, help) = (message.into(), help.into());
        Self { file: None, line: None, column: None, rule: None, message, help }
    }

    /// `api.yaml:5:3`
    pub(super) fn position(&self) -> Option<Printable> {
        let (file, line, column) = (self.file.as_ref()?, self.line?, self.column?);
        Some(Printable::new(&format!("{file}:{line}:{column}")))
    }

    pub(super) fn lines(&self) -> Vec<String> {
        let text = printable_lines(&format!("{}\nhelp: {}", self.message, self.help));
        text.lines().map(|line| line.trim().to_owned()).collect()
    }
}

impl From<&Problem> for Failure {
    fn from(problem: &Problem) -> Self {
        let (line, column) = (Some(problem.position.line), Some(problem.position.column));
        let violation = &problem.violation;
        Self {
            file: Some(problem.path.clone()),
            line,
            column,
            rule: Some(violation.rule.id),
            ..Self::new(violation.message(), violation.help())
        }
    }
}

/// Writes to `out` why there is no report. As JSON, it is an object with the list `failures` as its only member.
///
/// # Errors
///
/// The errors of the writer.
pub fn render_failures(failures: &[Failure], format: Format, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Text | Format::Terminal(_) => failures.iter().try_for_each(|failure| {
            let position = failure.position().map(|position| format!("{position}: "));
            writeln!(out, "{}{}", position.unwrap_or_default(), failure.lines().join("\n    "))
        }),
        Format::Markdown => markdown::failures(failures, Limit::COMMENT, out),
        Format::Summary => markdown::failures(failures, Limit::SUMMARY, out),
        Format::Json => json::write(&serde_json::json!({ "failures": failures }), out),
        Format::Github => github::failures(failures, out),
    }
}
