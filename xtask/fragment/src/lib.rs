//! An OpenAPI 3.0 document with the position of every node: loading it, looking at it, and finding what is wrong with it.
//!
//! [`Document::load`] reads YAML or JSON and keeps where each node stands. [`lint`] finds what is wrong with the content.
//! [`openapi`] has the words that readers of such documents share, [`mod@pointer`] the JSON pointers by which they name
//! nodes.
//!
//! Nothing here changes a document or generates anything, nothing reads a file, and nothing knows of Rust code. What a
//! code generator requires of a document is checked by the crate of that generator, with [`lint::Check`]s of its own.

pub mod lint;
mod load;
pub mod openapi;
pub mod pointer;
mod problem;
mod scalar;

use std::fmt;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

pub use problem::{Problem, Rule, Violation};

/// A position in a file, line and column counted from 1, the column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl Position {
    /// The start of a file.
    pub const START: Self = Self { line: 1, column: 1 };
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// A file that was read without a problem: its content, and where each node of it stands.
#[derive(Debug)]
pub struct Document {
    /// The content, keys in the order in which they are written, aliases replaced by what they stand for.
    pub value: Value,
    path: String,
    sha256: String,
    marks: load::Marks,
}

impl Document {
    /// Reads YAML 1.2 (and so JSON). `display_path` is what problems call the file.
    ///
    /// # Errors
    ///
    /// Everything that keeps the file from being read, each with its position.
    pub fn load(display_path: &str, bytes: &[u8]) -> Result<Self, Vec<Problem>> {
        let (value, marks) = load::load(display_path, bytes)?;
        let sha256 = format!("{:x}", Sha256::digest(bytes));
        Ok(Self { value, path: display_path.to_owned(), sha256, marks })
    }

    /// What problems call the file.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The SHA-256 of the file's bytes, in lower-case hex digits.
    #[must_use]
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Where the node at this JSON pointer stands: its key where it is a member, else its first character. Where
    /// there is no such node, the nearest one around it. What an alias repeats stands where its anchor wrote it.
    #[must_use]
    pub fn nearest_position(&self, pointer: &str) -> Position {
        self.marks.nearest(&self.value, pointer)
    }

    /// A problem at this JSON pointer.
    #[must_use]
    pub fn problem(&self, pointer: &str, violation: Violation) -> Problem {
        let position = self.nearest_position(pointer);
        Problem { path: self.path.clone(), position, pointer: pointer.to_owned(), violation }
    }
}

/// The program of the README is a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
