//! git, asked about a folder. It only reads, and needs no network.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder that git may know.
#[derive(Clone, Debug)]
pub(crate) struct Git {
    folder: PathBuf,
}

impl Git {
    /// git in this folder.
    pub(crate) fn in_folder(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// What git answers, whether it succeeds or not.
    pub(crate) fn run(&self, arguments: &[&str]) -> io::Result<Output> {
        let mut command = Command::new("git");
        // Messages of git are shown in English, like all others.
        command.env("LC_ALL", "C").arg("-C").arg(&self.folder).args(arguments).output()
    }

    /// What git prints; nothing where it fails.
    pub(crate) fn text(&self, arguments: &[&str]) -> io::Result<Option<String>> {
        let output = self.run(arguments)?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        Ok(Some(text).filter(|_| output.status.success()))
    }
}
