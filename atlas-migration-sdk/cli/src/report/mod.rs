//! The report of a migration for a change record: what happened, when, and who did it.
//!
//! - [`mod@markdown`], [`mod@html`]: the forms for people; [`chart`]: the drawings of the page.

mod chart;
mod html;
mod markdown;
#[cfg(test)]
mod tests;

use atlas_migration_sdk::Timestamp;
use atlas_migration_sdk::flow::{End, Flow, FlowError, StageResult, Summary};
use schemars::JsonSchema;
use serde::Serialize;

use crate::journal::{Contents, HookOutcome, Note, Run, describe, is_observation};

pub(crate) use html::html;
pub(crate) use markdown::markdown;

/// What happened in a migration, when, and who did it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report {
    /// The stages, the lag over time, and the questions with their answers.
    pub(crate) summary: Summary,
    /// The runs of the program.
    pub(crate) runs: Vec<RunReport>,
    /// What happened, in the order in time, without the polls.
    pub(crate) log: Vec<LogEntry>,
    /// The last line of the journal is incomplete, and is not part of the report.
    pub(crate) cut_off: bool,
}

/// A run of the program.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RunReport {
    since: Timestamp,
    pid: u32,
    host: String,
    user: String,
    program: String,
}

/// Something that happened.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LogEntry {
    pub(crate) at: Timestamp,
    pub(crate) by: String,
    pub(crate) text: String,
}

impl Report {
    /// The report of a journal.
    pub(crate) fn new(contents: &Contents) -> Result<Self, FlowError> {
        let summary = Flow::summarize(&contents.events)?;
        let events = contents
            .events
            .iter()
            .filter(|event| !is_observation(&event.kind))
            .map(|event| LogEntry { at: event.at, by: event.by.to_string(), text: describe(&event.kind) });
        let mut log: Vec<_> = events.chain(contents.notes.iter().filter_map(note)).collect();
        log.sort_by_key(|entry| entry.at);
        let runs = contents.runs().map(RunReport::from).collect();
        Ok(Self { summary, runs, log, cut_off: contents.is_cut_off() })
    }

    /// How the migration ended, in a word, and why.
    fn outcome(&self) -> (&'static str, Option<&str>) {
        match &self.summary.end {
            None => ("not ended", None),
            Some(End::Complete) => ("complete", None),
            Some(End::Failed { reason, .. }) => ("failed", Some(reason)),
            Some(End::Expired) => ("expired", Some("It was not cut over within 120 hours.")),
            Some(End::Abandoned { reason, .. }) => ("abandoned", Some(reason)),
            Some(_) => ("ended", None),
        }
    }

    fn title(&self) -> String {
        let plan = &self.summary.started.plan;
        format!("Migration from {} to {}", plan.source().cluster(), plan.destination().cluster())
    }

    /// The facts at the head of the report.
    fn facts(&self) -> Vec<(&'static str, String)> {
        let Summary { started, started_at, started_by, migration, ready_since, last_event_at, .. } =
            &self.summary;
        let plan = &started.plan;
        let unknown = || "not known".to_owned();
        let (outcome, reason) = self.outcome();
        let outcome = reason.map_or_else(|| outcome.to_owned(), |reason| format!("{outcome}: {reason}"));
        let mut facts = vec![
            ("Outcome", outcome),
            ("Started", format!("{} by {started_by}", time(*started_at))),
            ("Last event", time(*last_event_at)),
            (
                "Duration",
                crate::output::progress::duration(last_event_at.saturating_duration_since(*started_at)),
            ),
            ("Migration", migration.map_or_else(unknown, |id| id.to_string())),
            ("Source", format!("cluster {}, project {}", plan.source().cluster(), plan.source().project())),
            ("Destination", format!("cluster {}, project {}", plan.destination().cluster(), started.project)),
            ("Organization", started.org.to_string()),
            ("Migration host", plan.migration_host().to_owned()),
            ("Destination's data", if plan.drops_destination_data() { "dropped" } else { "kept" }.to_owned()),
            ("Plan", started.plan_hash.to_string()),
        ];
        if let Some(ready) = ready_since {
            facts.insert(3, ("Ready for the cutover", time(*ready)));
        }
        facts
    }
}

impl From<&Run> for RunReport {
    fn from(run: &Run) -> Self {
        let Run { pid, host, user, since, program } = run.clone();
        Self { since, pid, host, user, program }
    }
}

/// What a note adds to the log.
fn note(note: &Note) -> Option<LogEntry> {
    let entry = |at: Timestamp, by: String, text: String| Some(LogEntry { at, by, text });
    match note {
        Note::Run(run) => entry(
            run.since,
            format!("{}@{}", run.user, run.host),
            format!("Ran {}, process {}.", run.program, run.pid),
        ),
        Note::Acknowledged { at, by, findings } => {
            entry(*at, by.to_string(), format!("Acknowledged: {}.", findings.join(", ")))
        }
        Note::Warned { at, hours } => {
            entry(*at, String::new(), format!("Warned that less than {hours} hours were left to cut over."))
        }
        Note::Hook { at, hook, outcome: HookOutcome::Succeeded } => {
            entry(*at, String::new(), format!("The command of {hook} succeeded."))
        }
        Note::Hook { at, hook, outcome: HookOutcome::Failed(message) } => {
            entry(*at, String::new(), format!("The command of {hook} failed: {message}."))
        }
        Note::Elsewhere { journal, run } => entry(
            run.since,
            format!("{}@{}", run.user, run.host),
            format!("Ran {}, process {}, with the journal {journal}.", run.program, run.pid),
        ),
        Note::Unknown => None,
    }
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

/// A time in UTC, to the second.
fn time(at: Timestamp) -> String {
    // `2026-11-28T08:40:37.123Z`: the notation has a fixed length.
    let text = at.to_string();
    text.get(..19).map_or(text.clone(), |text| text.replace('T', " "))
}
