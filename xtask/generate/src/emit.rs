//! Compares the generated files with the disk, and replaces all of them or none.

use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use similar::TextDiff;

/// A generated file.
pub struct Target {
    /// The path of the file.
    pub path: PathBuf,
    /// The name of the file in messages.
    pub name: String,
    /// The generated contents.
    pub contents: String,
}

/// A file whose contents differ from the generated ones.
pub struct OutdatedFile<'a> {
    target: &'a Target,
    /// The current contents, if the file exists. These are bytes, so that contents that are not UTF-8 can be restored.
    before: Option<Vec<u8>>,
}

/// An operation on a file failed.
#[derive(Debug)]
pub struct IoError {
    /// A description of the failed operation.
    pub what: String,
    /// The cause.
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
    /// Creates an error for the operation that `what` describes.
    pub fn new(what: impl Into<String>, error: io::Error) -> Self {
        Self { what: what.into(), error }
    }
}

/// Returns the targets that differ from the files on the disk.
pub fn outdated_files(targets: &[Target]) -> Result<Vec<OutdatedFile<'_>>, IoError> {
    let mut outdated = Vec::new();
    for target in targets {
        let before = read(&target.path)
            .map_err(|error| IoError::new(format!("could not read {}", target.name), error))?;
        if before.as_deref() != Some(target.contents.as_bytes()) {
            outdated.push(OutdatedFile { target, before });
        }
    }
    Ok(outdated)
}

/// Reads a file; `None` if it does not exist. Contents that are not UTF-8 count as a difference, not as an error,
/// because generating the file again fixes them.
fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

impl OutdatedFile<'_> {
    /// The name of the file.
    pub fn name(&self) -> &str {
        &self.target.name
    }

    /// Writes the unified diff from the current to the generated contents.
    pub fn print(&self, out: &mut dyn Write) -> io::Result<()> {
        let name = &self.target.name;
        let before = String::from_utf8_lossy(self.before.as_deref().unwrap_or_default());
        let diff = TextDiff::from_lines(&*before, &self.target.contents);
        let old = if self.before.is_some() { format!("a/{name}") } else { "/dev/null".to_owned() };
        diff.unified_diff().header(&old, &format!("b/{name}")).to_writer(out)
    }
}

/// Replaces the files. The steps that are likely to fail (no space, no permission) run before the first file is
/// replaced. If a replacement fails nevertheless, the previous ones are rolled back.
pub fn write(outdated: &[OutdatedFile<'_>]) -> Result<(), IoError> {
    let stage_new = |file: &OutdatedFile<'_>| stage(file.target, file.target.contents.as_bytes());
    let staged = outdated.iter().map(stage_new).collect::<Result<Vec<_>, _>>()?;
    for (done, (new, file)) in staged.into_iter().zip(outdated).enumerate() {
        if let Err(error) = new.persist(&file.target.path) {
            outdated[..done].iter().for_each(restore);
            return Err(IoError::new(format!("could not replace {}", file.name()), error.error));
        }
    }
    Ok(())
}

/// Writes the contents to a temporary file next to the target, so that replacing is a rename within one file system.
fn stage(target: &Target, contents: &[u8]) -> Result<tempfile::NamedTempFile, IoError> {
    let path = &target.path;
    let failure = |error| IoError::new(format!("could not write {}", target.name), error);
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(failure)?;
    let mut file = tempfile::Builder::new().prefix(".xtask-").tempfile_in(folder).map_err(failure)?;
    file.write_all(contents).map_err(failure)?;
    file.as_file().sync_all().map_err(failure)?;
    // Only the owner can read a temporary file. The generated file needs the permissions of any other source file.
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

/// Atomically restores the previous contents. Ignores errors, because the caller reports the original error.
fn restore(file: &OutdatedFile<'_>) {
    let path = &file.target.path;
    match &file.before {
        Some(before) => _ = stage(file.target, before).map(|new| new.persist(path)),
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
    fn a_failed_replacement_restores_the_previous_files() {
        // Not UTF-8: a conversion to text would change the bytes.
        const OLD: &[u8] = b"old\xff\xfe\r\n";
        let folder = tempfile::tempdir().unwrap();
        let old = folder.path().join("old");
        fs::write(&old, OLD).unwrap();
        // A file cannot replace a folder, and only the rename reports this.
        fs::create_dir(folder.path().join("folder")).unwrap();
        let targets = ["old", "absent", "folder"].map(|name| target(folder.path(), name));
        let mut outdated = outdated_files(&targets[..2]).unwrap();
        outdated.push(OutdatedFile { target: &targets[2], before: None });
        #[cfg(unix)]
        let mode_before = make_read_only(&old);

        let failure = write(&outdated).unwrap_err();
        assert_eq!(failure.what, "could not replace folder");
        assert_eq!(fs::read(&old).unwrap(), OLD);
        #[cfg(unix)]
        assert_eq!(mode(&old), mode_before);
        let remaining: Vec<_> =
            fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(remaining.len(), 2, "{remaining:?}");
    }

    /// Removes the permission to write to the file, which does not prevent replacing it. Returns the mode.
    #[cfg(unix)]
    fn make_read_only(path: &Path) -> u32 {
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
    fn invalid_utf_8_is_a_difference() {
        let folder = tempfile::tempdir().unwrap();
        let targets = [target(folder.path(), "file")];
        for (bytes, differs) in [(&b"new"[..], false), (b"new\xff", true), (b"", true)] {
            fs::write(folder.path().join("file"), bytes).unwrap();
            assert_eq!(outdated_files(&targets).unwrap().len(), usize::from(differs), "{bytes:?}");
        }
    }

    #[test]
    fn no_file_changes_before_all_are_staged() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("file"), "old").unwrap();
        let targets = [target(folder.path(), "file"), target(&folder.path().join("file"), "below a file")];
        let outdated = targets.each_ref().map(|target| OutdatedFile { target, before: None });
        assert!(write(&outdated).is_err());
        assert_eq!(fs::read_to_string(folder.path().join("file")).unwrap(), "old");
    }
}
