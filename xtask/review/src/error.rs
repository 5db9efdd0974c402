//! The result of a review.

use std::fmt;

use atlas_codegen::emit::IoError;
use openapi_diff::Failure;
use openapi_fragment::Problem;

/// The result of a review that ran to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The review found nothing that it rejects.
    Passed,
    /// The review found something that the caller does not allow, or a stale acknowledgement or deviation.
    Rejected,
}

/// Why a review could not run.
#[derive(Debug)]
pub enum Error {
    /// A document could not be loaded, for these reasons.
    Problems(Vec<Problem>),
    /// The report could not be written.
    Io(IoError),
    /// There is nothing to compare with, or a file or revision does not exist.
    Input {
        /// What is missing or invalid.
        what: String,
        /// How to fix it.
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

    /// The reasons why there is no report; none if the output failed.
    pub(crate) fn failures(&self) -> Vec<Failure> {
        match self {
            Self::Problems(problems) => problems.iter().map(Failure::from).collect(),
            Self::Io(_) => Vec::new(),
            Self::Input { what, help } => vec![Failure::new(what, help)],
        }
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
