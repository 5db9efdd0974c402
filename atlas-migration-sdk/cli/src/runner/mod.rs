//! Runs a migration from its plan to its end: executes the commands of the library's flow, and records each event in the
//! journal before anything that follows from it is done.
//!
//! - [`check`]: the plan check, before anything is started.
//! - [`steps`]: steps, reads and reconciling.
//! - [`watch`]: polling, with the countdown, its warnings and the hooks.
//! - [`questions`]: what a person decides, by an answer on a terminal or by a flag.
//! - [`hooks`]: commands of the user.
//! - [`lines`]: the output for programs.
//! - [`terminal`]: lines that are typed while the migration is polled.

mod check;
pub(crate) mod hooks;
pub(crate) mod lines;
mod questions;
mod steps;
mod terminal;
mod watch;

use std::path::PathBuf;
use std::time::Duration;

use atlas_migration_sdk::flow::{Actor, Command, End, Event, EventKind, Flow, FlowError, Sampler, StageName};
use atlas_migration_sdk::{FlowExecutor, Timestamp};

use crate::commands::plan::Checks;
use crate::context::Context;
use crate::failure::{Class, Failure};
use crate::journal::{HookName, Journal, JournalError, Note, Run};
use crate::journal::{describe, is_observation};
use crate::output::progress::ProgressReport;
use crate::output::{Format, printable};
use hooks::Hooks;
use lines::{Outcome, PushLine};
pub(crate) use questions::{Answers, Cutover, Ended};
pub(crate) use terminal::Terminal;

/// How often an unchanged state is recorded: enough for a curve of the lag.
const SAMPLING_INTERVAL: Duration = Duration::from_secs(60);

/// Runs one migration.
pub(crate) struct Runner<'a> {
    pub(crate) context: &'a Context,
    /// The file of the plan, for texts.
    pub(crate) plan_path: PathBuf,
    pub(crate) flow: Flow,
    pub(crate) journal: Journal,
    pub(crate) executor: FlowExecutor,
    pub(crate) run: Run,
    /// Who answers, for the journal.
    pub(crate) person: Actor,
    pub(crate) answers: Answers,
    pub(crate) hooks: Hooks,
    pub(crate) notified: Notified,
    /// The command that continues the migration.
    pub(crate) resume_command: String,
    pub(crate) sampler: Sampler,
    pub(crate) terminal: Terminal,
    /// The last poll of this run.
    pub(crate) progress: Option<ProgressReport>,
    pub(crate) checks: Checks,
    /// The findings of the plan check that were acknowledged in earlier runs.
    pub(crate) acknowledged: Vec<String>,
    /// This run has checked the plan.
    pub(crate) is_checked: bool,
    /// Why the output cannot be written.
    pub(crate) output_failure: Option<Failure>,
}

/// What was already reported to the user's hooks, also by earlier runs.
#[derive(Debug, Default)]
pub(crate) struct Notified {
    ready: bool,
    /// The thresholds of the countdown that were passed, in hours.
    hours: Vec<u64>,
}

impl Notified {
    pub(crate) fn of(notes: &[Note]) -> Self {
        let mut notified = Self::default();
        for note in notes {
            match note {
                Note::Warned { hours, .. } => notified.hours.push(*hours),
                Note::Hook { hook: HookName::OnReady, .. } => notified.ready = true,
                _ => {}
            }
        }
        notified
    }
}

pub(crate) fn sampler() -> Sampler {
    Sampler::new(SAMPLING_INTERVAL)
}

impl Runner<'_> {
    /// Runs to the end of the flow, or to where it needs a person.
    pub(crate) async fn run(mut self) -> Result<(), Failure> {
        self.context.set_unfinished(Some(self.unfinished()));
        let outcome = self.proceed().await;
        let unfinished = self.unfinished();
        self.context.set_unfinished(None);
        match outcome {
            Ok(outcome) => finish(self.context, &self.flow, &self.resume_command, &outcome),
            Err(failure) => Err(failure.with_unfinished_work(&unfinished)),
        }
    }

    async fn proceed(&mut self) -> Result<Outcome, Failure> {
        loop {
            if let Some(failure) = self.output_failure.take() {
                return Err(failure);
            }
            match self.flow.next() {
                Command::Read(read) => self.read(&read).await?,
                Command::Watch(watch) => self.watch(watch).await?,
                Command::Once(once) => self.perform(&once).await?,
                Command::Reconcile(reconcile) => self.reconcile(&reconcile).await?,
                Command::Verify => self.verify().await?,
                Command::Ask(question) => {
                    if let Some(outcome) = self.answer(&question).await? {
                        return Ok(outcome);
                    }
                }
                Command::End(end) => return Ok(Outcome::Ended(end)),
                command => {
                    return Err(Failure::other(format!(
                        "this version cannot execute the command {command:?}"
                    )));
                }
            }
        }
    }

    /// Records an event of this process.
    fn record(&mut self, kind: EventKind) -> Result<(), Failure> {
        self.record_by(kind, self.run.process())
    }

    /// Records the answer of a person.
    fn record_answer(&mut self, kind: EventKind) -> Result<(), Failure> {
        self.record_by(kind, self.person.clone())
    }

    fn record_by(&mut self, kind: EventKind, by: Actor) -> Result<(), Failure> {
        let event = Event::new(Timestamp::now(), by, kind);
        // The sampler compares the next poll with it.
        let _ = self.sampler.select(event.clone());
        self.append(&event)
    }

    /// Appends an event to the journal, if the flow accepts it, and applies it.
    fn append(&mut self, event: &Event) -> Result<(), Failure> {
        let mut flow = self.flow.clone();
        flow.apply(event).map_err(not_accepted)?;
        self.journal.record(event).map_err(|error| self.not_recorded(event, error))?;
        self.flow = flow;
        self.context.set_unfinished(Some(self.unfinished()));
        match self.context.output.format {
            // Not the end of the run: the outcome of a step must be recorded even if nobody reads the output.
            Format::Json => {
                let written = crate::output::json_line(&PushLine::event(event));
                self.output_failure = self.output_failure.take().or(written.err());
            }
            Format::Table if is_observation(&event.kind) => {}
            Format::Table => crate::output::note!("{}  {}", event.at, printable(&describe(&event.kind))),
        }
        Ok(())
    }

    /// The event happened, and the journal does not have it.
    fn not_recorded(&mut self, event: &Event, error: JournalError) -> Failure {
        let EventKind::MigrationCreated { migration, .. } = &event.kind else { return error.into() };
        // The answer to the question of the run that resumes.
        self.resume_command.push_str(&format!(" --migration-id {migration}"));
        Failure::other(format!("the migration {migration} was created, but {error}"))
    }

    /// What continues at Atlas, and how to resume.
    fn unfinished(&self) -> String {
        let resume = &self.resume_command;
        match (self.flow.next(), self.flow.migration()) {
            (Command::End(_), _) => "The migration has ended.".to_owned(),
            (_, Some(migration)) if self.flow.stage() == Some(StageName::Cutover) => format!(
                "The cutover of the migration {migration} has started, or may have started. Resume with: {resume}"
            ),
            (_, Some(migration)) => {
                let window = self.flow.cutover_window().map(|window| {
                    format!(" It is ready, and expires unless it is cut over before {}.", window.ends_after)
                });
                format!(
                    "The migration {migration} continues at Atlas.{} Resume with: {resume}",
                    window.unwrap_or_default()
                )
            }
            (_, None) if self.flow.may_have_migration() => {
                format!("The migration may have been created at Atlas. Resume with: {resume}")
            }
            (_, None) => format!("No migration was created. Resume with: {resume}"),
        }
    }
}

/// Writes the result of a run.
pub(crate) fn finish(context: &Context, flow: &Flow, resume: &str, outcome: &Outcome) -> Result<(), Failure> {
    let text = outcome_text(flow, resume, outcome);
    match context.output.format {
        Format::Json => crate::output::json_line(&PushLine::result(outcome, flow.migration()))?,
        Format::Table if outcome.is_success() => crate::output::line(&text)?,
        Format::Table => {}
    }
    if outcome.is_success() { Ok(()) } else { Err(Failure::new(Class::MigrationFailed, printable(&text))) }
}

fn outcome_text(flow: &Flow, resume: &str, outcome: &Outcome) -> String {
    let plan = &flow.started().plan;
    let migration = flow.migration().map_or_else(String::new, |id| format!(" {id}"));
    let (from, to) = (plan.source().cluster(), plan.destination().cluster());
    match outcome {
        Outcome::Ended(End::Complete) => format!(
            "The migration{migration} from {from} to {to} is complete. Point the applications at the cluster {to}."
        ),
        Outcome::Ended(End::Failed { reason, .. }) => {
            format!(
                "the migration{migration} failed: {reason}. Start a new one with another journal: --journal FILE"
            )
        }
        Outcome::Ended(End::Expired) => format!(
            "the migration{migration} expired, because it was not cut over in time. Start a new one with another \
             journal: --journal FILE"
        ),
        Outcome::Ended(End::Abandoned { reason, .. }) => {
            format!("the migration{migration} was abandoned: {reason}")
        }
        Outcome::Ready => {
            format!("The migration{migration} is ready for the cutover. Cut over with: {resume}")
        }
        Outcome::Ended(_) => "the migration has ended".to_owned(),
    }
}

/// An event that the flow does not accept, such as an answer to a question that is not asked.
fn not_accepted(error: FlowError) -> Failure {
    Failure::new(Class::Conflict, error.to_string())
}

impl From<JournalError> for Failure {
    fn from(error: JournalError) -> Self {
        use crate::journal::JournalErrorKind as Kind;
        let class = match error.kind {
            Kind::Exists | Kind::Locked(_) | Kind::OtherPlan { .. } | Kind::Unfinished => Class::Conflict,
            Kind::Missing => Class::NotFound,
            Kind::Unavailable { .. } | Kind::Unreadable(_) | Kind::NotWritten(_) | Kind::Damaged { .. } => {
                Class::Other
            }
            Kind::NotAJournal | Kind::Newer { .. } | Kind::Empty | Kind::Elsewhere(_) | Kind::Flow(_) => {
                Class::Usage
            }
        };
        Self::new(class, error.to_string())
    }
}
