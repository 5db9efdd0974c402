//! Reads a whole journal, also one that was cut off while it was written.

use std::fs;
use std::path::Path;

use atlas_migration_sdk::flow::{Command, Event, Flow, Question};
use atlas_migration_sdk::plan::PlanHash;
use serde::Deserialize;

use super::entry::{Entry, HEADER_START, Header, Note, Run, VERSION};
use super::error::{JournalError, JournalErrorKind};

/// What is in a journal.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Contents {
    pub(crate) header: Header,
    /// The events of the flow, in their order.
    pub(crate) events: Vec<Event>,
    /// The other lines, in their order.
    pub(crate) notes: Vec<Note>,
    /// The end of the file, if the last line was cut off.
    pub(crate) tail: Tail,
}

/// The end of a journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Tail {
    /// The last line is complete.
    Complete,
    /// The last line is complete but for its line break. It counts.
    WithoutLineBreak,
    /// The last line, from this position, is incomplete. It does not count: nothing was done that follows from it.
    CutOff { from: usize },
}

impl Contents {
    /// Reads the journal of a migration in this file.
    pub(crate) fn read(path: &Path) -> Result<Self, JournalError> {
        Self::started(Self::load(path)?).map_err(|kind| JournalError::new(path, kind))
    }

    /// Reads the file, also if nothing was started in it.
    pub(super) fn load(path: &Path) -> Result<Option<Self>, JournalError> {
        let bytes = fs::read(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => JournalError::new(path, JournalErrorKind::Missing),
            _ => JournalError::new(path, JournalErrorKind::Unreadable(error)),
        })?;
        Self::parse(&bytes).map_err(|kind| JournalError::new(path, kind))
    }

    /// Fails unless a migration was started.
    pub(super) fn started(contents: Option<Self>) -> Result<Self, JournalErrorKind> {
        let contents = contents.ok_or(JournalErrorKind::Empty)?;
        match contents.elsewhere().last() {
            _ if !contents.events.is_empty() => Ok(contents),
            Some(journal) => Err(JournalErrorKind::Elsewhere(journal.into())),
            None => Err(JournalErrorKind::Empty),
        }
    }

    /// Reads the bytes of a journal. None if not even the first line was written completely.
    pub(super) fn parse(bytes: &[u8]) -> Result<Option<Self>, JournalErrorKind> {
        let Some(end) = line_end(bytes) else {
            let is_start = HEADER_START.starts_with(bytes) || bytes.starts_with(HEADER_START);
            return if is_start { Ok(None) } else { Err(JournalErrorKind::NotAJournal) };
        };
        let mut contents = Self {
            header: header(&bytes[..end])?,
            events: Vec::new(),
            notes: Vec::new(),
            tail: Tail::Complete,
        };
        let (mut position, mut line) = (end + 1, 2);
        while position < bytes.len() {
            let rest = &bytes[position..];
            let end = line_end(rest);
            match (Entry::parse(&rest[..end.unwrap_or(rest.len())]), end) {
                (Ok(entry), end) => {
                    contents.add(entry);
                    if end.is_none() {
                        contents.tail = Tail::WithoutLineBreak;
                    }
                }
                (Err(_), None) => contents.tail = Tail::CutOff { from: position },
                (Err(reason), Some(_)) => return Err(JournalErrorKind::Damaged { line, reason }),
            }
            position += end.unwrap_or(rest.len()) + 1;
            line += 1;
        }
        Ok(Some(contents))
    }

    fn add(&mut self, entry: Entry) {
        match entry {
            Entry::Event(event) => self.events.push(event),
            Entry::Note(note) => self.notes.push(note),
        }
    }

    /// The last run that has locked the journal.
    pub(super) fn last_run(&self) -> Option<&Run> {
        self.notes.iter().rev().find_map(|note| match note {
            Note::Run(run) | Note::Elsewhere { run, .. } => Some(run),
            _ => None,
        })
    }

    /// The journals of runs for which this one was only [beside](super::beside) the plan.
    pub(super) fn elsewhere(&self) -> impl Iterator<Item = &str> {
        self.notes.iter().filter_map(|note| match note {
            Note::Elsewhere { journal, .. } => Some(journal.as_str()),
            _ => None,
        })
    }

    /// The runs that have written to the journal.
    pub(crate) fn runs(&self) -> impl Iterator<Item = &Run> {
        self.notes.iter().filter_map(|note| match note {
            Note::Run(run) => Some(run),
            _ => None,
        })
    }

    /// Whether the last line is incomplete.
    pub(crate) fn is_cut_off(&self) -> bool {
        matches!(self.tail, Tail::CutOff { .. })
    }

    /// Whether there is or may be a migration that has not ended, as far as the events show. What they do not show because
    /// they do not follow from each other is assumed.
    pub(super) fn is_unfinished(&self) -> bool {
        !self.events.is_empty()
            && Flow::resume(&self.events)
                .map_or(true, |flow| flow.may_have_migration() && !matches!(flow.next(), Command::End(_)))
    }

    /// Whether the run ended before it created a migration, and left nothing to find out: a corrected plan can start over.
    pub(super) fn is_replaceable(&self) -> bool {
        Flow::resume(&self.events).is_ok_and(|flow| {
            !flow.may_have_migration()
                && !matches!(
                    flow.next(),
                    Command::Reconcile(_) | Command::Ask(Question::OnHold { .. }) | Command::End(_)
                )
        })
    }

    /// Fails unless the journal is of this plan.
    pub(super) fn check_plan(&self, plan: PlanHash) -> Result<(), JournalErrorKind> {
        match self.header.plan_hash {
            journal if journal == plan => Ok(()),
            journal => Err(JournalErrorKind::OtherPlan { journal, plan }),
        }
    }
}

fn line_end(bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|byte| *byte == b'\n')
}

fn header(line: &[u8]) -> Result<Header, JournalErrorKind> {
    #[derive(Deserialize)]
    struct Outline {
        journal: u64,
    }
    if !line.starts_with(HEADER_START) {
        return Err(JournalErrorKind::NotAJournal);
    }
    let damaged = |error: serde_json::Error| JournalErrorKind::Damaged {
        line: 1,
        reason: format!("its header is damaged at column {}", error.column()),
    };
    match serde_json::from_slice(line).map_err(damaged)? {
        Outline { journal } if journal == u64::from(VERSION) => serde_json::from_slice(line).map_err(damaged),
        Outline { journal } => Err(JournalErrorKind::Newer { version: journal }),
    }
}
