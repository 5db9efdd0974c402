//! The fragment as a document with positions: loading it, and finding what is wrong with it.
//!
//! Nothing here changes a document or generates anything, and nothing here knows where files live.

pub(crate) mod lint;
pub(crate) mod load;
pub(crate) mod pointer;
pub(crate) mod problem;
pub(crate) mod rename;
mod scalar;
pub(crate) mod wrapper;

use std::fmt;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

pub(crate) use lint::{Known, lint};
pub(crate) use problem::{Problem, ProblemKind};
pub(crate) use wrapper::Exposed;

/// A place in a file, line and column counted from 1, the column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Position {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

impl Position {
    /// The start of a file.
    pub(crate) const START: Self = Self { line: 1, column: 1 };
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// A file that was read without a problem: its content, and where each node of it stands.
#[derive(Debug)]
pub(crate) struct Document {
    /// The content, keys in the order in which they are written, aliases replaced by what they stand for.
    pub(crate) value: Value,
    path: String,
    sha256: String,
    marks: load::Marks,
}

impl Document {
    /// Reads YAML 1.2 (and so JSON). `display_path` is what problems call the file.
    pub(crate) fn load(display_path: &str, bytes: &[u8]) -> Result<Self, Vec<Problem>> {
        let (value, marks) = load::load(display_path, bytes)?;
        let sha256 = format!("{:x}", Sha256::digest(bytes));
        Ok(Self { value, path: display_path.to_owned(), sha256, marks })
    }

    /// What problems call the file.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// The SHA-256 of the file's bytes, in lower-case hex digits.
    pub(crate) fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Where the node at this JSON pointer stands: its key where it is a member, else its first character. Where
    /// there is no such node, the nearest one around it. What an alias repeats stands where its anchor wrote it.
    pub(crate) fn nearest_position(&self, pointer: &str) -> Position {
        self.marks.nearest(&self.value, pointer)
    }

    /// A problem at this JSON pointer.
    pub(crate) fn problem(&self, pointer: &str, kind: ProblemKind) -> Problem {
        let position = self.nearest_position(pointer);
        Problem { path: self.path.clone(), position, pointer: pointer.to_owned(), kind }
    }
}
