//! The format for a comment on a pull request: long lists and harmless edits are folded.

use std::io::{self, Write};

use super::words;
use crate::Level;
use crate::extension::{Extension, Headline, Statement};
use crate::report::{EditReport, Report};

/// Longer lists are folded.
const MAX_OPERATIONS: usize = 3;

/// More statements of an extension are folded.
const MAX_STATEMENTS: usize = 6;

/// More additive edits are folded.
const MAX_HARMLESS: usize = 10;

/// GitHub limits a comment to 65,536 characters. Further edits are only counted.
const MAX_EDITS: usize = 100;

pub(super) fn render<E: Extension>(report: &Report<E>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "### `{}`: {} → {}\n", report.file, report.base, report.revision)?;
    writeln!(out, "| | | |\n|---|---|---|")?;
    writeln!(out, "| over HTTP | **{}** | {} |", words::verdict(report.http), report.counts.text())?;
    if let Some(Headline { subject, verdict }) = E::headline(&report.extension) {
        match verdict {
            Ok((verdict, detail)) => writeln!(out, "| {subject} | **{verdict}** | {detail} |")?,
            Err(reason) => writeln!(out, "| {subject} | not judged | {} |", escape(&reason))?,
        }
    }
    writeln!(out, "\n{}\n", words::totals(report))?;
    for level in Level::ALL {
        let edits: Vec<_> = report.edits.iter().filter(|edit| edit.level == level).collect();
        if edits.is_empty() {
            continue;
        }
        let (is_folded, description) = match level {
            Level::None => (edits.len() > MAX_OPERATIONS, "without effect"),
            Level::Additive => (edits.len() > MAX_HARMLESS, "that are additive"),
            Level::Risky | Level::Breaking => (false, ""),
        };
        if is_folded {
            writeln!(out, "\n<details><summary>{} edits {description} over HTTP</summary>\n", edits.len())?;
        }
        for edit in edits.iter().take(MAX_EDITS) {
            write(out, edit, &report.file)?;
        }
        if edits.len() > MAX_EDITS {
            writeln!(out, "- and {} more", edits.len() - MAX_EDITS)?;
        }
        if is_folded {
            writeln!(out, "\n</details>\n")?;
        }
    }
    for Statement { text, rule, .. } in E::unexplained(&report.extension) {
        writeln!(out, "- {}, not explained by an edit: {} `[{rule}]`", E::LABEL, code(&text))?;
    }
    for location in &report.unclassified {
        writeln!(out, "- **unclassified** `#{}` at {}:{}", location.pointer, location.line, location.column)?;
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

/// Without a number: the order differs from that of the other formats, and GitHub would renumber a list.
fn write<E: Extension>(out: &mut dyn Write, edit: &EditReport<E>, file: &str) -> io::Result<()> {
    writeln!(
        out,
        "- **{}** {} `{file}:{}:{}`",
        edit.level.name(),
        escape(&edit.title()),
        edit.line,
        edit.column
    )?;
    for finding in edit.shown() {
        let acknowledgement = words::acknowledgement(finding);
        let acknowledgement = acknowledgement.map(|text| format!(" · {}", escape(&text))).unwrap_or_default();
        let rule = words::rule(finding);
        writeln!(out, "  - {}: {} `{rule}`{acknowledgement}", finding.level.name(), escape(&finding.reason))?;
        for words::Reached { how, operations } in words::reached(edit, finding.direction) {
            let list = operations.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            match operations.len() {
                count if count > MAX_OPERATIONS => {
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
    let Some(verdict) = E::verdict(&edit.extension) else { return Ok(()) };
    writeln!(out, "  - {}: **{}**", E::LABEL, verdict.name)?;
    let (shown, folded) = verdict.statements.split_at(verdict.statements.len().min(MAX_STATEMENTS));
    for Statement { text, rule, .. } in shown {
        writeln!(out, "    - {} `[{rule}]`", code(text))?;
    }
    if !folded.is_empty() {
        writeln!(out, "    - <details><summary>and {} more</summary>\n", folded.len())?;
        for Statement { text, rule, .. } in folded {
            writeln!(out, "      - {} `[{rule}]`", code(text))?;
        }
        writeln!(out, "      </details>")?;
    }
    for Statement { text, rule, .. } in &verdict.at_run_time {
        writeln!(out, "    - at run time: {} `[{rule}]`", escape(text))?;
    }
    Ok(())
}

/// The text as inline code, so that nothing in it is markup.
fn code(text: &str) -> String {
    format!("`{}`", text.replace('`', "'").replace(['\n', '\r'], " "))
}

/// Escapes markup: text of the documents is data.
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
