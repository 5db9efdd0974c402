//! Runs git in a folder. Every command only reads, and none needs the network.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

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
        // Reports quote messages of git, and reports are in English.
        command.env("LC_ALL", "C").arg("-C").arg(&self.folder).args(arguments).output()
    }

    /// The standard output of a git command; `None` if it fails.
    pub(crate) fn text(&self, arguments: &[&str]) -> io::Result<Option<String>> {
        let output = self.run(arguments)?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        Ok(Some(text).filter(|_| output.status.success()))
    }
}
