//! `push`: a whole migration, from its plan to its cutover, with a journal from which it can be resumed.

mod arguments;

use atlas_migration_sdk::flow::{
    Actor, Command, Event, EventKind, Flow, FlowError, LinkSource, Question, StageName, Started,
};
use atlas_migration_sdk::plan::PlanHash;
use atlas_migration_sdk::{FlowExecutor, MigrationPlan, Polling, Timestamp};

use arguments::AnswerArguments;
pub(crate) use arguments::Arguments;

use crate::context::{Context, can_ask};
use crate::failure::{Class, Failure};
use crate::journal::{self, Journal, JournalError, JournalErrorKind, Note, Run};
use crate::runner::lines::Outcome;
use crate::runner::{self, Notified, Runner, Terminal};

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        let plan = self.plan.read()?;
        let profile = context.settings.profile_argument();
        let run = Run::of_this_process();
        let person = self.by.clone().map_or_else(|| run.person(), Actor::person);
        // Held to the end of the run.
        let _beside = self.lock_beside(plan.hash(), &run)?;
        let (mut journal, events, notes) = self.open_journal(&plan, &person, &run, context)?;
        let flow = Flow::resume(&events).map_err(|error| self.unusable(&error))?;
        if let Command::End(end) = flow.next() {
            return runner::finish(context, &flow, &self.resume_command(profile), &Outcome::Ended(end));
        }
        self.check_verification(&flow)?;
        self.check_answers(&flow)?;
        let is_resumed_after_failure = self.resume && has_failed(&flow.next());
        let executor = self.executor(&flow, plan, context)?;
        if !self.resume {
            for event in &events {
                journal.record(event)?;
            }
        }
        let runner = Runner {
            context,
            plan_path: self.plan.path().to_owned(),
            flow,
            journal,
            executor,
            run,
            person,
            answers: self.answers(is_resumed_after_failure),
            hooks: self.hooks(),
            notified: Notified::of(&notes),
            resume_command: self.resume_command(profile),
            sampler: runner::sampler(),
            terminal: Terminal::new(can_ask()),
            progress: None,
            checks: self.checks.clone(),
            acknowledged: acknowledged(&notes),
            is_checked: false,
            output_failure: None,
        };
        runner.run().await
    }

    /// The journal with its lock, and what is in it. A new one has one event, which is not recorded yet.
    fn open_journal(
        &self,
        plan: &MigrationPlan,
        person: &Actor,
        run: &Run,
        context: &Context,
    ) -> Result<(Journal, Vec<Event>, Vec<Note>), Failure> {
        let path = self.journal_path();
        if self.resume {
            let (journal, contents) = Journal::resume(&path, plan.hash(), run).map_err(not_resumable)?;
            note_moved(&journal, "the last line of the journal was incomplete, and");
            return Ok((journal, contents.events, contents.notes));
        }
        let journal = Journal::create(&path, plan.hash(), run)?;
        note_moved(&journal, "the journal of another plan, which created no migration,");
        let started = EventKind::start(self.started(plan, context)?);
        Ok((journal, vec![Event::new(Timestamp::now(), person.clone(), started)], Vec::new()))
    }

    /// Locks the journal beside the plan, if --journal is another one. It is needed only for later runs without --journal:
    /// a folder that cannot have it is no failure.
    fn lock_beside(&self, plan: PlanHash, run: &Run) -> Result<Option<Journal>, Failure> {
        let (beside, journal) = (self.default_journal_path(), self.journal_path());
        if journal::is_same(&beside, &journal) {
            return Ok(None);
        }
        match Journal::lock_beside(&beside, &journal, plan, run, self.resume) {
            Err(error @ JournalError { kind: JournalErrorKind::Unavailable { .. }, .. }) => {
                crate::output::note!(
                    "warning: {error}. A second run of this plan with another journal will not be noticed"
                );
                Ok(None)
            }
            locked => Ok(Some(locked?)),
        }
    }

    /// What a new migration is started with.
    fn started(&self, plan: &MigrationPlan, context: &Context) -> Result<Started, Failure> {
        let org = context.settings.org_id(self.start.org_id)?;
        let project = context.settings.project_id(self.start.project_id)?;
        let started = Started::new(plan, org, project).validate(true).verify(self.hooks.verify.is_some());
        if self.start.no_link {
            return Ok(started);
        }
        let source = context.settings.source(self.start.source_org_id).map_err(|failure| {
            failure.with_advice(
                "With --no-link, no credentials of the source are needed if it is linked already.",
            )
        })?;
        let link =
            LinkSource::new(source.id(), source.service()).access_list(self.start.allow.iter().copied());
        Ok(started.link(link))
    }

    /// What executes the commands of the flow, with the credentials that it still needs.
    fn executor(&self, flow: &Flow, plan: MigrationPlan, context: &Context) -> Result<FlowExecutor, Failure> {
        let mut executor = FlowExecutor::new(context.settings.client()?);
        if let Some(interval) = self.poll_interval {
            executor = executor.polling(Polling::default().initial_interval(interval).max_interval(interval));
        }
        if let (Some(StageName::Link), Some(link)) = (flow.stage(), &flow.started().link) {
            let source = context.settings.source(Some(link.org))?;
            if source.service() != link.service {
                let message = format!(
                    "the migration was started with the source organization {} in another service: set the URL and the \
                     key of the source as at its start",
                    link.org
                );
                return Err(Failure::new(Class::Conflict, message));
            }
            executor = executor.source(source);
        }
        if flow.migration().is_none()
            && let Some(password) = self.password.read(&plan, context)?
        {
            executor = executor.source_password(password);
        }
        Ok(executor)
    }

    /// A migration is verified from its start or not at all.
    fn check_verification(&self, flow: &Flow) -> Result<(), Failure> {
        if self.hooks.verify.is_some() && !flow.started().verify {
            return Err(Failure::usage(
                "the migration was started without --verify, which cannot be added later: verify the data before you \
                 resume with --cutover when-ready",
            ));
        }
        Ok(())
    }

    /// An answer is for the question that is open when the run starts, and not for a later one of the same kind: a command
    /// line that is repeated would state what nobody has looked at.
    fn check_answers(&self, flow: &Flow) -> Result<(), Failure> {
        let AnswerArguments { migration_id, not_created, ended, retry } = &self.answers;
        let next = flow.next();
        let is_lost = matches!(next, Command::Ask(Question::FindMigration(_)));
        let is_missing = matches!(next, Command::Ask(Question::MigrationMissing { .. }));
        let is_on_hold = matches!(next, Command::Ask(Question::OnHold { .. }));
        for (flag, is_given, is_asked) in [
            ("--migration-id", migration_id.is_some(), is_lost),
            ("--not-created", *not_created, is_lost),
            ("--ended", ended.is_some(), is_lost || is_missing),
            ("--retry", *retry, is_on_hold || (has_failed(&next) && !is_missing)),
        ] {
            if is_given && !is_asked {
                let message = format!("{flag} answers a question that is not open: resume without it");
                return Err(Failure::new(Class::Conflict, message));
            }
        }
        Ok(())
    }

    /// The events of the journal do not follow from each other.
    fn unusable(&self, error: &FlowError) -> Failure {
        JournalError { path: self.journal_path(), kind: JournalErrorKind::Flow(error.to_string()) }.into()
    }
}

/// Whether a person decides about what has failed.
fn has_failed(next: &Command) -> bool {
    matches!(
        next,
        Command::Ask(
            Question::TryAgain { .. }
                | Question::VerificationFailed { .. }
                | Question::MigrationMissing { .. }
        )
    )
}

/// A journal from which no migration can be resumed.
fn not_resumable(error: JournalError) -> Failure {
    let advice = match error.kind {
        JournalErrorKind::Missing => "There is nothing to resume: start the migration without --resume.",
        JournalErrorKind::Empty => "If Atlas shows no migration of this plan, start it without --resume.",
        _ => return error.into(),
    };
    Failure::from(error).with_advice(advice)
}

fn note_moved(journal: &Journal, what: &str) {
    if let Some(file) = journal.moved_to() {
        crate::output::note!("note: {what} was moved to {}", file.display());
    }
}

/// The findings that were acknowledged in earlier runs.
fn acknowledged(notes: &[Note]) -> Vec<String> {
    let findings = notes.iter().filter_map(|note| match note {
        Note::Acknowledged { findings, .. } => Some(findings),
        _ => None,
    });
    findings.flatten().cloned().collect()
}
