//! Commands of the user: run by the shell, with JSON on their standard input, for a limited time.
//!
//! As the hooks of `atlas-migration push`: the same shell, the same kind of input, the same end. The code is not shared,
//! because both are programs, and running commands is no matter of the library.
//!
//! A hook is killed with all processes that it started if its time is over, or if the worker ends. If the worker is
//! killed, the hook stays until it ends by itself, while another worker may run it again: a verification must bear that.

use std::io;
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, SystemTime};

use serde::Serialize;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use crate::messages::{HookInput, HookOutcome};

/// So long before the deadline of the activity, its command is stopped, so that the outcome tells of it.
const MARGIN: Duration = Duration::from_secs(3);
/// The time limit of an activity without a deadline.
const LIMIT: Duration = Duration::from_secs(120);

/// The commands of the user, from the fleet file of the worker. No history has them, so that who can start a workflow
/// cannot run a command. Each is a command line for `sh -c`, on Windows for `cmd /C`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hooks {
    pub(crate) notify: Option<String>,
    pub(crate) verify: Option<String>,
}

/// What a hook reads from its standard input, as one JSON object.
#[derive(Serialize)]
struct HookReport<'a> {
    /// `notify` or `verify`.
    hook: &'a str,
    #[serde(flatten)]
    input: &'a HookInput,
}

/// The time until the deadline of an activity.
pub(super) fn limit(deadline: Option<SystemTime>) -> Duration {
    let left =
        deadline.map_or(LIMIT, |deadline| deadline.duration_since(SystemTime::now()).unwrap_or_default());
    left.saturating_sub(MARGIN)
}

/// Runs a command to its end or its time limit. Dropping the future ends it too.
///
/// What it writes goes to the standard error of the worker. The outcome has nothing of it, because histories keep the
/// outcome.
pub(super) async fn run(hook: &str, line: &str, input: &HookInput, limit: Duration) -> HookOutcome {
    match status(line, &HookReport { hook, input }, limit).await {
        Ok(Some(status)) if status.success() => HookOutcome::Succeeded,
        Ok(Some(status)) => HookOutcome::Failed(format!("it ended with {status}")),
        Ok(None) => {
            let limit = humantime::format_duration(Duration::from_secs(limit.as_secs()));
            HookOutcome::Failed(format!("it did not end within {limit}, and was stopped"))
        }
        Err(error) => HookOutcome::Failed(format!("it cannot be run: {error}")),
    }
}

/// The exit status; none if the time limit was reached.
async fn status(line: &str, report: &HookReport<'_>, limit: Duration) -> io::Result<Option<ExitStatus>> {
    let input = serde_json::to_vec(report)?;
    let mut command = shell(line);
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
    let status = tokio::time::timeout(limit, end).await;
    #[cfg(unix)]
    if status.is_ok() {
        group.0 = None;
    }
    status.ok().transpose()
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

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::messages::{MigrationView, Notice};

    fn input() -> HookInput {
        let migration = MigrationView {
            fleet: "autumn".to_owned(),
            name: "orders".to_owned(),
            host: "host.example".to_owned(),
            source_cluster: "source".to_owned(),
            destination_cluster: "destination".to_owned(),
            stage: None,
            question: None,
            observed: None,
            problem: None,
            cutover_possible_until: None,
            migration_id: None,
            performing: false,
            end: None,
            approvers: Vec::new(),
        };
        HookInput { notice: Some(Notice::Expiring { hours: 8 }), migration }
    }

    async fn outcome(line: &str, limit: Duration) -> HookOutcome {
        run("notify", line, &input(), limit).await
    }

    #[tokio::test]
    async fn the_command_reads_what_happened() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("input.json");
        let line = format!("cat > {}", path.display());
        assert_eq!(outcome(&line, LIMIT).await, HookOutcome::Succeeded);
        let read: serde_json::Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        assert_eq!(read["hook"], "notify");
        assert_eq!(read["notice"]["expiring"]["hours"], 8);
        assert_eq!(read["migration"]["sourceCluster"], "source");
    }

    #[tokio::test]
    async fn a_failure_is_its_exit_status_and_nothing_that_it_wrote() {
        let HookOutcome::Failed(why) = outcome("echo secret; echo secret >&2; exit 3", LIMIT).await else {
            panic!("it failed")
        };
        assert!(why.contains("exit status: 3") && !why.contains("secret"), "{why}");
        // A command that reads nothing is no failure.
        assert_eq!(outcome("exec <&-; true", LIMIT).await, HookOutcome::Succeeded);
    }

    /// With what it started.
    #[tokio::test]
    async fn a_command_that_takes_too_long_is_killed_with_its_processes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pid");
        let line = format!("sleep 600 & echo $! > {}; wait", path.display());
        // Long enough for a shell to start on a busy machine.
        let HookOutcome::Failed(why) = outcome(&line, Duration::from_secs(2)).await else {
            panic!("it ended")
        };
        assert!(why.contains("within 2s"), "{why}");
        let pid = std::fs::read_to_string(path).unwrap();
        let began = std::time::Instant::now();
        // A killed process stays until the first process of the system has noticed its end.
        while std::fs::read_to_string(format!("/proc/{}/stat", pid.trim()))
            .is_ok_and(|stat| !stat.contains(") Z "))
        {
            assert!(began.elapsed() < Duration::from_secs(20), "the process runs");
            tokio::task::yield_now().await;
        }
    }
}
