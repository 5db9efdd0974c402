//! How a review ends.

use std::fmt;

use atlas_codegen::emit::IoError;
use openapi_fragment::Problem;

/// What a review that was carried out says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing that must not be.
    Passed,
    /// Something that the caller does not allow, or an acknowledgement or a deviation that is stale.
    Rejected,
}

/// Why a review could not be carried out.
#[derive(Debug)]
pub enum Error {
    /// What keeps a document from being read.
    Problems(Vec<Problem>),
    /// The report could not be written.
    Io(IoError),
    /// There is nothing to compare with, or what was named does not exist.
    Input {
        /// What is missing or wrong.
        what: String,
        /// What to do about it.
        help: String,
    },
}

impl Error {
    pub(crate) fn input(what: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Input { what: what.into(), help: help.into() }
    }

    pub(crate) fn output(error: std::io::Error) -> Self {
        Self::Io(IoError::new("could not write to the output", error))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Problems(problems) => {
                let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
                f.write_str(&lines.join("\n"))
            }
            Self::Io(error) => error.fmt(f),
            Self::Input { what, help } => write!(f, "{what}\n  help: {help}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            Self::Problems(_) | Self::Input { .. } => None,
        }
    }
}
