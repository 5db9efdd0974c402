//! What a person decides: by an answer on a terminal, or by a flag. Without both, the run ends and can be resumed.

use atlas_migration_sdk::MigrationId;
use atlas_migration_sdk::flow::{
    Action, Approval, Command, EventKind, Failure as StepFailure, Question, Step,
};
use clap::ValueEnum;

use super::Runner;
use super::lines::Outcome;
use crate::failure::{Class, Failure};
use crate::output::printable;

/// The answers that flags give. Each is used once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answers {
    /// Approve everything that needs an approval.
    pub(crate) yes: bool,
    pub(crate) cutover: Cutover,
    /// The id of the migration whose id was lost.
    pub(crate) migration_id: Option<MigrationId>,
    /// No migration was created.
    pub(crate) not_created: bool,
    /// How a migration ended that Atlas no longer shows.
    pub(crate) ended: Option<Ended>,
    /// The run was resumed after a failure in an earlier run, which is tried again if it had no effect.
    pub(crate) is_resumed_after_failure: bool,
    /// Try again although an earlier attempt may have taken effect.
    pub(crate) retry: bool,
}

/// When to cut over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Cutover {
    /// Ask on the terminal; without one, stop when the migration is ready.
    #[default]
    Ask,
    /// Cut over as soon as the migration is ready, and verified if there is a verification.
    WhenReady,
    /// Stop when the migration is ready.
    Never,
}

/// How a migration ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Ended {
    Complete,
    Failed,
}

impl Runner<'_> {
    /// Answers a question. Returns an outcome if the run stops here as requested.
    pub(super) async fn answer(&mut self, question: &Question) -> Result<Option<Outcome>, Failure> {
        match question {
            Question::Approve(approval) if approval.action == Action::CutOver => {
                return self.offer_cutover(approval).await;
            }
            Question::Approve(approval) => {
                let text = format!("{}\n{question}", place(approval));
                self.confirm(&text).await?;
                self.record_answer(EventKind::approve(approval.action, approval.plan_hash, None))?;
            }
            Question::TryAgain { step, failure, may_have_taken_effect, .. } => {
                self.try_again(
                    question,
                    *may_have_taken_effect,
                    step_failure(*step, failure, *may_have_taken_effect),
                )
                .await?;
            }
            Question::VerificationFailed { message, .. } => {
                let failure = Failure::new(
                    Class::MigrationFailed,
                    format!("the verification of the copied data failed: {message}"),
                );
                self.try_again(question, false, failure).await?;
            }
            Question::FindMigration(_) => self.find_migration(question).await?,
            Question::MigrationMissing { .. } => self.migration_missing(question).await?,
            Question::OnHold { .. } => {
                let failure = Failure::new(Class::NeedsPerson, printable(&question.to_string()))
                    .with_advice("--retry continues it.");
                if !std::mem::take(&mut self.answers.retry) && !self.says_yes(question, failure).await? {
                    return Ok(None);
                }
                self.record_answer(EventKind::release())?;
            }
            question => {
                return Err(Failure::new(Class::NeedsPerson, format!("unknown question: {question}")));
            }
        }
        Ok(None)
    }

    async fn offer_cutover(&mut self, approval: &Approval) -> Result<Option<Outcome>, Failure> {
        if self.progress.is_none() {
            // The state in the journal may be old.
            self.poll_once().await?;
            if self.flow.next() != Command::Ask(Question::Approve(approval.clone())) {
                return Ok(None);
            }
        }
        self.notify_ready().await?;
        let text = format!("{}\n{}", place(approval), Question::Approve(approval.clone()));
        match self.answers.cutover {
            Cutover::Never => return Ok(Some(Outcome::Ready)),
            Cutover::WhenReady => {}
            Cutover::Ask if !self.terminal.is_present() => {
                let message = format!(
                    "the migration is ready, and the cutover needs a confirmation: resume on a terminal, or with \
                     --cutover when-ready.\n{text}"
                );
                return Err(Failure::new(Class::NeedsPerson, printable(&message)));
            }
            Cutover::Ask => {
                crate::output::note!("{}", printable(&text));
                loop {
                    match self.ask("Type \"yes\" and Enter to cut over").await? {
                        // The migration is not ready any more, or has ended.
                        None => return Ok(None),
                        Some(answer) if answer == "yes" => break,
                        Some(_) => {
                            crate::output::note!("Not cut over. Ctrl-C leaves the migration as it is.")
                        }
                    }
                }
            }
        }
        self.record_answer(EventKind::approve(approval.action, approval.plan_hash, None))?;
        Ok(None)
    }

    /// A yes to creating a migration that drops nothing: it occupies the migration host, and cannot be cancelled.
    pub(super) async fn confirm_start(&mut self) -> Result<(), Failure> {
        let started = self.flow.started();
        let text = format!(
            "Organization {}, project {}, plan {}\nThe data of {} will be copied to the cluster {}, whose data is kept. \
             A migration that has started cannot be cancelled. Start?",
            started.org,
            started.project,
            started.plan_hash,
            started.plan.source().cluster(),
            started.plan.destination().cluster()
        );
        self.confirm(&text).await
    }

    /// Requires a typed "yes", or the flag.
    async fn confirm(&mut self, text: &str) -> Result<(), Failure> {
        if self.answers.yes {
            return Ok(());
        }
        if !self.terminal.is_present() {
            let message =
                format!("the next step needs a confirmation: resume on a terminal, or with --yes.\n{text}");
            return Err(Failure::new(Class::NeedsPerson, printable(&message)));
        }
        crate::output::note!("{}", printable(text));
        match self.ask("Type \"yes\" and Enter to continue").await? {
            Some(answer) if answer == "yes" => Ok(()),
            _ => Err(Failure::new(Class::NeedsPerson, "not confirmed; the step was not taken")),
        }
    }

    /// A line of the terminal, while the migration is polled. None if the question is obsolete by then.
    pub(super) async fn ask(&mut self, prompt: &str) -> Result<Option<String>, Failure> {
        self.terminal.discard_typed_ahead();
        let watch = self.flow.watch();
        if watch.is_none() {
            crate::output::write_note(format_args!("{prompt}: "));
        }
        let mut terminal = std::mem::take(&mut self.terminal);
        let answer = self.poll_beside(watch, prompt, terminal.line()).await;
        self.terminal = terminal;
        match answer? {
            Some(Some(line)) => Ok(Some(line)),
            Some(None) => Err(Failure::new(Class::NeedsPerson, "the terminal was closed")),
            None => Ok(None),
        }
    }

    /// Whether a person answers a question with yes. Without a terminal, the failure.
    async fn says_yes(&mut self, question: &Question, failure: Failure) -> Result<bool, Failure> {
        if !self.terminal.is_present() {
            return Err(failure);
        }
        crate::output::note!("{}", printable(&question.to_string()));
        match self.ask("Type \"yes\" and Enter, or \"no\"").await? {
            Some(answer) if answer == "yes" => Ok(true),
            Some(_) => Err(failure),
            None => Ok(false),
        }
    }

    /// Resuming is an answer: what failed before is tried again once, if it had no effect.
    async fn try_again(&mut self, question: &Question, risky: bool, failure: Failure) -> Result<(), Failure> {
        let is_allowed = std::mem::take(&mut self.answers.retry);
        let is_resumed = std::mem::take(&mut self.answers.is_resumed_after_failure);
        let failure = match risky {
            true => {
                failure.with_advice("It may have taken effect: look in Atlas first. --retry tries it again.")
            }
            false => failure,
        };
        if is_allowed || (is_resumed && !risky) || self.says_yes(question, failure).await? {
            self.record_answer(EventKind::retry())?;
        }
        Ok(())
    }

    async fn find_migration(&mut self, question: &Question) -> Result<(), Failure> {
        if let Some(id) = self.answers.migration_id.take() {
            return self.record_answer(EventKind::found(id));
        }
        if std::mem::take(&mut self.answers.not_created) {
            return self.record_answer(EventKind::not_created());
        }
        if let Some(ended) = self.answers.ended.take() {
            return self.conclude(ended);
        }
        if !self.terminal.is_present() {
            let message = format!(
                "{question}\nResume with --migration-id ID, with --not-created, or with --ended complete|failed."
            );
            return Err(Failure::new(Class::MayHaveTakenEffect, printable(&message)));
        }
        crate::output::note!("{}", printable(&question.to_string()));
        let answer = self.ask("Enter the id, \"none\", \"complete\" or \"failed\"").await?;
        let answer = match answer.as_deref() {
            None => return Ok(()),
            Some("none") => self.record_answer(EventKind::not_created()),
            Some("complete") => self.conclude(Ended::Complete),
            Some("failed") => self.conclude(Ended::Failed),
            Some(id) => match id.parse() {
                Ok(id) => self.record_answer(EventKind::found(id)),
                Err(error) => Err(Failure::usage(format!("the answer is not an id: {error}"))),
            },
        };
        // Such as one that is given too early. The question is asked again.
        if let Err(failure) = answer {
            crate::output::note!("{failure}");
        }
        Ok(())
    }

    async fn migration_missing(&mut self, question: &Question) -> Result<(), Failure> {
        if let Some(ended) = self.answers.ended.take() {
            return self.conclude(ended);
        }
        if std::mem::take(&mut self.answers.is_resumed_after_failure) {
            return self.record_answer(EventKind::retry());
        }
        if !self.terminal.is_present() {
            let message = format!("{question}\nResume to look again, or with --ended complete|failed.");
            return Err(Failure::new(Class::NotFound, printable(&message)));
        }
        crate::output::note!("{}", printable(&question.to_string()));
        match self.ask("Enter \"again\", \"complete\" or \"failed\"").await?.as_deref() {
            Some("again") => self.record_answer(EventKind::retry()),
            Some("complete") => self.conclude(Ended::Complete),
            Some("failed") => self.conclude(Ended::Failed),
            _ => Ok(()),
        }
    }

    fn conclude(&mut self, ended: Ended) -> Result<(), Failure> {
        self.record_answer(EventKind::conclude(
            ended == Ended::Complete,
            "stated by a person, who looked in Atlas",
        ))
    }
}

/// Where an action takes place.
fn place(approval: &Approval) -> String {
    format!("Organization {}, project {}, plan {}", approval.org, approval.project, approval.plan_hash)
}

/// The failure of a step that nobody tries again.
fn step_failure(step: Step, failure: &StepFailure, may_have_taken_effect: bool) -> Failure {
    let class = match (failure.status, step) {
        _ if may_have_taken_effect => Class::MayHaveTakenEffect,
        (Some(400), _) => Class::Usage,
        (Some(401 | 403), _) => Class::Refused,
        (Some(404), _) => Class::NotFound,
        (Some(409), _) => Class::Conflict,
        (Some(429), _) => Class::RateLimited,
        (None, Step::Validate) => Class::MigrationFailed,
        (None, _) => Class::Network,
        (Some(_), _) => Class::Other,
    };
    Failure::new(class, printable(&format!("could not {step}: {failure}")))
}
