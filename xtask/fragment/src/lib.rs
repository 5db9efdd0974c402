//! OpenAPI 3.0 documents with the position of every node: loading, JSON pointers, references and lint.
//!
//! [`Document::load_openapi`] reads YAML or JSON and records the position of each node; it refuses what is no OpenAPI 3.0
//! document. [`lint`] reports problems in the content. [`openapi`] contains the vocabulary that all readers of such documents share, and [`mod@pointer`] the JSON
//! pointers that identify nodes.
//!
//! The crate does not change documents, generate code or read files, and it does not depend on Rust code. A code
//! generator checks its own requirements on a document in its own crate, with additional [`lint::Check`]s.

mod kind;
pub mod lint;
mod load;
pub mod openapi;
pub mod pointer;
mod printable;
mod problem;
mod scalar;

use std::fmt;
use std::io::{self, Read as _};

use serde_json::Value;

pub use printable::{is_printable, printable, printable_lines};
pub use problem::{Problem, Rule, Violation};

/// A position in a file. Lines and columns count from 1; columns count characters.
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

/// A file that was loaded without problems: its content, and the position of each node.
#[derive(Debug)]
pub struct Document {
    /// The content. Keys keep their order in the file; aliases are replaced by the nodes that they refer to.
    pub value: Value,
    path: String,
    positions: load::Positions,
}

impl Document {
    /// Reads the bytes of a document. Of a larger one than can be loaded, only as much is read as shows that: a device or a
    /// pipe may have no end.
    ///
    /// # Errors
    ///
    /// The errors of the reader.
    pub fn read(reader: impl io::Read) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        reader.take(load::MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Loads any YAML 1.2, which includes JSON. Problems name the file by `display_path`.
    ///
    /// # Errors
    ///
    /// Returns every problem that prevents the file from being loaded, each with its position.
    pub fn load(display_path: &str, bytes: &[u8]) -> Result<Self, Vec<Problem>> {
        let (value, positions) = load::load(display_path, bytes)?;
        Ok(Self { value, path: display_path.to_owned(), positions })
    }

    /// Loads an OpenAPI 3.0 document, from YAML 1.2 or JSON. Problems name the file by `display_path`.
    ///
    /// Any other file is refused with a problem that names what it is: a document of another format or version, a
    /// document without `paths`, a file with conflict markers, a Git LFS pointer, an HTML page. Commands should load
    /// their documents in this way: a comparison of something else finds no operation, which looks like a result.
    ///
    /// # Errors
    ///
    /// Returns the problems that prevent the file from being loaded, or the one that it is no OpenAPI 3.0 document.
    pub fn load_openapi(display_path: &str, bytes: &[u8]) -> Result<Self, Vec<Problem>> {
        let of_file = |(position, violation)| {
            vec![Problem { path: display_path.to_owned(), position, pointer: String::new(), violation }]
        };
        if let Some(marker) = kind::conflict_marker(bytes) {
            return Err(of_file(marker));
        }
        // What a file is explains more than the first place at which it is not YAML, or the key that it lacks.
        let or_other_file = |problems| kind::of_bytes(bytes).map_or(problems, of_file);
        let document = Self::load(display_path, bytes).map_err(or_other_file)?;
        document.check_openapi().map_err(|problem| or_other_file(vec![problem]))?;
        Ok(document)
    }

    /// Checks that this is an OpenAPI 3.0 document: the version, and that there are `paths`.
    ///
    /// # Errors
    ///
    /// Returns a problem that names what the document is instead, or what it lacks.
    pub fn check_openapi(&self) -> Result<(), Problem> {
        kind::check(&self.value).map_err(|(key, violation)| {
            let pointer = key.map_or_else(String::new, |key| pointer::join("", key));
            self.problem(&pointer, violation)
        })
    }

    /// The name of the file in problems.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The position of the node at this JSON pointer: the position of its key if it is a member of a mapping, otherwise
    /// the position of its first character. If there is no such node, the position of its nearest existing ancestor.
    /// Nodes within an alias have the positions of the anchored originals.
    #[must_use]
    pub fn nearest_position(&self, pointer: &str) -> Position {
        self.positions.nearest(&self.value, pointer)
    }

    /// Creates a problem at this JSON pointer.
    #[must_use]
    pub fn problem(&self, pointer: &str, violation: Violation) -> Problem {
        let position = self.nearest_position(pointer);
        Problem { path: self.path.clone(), position, pointer: pointer.to_owned(), violation }
    }
}

/// Runs the example of the README as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
