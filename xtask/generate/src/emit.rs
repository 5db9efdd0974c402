//! The generated files and the disk: compare, or replace all of them or none.

use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use similar::TextDiff;

/// A file and what it shall hold.
pub struct Target {
    /// Where it is.
    pub path: PathBuf,
    /// What messages call it.
    pub name: String,
    /// What it shall hold.
    pub contents: String,
}

/// A target that does not hold what it shall.
pub struct Drift<'a> {
    target: &'a Target,
    /// What it holds, where there is such a file. Not always text: whatever it is can be put back as it was.
    before: Option<Vec<u8>>,
}

/// An operation on a file failed.
#[derive(Debug)]
pub struct IoError {
    /// What could not be done.
    pub what: String,
    /// Why.
    pub error: io::Error,
}

impl fmt::Display for IoError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what, self.error)
    }
}

impl std::error::Error for IoError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.error)
    }
}

impl IoError {
    /// `what` could not be done because of `error`.
    pub fn new(what: impl Into<String>, error: io::Error) -> Self {
        Self { what: what.into(), error }
    }
}

/// The targets that differ from the disk.
pub fn drifts(targets: &[Target]) -> Result<Vec<Drift<'_>>, IoError> {
    let mut drifts = Vec::new();
    for target in targets {
        let before = read(&target.path)
            .map_err(|error| IoError::new(format!("could not read {}", target.name), error))?;
        if before.as_deref() != Some(target.contents.as_bytes()) {
            drifts.push(Drift { target, before });
        }
    }
    Ok(drifts)
}

/// What a file holds, `None` where there is no such file. Bytes that are no text count as a difference, not
/// as a failure: the file is generated, and writing it anew is the mend.
fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

impl Drift<'_> {
    /// What the file is called.
    pub fn name(&self) -> &str {
        &self.target.name
    }

    /// The unified diff from what is there to what shall be.
    pub fn print(&self, out: &mut dyn Write) -> io::Result<()> {
        let name = &self.target.name;
        let before = String::from_utf8_lossy(self.before.as_deref().unwrap_or_default());
        let diff = TextDiff::from_lines(&*before, &self.target.contents);
        let old = if self.before.is_some() { format!("a/{name}") } else { "/dev/null".to_owned() };
        diff.unified_diff().header(&old, &format!("b/{name}")).to_writer(out)
    }
}

/// Replaces the files. Everything that can fail for a reason of its own (no space, no permission) is done
/// before the first file is touched; if a replacement fails all the same, those before it are taken back.
pub fn write(drifts: &[Drift<'_>]) -> Result<(), IoError> {
    let stage_new = |drift: &Drift<'_>| stage(drift.target, drift.target.contents.as_bytes());
    let staged = drifts.iter().map(stage_new).collect::<Result<Vec<_>, _>>()?;
    for (done, (file, drift)) in staged.into_iter().zip(drifts).enumerate() {
        if let Err(error) = file.persist(&drift.target.path) {
            drifts[..done].iter().for_each(take_back);
            return Err(IoError::new(format!("could not replace {}", drift.name()), error.error));
        }
    }
    Ok(())
}

/// Contents in a file beside the target, so that replacing is a rename within one file system.
fn stage(target: &Target, contents: &[u8]) -> Result<tempfile::NamedTempFile, IoError> {
    let path = &target.path;
    let failure = |error| IoError::new(format!("could not write {}", target.name), error);
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(failure)?;
    let mut file = tempfile::Builder::new().prefix(".xtask-").tempfile_in(folder).map_err(failure)?;
    file.write_all(contents).map_err(failure)?;
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

/// Puts back what was there, whole or not at all. The failure that led here is what gets reported, whether or not this
/// succeeds.
fn take_back(drift: &Drift<'_>) {
    let path = &drift.target.path;
    match &drift.before {
        Some(before) => _ = stage(drift.target, before).map(|file| file.persist(path)),
        None => _ = fs::remove_file(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(folder: &Path, name: &str) -> Target {
        Target { path: folder.join(name), name: name.to_owned(), contents: "new".to_owned() }
    }

    #[test]
    fn a_failed_replacement_takes_back_those_before_it() {
        // Not text: as text it would come back as other bytes.
        const OLD: &[u8] = b"old\xff\xfe\r\n";
        let folder = tempfile::tempdir().unwrap();
        let old = folder.path().join("old");
        fs::write(&old, OLD).unwrap();
        // A file cannot take the place of a folder, and that shows only when it tries.
        fs::create_dir(folder.path().join("folder")).unwrap();
        let targets = ["old", "absent", "folder"].map(|name| target(folder.path(), name));
        let mut drifts = drifts(&targets[..2]).unwrap();
        drifts.push(Drift { target: &targets[2], before: None });
        #[cfg(unix)]
        let was = seal(&old);

        let failure = write(&drifts).unwrap_err();
        assert_eq!(failure.what, "could not replace folder");
        assert_eq!(fs::read(&old).unwrap(), OLD);
        #[cfg(unix)]
        assert_eq!(mode(&old), was);
        let left: Vec<_> =
            fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left.len(), 2, "{left:?}");
    }

    /// Takes away the right to write into the file, as opposed to replacing it; returns its mode.
    #[cfg(unix)]
    fn seal(path: &Path) -> u32 {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(path, fs::Permissions::from_mode(0o440)).unwrap();
        mode(path)
    }

    #[cfg(unix)]
    fn mode(path: &Path) -> u32 {
        use std::os::unix::fs::PermissionsExt as _;
        fs::metadata(path).unwrap().permissions().mode()
    }

    #[test]
    fn bytes_that_are_no_text_are_a_difference() {
        let folder = tempfile::tempdir().unwrap();
        let targets = [target(folder.path(), "file")];
        for (bytes, differs) in [(&b"new"[..], false), (b"new\xff", true), (b"", true)] {
            fs::write(folder.path().join("file"), bytes).unwrap();
            assert_eq!(drifts(&targets).unwrap().len(), usize::from(differs), "{bytes:?}");
        }
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
