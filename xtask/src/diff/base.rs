//! The base of a diff: a file, or what git knows of one. Asks git, writes nothing, needs no network.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::failure::Failure;

/// What a person may name as the base.
#[derive(Clone, Debug, Default)]
pub(crate) enum Base {
    /// The point at which this branch left the default branch.
    #[default]
    BranchPoint,
    /// Anything that git takes as a revision.
    Revision(String),
    File(PathBuf),
}

/// The base's bytes, and what reports call it.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
    /// The commit that it was found in.
    pub(crate) commit: Option<String>,
}

/// The default branch, in the order in which it is looked for where no remote names it.
const DEFAULT_BRANCHES: &[&str] = &["main", "master"];

impl Base {
    /// Reads the base of this file of the working tree.
    pub(crate) fn read(&self, file: &Path) -> Result<Found, Failure> {
        match self {
            Self::File(path) => {
                let name = path.display().to_string();
                let bytes = std::fs::read(path).map_err(|error| {
                    Failure::from(crate::emit::IoFailure::new(format!("could not read {name}"), error))
                })?;
                Ok(Found { name, bytes, commit: None })
            }
            Self::Revision(revision) => Git::of(file)?.show(revision, revision),
            Self::BranchPoint => {
                let git = Git::of(file)?;
                let (branch, commit) = git.merge_base()?;
                git.show(&branch, &commit)
            }
        }
    }
}

/// git, in the folder of a file.
struct Git {
    folder: PathBuf,
    file: String,
}

impl Git {
    fn of(file: &Path) -> Result<Self, Failure> {
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned());
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let file = name.ok_or_else(|| failure(format!("{} is no file", file.display()), "name a file"))?;
        let git = Self { folder: folder.to_owned(), file };
        git.say(&["rev-parse", "--git-dir"], "this is no git repository", "name a base with --base-file")?;
        Ok(git)
    }

    fn run(&self, arguments: &[&str]) -> Result<Output, Failure> {
        let mut command = Command::new("git");
        command.arg("-C").arg(&self.folder).args(arguments);
        command.output().map_err(|error| {
            failure(
                format!("git could not be started: {error}"),
                "install git, or name a base with --base-file",
            )
        })
    }

    /// What git prints, trimmed.
    fn say(&self, arguments: &[&str], what: &str, mend: &str) -> Result<String, Failure> {
        let output = self.run(arguments)?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            let said = said.trim();
            let said = if said.is_empty() { String::new() } else { format!(" (git: {said})") };
            return Err(failure(format!("{what}{said}"), mend));
        }
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// The default branch's name, and where this branch left it.
    fn merge_base(&self) -> Result<(String, String), Failure> {
        let mend = "name a base with --base REV";
        let remote = self.say(&["symbolic-ref", "--short", "refs/remotes/origin/HEAD"], "", mend).ok();
        let candidates = remote.into_iter().chain(DEFAULT_BRANCHES.iter().map(|name| (*name).to_owned()));
        for branch in candidates {
            if let Ok(commit) = self.say(&["merge-base", "HEAD", &branch], "", mend) {
                let name = branch.strip_prefix("origin/").unwrap_or(&branch).to_owned();
                return Ok((name, commit));
            }
        }
        let names = DEFAULT_BRANCHES.join(", ");
        let what = format!("there is no default branch: neither the one of origin nor any of {names}");
        Err(failure(what, "name a base with --base REV; a shallow clone lacks it: git fetch --unshallow"))
    }

    /// The file as a commit has it.
    fn show(&self, name: &str, revision: &str) -> Result<Found, Failure> {
        let commit = format!("{revision}^{{commit}}");
        let mend = "name another with --base REV, or fetch it first";
        let short = self.say(
            &["rev-parse", "--verify", "--quiet", "--short", "--end-of-options", &commit],
            &format!("git knows no revision {revision:?}"),
            mend,
        )?;
        let output = self.run(&["show", &format!("{short}:./{}", self.file)])?;
        if !output.status.success() {
            let what = format!("{short} has no {}", self.file);
            return Err(failure(what, "name a revision that has it, or a base with --base-file"));
        }
        let same = name == revision && short.starts_with(name);
        let name = if same { short.clone() } else { format!("{name}@{short}") };
        Ok(Found { name, bytes: output.stdout, commit: Some(short) })
    }
}

fn failure(what: impl Into<String>, mend: impl Into<String>) -> Failure {
    Failure::Base { what: what.into(), mend: mend.into() }
}
