//! The format for a terminal: a few lines for each edit, with its position at the end of the first line.

use std::io::{self, Write};

use super::words;
use crate::extension::{Extension, Headline, Statement};
use crate::report::{EditReport, Report};

/// The column of positions.
const POSITION_COLUMN: usize = 100;

/// The number of operations to name; JSON lists all of them.
const MAX_OPERATIONS: usize = 3;

pub(super) fn render<E: Extension>(report: &Report<E>, out: &mut dyn Write) -> io::Result<()> {
    let Report { file, base, revision, .. } = report;
    writeln!(out, "{file}   {base} → {revision}     {}", words::totals(report))?;
    writeln!(out, "  over HTTP   {:<12}  {}", words::verdict(report.http), report.counts.text())?;
    if let Some(Headline { subject, verdict }) = E::headline(&report.extension) {
        let line = match verdict {
            Ok((verdict, detail)) => format!("  {subject:<10}  {verdict:<12}  {detail}"),
            Err(reason) => format!("  {subject:<10}  not reviewed: {reason}"),
        };
        writeln!(out, "{}", line.trim_end())?;
    }
    for Statement { text, rule, .. } in E::unexplained(&report.extension) {
        writeln!(out, "              {text}  [{rule}]")?;
    }
    let digits = report.edits.len().to_string().len();
    for (number, edit) in report.edits.iter().enumerate() {
        let number = number + 1;
        line(out, &format!("{number:<digits$}  "), edit)?;
        body(out, edit, digits + 4)?;
    }
    for location in &report.unclassified {
        let side = location.side.unwrap_or_default();
        writeln!(out, "unclassified  #{} ({side} :{}:{})", location.pointer, location.line, location.column)?;
    }
    for stale in &report.stale {
        writeln!(
            out,
            "stale  acknowledgement {} of {} at {} matches no finding; remove it",
            stale.fingerprint, stale.rule, stale.node
        )?;
    }
    Ok(())
}

fn line<E: Extension>(out: &mut dyn Write, start: &str, edit: &EditReport<E>) -> io::Result<()> {
    let text = format!("{start}{}", edit.title());
    let gap = POSITION_COLUMN.saturating_sub(text.chars().count()).max(2);
    writeln!(out, "{text}{:gap$}:{}:{}", "", edit.line, edit.column)
}

fn body<E: Extension>(out: &mut dyn Write, edit: &EditReport<E>, indent: usize) -> io::Result<()> {
    for finding in edit.shown() {
        let reached = words::first_of(&words::reached(edit, finding.direction), MAX_OPERATIONS);
        let gap = if reached.is_empty() { "" } else { "  " };
        let (level, rule) = (finding.level.name(), words::rule(finding));
        writeln!(out, "{:indent$}http  {level:<9}  {reached}{gap}{rule}", "")?;
        if let Some(reason) = words::acknowledgement(finding) {
            writeln!(out, "{:indent$}      {reason}", "")?;
        }
    }
    if edit.findings.is_empty() {
        writeln!(out, "{:indent$}http  no effect  no operation uses it", "")?;
    }
    for inner in &edit.within {
        line(out, &format!("{:indent$}· ", ""), inner)?;
        body(out, inner, indent + 4)?;
    }
    let Some(verdict) = E::verdict(&edit.extension) else { return Ok(()) };
    let (subject, mut name) = (E::LABEL.to_lowercase(), verdict.name);
    for Statement { text, rule, .. } in &verdict.statements {
        writeln!(out, "{:indent$}{subject:<4}  {name:<9}  {text}  [{rule}]", "")?;
        name = "";
    }
    if verdict.statements.is_empty() {
        writeln!(out, "{:indent$}{subject:<4}  {name}", "")?;
    }
    for Statement { text, rule, .. } in &verdict.at_run_time {
        writeln!(out, "{:indent$}run              {text}  [{rule}]", "")?;
    }
    Ok(())
}
