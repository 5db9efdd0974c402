//! The report as Markdown, with its tables in the form of GitHub.

use std::fmt::Write as _;

use atlas_migration_sdk::flow::{AskedQuestion, Summary};

use super::{Report, result, time};
use crate::journal::describe;
use crate::output::progress::duration;

/// The report as Markdown.
pub(crate) fn markdown(report: &Report) -> String {
    let Summary { stages, lag, questions, last_event_at, .. } = &report.summary;
    let mut text = format!("# {}\n\nAll times are in UTC.\n\n", escaped(&report.title()));
    table(&mut text, &["", ""], report.facts().into_iter().map(|(name, value)| [name.to_owned(), value]));
    text.push_str("\n## Stages\n\n");
    let rows = stages.iter().map(|stage| {
        let end = stage.ended.unwrap_or(*last_event_at);
        let ended = stage.ended.map(time).unwrap_or_default();
        let took = duration(end.saturating_duration_since(stage.began));
        [
            stage.name.to_string(),
            time(stage.began),
            ended,
            took,
            result(stage.result).to_owned(),
            stage.by.to_string(),
        ]
    });
    table(&mut text, &["Stage", "Began", "Ended", "Duration", "Result", "By"], rows);
    if let (Some(first), Some(last)) = (lag.first(), lag.last()) {
        let highest = lag.iter().map(|point| point.lag).max().unwrap_or_default();
        text.push_str("\n## Lag\n\n");
        let rows = [("first", first.at, first.lag), ("last", last.at, last.lag)];
        let rows = rows.map(|(name, at, lag)| [name.to_owned(), time(at), duration(lag)]);
        let highest = ["highest".to_owned(), String::new(), duration(highest)];
        table(&mut text, &["", "Time", "Lag"], rows.into_iter().chain([highest]));
    }
    if !questions.is_empty() {
        text.push_str("\n## Questions\n\n");
        table(&mut text, &["Asked", "Question", "Answer", "By"], questions.iter().map(question));
    }
    text.push_str("\n## What happened\n\n");
    let rows = report.log.iter().map(|entry| [time(entry.at), entry.text.clone(), entry.by.clone()]);
    table(&mut text, &["Time", "Event", "By"], rows);
    if report.cut_off {
        text.push_str("\nThe last line of the journal is incomplete, and is not part of this report.\n");
    }
    text.truncate(text.trim_end().len());
    text
}

/// A question with its answer.
pub(super) fn question(asked: &AskedQuestion) -> [String; 4] {
    let (text, by) = match &asked.answer {
        Some(event) => (format!("{} {}", time(event.at), describe(&event.kind)), event.by.to_string()),
        None => ("open".to_owned(), String::new()),
    };
    [time(asked.asked), asked.question.to_string(), text, by]
}

fn table<const N: usize>(to: &mut String, header: &[&str; N], rows: impl IntoIterator<Item = [String; N]>) {
    // Writing to a string cannot fail.
    let _ = writeln!(to, "| {} |\n|{}", header.join(" | "), "---|".repeat(N));
    for row in rows {
        let _ = writeln!(to, "| {} |", row.map(|cell| escaped(&cell)).join(" | "));
    }
}

/// The text as one line in which nothing is markup. Error messages are texts of servers.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            _ if character.is_control() => escaped.push(' '),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '&' => {
                escaped.push('\\');
                escaped.push(character);
            }
            _ => escaped.push(character),
        }
    }
    escaped
}
