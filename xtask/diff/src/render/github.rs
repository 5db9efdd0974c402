//! Annotations for GitHub: one for each edit that has an effect, at its line.

use std::io::{self, Write};

use super::words;
use crate::Level;
use crate::extension::{Extension, Severity, Statement};
use crate::report::{EditReport, Report};

pub(super) fn render<E: Extension>(report: &Report<E>, out: &mut dyn Write) -> io::Result<()> {
    for edit in &report.edits {
        let severity = E::verdict(&edit.extension).map_or(Severity::None, |verdict| verdict.severity);
        let kind = match (edit.level, severity) {
            (Level::Breaking, _) => "error",
            (Level::Risky, _) | (_, Severity::Warning) => "warning",
            (Level::Additive, _) | (_, Severity::Notice) => "notice",
            (Level::None, Severity::None) => continue,
        };
        annotate(out, kind, &report.file, (edit.line, edit.column), edit.change, &message(edit))?;
    }
    for location in &report.unclassified {
        let position = if location.side == Some("base") { (1, 1) } else { (location.line, location.column) };
        annotate(
            out,
            "warning",
            &report.file,
            position,
            "unclassified",
            &format!("no edit explains #{}", location.pointer),
        )?;
    }
    for Statement { text, rule, severity } in E::unexplained(&report.extension) {
        let kind = if severity == Severity::Warning { "warning" } else { "notice" };
        let text = format!("not explained by an edit: {text}");
        annotate(out, kind, &report.file, (1, 1), &rule, &text)?;
    }
    for stale in &report.stale {
        let text =
            format!("acknowledgement {} of {} matches no finding; remove it", stale.fingerprint, stale.rule);
        annotate(out, "error", &report.file, (1, 1), "stale", &text)?;
    }
    Ok(())
}

fn message<E: Extension>(edit: &EditReport<E>) -> String {
    let mut text = edit.title();
    for finding in edit.findings.iter().filter(|finding| finding.level > Level::None) {
        let reached = words::first_of(&words::reached(edit, finding.direction), usize::MAX);
        let rule = words::rule(finding);
        let gap = if reached.is_empty() { "" } else { " " };
        text += &format!("\n{}: {}{gap}{reached} {rule}", finding.level.name(), finding.reason);
    }
    for inner in &edit.within {
        let rules: Vec<String> =
            inner.findings.iter().map(|finding| format!(" {}", words::rule(finding))).collect();
        text += &format!("\n{}: {}{}", inner.level.name(), inner.title(), rules.concat());
    }
    if let Some(verdict) = E::verdict(&edit.extension) {
        text += &format!("\n{}: {}", E::LABEL, verdict.name);
        for Statement { text: statement, rule, .. } in &verdict.statements {
            text += &format!("\n{statement} [{rule}]");
        }
        for Statement { text: statement, rule, .. } in &verdict.at_run_time {
            text += &format!("\nat run time: {statement} [{rule}]");
        }
    }
    text
}

fn annotate(
    out: &mut dyn Write,
    kind: &str,
    file: &str,
    (line, column): (usize, usize),
    title: &str,
    text: &str,
) -> io::Result<()> {
    let data = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    writeln!(
        out,
        "::{kind} file={},line={line},col={column},title={}::{}",
        property(file),
        property(title),
        data(text)
    )
}
