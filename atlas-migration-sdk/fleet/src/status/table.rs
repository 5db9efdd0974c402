//! The state of a fleet as a table.

use std::time::Duration;

use atlas_migration_sdk::flow::Question;

use super::{Counts, FleetStatus, MigrationStatus, State};
use crate::output::{duration, table};

/// The longest text of a problem in the table. The output for programs has all of it.
const PROBLEM_WIDTH: usize = 120;

/// The state of a fleet for people.
pub(crate) fn for_people(status: &FleetStatus) -> String {
    let header = ["NAME", "LANE", "STAGE", "LAG", "ESTIMATE", "TIME LEFT", "WHO MUST ACT", "PROBLEM"];
    let migrations = table(&header, status.migrations.iter().map(row), "No migrations.");
    let mut text = format!("{migrations}\n\n{}", summary(&status.fleet, status.counts));
    if let Some(pause) = &status.pause {
        text += &format!("\nPaused by {} since {}: {}", pause.by, pause.since, pause.reason);
    }
    text
}

/// The numbers in one line.
fn summary(fleet: &str, counts: Counts) -> String {
    let Counts { running, waiting, queued, done, failed } = counts;
    format!(
        "Fleet {fleet}: {running} running, {waiting} waiting for a person, {queued} queued, {done} done, {failed} failed"
    )
}

fn row(migration: &MigrationStatus) -> [String; 8] {
    let time = |seconds: Option<u64>| {
        seconds.map_or_else(|| "-".to_owned(), |seconds| duration(Duration::from_secs(seconds)))
    };
    [
        migration.name.clone(),
        migration.host.clone(),
        stage(migration),
        time(migration.lag_seconds),
        time(migration.estimated_remaining_seconds),
        time(migration.cutover_seconds_left),
        who(migration),
        problem(migration),
    ]
}

fn stage(migration: &MigrationStatus) -> String {
    let text = match migration.state {
        State::Queued => "queued",
        State::Held => "queued, on hold",
        State::Complete => "complete",
        State::Failed => "failed",
        State::Expired => "expired",
        State::Abandoned => "abandoned",
        State::Running | State::Waiting => {
            let stage = migration.stage.map_or_else(|| "begins".to_owned(), |stage| stage.to_string());
            return if migration.performing { format!("{stage}, sending") } else { stage };
        }
    };
    text.to_owned()
}

fn who(migration: &MigrationStatus) -> String {
    let what = match (&migration.question, migration.state) {
        (Some(asked), _) => question(asked),
        (None, State::Waiting) => "abandon, once the host is free".to_owned(),
        (None, State::Held) => "resume".to_owned(),
        _ => return "-".to_owned(),
    };
    let who =
        if migration.approvers.is_empty() { "anyone".to_owned() } else { migration.approvers.join(", ") };
    format!("{who}: {what}")
}

/// What a question needs, by the commands that answer it.
pub(crate) fn question(question: &Question) -> String {
    match question {
        Question::Approve(approval) => format!("approve: {}", approval.action),
        Question::TryAgain { step, may_have_taken_effect: false, .. } => format!("retry: could not {step}"),
        Question::TryAgain { step, .. } => format!("check Atlas, then retry: {step} may have taken effect"),
        Question::VerificationFailed { .. } => "retry: the verification failed".to_owned(),
        Question::FindMigration(_) => {
            "give-id, not-created or conclude: the migration's id is lost".to_owned()
        }
        Question::MigrationMissing { .. } => "retry or conclude: Atlas does not find it".to_owned(),
        Question::OnHold { by, .. } => format!("resume: on hold by {by}"),
        other => other.to_string(),
    }
}

fn problem(migration: &MigrationStatus) -> String {
    let Some(problem) = &migration.problem else { return "-".to_owned() };
    // Only the first line: an error message may have many.
    let line = problem.lines().next().unwrap_or_default();
    let mut text: String = line.chars().take(PROBLEM_WIDTH).collect();
    if text.len() < problem.len() {
        text.push('…');
    }
    match migration.attempts {
        Some(attempts) => format!("{text} ({attempts} attempts)"),
        None => text,
    }
}

/// A state as a word.
pub(crate) fn text(state: State) -> &'static str {
    match state {
        State::Queued => "queued",
        State::Held => "on hold",
        State::Running => "running",
        State::Waiting => "waiting for a person",
        State::Complete => "complete",
        State::Failed => "failed",
        State::Expired => "expired",
        State::Abandoned => "abandoned",
    }
}
