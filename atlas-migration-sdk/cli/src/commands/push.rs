//! `push`: a whole migration, from its plan to its cutover, with a journal from which it can be resumed.

use std::path::{Path, PathBuf};

use atlas_migration_sdk::flow::{
    Actor, Command, Event, EventKind, Flow, FlowError, LinkSource, Question, StageName, Started,
};
use atlas_migration_sdk::{
    AccessListEntry, FlowExecutor, MigrationId, MigrationPlan, OrgId, Polling, ProjectId, SourceOrgId,
    Timestamp,
};
use clap::Args;

use super::plan::{Checks, PasswordSource, PlanFile};
use crate::context::{Context, can_ask};
use crate::failure::{Class, Failure};
use crate::journal::{Contents, Journal, JournalError, JournalErrorKind, Note, Run};
use crate::runner::hooks::Hooks;
use crate::runner::lines::Outcome;
use crate::runner::{self, Answers, Cutover, Ended, Notified, Runner, Terminal};

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    #[command(flatten)]
    plan: PlanFile,
    /// The journal of the migration [default: the file of the plan with `.journal` at its end].
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,
    /// Continue the migration of the journal.
    #[arg(long)]
    resume: bool,
    /// Approve every step that needs it, also dropping the destination's data, and the cutover unless --cutover is given.
    #[arg(long)]
    yes: bool,
    /// When to cut over [default: ask; with --yes: when-ready].
    #[arg(long, value_enum, value_name = "WHEN")]
    cutover: Option<Cutover>,
    /// The name of the person who answers, for the journal [default: the login name and the host].
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// How often the state is read, such as `10s` [default: from 2s, growing to 30s].
    #[arg(long, value_name = "TIME")]
    poll_interval: Option<humantime::Duration>,
    #[command(flatten)]
    password: PasswordSource,
    #[command(flatten)]
    start: Start,
    #[command(flatten)]
    checks: Checks,
    #[command(flatten)]
    hooks: HookArguments,
    #[command(flatten)]
    answers: AnswerArguments,
}

/// Where the migration runs. A journal has it.
#[derive(Args, Debug)]
#[command(next_help_heading = "Start")]
struct Start {
    /// The Atlas organization [default: the configured one].
    #[arg(long, alias = "orgId", value_name = "ID", conflicts_with = "resume")]
    org_id: Option<OrgId>,
    /// The Atlas project of the destination [default: the configured one].
    #[arg(long, aliases = ["projectId", "groupId"], value_name = "ID", conflicts_with = "resume")]
    project_id: Option<ProjectId>,
    /// The source organization in Cloud Manager or Ops Manager [default: SOURCE_MANAGER_ORG_ID].
    #[arg(long, value_name = "ID", conflicts_with = "resume")]
    source_org_id: Option<SourceOrgId>,
    /// An address or network from which a new link-token can be used. Repeat the flag for several.
    #[arg(long, value_name = "IP|CIDR", conflicts_with_all = ["resume", "no_link"])]
    allow: Vec<AccessListEntry>,
    /// Do not link the source: it is linked already. Needs no credentials of the source organization.
    #[arg(long, conflicts_with_all = ["resume", "source_org_id"])]
    no_link: bool,
}

/// Commands that are run on the way.
#[derive(Args, Debug)]
#[command(
    next_help_heading = "Hooks: command lines for the shell, with the progress as JSON on their standard input"
)]
struct HookArguments {
    /// Run this command when the migration can be cut over. Its failure is reported and changes nothing.
    #[arg(long, value_name = "COMMAND")]
    on_ready: Option<String>,
    /// Run this command 24 and 4 hours before a migration that is ready expires.
    #[arg(long, value_name = "COMMAND")]
    on_warning: Option<String>,
    /// Run this command when the data is copied. It must succeed before the cutover is offered.
    #[arg(long, value_name = "COMMAND")]
    verify: Option<String>,
    /// How long the commands of --on-ready and --on-warning may run.
    #[arg(long, value_name = "TIME", default_value = "1m")]
    hook_timeout: humantime::Duration,
    /// How long the command of --verify may run.
    #[arg(long, value_name = "TIME", default_value = "1day")]
    verify_timeout: humantime::Duration,
}

/// Answers to the questions of a migration that was interrupted.
#[derive(Args, Debug)]
#[command(next_help_heading = "Answers to questions of a resumed migration")]
struct AnswerArguments {
    /// The id of the migration that was created while its response was lost.
    #[arg(long, value_name = "ID", requires = "resume", conflicts_with_all = ["not_created", "ended"])]
    migration_id: Option<MigrationId>,
    /// No migration was created: the project's page Live Migration shows none. Another attempt is allowed.
    #[arg(long, requires = "resume", conflicts_with = "ended")]
    not_created: bool,
    /// How the migration ended that Atlas no longer shows.
    #[arg(long, value_enum, value_name = "HOW", requires = "resume")]
    ended: Option<Ended>,
    /// Try again although an earlier attempt may have taken effect.
    #[arg(long, requires = "resume")]
    retry: bool,
}

impl Arguments {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        let plan = self.plan.read()?;
        let profile = context.settings.profile_argument();
        let run = Run::of_this_process();
        let person = self.by.clone().map_or_else(|| run.person(), Actor::person);
        let (mut journal, events, notified, acknowledged) = if self.resume {
            let (journal, contents) = Journal::resume(&self.journal_path(), plan.hash(), &run)?;
            if contents.is_cut_off() {
                let aside = Journal::incomplete_path(&self.journal_path());
                crate::output::note!(
                    "note: the last line of the journal was incomplete, and was moved to {}",
                    aside.display()
                );
            }
            let notified = Notified::of(&contents);
            let acknowledged = acknowledged(&contents);
            (journal, contents.events, notified, acknowledged)
        } else {
            let journal = Journal::create(&self.journal_path(), plan.hash(), &run)?;
            let started = EventKind::start(self.started(&plan, context)?);
            let events = vec![Event::new(Timestamp::now(), person.clone(), started)];
            (journal, events, Notified::default(), Vec::new())
        };
        // Held to the end of the run.
        #[cfg(unix)]
        let _lock = lock(self.plan.path())?;
        let flow = Flow::resume(&events).map_err(|error| self.unusable(&error))?;
        if let Command::End(end) = flow.next() {
            return runner::finish(context, &flow, &self.resume_command(profile), &Outcome::Ended(end));
        }
        self.check_verification(&flow)?;
        self.check_answers(&flow)?;
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
            answers: self.answers(),
            hooks: self.hooks(),
            notified,
            resume_command: self.resume_command(profile),
            sampler: runner::sampler(),
            terminal: Terminal::new(can_ask()),
            progress: None,
            checks: self.checks.clone(),
            acknowledged,
            is_checked: false,
            creation: runner::Creation::of(&events),
            output_failure: None,
        };
        runner.run().await
    }

    fn journal_path(&self) -> PathBuf {
        self.journal.clone().unwrap_or_else(|| {
            let mut name = self.plan.path().as_os_str().to_owned();
            name.push(".journal");
            name.into()
        })
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
            executor =
                executor.polling(Polling::default().initial_interval(*interval).max_interval(*interval));
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
        let has_failed = matches!(
            next,
            Command::Ask(
                Question::TryAgain { .. } | Question::VerificationFailed { .. } | Question::OnHold { .. }
            )
        );
        for (flag, is_given, is_asked) in [
            ("--migration-id", migration_id.is_some(), is_lost),
            ("--not-created", *not_created, is_lost),
            ("--ended", ended.is_some(), is_lost || is_missing),
            ("--retry", *retry, has_failed),
        ] {
            if is_given && !is_asked {
                let message = format!("{flag} answers a question that is not open: resume without it");
                return Err(Failure::new(Class::Conflict, message));
            }
        }
        Ok(())
    }

    fn answers(&self) -> Answers {
        let AnswerArguments { migration_id, not_created, ended, retry } = self.answers;
        let by_default = if self.yes { Cutover::WhenReady } else { Cutover::Ask };
        let cutover = self.cutover.unwrap_or(by_default);
        Answers { yes: self.yes, cutover, migration_id, not_created, ended, resumed: self.resume, retry }
    }

    fn hooks(&self) -> Hooks {
        let HookArguments { on_ready, on_warning, verify, hook_timeout, verify_timeout } = &self.hooks;
        Hooks {
            on_ready: on_ready.clone(),
            on_warning: on_warning.clone(),
            verify: verify.clone(),
            limit: **hook_timeout,
            verify_limit: **verify_timeout,
        }
    }

    /// The command line that continues the migration: with what it needs again, without answers.
    fn resume_command(&self, profile: Option<&str>) -> String {
        let mut words = vec!["atlas-migration push".to_owned(), quoted(&self.plan.path().to_string_lossy())];
        words.push("--resume".to_owned());
        let journal = self.journal.as_deref().map(Path::to_string_lossy);
        let platform = self.checks.source_platform();
        for (flag, value) in [
            ("--profile", profile),
            ("--journal", journal.as_deref()),
            ("--source-platform", platform.as_deref()),
            ("--on-ready", self.hooks.on_ready.as_deref()),
            ("--on-warning", self.hooks.on_warning.as_deref()),
            ("--verify", self.hooks.verify.as_deref()),
        ] {
            words.extend(value.map(|value| format!("{flag} {}", quoted(value))));
        }
        words.join(" ")
    }

    /// The events of the journal do not follow from each other.
    fn unusable(&self, error: &FlowError) -> Failure {
        JournalError { path: self.journal_path(), kind: JournalErrorKind::Flow(error.to_string()) }.into()
    }
}

/// The findings that were acknowledged in earlier runs.
fn acknowledged(contents: &Contents) -> Vec<String> {
    let findings = contents.notes.iter().filter_map(|note| match note {
        Note::Acknowledged { findings, .. } => Some(findings),
        _ => None,
    });
    findings.flatten().cloned().collect()
}

/// Locks the plan, so that a run with another journal cannot start the same migration. Readers of the plan ignore the lock;
/// on Windows they could not, and there is none.
#[cfg(unix)]
fn lock(plan: &Path) -> Result<Option<std::fs::File>, Failure> {
    let file = std::fs::File::open(plan).ok();
    match file.as_ref().map(fs4::FileExt::try_lock) {
        Some(Err(fs4::TryLockError::WouldBlock)) => {
            let message = format!(
                "the plan {} is in use by another process, with another journal; one process runs a migration",
                plan.display()
            );
            Err(Failure::new(Class::Conflict, message))
        }
        // Some file systems have no locks.
        _ => Ok(file),
    }
}

/// The text as one word of a shell.
fn quoted(text: &str) -> String {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || "/._-:=@%+,".contains(character);
    if !text.is_empty() && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_command_can_be_copied_into_a_shell() {
        for (text, word) in [
            ("plan.toml", "plan.toml"),
            ("my plan.toml", "'my plan.toml'"),
            ("it's", "'it'\\''s'"),
            ("$(x)", "'$(x)'"),
            ("", "''"),
        ] {
            assert_eq!(quoted(text), word);
        }
    }
}
