//! For a terminal: an edit in a few lines, the place at the end of the first.

use std::io::{self, Write};

use super::words;
use crate::diff::report::{EditReport, Report};

/// Where places stand.
const WIDTH: usize = 100;

/// So many operations are named; JSON has all.
const MOST_OPERATIONS: usize = 3;

pub(super) fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let Report { file, base, revision, .. } = report;
    writeln!(out, "{file}   {base} → {revision}     {}", words::totals(report))?;
    writeln!(out, "  over HTTP   {:<12}  {}", words::verdict(report.http), report.counts.text())?;
    if let Some(rust) = &report.rust {
        let gate = words::gate(report).unwrap_or_default();
        writeln!(out, "{}", format!("  Rust API    {:<12}  {gate}", words::bump(rust.bump)).trim_end())?;
        for signature in &rust.unattributed {
            let rule = words::rust_rule(signature.rule);
            writeln!(out, "              {}  {rule}", words::signature(signature))?;
        }
    }
    if let Some(problem) = &report.rust_problem {
        writeln!(out, "  Rust API    not judged: {problem}")?;
    }
    let digits = report.edits.len().to_string().len();
    for (number, edit) in report.edits.iter().enumerate() {
        let number = number + 1;
        line(out, &format!("{number:<digits$}  "), edit)?;
        body(out, edit, digits + 4)?;
    }
    for spot in &report.unclassified {
        let side = spot.side.unwrap_or_default();
        writeln!(out, "unclassified  #{} ({side} :{}:{})", spot.pointer, spot.line, spot.column)?;
    }
    for stale in &report.stale {
        writeln!(
            out,
            "stale  acknowledgement {} of {} at {}: nothing of the kind is here; remove it",
            stale.fingerprint, stale.rule, stale.node
        )?;
    }
    Ok(())
}

fn line(out: &mut dyn Write, start: &str, edit: &EditReport) -> io::Result<()> {
    let text = format!("{start}{}", edit.title());
    let gap = WIDTH.saturating_sub(text.chars().count()).max(2);
    writeln!(out, "{text}{:gap$}:{}:{}", "", edit.line, edit.column)
}

fn body(out: &mut dyn Write, edit: &EditReport, indent: usize) -> io::Result<()> {
    for finding in edit.shown() {
        let reached = words::first_of(&words::reached(edit, finding.direction), MOST_OPERATIONS);
        let gap = if reached.is_empty() { "" } else { "  " };
        let (level, rule) = (finding.level.name(), words::rule(finding));
        writeln!(out, "{:indent$}http  {level:<9}  {reached}{gap}{rule}", "")?;
        if let Some(said) = words::acknowledgement(finding) {
            writeln!(out, "{:indent$}      {said}", "")?;
        }
    }
    if edit.findings.is_empty() {
        writeln!(out, "{:indent$}http  no effect  no operation reaches it", "")?;
    }
    for inner in &edit.within {
        line(out, &format!("{:indent$}· ", ""), inner)?;
        body(out, inner, indent + 4)?;
    }
    let Some(rust) = &edit.rust else { return Ok(()) };
    let mut label = rust.bump.name();
    for signature in &rust.signatures {
        let (text, rule) = (words::signature(signature), words::rust_rule(signature.rule));
        writeln!(out, "{:indent$}rust  {label:<9}  {text}  {rule}", "")?;
        label = "";
    }
    if rust.signatures.is_empty() {
        writeln!(out, "{:indent$}rust  {label}", "")?;
    }
    for notice in &rust.runtime {
        writeln!(out, "{:indent$}run              {}  {}", "", notice.text, words::rust_rule(notice.rule))?;
    }
    Ok(())
}
