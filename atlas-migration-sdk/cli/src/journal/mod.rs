//! The journal of a migration: a file with one line of JSON for each event, from which `push --resume` continues.
//!
//! The first line is a header. Every other line is an event of the library's flow, or a [`Note`]: who ran the program,
//! and what it did beside the flow. A line is durable before anything that follows from it is done. No line has a secret.
//!
//! - [`entry`]: the lines.
//! - [`describe()`]: an event as a sentence.
//! - [`read`]: a whole journal, also one that was cut off while it was written.
//! - [`mod@file`]: the file, its lock, and appending to it.
//! - [`beside`]: the journal beside the plan, if that of the migration is elsewhere.
//! - [`error`]: why a journal cannot be used.

mod beside;
mod describe;
mod entry;
mod error;
mod file;
mod read;
#[cfg(debug_assertions)]
mod stop;
#[cfg(test)]
mod tests;

pub(crate) use beside::is_same;
pub(crate) use describe::{describe, is_observation};
pub(crate) use entry::{HookName, HookOutcome, Note, Run};
pub(crate) use error::{JournalError, JournalErrorKind};
pub(crate) use file::Journal;
pub(crate) use read::Contents;
