//! The file of a journal: created for its owner only, locked for the whole run, and durable line by line.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use atlas_migration_sdk::flow::Event;
use atlas_migration_sdk::plan::PlanHash;
use fs4::{FileExt, TryLockError};

use super::beside::check_named;
use super::entry::{Header, Note, Run};
use super::error::{JournalError, JournalErrorKind};
use super::read::{Contents, Tail};

/// A journal that this process writes, until it is dropped.
#[derive(Debug)]
pub(crate) struct Journal {
    file: File,
    path: PathBuf,
    /// Where lines were moved to that do not belong to the run.
    moved_to: Option<PathBuf>,
    /// A write has failed: what the file ends with is not known.
    failed: bool,
    #[cfg(debug_assertions)]
    stop: super::stop::Stop,
}

impl Journal {
    /// Creates a journal for a plan, and notes the run. The file must not exist, unless nothing was started in it.
    ///
    /// A journal of another plan that ended before a migration was created is moved to a file beside it.
    pub(crate) fn create(path: &Path, plan: PlanHash, run: &Run) -> Result<Self, JournalError> {
        let (mut journal, bytes) = Self::open(path, true)?;
        let existing = Contents::parse(&bytes).map_err(|kind| match kind {
            JournalErrorKind::NotAJournal => kind,
            _ => JournalErrorKind::Exists,
        });
        if let Some(contents) = existing.map_err(|kind| journal.error(kind))? {
            journal.make_room(&contents, &bytes, plan)?;
        }
        journal.begin(&Header::new(plan, &run.program))?;
        journal.note(&Note::Run(run.clone()))?;
        Ok(journal)
    }

    /// Opens the journal of a plan, and notes the run. An incomplete last line is moved to a file beside it.
    pub(crate) fn resume(path: &Path, plan: PlanHash, run: &Run) -> Result<(Self, Contents), JournalError> {
        let (mut journal, bytes) = Self::open(path, false)?;
        let contents = Contents::parse(&bytes).and_then(Contents::started).and_then(|contents| {
            contents.check_plan(plan)?;
            Ok(contents)
        });
        let contents = contents.map_err(|kind| journal.error(kind))?;
        journal.complete_last_line(&bytes, &contents.tail)?;
        journal.note(&Note::Run(run.clone()))?;
        Ok((journal, contents))
    }

    /// The file to which lines were moved that do not belong to the run: an incomplete last line, or the journal of
    /// another plan.
    pub(crate) fn moved_to(&self) -> Option<&Path> {
        self.moved_to.as_deref()
    }

    /// The file beside the journal that has the incomplete lines.
    pub(super) fn incomplete_path(path: &Path) -> PathBuf {
        with_ending(path, ".incomplete")
    }

    /// Moves what is in the file to another one, if a new journal may replace it.
    fn make_room(&mut self, contents: &Contents, bytes: &[u8], plan: PlanHash) -> Result<(), JournalError> {
        if !contents.events.is_empty() {
            match contents.check_plan(plan) {
                Ok(()) => return Err(self.error(JournalErrorKind::Exists)),
                Err(kind) if !contents.is_replaceable() => return Err(self.error(kind)),
                Err(_) => {}
            }
        }
        // Their names are lost with the contents.
        check_named(contents, |_, _| true)?;
        // A process that ended before its first event has done nothing.
        if contents.events.is_empty() {
            return Ok(());
        }
        let mut number = 1;
        while with_ending(&self.path, &format!(".{number}")).exists() {
            number += 1;
        }
        self.move_aside(bytes, 0, with_ending(&self.path, &format!(".{number}")))
    }

    /// Writes the first line. The file has no other one.
    pub(super) fn begin(&mut self, header: &Header) -> Result<(), JournalError> {
        self.file.set_len(0).map_err(|error| self.not_written(error))?;
        let header = serde_json::to_string(header).map_err(|error| self.not_written(error.into()))?;
        self.append(&header)?;
        self.sync_folder()
    }

    /// Makes the file end with a complete line.
    pub(super) fn complete_last_line(&mut self, bytes: &[u8], tail: &Tail) -> Result<(), JournalError> {
        match *tail {
            Tail::Complete => Ok(()),
            Tail::WithoutLineBreak => self.append(""),
            Tail::CutOff { from } => self.move_aside(bytes, from, Self::incomplete_path(&self.path)),
        }
    }

    /// Opens the file, with its lock and its contents.
    pub(super) fn open(path: &Path, create: bool) -> Result<(Self, Vec<u8>), JournalError> {
        let unavailable =
            |what, error| JournalError::new(path, JournalErrorKind::Unavailable { what, error });
        let file = options().create(create).open(path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound if !create => JournalError::new(path, JournalErrorKind::Missing),
            _ => unavailable("opened", error),
        })?;
        match FileExt::try_lock(&file) {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                // Where a locked file cannot be read, its owner remains unknown.
                let contents = Contents::load(path).ok().flatten();
                let owner = contents.and_then(|contents| contents.last_run().cloned());
                return Err(JournalError::new(path, JournalErrorKind::Locked(owner.map(Box::new))));
            }
            Err(TryLockError::Error(error)) => return Err(unavailable("locked", error)),
        }
        let mut journal = Self {
            file,
            path: path.to_owned(),
            moved_to: None,
            failed: false,
            #[cfg(debug_assertions)]
            stop: super::stop::Stop::from_env(),
        };
        let mut bytes = Vec::new();
        journal
            .file
            .read_to_end(&mut bytes)
            .map_err(|error| journal.error(JournalErrorKind::Unreadable(error)))?;
        Ok((journal, bytes))
    }

    /// Appends an event. It is durable when this returns.
    pub(crate) fn record(&mut self, event: &Event) -> Result<(), JournalError> {
        self.append(&event.to_string())
    }

    /// Appends a note. It is durable when this returns.
    pub(crate) fn note(&mut self, note: &Note) -> Result<(), JournalError> {
        let line = note.to_line().map_err(|error| self.not_written(error.into()))?;
        self.append(&line)
    }

    fn append(&mut self, line: &str) -> Result<(), JournalError> {
        let line = format!("{line}\n");
        #[cfg(debug_assertions)]
        self.stop.before_write(&mut self.file, &line);
        if self.failed {
            let error = io::Error::other("an earlier write failed");
            return Err(self.not_written(error));
        }
        let written = self.file.seek(SeekFrom::End(0)).and_then(|_| self.file.write_all(line.as_bytes()));
        if let Err(error) = written.and_then(|()| self.file.sync_data()) {
            self.failed = true;
            return Err(self.not_written(error));
        }
        #[cfg(debug_assertions)]
        self.stop.after_write();
        Ok(())
    }

    /// Moves the end of the journal to another file. It is there before it leaves the journal.
    fn move_aside(&mut self, bytes: &[u8], from: usize, aside: PathBuf) -> Result<(), JournalError> {
        let copied = options().create(true).open(&aside).and_then(|mut file| {
            file.seek(SeekFrom::End(0))?;
            file.write_all(&bytes[from..])?;
            if !bytes.ends_with(b"\n") {
                file.write_all(b"\n")?;
            }
            file.sync_all()
        });
        copied.map_err(|error| JournalError::new(&aside, JournalErrorKind::NotWritten(error)))?;
        self.sync_folder()?;
        let length = u64::try_from(from).unwrap_or(u64::MAX);
        self.file
            .set_len(length)
            .and_then(|()| self.file.sync_all())
            .map_err(|error| self.not_written(error))?;
        self.moved_to = Some(aside);
        Ok(())
    }

    /// Makes the name of the file durable too.
    fn sync_folder(&self) -> Result<(), JournalError> {
        #[cfg(unix)]
        {
            File::open(folder(&self.path))
                .and_then(|folder| folder.sync_all())
                .map_err(|error| self.not_written(error))?;
        }
        Ok(())
    }

    fn error(&self, kind: JournalErrorKind) -> JournalError {
        JournalError::new(&self.path, kind)
    }

    fn not_written(&self, error: io::Error) -> JournalError {
        self.error(JournalErrorKind::NotWritten(error))
    }
}

/// The folder of a file.
pub(super) fn folder(file: &Path) -> &Path {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// How a journal is opened: only its owner can read what is created.
fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
