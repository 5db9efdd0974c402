//! Commands of the user: run by the shell, with the progress as JSON on their standard input, for a limited time.

use std::io;
use std::process::Stdio;
use std::time::Duration;

use atlas_migration_sdk::{MigrationId, OrgId, ProjectId, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use crate::journal::{HookName, HookOutcome};
use crate::output::progress::{ProgressReport, duration};

/// The hooks of a run. Each is a command line for `sh -c`, on Windows for `cmd /C`.
#[derive(Clone, Debug)]
pub(crate) struct Hooks {
    pub(crate) on_ready: Option<String>,
    pub(crate) on_warning: Option<String>,
    pub(crate) verify: Option<String>,
    /// How long `on_ready` and `on_warning` may run.
    pub(crate) limit: Duration,
    pub(crate) verify_limit: Duration,
}

impl Hooks {
    pub(crate) fn command(&self, name: HookName) -> Option<Hook> {
        let (command, limit) = match name {
            HookName::OnReady => (&self.on_ready, self.limit),
            HookName::OnWarning => (&self.on_warning, self.limit),
            HookName::Verify => (&self.verify, self.verify_limit),
        };
        command.clone().map(|command| Hook { command, limit })
    }
}

/// What a hook reads from its standard input, as one JSON object.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HookInput {
    /// `on-ready`, `on-warning` or `verify`.
    pub(crate) hook: String,
    /// What happened, in a sentence.
    pub(crate) message: String,
    /// The file of the plan.
    pub(crate) plan: String,
    pub(crate) org_id: OrgId,
    pub(crate) project_id: ProjectId,
    pub(crate) migration_id: Option<MigrationId>,
    pub(crate) source_cluster: String,
    pub(crate) destination_cluster: String,
    /// The migration at the last poll of this run.
    pub(crate) progress: Option<ProgressReport>,
    /// Until when the migration can certainly be cut over, if it is ready.
    #[schemars(with = "Option<String>")]
    pub(crate) cutover_possible_until: Option<Timestamp>,
}

/// A hook to run.
#[derive(Clone, Debug)]
pub(crate) struct Hook {
    command: String,
    limit: Duration,
}

impl Hook {
    /// Runs the command to its end or its time limit. Dropping the future ends it too.
    ///
    /// What it writes goes to the standard error, because the standard output is that of the program.
    pub(crate) async fn run(self, input: HookInput) -> HookOutcome {
        match self.status(&input).await {
            Ok(Some(status)) if status.success() => HookOutcome::Succeeded,
            Ok(Some(status)) => HookOutcome::Failed(format!("it ended with {status}")),
            Ok(None) => HookOutcome::Failed(format!(
                "it did not end within {}, and was stopped",
                duration(self.limit)
            )),
            Err(error) => HookOutcome::Failed(format!("it cannot be run: {error}")),
        }
    }

    /// The exit status; none if the time limit was reached.
    async fn status(&self, input: &HookInput) -> io::Result<Option<std::process::ExitStatus>> {
        let input = serde_json::to_vec(input)?;
        let mut command = shell(&self.command);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::from(io::stderr()))
            .stderr(Stdio::inherit())
            .kill_on_drop(true);
        #[cfg(unix)]
        command.process_group(0);
        let mut child = command.spawn()?;
        #[cfg(unix)]
        let mut group = Group::of(&child);
        let stdin = child.stdin.take();
        let end = async {
            if let Some(mut stdin) = stdin {
                // A command that does not read its input closes the pipe.
                let _ = stdin.write_all(&input).await;
            }
            child.wait().await
        };
        let status = tokio::time::timeout(self.limit, end).await;
        #[cfg(unix)]
        if status.is_ok() {
            group.0 = None;
        }
        status.ok().transpose()
    }
}

fn shell(line: &str) -> Command {
    #[cfg(windows)]
    {
        let mut command = Command::new("cmd");
        command.raw_arg("/C").raw_arg(line);
        command
    }
    #[cfg(not(windows))]
    {
        let mut command = Command::new("sh");
        command.arg("-c").arg(line);
        command
    }
}

/// The processes of a hook, which are killed when this is dropped.
#[cfg(unix)]
struct Group(Option<rustix::process::Pid>);

#[cfg(unix)]
impl Group {
    fn of(child: &tokio::process::Child) -> Self {
        let pid = child.id().and_then(|pid| i32::try_from(pid).ok());
        Self(pid.and_then(rustix::process::Pid::from_raw))
    }
}

#[cfg(unix)]
impl Drop for Group {
    fn drop(&mut self) {
        if let Some(group) = self.0 {
            // It may have ended in the meantime.
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
    }
}
