//! The exit statuses of the commands, and the messages of their failures.

use std::fmt;
use std::process::ExitCode;

use atlas_review::Outcome;

use atlas_codegen::emit::IoError;
use atlas_codegen::wrapper::WrapperError;
use openapi_fragment::Problem;

/// The exit statuses of every command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Status {
    /// Done, or nothing to do.
    Ok = 0,
    /// `--check` found a file that differs from what the fragment generates.
    OutOfDate = 1,
    /// A document is invalid; each problem was listed.
    InvalidDocument = 2,
    /// The command could not run: for example a file could not be read or written, or the generator failed.
    CouldNotRun = 3,
    /// The comparison found what `--fail-on` names, or a stale acknowledgement or deviation.
    Rejected = 4,
    /// The command line is invalid (`EX_USAGE` of sysexits).
    Usage = 64,
}

/// The exit statuses, for `--help`.
pub(crate) const STATUSES: &str = "\
Exit status:
   0  done, or up to date
   1  out of date (codegen --check)
   2  a document is invalid: it does not load, it is no OpenAPI 3.0 document, or lint rejects it
   3  could not run: a file could not be read or written, there is no base to compare with, or the generator failed
   4  failed: the comparison found what --fail-on names, a difference from the published document without a reason,
      or a stale acknowledgement or reason
  64  the command line is invalid";

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(status as u8)
    }
}

/// Why a command failed. No file was written.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A document did not load, or lint found problems.
    Problems(Vec<Problem>),
    Io(IoError),
    /// There is nothing to compare with, or a file or revision does not exist. `help` is the fix.
    Input {
        what: String,
        help: String,
    },
    /// The wrapper's sources could not be read, so the operations that it exposes are unknown.
    Wrapper(WrapperError),
    /// The generator failed on a document that lint accepted, which is a gap in xtask. The cause is likely at one of
    /// `positions`.
    Generator {
        message: String,
        positions: Vec<String>,
    },
}

impl Failure {
    pub(crate) fn status(&self) -> Status {
        match self {
            Self::Problems(_) => Status::InvalidDocument,
            Self::Io(_) | Self::Input { .. } | Self::Wrapper(_) | Self::Generator { .. } => {
                Status::CouldNotRun
            }
        }
    }
}

impl From<atlas_codegen::Error> for Failure {
    fn from(error: atlas_codegen::Error) -> Self {
        match error {
            atlas_codegen::Error::Problems(problems) => Self::Problems(problems),
            atlas_codegen::Error::Generator { message, positions } => Self::Generator { message, positions },
        }
    }
}

impl From<atlas_review::Error> for Failure {
    fn from(error: atlas_review::Error) -> Self {
        match error {
            atlas_review::Error::Problems(problems) => Self::Problems(problems),
            atlas_review::Error::Io(error) => Self::Io(error),
            atlas_review::Error::Input { what, help } => Self::Input { what, help },
        }
    }
}

impl From<Outcome> for Status {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Passed => Self::Ok,
            Outcome::Rejected => Self::Rejected,
        }
    }
}

impl From<IoError> for Failure {
    fn from(failure: IoError) -> Self {
        Self::Io(failure)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Problems(problems) => {
                problems.iter().try_for_each(|problem| writeln!(f, "{problem}"))?;
                let s = if problems.len() == 1 { "" } else { "s" };
                write!(f, "xtask: {} problem{s}; nothing was written", problems.len())
            }
            Self::Io(IoError { what, error }) => write!(f, "xtask: {what}: {error}"),
            Self::Input { what, help } => write!(f, "xtask: {what}\n  help: {help}"),
            Self::Wrapper(error) => write!(f, "xtask: {error}"),
            Self::Generator { message, positions } => {
                writeln!(f, "xtask: {message}")?;
                positions.iter().try_for_each(|position| writeln!(f, "  likely at {position}"))?;
                f.write_str(
                    "  Lint accepted the fragment, so this is a gap in xtask: add a lint or a lowering pass for it.\n  \
                     Nothing was written.",
                )
            }
        }
    }
}
