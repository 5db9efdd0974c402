//! The format for comments and summaries on GitHub: long lists and harmless edits are folded.
//!
//! Texts of the documents are inline code, in which nothing is a link, a mention or HTML.

use std::io::{self, Write};

use super::Failure;
use super::view::{Entry, FindingView, HeadlineView, Printable, Reached, Remark, VerdictView, View};
use crate::Level;

/// Longer lists of operations are folded.
const MAX_OPERATIONS: usize = 3;

/// More statements of an extension are folded, and even more are only counted.
const MAX_STATEMENTS: usize = 6;
const MAX_FOLDED: usize = 50;

/// More edits within a changed reference are only counted.
const MAX_WITHIN: usize = 10;

/// More edits of a harmless level are folded.
const MAX_ADDITIVE: usize = 10;
const MAX_NO_EFFECT: usize = 3;

/// What GitHub accepts in one place.
#[derive(Clone, Copy)]
pub(super) struct Limit {
    /// In bytes. Where GitHub counts characters, this is on the safe side.
    pub(super) bytes: usize,
    pub(super) name: &'static str,
}

impl Limit {
    pub(super) const COMMENT: Self = Self { bytes: 65_536, name: "65,536 characters of a comment" };
    pub(super) const SUMMARY: Self = Self { bytes: 1 << 20, name: "1 MiB of a job summary" };
    /// For the text about what was left out, and for a line around the report.
    const RESERVE: usize = 1_000;
}

/// A report that stays below a limit. What does not fit is counted.
struct Page {
    text: String,
    left: usize,
    left_out: Vec<Level>,
    left_out_remarks: usize,
}

pub(super) fn render(view: &View, limit: Limit, out: &mut dyn Write) -> io::Result<()> {
    let text = header(view);
    let left = limit.bytes.saturating_sub(Limit::RESERVE + text.len());
    let mut page = Page { text, left, left_out: Vec::new(), left_out_remarks: 0 };
    for level in Level::ALL {
        page.section(level, &view.entries);
        if level == Level::Risky {
            page.remarks(&view.remarks);
        }
    }
    out.write_all(page.text.as_bytes())?;
    out.write_all(left_out(&page, limit).as_bytes())
}

pub(super) fn failures(failures: &[Failure], limit: Limit, out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::from("### Not reviewed\n\n");
    for (index, failure) in failures.iter().enumerate() {
        let position = failure.position().map(|position| format!(" {}", code(&position)));
        let lines: Vec<String> = failure.lines().iter().map(|line| code(&Printable::new(line))).collect();
        let item = format!("- **error**{} {}\n", position.unwrap_or_default(), lines.join("\n  - "));
        if text.len() + item.len() > limit.bytes - Limit::RESERVE {
            text += &format!("- and {} more; the format `json` contains them\n", failures.len() - index);
            break;
        }
        text += &item;
    }
    out.write_all(text.as_bytes())
}

impl Page {
    /// Claims the room for a text, if there is enough.
    fn claim(&mut self, text: &str) -> bool {
        let left = self.left.checked_sub(text.len());
        self.left = left.unwrap_or(self.left);
        left.is_some()
    }

    /// All edits of one rank.
    fn section(&mut self, rank: Level, entries: &[Entry]) {
        let entries: Vec<&Entry> = entries.iter().filter(|entry| entry.rank == rank).collect();
        let (max, description) = match rank {
            Level::Breaking | Level::Risky => (usize::MAX, ""),
            Level::Additive => (MAX_ADDITIVE, "edits that are additive or have no effect over HTTP"),
            Level::None => (MAX_NO_EFFECT, "edits without effect over HTTP"),
        };
        let mut list = String::new();
        let mut shown = 0;
        for entry in &entries {
            let mut text = String::new();
            add_entry(&mut text, entry);
            if self.claim(&text) {
                list += &text;
                shown += 1;
            } else {
                self.left_out.push(entry.level);
            }
        }
        let count = match entries.len() {
            all if all == shown => all.to_string(),
            all => format!("{shown} of {all}"),
        };
        self.text += &match entries.len() > max && shown > 0 {
            true => {
                format!("\n<details><summary>{count} {description}</summary>\n\n{list}\n</details>\n\n")
            }
            false => list,
        };
    }

    fn remarks(&mut self, remarks: &[Remark]) {
        for Remark { label, text, position, .. } in remarks {
            let position = position.iter().map(|position| format!(" {}", code(&position.text)));
            let line = format!("- **{label}** {}{}\n", code(text), position.collect::<String>());
            match self.claim(&line) {
                true => self.text += &line,
                false => self.left_out_remarks += 1,
            }
        }
    }
}

fn header(view: &View) -> String {
    let View { file, versions, totals, counts, .. } = view;
    let (file, versions) = (code(file), code(versions));
    let mut text = format!("### {file}: {versions}\n\n| | | |\n|---|---|---|\n");
    text += &format!("| over HTTP | **{}** | {counts} |\n", view.verdict());
    if let Some(HeadlineView { subject, verdict }) = &view.headline {
        let (verdict, detail) = match verdict {
            Ok((verdict, detail)) => (format!("**{verdict}**"), detail),
            Err(reason) => ("not reviewed".to_owned(), reason),
        };
        // In a table, `|` ends a cell even in code.
        let detail = code(detail).replace('|', "\\|");
        text += &format!("| {subject} | {verdict} | {detail} |\n");
    }
    text + &format!("\n{totals}\n\n")
}

/// The text about what does not fit.
fn left_out(page: &Page, limit: Limit) -> String {
    let counts =
        Level::ALL.map(|level| (page.left_out.iter().filter(|left| **left == level).count(), level.name()));
    let remarks = (page.left_out_remarks, "without an edit");
    let counts = counts.into_iter().chain([remarks]).filter(|(count, _)| *count > 0);
    let counts: Vec<String> = counts.map(|(count, name)| format!("{count} {name}")).collect();
    match counts.is_empty() {
        true => String::new(),
        false => format!(
            "\n**Left out**, because of GitHub's limit of {}: {}. The formats `text` and `json` contain them.\n",
            limit.name,
            counts.join(", ")
        ),
    }
}

/// Without a number: GitHub would renumber the items of each list.
fn add_entry(text: &mut String, entry: &Entry) {
    let (title, position) = (code(&entry.title), code(&entry.position.text));
    *text += &format!("- **{}** {title} {position}\n", entry.level.name());
    add_body(text, "  ", entry);
    let Some(verdict) = &entry.extension else { return };
    *text += &format!("  - {}: **{}**\n", verdict.label, verdict.name);
    add_statements(text, verdict);
}

fn add_body(text: &mut String, indent: &str, entry: &Entry) {
    for finding in &entry.findings {
        add_finding(text, indent, finding);
    }
    if entry.is_unused {
        *text += &format!("{indent}- no operation uses it\n");
    }
    for inner in entry.within.iter().take(MAX_WITHIN) {
        let (title, position) = (code(&inner.title), code(&inner.position.text));
        *text += &format!("{indent}- within: **{}** {title} {position}\n", inner.level.name());
        add_body(text, &format!("{indent}  "), inner);
    }
    if entry.within.len() > MAX_WITHIN {
        *text += &format!("{indent}- within: {} more\n", entry.within.len() - MAX_WITHIN);
    }
}

fn add_finding(text: &mut String, indent: &str, finding: &FindingView) {
    let FindingView { level, reason, rule, acknowledged, .. } = finding;
    let acknowledged = acknowledged.iter().map(|reason| format!(" · {}", code(reason)));
    let acknowledged: String = acknowledged.collect();
    let (reason, rule) = (escape(reason), code(rule));
    *text += &format!("{indent}- {}: {reason} {rule}{acknowledged}\n", level.name());
    for Reached { how, operations, count } in &finding.reached {
        let more = match count - operations.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        *text += &match *count > MAX_OPERATIONS {
            true => {
                let list: Vec<String> = operations.iter().map(html).collect();
                let list = format!("{}{more}", list.join(", "));
                format!("{indent}  {}\n", folded(&format!("{how}{count} operations"), &list))
            }
            false => {
                let list: Vec<String> = operations.iter().map(code).collect();
                format!("{indent}  {how}{}{more}\n", list.join(", "))
            }
        };
    }
}

fn add_statements(text: &mut String, verdict: &VerdictView) {
    let (shown, rest) = verdict.statements.split_at(verdict.statements.len().min(MAX_STATEMENTS));
    for (statement, rule) in shown {
        *text += &format!("    - {} {}\n", code(statement), code(rule));
    }
    if !rest.is_empty() {
        let mut lines: Vec<String> = rest
            .iter()
            .take(MAX_FOLDED)
            .map(|(text, rule)| format!("{} {}", html(text), html(rule)))
            .collect();
        if rest.len() > MAX_FOLDED {
            lines.push(format!("and {} more", rest.len() - MAX_FOLDED));
        }
        *text += &format!("    - {}\n", folded(&format!("and {} more", rest.len()), &lines.join("<br>")));
    }
    for (statement, rule) in &verdict.at_run_time {
        *text += &format!("    - at run time: {} {}\n", code(statement), code(rule));
    }
}

/// A folded list of HTML, in one line: a blank line would end the HTML.
fn folded(summary: &str, list: &str) -> String {
    format!("<details><summary>{summary}</summary>{list}</details>")
}

/// The text as inline code, so that nothing in it is markup.
fn code(text: &Printable) -> String {
    let text = text.as_str();
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    // Without a space, a backtick at the start or the end would belong to the fence. One space on each side is removed.
    let is_padded = text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) || text.is_empty();
    let pad = if is_padded { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// The same in HTML.
fn html(text: &Printable) -> String {
    let text = text.as_str().replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("<code>{text}</code>")
}

/// Escapes markup in a text that is not from the documents.
fn escape(text: &Printable) -> String {
    let mut escaped = String::new();
    for character in text.as_str().chars() {
        match character {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' => escaped.extend(['\\', character]),
            other => escaped.push(other),
        }
    }
    escaped
}
