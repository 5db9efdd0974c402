//! Runs git in a folder. Every command only reads, and none needs the network.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

/// Runs git in one folder, which need not be in a repository.
#[derive(Clone, Debug)]
pub(crate) struct Git {
    folder: PathBuf,
}

impl Git {
    /// Runs git in this folder.
    pub(crate) fn in_folder(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// The output of a git command, whether it succeeds or not.
    pub(crate) fn run(&self, arguments: &[&str]) -> io::Result<Output> {
        let mut command = Command::new("git");
        for variable in repository_variables() {
            command.env_remove(variable);
        }
        // Reports quote messages of git, and reports are in English. A hook may run while the index is locked.
        command.env("LC_ALL", "C").env("GIT_OPTIONAL_LOCKS", "0");
        command.arg("-C").arg(&self.folder).args(arguments).output()
    }

    /// The standard output of a git command; `None` if it fails.
    pub(crate) fn text(&self, arguments: &[&str]) -> io::Result<Option<String>> {
        let output = self.run(arguments)?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        Ok(Some(text).filter(|_| output.status.success()))
    }
}

/// The variables that tie git to one repository, such as `GIT_DIR`. Git sets them for hooks. With them, it would not look
/// for the repository of the folder, and in a linked working tree it would take the folder for its root.
fn repository_variables() -> &'static [String] {
    static VARIABLES: OnceLock<Vec<String>> = OnceLock::new();
    VARIABLES.get_or_init(|| {
        // If git cannot be started, the next command reports it.
        let output = Command::new("git").args(["rev-parse", "--local-env-vars"]).output();
        let names =
            output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
        names.lines().filter(|name| !is_configuration(name)).map(str::to_owned).collect()
    })
}

/// Whether the variable has settings of `git -c`, which apply to child processes too: for example `safe.directory`.
fn is_configuration(variable: &str) -> bool {
    matches!(variable, "GIT_CONFIG_PARAMETERS" | "GIT_CONFIG_COUNT")
}

/// The messages that git wrote, as lines that follow a message of our own.
pub(crate) fn messages(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(|line| format!("\n  git: {line}")).collect()
}
