//! Writes a report as text, Markdown, JSON or annotations.

mod github;
mod markdown;
mod text;
mod words;

#[cfg(test)]
mod tests;

use std::io::{self, Write};

use super::Extension;
use super::report::Report;

/// The format of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// For a terminal.
    #[default]
    Text,
    /// For a comment on a pull request.
    Markdown,
    /// For programs: [`Report`] as JSON.
    Json,
    /// For GitHub Actions: annotations at the lines of a pull request.
    Github,
}

/// Writes a report to `out`.
///
/// # Errors
///
/// The errors of the writer.
pub fn render<E: Extension>(report: &Report<E>, format: Format, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Text => text::render(report, out),
        Format::Markdown => markdown::render(report, out),
        Format::Json => {
            serde_json::to_writer_pretty(&mut *out, report)?;
            writeln!(out)
        }
        Format::Github => github::render(report, out),
    }
}
