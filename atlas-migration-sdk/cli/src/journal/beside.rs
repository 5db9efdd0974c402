//! The journal beside the plan, where a run looks first. If a migration has its journal elsewhere, the one beside the plan
//! names it: a later run with another journal, or without one, would start the migration a second time.

use std::path::{Path, PathBuf};
use std::{fs, path};

use atlas_migration_sdk::plan::PlanHash;

use super::entry::{Header, Note, Run};
use super::error::{JournalError, JournalErrorKind};
use super::file::Journal;
use super::read::Contents;

impl Journal {
    /// Locks the journal beside the plan, so that one process runs a plan, and names the run's journal there.
    ///
    /// A run that resumes continues in any case. A new one requires that no migration of the plan is unfinished.
    pub(crate) fn lock_beside(
        beside: &Path,
        journal: &Path,
        plan: PlanHash,
        run: &Run,
        is_resumed: bool,
    ) -> Result<Self, JournalError> {
        let (mut locked, bytes) = Self::open(beside, true)?;
        let contents = match Contents::parse(&bytes) {
            Ok(contents) => contents,
            // Something else is beside the plan.
            Err(_) if is_resumed => return Ok(locked),
            Err(kind) => return Err(JournalError::new(beside, kind)),
        };
        let journal = identity(journal);
        match &contents {
            Some(contents) => {
                if !is_resumed {
                    let is_of_plan = |contents: &Contents| contents.header.plan_hash == plan;
                    if contents.is_unfinished() && is_of_plan(contents) {
                        return Err(JournalError::new(beside, JournalErrorKind::Unfinished));
                    }
                    check_named(contents, |other, contents| other != journal && is_of_plan(contents))?;
                }
                locked.complete_last_line(&bytes, &contents.tail)?;
            }
            None => locked.begin(&Header::new(plan, &run.program))?,
        }
        let journal = journal.to_string_lossy().into_owned();
        locked.note(&Note::Elsewhere { journal, run: run.clone() })?;
        Ok(locked)
    }
}

/// Fails if a migration has not ended whose journal is named in one beside the plan, of those that are selected.
pub(super) fn check_named(
    beside: &Contents,
    is_selected: impl Fn(&Path, &Contents) -> bool,
) -> Result<(), JournalError> {
    for journal in beside.elsewhere().map(Path::new) {
        match Contents::load(journal) {
            Ok(Some(contents)) if contents.is_unfinished() && is_selected(journal, &contents) => {
                return Err(JournalError::new(journal, JournalErrorKind::Unfinished));
            }
            // A person who removed the journal has decided about its migration.
            Ok(_) | Err(JournalError { kind: JournalErrorKind::Missing, .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Whether both are names of the same file, which need not exist.
pub(crate) fn is_same(one: &Path, other: &Path) -> bool {
    identity(one) == identity(other)
}

/// The name of a file from the root, without links.
fn identity(file: &Path) -> PathBuf {
    let in_folder = || Some(fs::canonicalize(super::file::folder(file)).ok()?.join(file.file_name()?));
    let found = fs::canonicalize(file).ok().or_else(in_folder);
    found.or_else(|| path::absolute(file).ok()).unwrap_or_else(|| file.to_owned())
}
