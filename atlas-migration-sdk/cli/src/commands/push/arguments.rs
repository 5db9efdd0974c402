//! The arguments of `push`, and the command line that continues its migration.

use std::path::{Path, PathBuf};
use std::time::Duration;

use atlas_migration_sdk::{AccessListEntry, MigrationId, OrgId, ProjectId, SourceOrgId};
use clap::Args;

use crate::commands::plan::{Checks, PasswordSource, PlanFile};
use crate::commands::wait::parse_duration;
use crate::runner::hooks::Hooks;
use crate::runner::{Answers, Cutover, Ended};

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(super) plan: PlanFile,
    /// The journal of the migration [default: the file of the plan with `.journal` at its end].
    #[arg(long, value_name = "FILE")]
    pub(super) journal: Option<PathBuf>,
    /// Continue the migration of the journal.
    #[arg(long)]
    pub(super) resume: bool,
    /// Approve every step that needs it, also dropping the destination's data, and the cutover unless --cutover is given.
    #[arg(long)]
    pub(super) yes: bool,
    /// When to cut over [default: ask; with --yes: when-ready].
    #[arg(long, value_enum, value_name = "WHEN")]
    pub(super) cutover: Option<Cutover>,
    /// The name of the person who answers, for the journal [default: the login name and the host].
    #[arg(long, value_name = "NAME")]
    pub(super) by: Option<String>,
    /// How often the state is read, such as `10s` [default: from 2s, growing to 30s].
    #[arg(long, value_name = "TIME", value_parser = parse_duration)]
    pub(super) poll_interval: Option<Duration>,
    #[command(flatten)]
    pub(super) password: PasswordSource,
    #[command(flatten)]
    pub(super) start: Start,
    #[command(flatten)]
    pub(super) checks: Checks,
    #[command(flatten)]
    pub(super) hooks: HookArguments,
    #[command(flatten)]
    pub(super) answers: AnswerArguments,
}

/// Where the migration runs. A journal has it.
#[derive(Args, Debug)]
#[command(next_help_heading = "Start")]
pub(super) struct Start {
    /// The Atlas organization [default: the configured one].
    #[arg(long, alias = "orgId", value_name = "ID", conflicts_with = "resume")]
    pub(super) org_id: Option<OrgId>,
    /// The Atlas project of the destination [default: the configured one].
    #[arg(long, aliases = ["projectId", "groupId"], value_name = "ID", conflicts_with = "resume")]
    pub(super) project_id: Option<ProjectId>,
    /// The source organization in Cloud Manager or Ops Manager [default: SOURCE_MANAGER_ORG_ID].
    #[arg(long, value_name = "ID", conflicts_with = "resume")]
    pub(super) source_org_id: Option<SourceOrgId>,
    /// An address or network from which a new link-token can be used. Repeat the flag for several.
    #[arg(long, value_name = "IP|CIDR", conflicts_with_all = ["resume", "no_link"])]
    pub(super) allow: Vec<AccessListEntry>,
    /// Do not link the source: it is linked already. Needs no credentials of the source organization.
    #[arg(long, conflicts_with_all = ["resume", "source_org_id"])]
    pub(super) no_link: bool,
}

/// Commands that run during the migration.
#[derive(Args, Debug)]
#[command(
    next_help_heading = "Hooks: command lines for the shell, with the progress as JSON on their standard input"
)]
pub(super) struct HookArguments {
    /// Run this command when the migration can be cut over. Its failure is reported and changes nothing.
    #[arg(long, value_name = "COMMAND")]
    pub(super) on_ready: Option<String>,
    /// Run this command 24 and 4 hours before a migration that is ready expires.
    #[arg(long, value_name = "COMMAND")]
    pub(super) on_warning: Option<String>,
    /// Run this command when the data is copied. It must succeed before the cutover is offered.
    #[arg(long, value_name = "COMMAND")]
    pub(super) verify: Option<String>,
    /// How long the commands of --on-ready and --on-warning may run.
    #[arg(long, value_name = "TIME", default_value = "1m", value_parser = parse_duration)]
    pub(super) hook_timeout: Duration,
    /// How long the command of --verify may run.
    #[arg(long, value_name = "TIME", default_value = "1day", value_parser = parse_duration)]
    pub(super) verify_timeout: Duration,
}

/// Answers to the questions of a migration that was interrupted.
#[derive(Args, Debug)]
#[command(next_help_heading = "Answers to questions of a resumed migration")]
pub(super) struct AnswerArguments {
    /// The id of the migration that was created while its response was lost.
    #[arg(long, value_name = "ID", requires = "resume", conflicts_with_all = ["not_created", "ended"])]
    pub(super) migration_id: Option<MigrationId>,
    /// No migration was created: the project's page Live Migration shows none. Another attempt is allowed.
    #[arg(long, requires = "resume", conflicts_with = "ended")]
    pub(super) not_created: bool,
    /// How the migration ended that Atlas no longer shows.
    #[arg(long, value_enum, value_name = "HOW", requires = "resume")]
    pub(super) ended: Option<Ended>,
    /// Try again although an earlier attempt may have taken effect.
    #[arg(long, requires = "resume")]
    pub(super) retry: bool,
}

impl Arguments {
    pub(super) fn journal_path(&self) -> PathBuf {
        self.journal.clone().unwrap_or_else(|| self.default_journal_path())
    }

    /// The journal beside the plan.
    pub(super) fn default_journal_path(&self) -> PathBuf {
        let mut name = self.plan.path().as_os_str().to_owned();
        name.push(".journal");
        name.into()
    }

    pub(super) fn answers(&self, is_resumed_after_failure: bool) -> Answers {
        let AnswerArguments { migration_id, not_created, ended, retry } = self.answers;
        let by_default = if self.yes { Cutover::WhenReady } else { Cutover::Ask };
        let cutover = self.cutover.unwrap_or(by_default);
        Answers { yes: self.yes, cutover, migration_id, not_created, ended, is_resumed_after_failure, retry }
    }

    pub(super) fn hooks(&self) -> Hooks {
        let HookArguments { on_ready, on_warning, verify, hook_timeout, verify_timeout } = &self.hooks;
        Hooks {
            on_ready: on_ready.clone(),
            on_warning: on_warning.clone(),
            verify: verify.clone(),
            limit: *hook_timeout,
            verify_limit: *verify_timeout,
        }
    }

    /// The command line that continues the migration: with what it needs again, without answers.
    pub(super) fn resume_command(&self, profile: Option<&str>) -> String {
        let mut words = vec!["atlas-migration push".to_owned(), quoted(&self.plan.path().to_string_lossy())];
        words.push("--resume".to_owned());
        let journal = self.journal.as_deref().map(Path::to_string_lossy);
        let platform = self.checks.source_platform();
        for (flag, value) in [
            ("--profile", profile),
            ("--journal", journal.as_deref()),
            ("--by", self.by.as_deref()),
            ("--source-platform", platform.as_deref()),
            ("--on-ready", self.hooks.on_ready.as_deref()),
            ("--on-warning", self.hooks.on_warning.as_deref()),
            ("--verify", self.hooks.verify.as_deref()),
        ] {
            words.extend(value.map(|value| format!("{flag} {}", quoted(value))));
        }
        words.join(" ")
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
