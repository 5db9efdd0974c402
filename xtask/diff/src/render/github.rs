//! Annotations for GitHub: one for each edit that has an effect, at its line.
//!
//! GitHub shows ten annotations of each kind for a step. The others are lines of the log.

use std::io::{self, Write};

use super::Failure;
use super::view::{Entry, Printable, Remark, View};
use crate::Level;

/// The annotations of one kind that GitHub shows for a step.
const MAX_ANNOTATIONS: usize = 10;

/// The number of operations to name for each finding; JSON lists them.
const MAX_OPERATIONS: usize = 10;

/// GitHub accepts 64 KiB; escapes need some of them.
const MAX_MESSAGE: usize = 32_000;

struct Annotation {
    kind: &'static str,
    /// Empty if the annotation is not about a file.
    file: String,
    line: usize,
    column: usize,
    title: String,
    lines: Vec<String>,
}

pub(super) fn render(view: &View, out: &mut dyn Write) -> io::Result<()> {
    let file = &view.file;
    let entries = view.entries.iter().filter_map(|entry| Some(of_entry(kind(entry.rank)?, file, entry)));
    let remarks = view.remarks.iter().filter_map(|remark| Some(of_remark(kind(remark.rank)?, file, remark)));
    write(&entries.chain(remarks).collect::<Vec<_>>(), out)
}

pub(super) fn failures(failures: &[Failure], out: &mut dyn Write) -> io::Result<()> {
    let annotation = |failure: &Failure| Annotation {
        kind: "error",
        file: failure.file.as_deref().map(|file| Printable::new(file).to_string()).unwrap_or_default(),
        line: failure.line.unwrap_or(1),
        column: failure.column.unwrap_or(1),
        title: failure.rule.unwrap_or("not reviewed").to_owned(),
        lines: failure.lines(),
    };
    write(&failures.iter().map(annotation).collect::<Vec<_>>(), out)
}

fn write(annotations: &[Annotation], out: &mut dyn Write) -> io::Result<()> {
    for kind in ["error", "warning", "notice"] {
        let all: Vec<_> = annotations.iter().filter(|annotation| annotation.kind == kind).collect();
        let shown = if all.len() > MAX_ANNOTATIONS { MAX_ANNOTATIONS - 1 } else { all.len() };
        all[..shown].iter().try_for_each(|annotation| annotation.write(out))?;
        let more = &all[shown..];
        let Some(Annotation { file, .. }) = more.first() else { continue };
        let text = format!(
            "{} more {kind}s: GitHub shows {MAX_ANNOTATIONS} of a step. The log of the step lists them.",
            more.len()
        );
        let rest = Annotation {
            kind,
            file: file.clone(),
            line: 1,
            column: 1,
            title: "more".to_owned(),
            lines: vec![text],
        };
        rest.write(out)?;
        more.iter().try_for_each(|annotation| annotation.write_to_log(out))?;
    }
    Ok(())
}

fn kind(rank: Level) -> Option<&'static str> {
    match rank {
        Level::Breaking => Some("error"),
        Level::Risky => Some("warning"),
        Level::Additive => Some("notice"),
        Level::None => None,
    }
}

fn of_entry(kind: &'static str, file: &Printable, entry: &Entry) -> Annotation {
    let mut lines = Vec::new();
    add_entry(&mut lines, entry);
    if let Some(at) = &entry.position.removed_from {
        lines.insert(1, format!("removed from {at}"));
    }
    // GitHub shows annotations in the files of the revision.
    let (line, column) = (entry.position.line, entry.position.column);
    Annotation { kind, file: file.to_string(), line, column, title: entry.change.to_owned(), lines }
}

fn add_entry(lines: &mut Vec<String>, entry: &Entry) {
    lines.push(entry.title.to_string());
    for finding in entry.findings.iter().filter(|finding| finding.level > Level::None) {
        let reached = finding.reached(MAX_OPERATIONS);
        let gap = if reached.is_empty() { "" } else { " " };
        let level = finding.level.name();
        lines.push(format!("{level}: {}{gap}{reached} {}", finding.reason, finding.rule));
        lines.extend(finding.acknowledged.iter().map(ToString::to_string));
    }
    for inner in &entry.within {
        let start = lines.len();
        add_entry(lines, inner);
        lines[start] = format!("within, at {}: {}", inner.position.text, lines[start]);
    }
    let Some(verdict) = &entry.extension else { return };
    lines.push(format!("{}: {}", verdict.label, verdict.name));
    lines.extend(verdict.statements.iter().map(|(text, rule)| format!("{text} {rule}")));
    lines.extend(verdict.at_run_time.iter().map(|(text, rule)| format!("at run time: {text} {rule}")));
}

fn of_remark(kind: &'static str, file: &Printable, remark: &Remark) -> Annotation {
    let at = remark.position.as_ref().map(|position| format!(" at {}", position.text)).unwrap_or_default();
    let (line, column) = remark.position.as_ref().map_or((1, 1), |position| (position.line, position.column));
    let text = format!("{}: {}{at}", remark.label, remark.text);
    Annotation { kind, file: file.to_string(), line, column, title: remark.id.to_string(), lines: vec![text] }
}

impl Annotation {
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let Self { kind, file, line, column, title, lines } = self;
        let (title, text) = (property(title), data(&message(lines)));
        match file.as_str() {
            "" => writeln!(out, "::{kind} title={title}::{text}"),
            file => {
                let file = property(file);
                writeln!(out, "::{kind} file={file},line={line},col={column},title={title}::{text}")
            }
        }
    }

    fn write_to_log(&self, out: &mut dyn Write) -> io::Result<()> {
        let Self { kind, file, line, column, title, lines } = self;
        let text = lines.join("\n    ");
        writeln!(out, "{kind} {file}:{line}:{column} {title}\n    {text}")
    }
}

/// The first lines, and the number of the others.
fn message(lines: &[String]) -> String {
    let mut text = String::new();
    for (index, line) in lines.iter().enumerate() {
        if text.len() + line.len() > MAX_MESSAGE {
            return format!("{text}and {} more lines; the other formats have them", lines.len() - index);
        }
        text += line;
        text += if index + 1 < lines.len() { "\n" } else { "" };
    }
    text
}

/// The text as the data of a workflow command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The text as a property of a workflow command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
