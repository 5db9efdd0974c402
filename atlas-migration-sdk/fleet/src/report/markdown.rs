//! The report as Markdown, with its tables in the form of GitHub.

use std::fmt::Write as _;

use atlas_migration_sdk::flow::{Action, AskedQuestion, EventKind, StageResult, Summary};

use super::{FleetReport, MigrationReport, describe, time};
use crate::output::duration;

/// The report as Markdown.
pub(crate) fn markdown(report: &FleetReport) -> String {
    let FleetReport { fleet, at, pause, migrations } = report;
    let mut text = format!("# Fleet {}\n\nAll times are in UTC. Read at {}.\n", escaped(fleet), time(*at));
    if let Some(pause) = pause {
        let (by, reason) = (escaped(&pause.by), escaped(&pause.reason));
        text += &format!("\nPaused by {by} since {}: {reason}\n", time(pause.since));
    }
    text.push('\n');
    let header =
        ["Migration", "Lane", "Source", "Destination", "Outcome", "Started", "Ended", "Cutover approved by"];
    table(&mut text, &header, migrations.iter().map(row));
    for migration in migrations {
        one(&mut text, migration);
    }
    text.truncate(text.trim_end().len());
    text
}

/// A migration in the table of all.
fn row(migration: &MigrationReport) -> [String; 8] {
    let summary = migration.summary.as_ref();
    let ended = summary.filter(|summary| summary.end.is_some());
    [
        migration.name.clone(),
        migration.host.clone(),
        migration.source_cluster.clone(),
        migration.destination_cluster.clone(),
        migration.outcome.clone(),
        summary.map(|summary| time(summary.started_at)).unwrap_or_default(),
        ended.map(|summary| time(summary.last_event_at)).unwrap_or_default(),
        summary.and_then(approved_by).unwrap_or_default(),
    ]
}

/// Who approved the cutover, with the last approval.
fn approved_by(summary: &Summary) -> Option<String> {
    let answers = summary.questions.iter().rev().filter_map(|answer| answer.answer.as_ref());
    let mut approvals = answers
        .filter(|event| matches!(&event.kind, EventKind::Approved { action: Action::CutOver, .. }))
        .map(|event| event.by.to_string());
    approvals.next()
}

/// A migration in a section of its own.
fn one(text: &mut String, migration: &MigrationReport) {
    let MigrationReport { name, outcome, reason, since, summary, log, missing, .. } = migration;
    let outcome = reason.as_ref().map_or(outcome.clone(), |reason| format!("{outcome}: {reason}"));
    let _ = writeln!(text, "\n## {}\n", escaped(name));
    let Some(summary) = summary else {
        let missing = missing.as_deref().unwrap_or("It has not started.");
        let _ = writeln!(text, "{}, since {}. {}", escaped(&outcome), time(*since), escaped(missing));
        return;
    };
    table(text, &["", ""], facts(migration, summary, outcome));
    text.push_str("\n### Stages\n\n");
    let rows = summary.stages.iter().map(|stage| {
        let end = stage.ended.unwrap_or(summary.last_event_at);
        [
            stage.name.to_string(),
            time(stage.began),
            stage.ended.map(time).unwrap_or_default(),
            duration(end.saturating_duration_since(stage.began)),
            result(stage.result).to_owned(),
            stage.by.to_string(),
        ]
    });
    table(text, &["Stage", "Began", "Ended", "Duration", "Result", "By"], rows);
    if !summary.questions.is_empty() {
        text.push_str("\n### Questions\n\n");
        table(text, &["Asked", "Question", "Answer", "By"], summary.questions.iter().map(question));
    }
    text.push_str("\n### What happened\n\n");
    let rows = log.iter().map(|entry| [time(entry.at), entry.text.clone(), entry.by.clone()]);
    table(text, &["Time", "Event", "By"], rows);
}

fn facts(migration: &MigrationReport, summary: &Summary, outcome: String) -> Vec<[String; 2]> {
    let Summary { started, started_at, last_event_at, ready_since, migration: id, lag, .. } = summary;
    let plan = &started.plan;
    let mut facts = vec![
        ("Outcome", outcome),
        ("Started", time(*started_at)),
        ("Last event", time(*last_event_at)),
        ("Duration", duration(last_event_at.saturating_duration_since(*started_at))),
        ("Migration", id.map_or_else(|| "not known".to_owned(), |id| id.to_string())),
        ("Source", format!("cluster {}, project {}", plan.source().cluster(), plan.source().project())),
        ("Destination", format!("cluster {}, project {}", plan.destination().cluster(), started.project)),
        ("Organization", started.org.to_string()),
        ("Migration host", migration.host.clone()),
        ("Destination's data", if plan.drops_destination_data() { "dropped" } else { "kept" }.to_owned()),
        ("Plan", started.plan_hash.to_string()),
    ];
    if let Some(ready) = ready_since {
        facts.insert(3, ("Ready for the cutover", time(*ready)));
    }
    if let (Some(highest), Some(last)) = (lag.iter().map(|point| point.lag).max(), lag.last()) {
        facts.push(("Lag", format!("at most {}, last {}", duration(highest), duration(last.lag))));
    }
    facts.into_iter().map(|(name, value)| [name.to_owned(), value]).collect()
}

/// A question with its answer.
fn question(asked: &AskedQuestion) -> [String; 4] {
    let (text, by) = match &asked.answer {
        Some(event) => (format!("{} {}", time(event.at), describe(&event.kind)), event.by.to_string()),
        None => ("open".to_owned(), String::new()),
    };
    [time(asked.asked), asked.question.to_string(), text, by]
}

/// How a stage ended, for people.
fn result(result: StageResult) -> &'static str {
    match result {
        StageResult::Running => "running",
        StageResult::Done => "done",
        StageResult::Reset => "begun again",
        StageResult::Stopped => "stopped",
        _ => "ended",
    }
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
