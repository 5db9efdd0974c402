//! Why a journal cannot be used.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use atlas_migration_sdk::plan::PlanHash;

use super::entry::Run;

/// Why a journal cannot be used.
#[derive(Debug)]
pub(crate) struct JournalError {
    pub(crate) path: PathBuf,
    pub(crate) kind: JournalErrorKind,
}

#[derive(Debug)]
pub(crate) enum JournalErrorKind {
    /// There is a journal where a new one was to be created.
    Exists,
    /// There is none.
    Missing,
    /// Another process writes to it: the last one that has noted its run.
    Locked(Option<Box<Run>>),
    /// The file is something else.
    NotAJournal,
    /// A line that is not the last one cannot be read.
    Damaged {
        line: usize,
        reason: String,
    },
    /// It is of another plan.
    OtherPlan {
        journal: PlanHash,
        plan: PlanHash,
    },
    /// A newer version of the program wrote it.
    Newer {
        version: u64,
    },
    /// It has no event: nothing was started.
    Empty,
    /// It is beside the plan, and the migration has its journal elsewhere.
    Elsewhere(PathBuf),
    /// Another journal was to be used, and the migration of this one has not ended.
    Unfinished,
    /// The events do not follow from each other.
    Flow(String),
    /// The file cannot be opened or locked.
    Unavailable {
        what: &'static str,
        error: io::Error,
    },
    Unreadable(io::Error),
    NotWritten(io::Error),
}

impl JournalError {
    pub(super) fn new(path: &Path, kind: JournalErrorKind) -> Self {
        Self { path: path.to_owned(), kind }
    }
}

impl fmt::Display for JournalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match &self.kind {
            JournalErrorKind::Exists => write!(
                f,
                "the journal {path} exists already. Continue it with --resume. If nothing was sent to Atlas, as `report` shows, \
                 the file can be deleted"
            ),
            JournalErrorKind::Missing => write!(f, "there is no journal {path}"),
            JournalErrorKind::Locked(Some(run)) => write!(
                f,
                "the journal {path} is in use: {run}. One process runs a migration; wait for that one, or end it"
            ),
            JournalErrorKind::Locked(None) => {
                write!(f, "the journal {path} is in use by another process; one process runs a migration")
            }
            JournalErrorKind::NotAJournal => {
                write!(f, "the file {path} is not a journal of a migration; it was left as it is")
            }
            JournalErrorKind::Damaged { line, reason } => write!(
                f,
                "the journal {path} is damaged in line {line}: {reason}. Restore it from a copy; it was left as it is. \
                 What Atlas runs does not depend on it"
            ),
            JournalErrorKind::OtherPlan { journal, plan } => write!(
                f,
                "the journal {path} is of another plan ({journal}) than this one ({plan}). Resume with the plan that \
                 the migration was started with, or give another journal with --journal FILE"
            ),
            JournalErrorKind::Newer { version } => write!(
                f,
                "the journal {path} has the version {version}, and this program reads {}: use a newer program",
                super::entry::VERSION
            ),
            JournalErrorKind::Empty => {
                write!(f, "the journal {path} has no event: it is empty or was cut off")
            }
            JournalErrorKind::Elsewhere(journal) => write!(
                f,
                "the journal of the migration is not {path}, but {}: give that one",
                journal.display()
            ),
            JournalErrorKind::Unfinished => write!(
                f,
                "the migration with the journal {path} has not ended. Continue it with --journal {path} --resume, which \
                 also finds out whether it has ended in the meantime"
            ),
            JournalErrorKind::Flow(reason) => write!(
                f,
                "the events in the journal {path} do not follow from each other: {reason}. It was left as it is"
            ),
            JournalErrorKind::Unavailable { what, error } => {
                write!(f, "the journal {path} cannot be {what}: {error}")
            }
            JournalErrorKind::Unreadable(error) => write!(f, "the journal {path} cannot be read: {error}"),
            // A run ends with the first line that is not written.
            JournalErrorKind::NotWritten(error) => write!(
                f,
                "the journal {path} cannot be written: {error}. Nothing was sent after that. Make room for the journal \
                 before the next run"
            ),
        }
    }
}

impl std::error::Error for JournalError {}
