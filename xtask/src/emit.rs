//! The generated files and the disk: compare, or replace all of them or none.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use similar::TextDiff;

/// A file and what it shall hold.
pub(crate) struct Target {
    pub(crate) path: PathBuf,
    /// What messages call it.
    pub(crate) name: String,
    pub(crate) contents: String,
}

/// A target that does not hold what it shall.
pub(crate) struct Drift<'a> {
    target: &'a Target,
    /// What it holds, where there is such a file.
    before: Option<String>,
}

/// An operation on a file failed.
#[derive(Debug)]
pub(crate) struct IoFailure {
    pub(crate) what: String,
    pub(crate) error: io::Error,
}

impl IoFailure {
    pub(crate) fn new(what: impl Into<String>, error: io::Error) -> Self {
        Self { what: what.into(), error }
    }
}

/// The targets that differ from the disk.
pub(crate) fn drifts(targets: &[Target]) -> Result<Vec<Drift<'_>>, IoFailure> {
    let mut drifts = Vec::new();
    for target in targets {
        let before = read(&target.path)
            .map_err(|error| IoFailure::new(format!("could not read {}", target.name), error))?;
        if before.as_ref() != Some(&target.contents) {
            drifts.push(Drift { target, before });
        }
    }
    Ok(drifts)
}

/// The text of a file, `None` where there is no such file. Bytes that are no text count as a difference, not
/// as a failure: the file is generated, and writing it anew is the mend.
fn read(path: &Path) -> io::Result<Option<String>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

impl Drift<'_> {
    /// What the file is called.
    pub(crate) fn name(&self) -> &str {
        &self.target.name
    }

    /// The unified diff from what is there to what shall be.
    pub(crate) fn print(&self, out: &mut dyn Write) -> io::Result<()> {
        let name = &self.target.name;
        let diff = TextDiff::from_lines(self.before.as_deref().unwrap_or(""), &self.target.contents);
        let old = if self.before.is_some() { format!("a/{name}") } else { "/dev/null".to_owned() };
        diff.unified_diff().header(&old, &format!("b/{name}")).to_writer(out)
    }
}

/// Replaces the files. Everything that can fail for a reason of its own (no space, no permission) is done
/// before the first file is touched; if a replacement fails all the same, those before it are taken back.
pub(crate) fn write(drifts: &[Drift<'_>]) -> Result<(), IoFailure> {
    let staged = drifts.iter().map(stage).collect::<Result<Vec<_>, _>>()?;
    for (done, (file, drift)) in staged.into_iter().zip(drifts).enumerate() {
        if let Err(error) = file.persist(&drift.target.path) {
            drifts[..done].iter().for_each(take_back);
            return Err(IoFailure::new(format!("could not replace {}", drift.name()), error.error));
        }
    }
    Ok(())
}

/// The new contents in a file beside the target, so that replacing is a rename within one file system.
fn stage(drift: &Drift<'_>) -> Result<tempfile::NamedTempFile, IoFailure> {
    let path = &drift.target.path;
    let failure = |error| IoFailure::new(format!("could not write {}", drift.name()), error);
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(failure)?;
    let mut file = tempfile::Builder::new().prefix(".xtask-").tempfile_in(folder).map_err(failure)?;
    file.write_all(drift.target.contents.as_bytes()).map_err(failure)?;
    file.as_file().sync_all().map_err(failure)?;
    // A temporary file is readable by its owner alone; the file that it becomes is like any other source.
    match fs::metadata(path) {
        Ok(before) => file.as_file().set_permissions(before.permissions()).map_err(failure)?,
        Err(_) => make_readable(file.as_file()).map_err(failure)?,
    }
    Ok(file)
}

#[cfg(unix)]
fn make_readable(file: &fs::File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn make_readable(_: &fs::File) -> io::Result<()> {
    Ok(())
}

/// Puts back what was there. The failure that led here is what gets reported, whether or not this succeeds.
fn take_back(drift: &Drift<'_>) {
    let path = &drift.target.path;
    _ = match &drift.before {
        Some(before) => fs::write(path, before),
        None => fs::remove_file(path),
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(folder: &Path, name: &str) -> Target {
        Target { path: folder.join(name), name: name.to_owned(), contents: "new".to_owned() }
    }

    #[test]
    fn a_failed_replacement_takes_back_those_before_it() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("old"), "old").unwrap();
        // A file cannot take the place of a folder, and that shows only when it tries.
        fs::create_dir(folder.path().join("folder")).unwrap();
        let targets = ["old", "absent", "folder"].map(|name| target(folder.path(), name));
        let drift = |target, before: Option<&str>| Drift { target, before: before.map(str::to_owned) };
        let drifts = [drift(&targets[0], Some("old")), drift(&targets[1], None), drift(&targets[2], None)];

        let failure = write(&drifts).unwrap_err();
        assert_eq!(failure.what, "could not replace folder");
        assert_eq!(fs::read_to_string(folder.path().join("old")).unwrap(), "old");
        let left: Vec<_> =
            fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left.len(), 2, "{left:?}");
    }

    #[test]
    fn nothing_is_touched_before_everything_is_staged() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("file"), "old").unwrap();
        let targets = [target(folder.path(), "file"), target(&folder.path().join("file"), "beneath a file")];
        let drifts = targets.each_ref().map(|target| Drift { target, before: None });
        assert!(write(&drifts).is_err());
        assert_eq!(fs::read_to_string(folder.path().join("file")).unwrap(), "old");
    }
}
