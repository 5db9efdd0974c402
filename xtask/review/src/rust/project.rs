//! Reads what the review needs of each side besides the fragment: the wrapper's sources, the version and the changelog.
//!
//! The revision is the working tree. The base is a commit, of which only the files that differ are read. If the base is
//! a file, or a commit of another repository, it has no wrapper of its own, and the working tree's wrapper is used for
//! it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use atlas_codegen::{paths, wrapper};
use openapi_diff::{Edit, Sides};
use openapi_fragment::Document;

use super::verdict::RustReport;
use super::{Release, Surface};
use crate::git::Git;

/// The project on both sides, without the fragment.
#[derive(Debug)]
pub struct Project {
    /// The base's wrapper, if it differs from the revision's.
    base_surface: Option<Surface>,
    base: Release,
    revision_surface: Surface,
    revision: Release,
}

impl Project {
    /// Reads the working tree at this root and, if there is one, the commit of the base.
    ///
    /// # Errors
    ///
    /// One sentence with the reason why a side could not be read.
    pub fn read(root: &Path, commit: Option<&str>) -> Result<Self, String> {
        let sources = wrapper::sources(&root.join(paths::SDK_SOURCES)).map_err(|error| error.to_string())?;
        let surface = |sources: &[(PathBuf, String)]| {
            Surface::of(sources.iter().map(|(path, text)| (path.as_path(), text.as_str())))
                .map_err(|error| error.to_string())
        };
        let manifest = std::fs::read_to_string(root.join(paths::MANIFEST)).map_err(|error| error.to_string());
        let changelog = std::fs::read_to_string(root.join(paths::CHANGELOG)).ok();
        let revision = release(paths::MANIFEST, manifest, changelog)?;
        let revision_surface = surface(&sources)?;
        // With `--file`, the base may be in another repository, which does not have the wrapper.
        let is_in_repository = |commit: &&str| {
            Git::in_folder(root).text(&["cat-file", "-e", commit]).is_ok_and(|text| text.is_some())
        };
        let Some(commit) = commit.filter(is_in_repository) else {
            return Ok(Self { base_surface: None, base: revision.clone(), revision_surface, revision });
        };
        let git = Commit { git: Git::in_folder(root), commit };
        let old = git.sources(&sources)?;
        let (base_surface, revision_surface) = match old == sources {
            true => (None, revision_surface),
            false => {
                let declared =
                    |surface: Surface| surface.with_declarations().map_err(|error| error.to_string());
                (Some(declared(surface(&old)?)?), declared(revision_surface)?)
            }
        };
        Ok(Self { base_surface, base: git.release()?, revision_surface, revision })
    }

    /// The effect of the edits on the Rust API.
    ///
    /// # Errors
    ///
    /// One sentence with the reason why a side has no API.
    pub fn review(&self, base: &Document, revision: &Document, edits: &[Edit]) -> Result<RustReport, String> {
        let base_surface = self.base_surface.as_ref().unwrap_or(&self.revision_surface);
        let surfaces = Sides::new(base_surface, &self.revision_surface);
        let releases = Some(Sides::new(&self.base, &self.revision));
        super::review(Sides::new(base, revision), surfaces, releases, edits)
    }
}

/// The release that these files describe. `name` is the name of the manifest in messages.
fn release(
    name: &str,
    manifest: Result<String, String>,
    changelog: Option<String>,
) -> Result<Release, String> {
    manifest
        .and_then(|manifest| Release::read(&manifest, changelog.as_deref()))
        .map_err(|problem| format!("the version in {name} cannot be read: {problem}"))
}

/// A commit. Paths in it are relative to the root of the workspace.
struct Commit<'a> {
    git: Git,
    commit: &'a str,
}

impl Commit<'_> {
    fn run(&self, arguments: &[&str]) -> Option<String> {
        self.git.text(arguments).ok().flatten()
    }

    /// The text of a file in the commit.
    fn file(&self, path: &str) -> Option<String> {
        self.run(&["show", &format!("{}:./{path}", self.commit)])
    }

    fn release(&self) -> Result<Release, String> {
        let manifest = self.file(paths::MANIFEST).ok_or_else(|| "git cannot show the file".to_owned());
        release(&format!("{} of {}", paths::MANIFEST, self.commit), manifest, self.file(paths::CHANGELOG))
    }

    /// The files that a git command lists.
    fn names(&self, arguments: &[&str]) -> Result<BTreeSet<String>, String> {
        let listed = self.run(arguments).ok_or_else(|| {
            format!("git cannot list the sources of the SDK in {}: give another base", self.commit)
        })?;
        Ok(listed.split('\0').filter(|name| !name.is_empty()).map(str::to_owned).collect())
    }

    /// The wrapper's sources in the commit. Files that do not differ are taken from the working tree.
    fn sources(&self, working_tree: &[(PathBuf, String)]) -> Result<Vec<(PathBuf, String)>, String> {
        let folder = paths::SDK_SOURCES;
        let committed = self.names(&["ls-tree", "-r", "-z", "--name-only", self.commit, "--", folder])?;
        let changed = self.names(&[
            "diff",
            "-z",
            "--name-only",
            "--relative",
            "--no-ext-diff",
            self.commit,
            "--",
            folder,
        ])?;
        let mut sources = Vec::new();
        for name in committed.iter().filter(|name| name.ends_with(".rs")) {
            let Ok(path) = Path::new(name).strip_prefix(folder) else { continue };
            if path.starts_with("generated") {
                continue;
            }
            let same =
                working_tree.iter().find(|(other, _)| other == path).filter(|_| !changed.contains(name));
            let text = same.map(|(_, text)| text.clone()).or_else(|| self.file(name));
            let text = text.ok_or_else(|| format!("git cannot show {name} of {}", self.commit))?;
            sources.push((path.to_owned(), text));
        }
        Ok(sources)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_that_cannot_be_read_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let sources = folder.path().join(paths::SDK_SOURCES);
        std::fs::create_dir_all(&sources).unwrap();
        std::fs::write(sources.join("lib.rs"), "").unwrap();
        let read = || Project::read(folder.path(), None).map(|_| ());
        let problem = read().unwrap_err();
        assert!(problem.starts_with("the version in Cargo.toml cannot be read: "), "{problem}");
        std::fs::write(folder.path().join(paths::MANIFEST), "[workspace.package]\nversion = 'one'").unwrap();
        assert!(read().unwrap_err().contains("its version \"one\" is invalid"));
        std::fs::write(folder.path().join(paths::MANIFEST), "[workspace.package]\nversion = '1.0.0'")
            .unwrap();
        read().unwrap();
    }
}
