//! For GitHub: one annotation an edit, beside its line. Edits without an effect would only be noise there.

use std::io::{self, Write};

use super::words;
use crate::diff::Level;
use crate::diff::report::{EditReport, Report};
use crate::diff::verdict::Bump;

pub(super) fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    for edit in &report.edits {
        let bump = edit.rust.as_ref().map_or(Bump::None, |rust| rust.bump);
        let kind = match (edit.level, bump) {
            (Level::Breaking, _) => "error",
            (Level::Risky, _) | (_, Bump::Major) => "warning",
            (Level::Additive, _) | (_, Bump::Minor) => "notice",
            (Level::None, Bump::None) => continue,
        };
        annotate(out, kind, &report.file, (edit.line, edit.column), edit.change, &message(edit))?;
    }
    for spot in &report.unclassified {
        let place = if spot.side == Some("base") { (1, 1) } else { (spot.line, spot.column) };
        annotate(
            out,
            "warning",
            &report.file,
            place,
            "unclassified",
            &format!("no rule explains #{}", spot.pointer),
        )?;
    }
    for signature in report.rust.iter().flat_map(|rust| &rust.unattributed) {
        let kind = if signature.bump == Bump::Major { "warning" } else { "notice" };
        let text = format!("no edit of the fragment explains it: {}", words::signature(signature));
        annotate(out, kind, &report.file, (1, 1), signature.rule, &text)?;
    }
    for stale in &report.stale {
        let text =
            format!("acknowledgement {} of {} matches nothing; remove it", stale.fingerprint, stale.rule);
        annotate(out, "error", &report.file, (1, 1), "stale", &text)?;
    }
    Ok(())
}

fn message(edit: &EditReport) -> String {
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
    if let Some(rust) = &edit.rust {
        text += &format!("\nRust: {}", rust.bump.name());
        for signature in &rust.signatures {
            let rule = words::rust_rule(signature.rule);
            text += &format!("\n{} {rule}", words::signature(signature));
        }
        for notice in &rust.runtime {
            text += &format!("\nat run time: {} {}", notice.text, words::rust_rule(notice.rule));
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
