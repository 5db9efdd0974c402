//! For a comment on a pull request: what matters in sight, long lists folded.

use std::io::{self, Write};

use super::words;
use crate::diff::Level;
use crate::diff::report::{EditReport, Report};

/// Longer lists are folded.
const MOST_OPERATIONS: usize = 3;

/// More signatures of the Rust API are folded.
const MOST_SIGNATURES: usize = 6;

/// More edits that break nobody are folded.
const MOST_HARMLESS: usize = 10;

/// What GitHub takes as a comment is 65,536 characters. Edits beyond this many are counted.
const MOST_EDITS: usize = 100;

pub(super) fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "### `{}`: {} → {}\n", report.file, report.base, report.revision)?;
    writeln!(out, "| | | |\n|---|---|---|")?;
    writeln!(out, "| over HTTP | **{}** | {} |", words::verdict(report.http), report.counts.text())?;
    if let Some(rust) = &report.rust {
        let gate = words::gate(report).unwrap_or_default();
        writeln!(out, "| Rust API | **{}** | {gate} |", words::bump(rust.bump))?;
    }
    if let Some(problem) = &report.rust_problem {
        writeln!(out, "| Rust API | not judged | {} |", escape(problem))?;
    }
    writeln!(out, "\n{}\n", words::totals(report))?;
    for level in Level::ALL {
        let edits: Vec<_> = report.edits.iter().filter(|edit| edit.level == level).collect();
        if edits.is_empty() {
            continue;
        }
        let (fold, what) = match level {
            Level::None => (edits.len() > MOST_OPERATIONS, "without an effect"),
            Level::Additive => (edits.len() > MOST_HARMLESS, "that are additive"),
            Level::Risky | Level::Breaking => (false, ""),
        };
        if fold {
            writeln!(out, "\n<details><summary>{} edits {what} over HTTP</summary>\n", edits.len())?;
        }
        for edit in edits.iter().take(MOST_EDITS) {
            write(out, edit, &report.file)?;
        }
        if edits.len() > MOST_EDITS {
            writeln!(out, "- and {} more", edits.len() - MOST_EDITS)?;
        }
        if fold {
            writeln!(out, "\n</details>\n")?;
        }
    }
    for signature in report.rust.iter().flat_map(|rust| &rust.unattributed) {
        let rule = words::rust_rule(signature.rule);
        writeln!(out, "- Rust, by no edit of the fragment: {} `{rule}`", code(&words::signature(signature)))?;
    }
    for spot in &report.unclassified {
        writeln!(out, "- **unclassified** `#{}` at {}:{}", spot.pointer, spot.line, spot.column)?;
    }
    for stale in &report.stale {
        writeln!(
            out,
            "- **stale acknowledgement** `{}` of `{}` at {}",
            stale.fingerprint,
            stale.rule,
            escape(&stale.node)
        )?;
    }
    Ok(())
}

/// Without a number: the worst come first here, and GitHub would count them anew.
fn write(out: &mut dyn Write, edit: &EditReport, file: &str) -> io::Result<()> {
    writeln!(
        out,
        "- **{}** {} `{file}:{}:{}`",
        edit.level.name(),
        escape(&edit.title()),
        edit.line,
        edit.column
    )?;
    for finding in edit.shown() {
        let said =
            words::acknowledgement(finding).map(|said| format!(" · {}", escape(&said))).unwrap_or_default();
        let rule = words::rule(finding);
        writeln!(out, "  - {}: {} `{rule}`{said}", finding.level.name(), escape(&finding.reason))?;
        for words::Reached { how, operations } in words::reached(edit, finding.direction) {
            let list = operations.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            match operations.len() {
                count if count > MOST_OPERATIONS => {
                    writeln!(out, "    <details><summary>{how}{count} operations</summary>{list}</details>")?;
                }
                _ => writeln!(out, "    {how}{list}")?,
            }
        }
    }
    for inner in &edit.within {
        let rules: Vec<String> =
            inner.findings.iter().map(|finding| format!(" `{}`", words::rule(finding))).collect();
        writeln!(
            out,
            "  - within: **{}** {} `{file}:{}:{}`{}",
            inner.level.name(),
            escape(&inner.title()),
            inner.line,
            inner.column,
            rules.concat()
        )?;
    }
    let Some(rust) = &edit.rust else { return Ok(()) };
    writeln!(out, "  - Rust: **{}**", rust.bump.name())?;
    let (shown, folded) = rust.signatures.split_at(rust.signatures.len().min(MOST_SIGNATURES));
    for signature in shown {
        let rule = words::rust_rule(signature.rule);
        writeln!(out, "    - {} `{rule}`", code(&words::signature(signature)))?;
    }
    if !folded.is_empty() {
        writeln!(out, "    - <details><summary>and {} more</summary>\n", folded.len())?;
        for signature in folded {
            let rule = words::rust_rule(signature.rule);
            writeln!(out, "      - {} `{rule}`", code(&words::signature(signature)))?;
        }
        writeln!(out, "      </details>")?;
    }
    for notice in &rust.runtime {
        let rule = words::rust_rule(notice.rule);
        writeln!(out, "    - at run time: {} `{rule}`", escape(&notice.text))?;
    }
    Ok(())
}

/// A text in which nothing is markup, whatever it holds.
fn code(text: &str) -> String {
    format!("`{}`", text.replace('`', "'").replace(['\n', '\r'], " "))
}

/// Text of the fragment is data here: it must not become markup.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '@' => escaped.push_str("@\u{200b}"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' => {
                escaped.push('\\');
                escaped.push(character);
            }
            '\n' | '\r' => escaped.push(' '),
            other => escaped.push(other),
        }
    }
    escaped
}
