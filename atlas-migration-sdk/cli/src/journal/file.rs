//! The file of a journal: created for its owner only, locked for the whole run, and durable line by line.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use atlas_migration_sdk::flow::Event;
use atlas_migration_sdk::plan::PlanHash;
use fs4::{FileExt, TryLockError};

use super::entry::{Header, Note, Run};
use super::error::{JournalError, JournalErrorKind};
use super::read::{Contents, Tail};

/// A journal that this process writes, until it is dropped.
#[derive(Debug)]
pub(crate) struct Journal {
    file: File,
    path: PathBuf,
    /// A write has failed: what the file ends with is not known.
    failed: bool,
    #[cfg(debug_assertions)]
    stop: super::stop::Stop,
}

impl Journal {
    /// Creates a journal for a plan, and notes the run. The file must not exist, unless nothing was started in it.
    pub(crate) fn create(path: &Path, plan: PlanHash, run: &Run) -> Result<Self, JournalError> {
        let (mut journal, bytes) = Self::open(path, true)?;
        let existing = Contents::parse(&bytes).map_err(|kind| match kind {
            JournalErrorKind::NotAJournal => kind,
            _ => JournalErrorKind::Exists,
        });
        match existing.map_err(|kind| journal.error(kind))? {
            Some(contents) if !contents.events.is_empty() => {
                return Err(journal.error(JournalErrorKind::Exists));
            }
            _ => {}
        }
        // A process that ended before its first event has done nothing.
        journal.file.set_len(0).map_err(|error| journal.io("written", error))?;
        let header = serde_json::to_string(&Header::new(plan, &run.program));
        journal.append(&header.map_err(|error| journal.io("written", error.into()))?)?;
        journal.sync_folder()?;
        journal.note(&Note::Run(run.clone()))?;
        Ok(journal)
    }

    /// Opens the journal of a plan, and notes the run. An incomplete last line is moved to a file beside it.
    pub(crate) fn resume(path: &Path, plan: PlanHash, run: &Run) -> Result<(Self, Contents), JournalError> {
        let (mut journal, bytes) = Self::open(path, false)?;
        let contents = Contents::parse(&bytes).map_err(|kind| journal.error(kind))?;
        let Some(contents) = contents.filter(|contents| !contents.events.is_empty()) else {
            return Err(journal.error(JournalErrorKind::Empty));
        };
        contents.check_plan(plan).map_err(|kind| journal.error(kind))?;
        match contents.tail {
            Tail::Complete => {}
            Tail::WithoutLineBreak => journal.append("")?,
            Tail::CutOff { from } => journal.move_aside(&bytes, from)?,
        }
        journal.note(&Note::Run(run.clone()))?;
        Ok((journal, contents))
    }

    /// The file beside the journal that has the incomplete lines.
    pub(crate) fn incomplete_path(path: &Path) -> PathBuf {
        let mut name = path.as_os_str().to_owned();
        name.push(".incomplete");
        name.into()
    }

    /// Opens the file, with its lock and its contents.
    fn open(path: &Path, create: bool) -> Result<(Self, Vec<u8>), JournalError> {
        let file = options().create(create).open(path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound if !create => JournalError::new(path, JournalErrorKind::Missing),
            _ => JournalError::io(path, "opened", error),
        })?;
        match FileExt::try_lock(&file) {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                // Where a locked file cannot be read, its owner remains unknown.
                let owner = Contents::read(path).ok().and_then(|contents| contents.last_run().cloned());
                return Err(JournalError::new(path, JournalErrorKind::Locked(owner.map(Box::new))));
            }
            Err(TryLockError::Error(error)) => return Err(JournalError::io(path, "locked", error)),
        }
        let mut journal = Self {
            file,
            path: path.to_owned(),
            failed: false,
            #[cfg(debug_assertions)]
            stop: super::stop::Stop::from_env(),
        };
        let mut bytes = Vec::new();
        journal.file.read_to_end(&mut bytes).map_err(|error| journal.io("read", error))?;
        Ok((journal, bytes))
    }

    /// Appends an event. It is durable when this returns.
    pub(crate) fn record(&mut self, event: &Event) -> Result<(), JournalError> {
        self.append(&event.to_string())
    }

    /// Appends a note. It is durable when this returns.
    pub(crate) fn note(&mut self, note: &Note) -> Result<(), JournalError> {
        let line = note.to_line().map_err(|error| self.io("written", error.into()))?;
        self.append(&line)
    }

    fn append(&mut self, line: &str) -> Result<(), JournalError> {
        let line = format!("{line}\n");
        #[cfg(debug_assertions)]
        self.stop.before_write(&mut self.file, &line);
        if self.failed {
            let error = io::Error::other("an earlier write failed");
            return Err(self.io("written", error));
        }
        let written = self.file.seek(SeekFrom::End(0)).and_then(|_| self.file.write_all(line.as_bytes()));
        if let Err(error) = written.and_then(|()| self.file.sync_data()) {
            self.failed = true;
            return Err(self.io("written", error));
        }
        #[cfg(debug_assertions)]
        self.stop.after_write();
        Ok(())
    }

    /// Moves the incomplete last line to a file beside the journal. It is there before it leaves the journal.
    fn move_aside(&mut self, bytes: &[u8], from: usize) -> Result<(), JournalError> {
        let aside = Self::incomplete_path(&self.path);
        let copied = options().create(true).open(&aside).and_then(|mut file| {
            file.seek(SeekFrom::End(0))?;
            file.write_all(&bytes[from..])?;
            file.write_all(b"\n")?;
            file.sync_all()
        });
        copied.map_err(|error| JournalError::io(&aside, "written", error))?;
        self.sync_folder()?;
        let length = u64::try_from(from).unwrap_or(u64::MAX);
        self.file
            .set_len(length)
            .and_then(|()| self.file.sync_all())
            .map_err(|error| self.io("written", error))
    }

    /// Makes the name of the file durable too.
    fn sync_folder(&self) -> Result<(), JournalError> {
        #[cfg(unix)]
        {
            let folder = match self.path.parent() {
                Some(folder) if !folder.as_os_str().is_empty() => folder,
                _ => Path::new("."),
            };
            File::open(folder)
                .and_then(|folder| folder.sync_all())
                .map_err(|error| self.io("made durable", error))?;
        }
        Ok(())
    }

    fn error(&self, kind: JournalErrorKind) -> JournalError {
        JournalError::new(&self.path, kind)
    }

    fn io(&self, what: &'static str, error: io::Error) -> JournalError {
        JournalError::io(&self.path, what, error)
    }
}

/// How a journal is opened: only its owner can read what is created.
fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
