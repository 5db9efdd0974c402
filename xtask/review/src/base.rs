//! The base of a diff: a file, or what git knows of one. Asks git, writes nothing, needs no network.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Output;

use super::input::Input;
use crate::Error;
use crate::git::Git;

/// What may be named as the base.
#[derive(Clone, Debug, Default)]
pub enum Base {
    /// The point at which this branch left the default branch.
    #[default]
    BranchPoint,
    /// Anything that git takes as a revision.
    Revision(String),
    /// A file.
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

/// The default branch, in the order in which it is looked for where neither a remote nor git's settings name it.
const DEFAULT_BRANCHES: &[&str] = &["main", "master"];

/// How to get a base without git, the last resort of every help.
const ANOTHER: &str = "name a base with --base REV, or a file with --base-file FILE";

impl Base {
    /// Reads the base of this file of the working tree.
    pub(crate) fn read(&self, file: &Path) -> Result<Found, Error> {
        match self {
            Self::File(path) => {
                let name = path.display().to_string();
                let bytes = Input::Base.read(path, &name)?;
                Ok(Found { name, bytes, commit: None })
            }
            Self::Revision(revision) => FileInGit::of(file)?.show(revision, revision),
            Self::BranchPoint => {
                let git = FileInGit::of(file)?;
                let (branch, commit) = git.branch_point()?;
                git.show(&branch, &commit)
            }
        }
    }
}

/// A file in a folder that git knows.
struct FileInGit {
    git: Git,
    file: String,
}

impl FileInGit {
    fn of(file: &Path) -> Result<Self, Error> {
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned());
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let file =
            name.ok_or_else(|| Error::input(format!("{} is no file", file.display()), "name a file"))?;
        let found = Self { git: Git::in_folder(folder), file };
        let inside = found.run(&["rev-parse", "--is-inside-work-tree"])?;
        if inside.status.success() {
            return Ok(found);
        }
        let what =
            format!("{} is in no git repository, so that there is no base to be found", folder.display());
        Err(Error::input(
            format!("{what}{}", said(&inside)),
            "name the base as a file with --base-file FILE, or work in a clone",
        ))
    }

    fn run(&self, arguments: &[&str]) -> Result<Output, Error> {
        self.git.run(arguments).map_err(not_started)
    }

    /// What git prints, trimmed; nothing where it fails or prints nothing.
    fn ask(&self, arguments: &[&str]) -> Result<Option<String>, Error> {
        let text = self.git.text(arguments).map_err(not_started)?;
        Ok(text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()))
    }

    /// The commit of a revision, in short.
    fn commit(&self, revision: &str) -> Result<Option<String>, Error> {
        let commit = format!("{revision}^{{commit}}");
        self.ask(&["rev-parse", "--verify", "--quiet", "--short", "--end-of-options", &commit])
    }

    fn is_shallow(&self) -> Result<bool, Error> {
        Ok(self.ask(&["rev-parse", "--is-shallow-repository"])?.as_deref() == Some("true"))
    }

    /// The default branch's name, and where this branch left it.
    fn branch_point(&self) -> Result<(String, String), Error> {
        if self.commit("HEAD")?.is_none() {
            return Err(Error::input(
                "this repository has no commit yet",
                format!("commit the fragment first, or {ANOTHER}"),
            ));
        }
        let (branch, name) = self.default_branch()?;
        match self.ask(&["merge-base", "HEAD", &branch])? {
            Some(commit) => Ok((name, commit)),
            None if self.is_shallow()? => Err(Error::input(
                format!("this clone is shallow: where HEAD left {branch} is cut off"),
                format!(
                    "fetch it (git fetch --unshallow; with actions/checkout: fetch-depth: 0), or {ANOTHER}"
                ),
            )),
            None => Err(Error::input(format!("HEAD and {branch} have no commit in common"), ANOTHER)),
        }
    }

    /// The branch that the remote calls its own; else what git would call it, at the remote or here. With what reports
    /// call it.
    fn default_branch(&self) -> Result<(String, String), Error> {
        let remotes = self.ask(&["remote"])?.unwrap_or_default();
        let remote = remotes.lines().find(|name| *name == "origin").or(remotes.lines().next());
        let mut candidates = Vec::new();
        if let Some(remote) = remote {
            let head = format!("refs/remotes/{remote}/HEAD");
            candidates.extend(self.ask(&["symbolic-ref", "--quiet", "--short", &head])?);
        }
        let configured = self.ask(&["config", "--get", "init.defaultBranch"])?;
        let names = configured.iter().map(String::as_str).chain(DEFAULT_BRANCHES.iter().copied());
        for name in names {
            candidates.extend(remote.map(|remote| format!("{remote}/{name}")));
            candidates.push(name.to_owned());
        }
        for candidate in &candidates {
            if self.commit(candidate)?.is_some() {
                let of_remote = remote.and_then(|remote| candidate.strip_prefix(remote)?.strip_prefix('/'));
                return Ok((candidate.clone(), of_remote.unwrap_or(candidate).to_owned()));
            }
        }
        candidates.dedup();
        let what = format!("no default branch is known here: there is none of {}", candidates.join(", "));
        let help = match remote {
            _ if self.is_shallow()? => {
                format!(
                    "fetch it (git fetch --unshallow; with actions/checkout: fetch-depth: 0), or {ANOTHER}"
                )
            }
            Some(remote) => format!("let git ask for it (git remote set-head {remote} --auto), or {ANOTHER}"),
            None => ANOTHER.to_owned(),
        };
        Err(Error::input(what, help))
    }

    /// The file as a commit has it.
    fn show(&self, name: &str, revision: &str) -> Result<Found, Error> {
        let Some(short) = self.commit(revision)? else {
            let what = format!("git knows no commit {revision:?} here");
            let help = match self.is_shallow()? {
                true => {
                    "this clone is shallow: fetch it first (git fetch --unshallow), or name another with --base REV"
                }
                false => "fetch it first (git fetch), or name another with --base REV",
            };
            return Err(Error::input(what, help));
        };
        let same = name == revision && short.starts_with(name);
        let name = if same { short.clone() } else { format!("{name}@{short}") };
        let at = format!("{short}:./{}", self.file);
        if self.ask(&["cat-file", "-t", &at])?.as_deref() != Some("blob") {
            let what = format!("{name} has no file {}: it is new, or had another name", self.file);
            return Err(Error::input(
                what,
                format!("a new file has nothing to be compared with; for one that was renamed, {ANOTHER}"),
            ));
        }
        let output = self.run(&["cat-file", "blob", &at])?;
        if !output.status.success() {
            let what = format!("git cannot read {} of {name}{}", self.file, said(&output));
            return Err(Error::input(what, ANOTHER));
        }
        Ok(Found { name, bytes: output.stdout, commit: Some(short) })
    }
}

fn not_started(error: io::Error) -> Error {
    Error::input(
        format!("git could not be started: {error}"),
        "install git, or name the base as a file with --base-file FILE",
    )
}

/// What git says about it, in brackets.
fn said(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let text = text.trim().lines().next().unwrap_or_default();
    if text.is_empty() { String::new() } else { format!(" (git: {text})") }
}
