//! Writes a report as text, Markdown, JSON or annotations.
//!
//! Every text of a document is one line without control characters, whatever the format. In Markdown it is code.

mod failure;
mod github;
mod json;
mod markdown;
mod text;
mod view;

#[cfg(test)]
mod tests;

use std::io::{self, Write};

use super::Extension;
use super::report::Report;
pub use failure::{Failure, render_failures};
use markdown::Limit;
pub use text::Terminal;
use view::View;

/// The format of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// Plain text, one long line for each statement.
    #[default]
    Text,
    /// The same text for a terminal.
    Terminal(Terminal),
    /// For a comment on GitHub: Markdown of at most 65,536 characters.
    Markdown,
    /// For the summary of a job of GitHub Actions: Markdown of at most 1 MiB.
    Summary,
    /// For programs: [`Report`] as JSON.
    Json,
    /// For GitHub Actions: annotations at the lines of a pull request, at most ten of each kind. The others follow as
    /// text.
    Github,
}

/// Writes a report to `out`.
///
/// # Errors
///
/// The errors of the writer.
pub fn render<E: Extension>(report: &Report<E>, format: Format, out: &mut dyn Write) -> io::Result<()> {
    let view = || View::new(report);
    match format {
        Format::Text => text::render(&view(), Terminal::default(), out),
        Format::Terminal(terminal) => text::render(&view(), terminal, out),
        Format::Markdown => markdown::render(&view(), Limit::COMMENT, out),
        Format::Summary => markdown::render(&view(), Limit::SUMMARY, out),
        Format::Json => json::write(report, out),
        Format::Github => github::render(&view(), out),
    }
}
