//! The base of a diff: a file, or the fragment in a git revision. Only reads, and needs no network.

use std::path::{Path, PathBuf};
use std::process::Output;

use crate::Error;
use crate::git::{Git, messages};
use crate::input::{Input, shell_word};

/// The document that the working tree is compared with.
#[derive(Clone, Debug, Default)]
pub enum Base {
    /// The fragment in the commit at which this branch left the default branch.
    #[default]
    BranchPoint,
    /// The fragment in a git revision: a branch, a tag or a commit.
    Revision(String),
    /// A file.
    File(PathBuf),
}

/// The contents of the base.
#[derive(Debug)]
pub(crate) struct BaseFile {
    /// The name of the base in reports.
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
    /// The commit that contains the file, unless the base is a file of its own.
    pub(crate) commit: Option<String>,
}

/// Names of the default branch, in the order in which they are tried if neither a remote nor git's settings name one.
const DEFAULT_BRANCHES: &[&str] = &["main", "master"];

/// The help that always applies.
const GIVE_A_BASE: &str = "give a base with --base REV or --base-file FILE";

/// The help for a shallow clone, before an alternative.
const UNSHALLOW: &str = "fetch the history (git fetch --unshallow; with actions/checkout: fetch-depth: 0)";

impl Base {
    /// Reads the base of this file in the working tree.
    pub(crate) fn read(&self, file: &Path) -> Result<BaseFile, Error> {
        match self {
            Self::File(path) => {
                let name = path.display().to_string();
                let bytes = Input::Base.read(path, &name)?;
                Ok(BaseFile { name, bytes, commit: None })
            }
            Self::Revision(revision) => GitFile::of(file)?.show(revision, revision),
            Self::BranchPoint => {
                let git = GitFile::of(file)?;
                let (branch, commit) = git.branch_point()?;
                git.show(&branch, &commit)
            }
        }
    }
}

/// A file in a git repository.
struct GitFile {
    git: Git,
    file: String,
}

impl GitFile {
    fn of(file: &Path) -> Result<Self, Error> {
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned());
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let file =
            name.ok_or_else(|| Error::input(format!("{} is not a file", file.display()), "give a file"))?;
        let git_file = Self { git: Git::in_folder(folder), file };
        let inside = git_file.run(&["rev-parse", "--is-inside-work-tree"])?;
        match String::from_utf8_lossy(&inside.stdout).trim() {
            "true" if inside.status.success() => Ok(git_file),
            _ => Err(no_repository(folder, &inside)),
        }
    }

    fn run(&self, arguments: &[&str]) -> Result<Output, Error> {
        self.git.run(arguments).map_err(|error| {
            let what = format!("git could not be started: {error}");
            Error::input(what, "install git, or give the base as a file with --base-file FILE")
        })
    }

    /// The trimmed standard output of a git command; `None` if it prints nothing, or ends with status 1, by which git
    /// says no. Any other failure is an error.
    fn query(&self, arguments: &[&str]) -> Result<Option<String>, Error> {
        let output = self.run(arguments)?;
        match output.status.code() {
            Some(0) => {
                let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
                Ok(Some(text).filter(|text| !text.is_empty()))
            }
            Some(1) => Ok(None),
            _ => {
                let command = arguments.first().copied().unwrap_or_default();
                Err(Error::input(format!("git {command} failed{}", messages(&output)), GIVE_A_BASE))
            }
        }
    }

    /// The abbreviated commit of a revision.
    fn commit(&self, revision: &str) -> Result<Option<String>, Error> {
        let revision = format!("{revision}^{{commit}}");
        self.query(&["rev-parse", "--verify", "--quiet", "--short", "--end-of-options", &revision])
    }

    fn is_shallow(&self) -> Result<bool, Error> {
        Ok(self.query(&["rev-parse", "--is-shallow-repository"])?.as_deref() == Some("true"))
    }

    /// The name of the default branch, and the commit at which this branch left it.
    fn branch_point(&self) -> Result<(String, String), Error> {
        if self.commit("HEAD")?.is_none() {
            return Err(Error::input(
                "this repository has no commit yet",
                format!("commit the fragment first, or {GIVE_A_BASE}"),
            ));
        }
        let (branch, name) = self.default_branch()?;
        match self.query(&["merge-base", "HEAD", &branch])? {
            Some(commit) => Ok((name, commit)),
            None if self.is_shallow()? => Err(Error::input(
                format!("this clone is shallow and lacks the commit at which HEAD left {branch}"),
                format!("{UNSHALLOW}, or {GIVE_A_BASE}"),
            )),
            None => Err(Error::input(format!("HEAD and {branch} have no commit in common"), GIVE_A_BASE)),
        }
    }

    /// The default branch, and its name in reports: the HEAD of the remote, else the first branch with a usual name, at
    /// the remote or local.
    fn default_branch(&self) -> Result<(String, String), Error> {
        let remotes = self.query(&["remote"])?.unwrap_or_default();
        let remote = remotes.lines().find(|name| *name == "origin").or(remotes.lines().next());
        let mut candidates = Vec::new();
        if let Some(remote) = remote {
            let head = format!("refs/remotes/{remote}/HEAD");
            candidates.extend(self.query(&["symbolic-ref", "--quiet", "--short", &head])?);
        }
        let configured = self.query(&["config", "--get", "init.defaultBranch"])?;
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
        let what = format!("no default branch was found; tried {}", candidates.join(", "));
        let help = match remote {
            _ if self.is_shallow()? => format!("{UNSHALLOW}, or {GIVE_A_BASE}"),
            Some(remote) => {
                let remote = shell_word(remote);
                format!("let git look it up (git remote set-head {remote} --auto), or {GIVE_A_BASE}")
            }
            None => GIVE_A_BASE.to_owned(),
        };
        Err(Error::input(what, help))
    }

    /// The file in a revision.
    fn show(&self, name: &str, revision: &str) -> Result<BaseFile, Error> {
        let Some(short) = self.commit(revision)? else { return Err(self.no_commit(revision)?) };
        let same = name == revision && short.starts_with(name);
        let name = if same { short.clone() } else { format!("{name}@{short}") };
        // A link or a submodule has an object too, but no content to compare.
        let entry = self.query(&["ls-tree", "-z", &short, "--", &format!("./{}", self.file)])?;
        let mode = entry.as_deref().and_then(|entry| entry.split(' ').next()).unwrap_or_default();
        if let Some(error) = self.not_a_file(&name, mode) {
            return Err(error);
        }
        // As in the working tree: with the file of a pointer of Git LFS, if that is installed.
        let output = self.run(&["cat-file", "--filters", &format!("{short}:./{}", self.file)])?;
        if !output.status.success() {
            let what = format!("git cannot read {} of {name}{}", self.file, messages(&output));
            return Err(Error::input(what, GIVE_A_BASE));
        }
        Ok(BaseFile { name, bytes: output.stdout, commit: Some(short) })
    }

    /// The reason why a revision has no content of the file, by git's mode of its entry, which is empty if there is none.
    fn not_a_file(&self, name: &str, mode: &str) -> Option<Error> {
        let file = &self.file;
        let (what, help) = match mode {
            "" => (
                format!("{name} has no file {file}: the file is new, or had another name"),
                "a new file has no base; for a renamed file, ",
            ),
            "120000" => (
                format!("{file} of {name} is a symbolic link, of which git has only the path"),
                "give the file that it points to with --file FILE, or ",
            ),
            "160000" => (format!("{file} of {name} is a submodule, not a file"), ""),
            "040000" => (format!("{file} of {name} is a folder, not a file"), ""),
            _ => return None,
        };
        Some(Error::input(what, format!("{help}{GIVE_A_BASE}")))
    }

    fn no_commit(&self, revision: &str) -> Result<Error, Error> {
        // Again, without `--quiet`: an abbreviated commit may be ambiguous.
        let output =
            self.run(&["rev-parse", "--verify", "--end-of-options", &format!("{revision}^{{commit}}")])?;
        let what = format!("there is no commit {revision:?} in this repository{}", messages(&output));
        let help = match self.is_shallow()? {
            true => {
                "this clone is shallow: fetch the commit (git fetch --unshallow), or give another with --base REV"
            }
            false => "fetch the commit (git fetch), or give another with --base REV",
        };
        Ok(Error::input(what, help))
    }
}

/// The reason why a folder has no repository with a working tree, by git's message.
fn no_repository(folder: &Path, output: &Output) -> Error {
    const OTHER_BASE: &str = "give the base as a file with --base-file FILE";
    let folder = folder.display();
    let text = String::from_utf8_lossy(&output.stderr);
    if text.contains("dubious ownership") || text.contains("unsafe repository") {
        let exception = text.lines().map(str::trim).find(|line| line.starts_with("git config "));
        let exception = exception.unwrap_or("git config --global --add safe.directory FOLDER");
        return Error::input(
            format!(
                "another user owns the repository of {folder}, so git does not read it{}",
                messages(output)
            ),
            format!("if you trust its owner, run: {exception}\n        or {OTHER_BASE}"),
        );
    }
    if output.status.success() {
        return Error::input(format!("{folder} is not in the working tree of its repository"), OTHER_BASE);
    }
    if text.contains("not a git repository") {
        return Error::input(
            format!("{folder} is not in a git repository, so there is no base{}", messages(output)),
            format!("{OTHER_BASE}, or work in a clone"),
        );
    }
    Error::input(format!("git cannot read the repository of {folder}{}", messages(output)), OTHER_BASE)
}
