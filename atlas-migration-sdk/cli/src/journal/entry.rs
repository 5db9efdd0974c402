//! The lines of a journal.

use std::fmt;

use atlas_migration_sdk::Timestamp;
use atlas_migration_sdk::flow::{Actor, Event};
use atlas_migration_sdk::plan::PlanHash;
use serde::{Deserialize, Serialize};

/// The version of the form of a journal. A version adds kinds of notes; a higher number changes what is there.
pub(super) const VERSION: u32 = 1;

/// What the first line of every journal starts with, in every version.
pub(super) const HEADER_START: &[u8] = br#"{"journal":"#;

/// What every note starts with. It is that of no event.
pub(super) const NOTE_START: &[u8] = br#"{"note":"#;

/// The first line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Header {
    /// The version of the form.
    pub(crate) journal: u32,
    /// The plan that the journal is of.
    pub(crate) plan_hash: PlanHash,
    /// The program that created it, with its version.
    pub(crate) program: String,
}

impl Header {
    pub(crate) fn new(plan_hash: PlanHash, program: &str) -> Self {
        Self { journal: VERSION, plan_hash, program: program.to_owned() }
    }
}

/// What happened beside the flow. A flow does not need it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Note {
    /// A run of the program began to write to the journal.
    Run(Run),
    /// A person acknowledged findings of the plan check.
    Acknowledged { at: Timestamp, by: Actor, findings: Vec<String> },
    /// The time to cut over will end in less than this many hours.
    Warned { at: Timestamp, hours: u64 },
    /// A hook was run.
    Hook { at: Timestamp, hook: HookName, outcome: HookOutcome },
    /// A run began to write to a journal elsewhere. The journal beside the plan has it, see [`beside`](super::beside).
    Elsewhere { journal: String, run: Run },
    /// A note of a newer version of the program.
    #[serde(skip)]
    Unknown,
}

/// A run of the program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Run {
    /// The process.
    pub(crate) pid: u32,
    pub(crate) host: String,
    /// The login name.
    pub(crate) user: String,
    pub(crate) since: Timestamp,
    /// The program with its version.
    pub(crate) program: String,
}

impl Run {
    /// The run of this process.
    pub(crate) fn of_this_process() -> Self {
        Self {
            pid: std::process::id(),
            host: whoami::hostname().unwrap_or_else(|_| "unknown-host".to_owned()),
            user: whoami::username().unwrap_or_else(|_| "unknown-user".to_owned()),
            since: Timestamp::now(),
            program: concat!("atlas-migration ", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }

    /// The process as the author of events.
    pub(crate) fn process(&self) -> Actor {
        Actor::process(format!("{}, process {} on {}", self.program, self.pid, self.host))
    }

    /// The person who started the process.
    pub(crate) fn person(&self) -> Actor {
        Actor::person(format!("{}@{}", self.user, self.host))
    }
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pid, host, user, since, program } = self;
        write!(f, "{program}, process {pid} of {user} on {host} since {since}")
    }
}

/// Which hook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum HookName {
    OnReady,
    OnWarning,
    Verify,
}

impl HookName {
    /// The name in JSON.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::OnReady => "on-ready",
            Self::OnWarning => "on-warning",
            Self::Verify => "verify",
        }
    }
}

impl fmt::Display for HookName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "--{}", self.key())
    }
}

/// How a hook ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum HookOutcome {
    Succeeded,
    /// Why it failed.
    Failed(String),
}

/// A line after the first.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Entry {
    Event(Event),
    Note(Note),
}

/// A note as it is written.
#[derive(Serialize, Deserialize)]
struct NoteLine<N> {
    note: N,
}

impl Entry {
    /// Reads a line without its line break.
    pub(super) fn parse(line: &[u8]) -> Result<Self, String> {
        if line.starts_with(NOTE_START) {
            return parse_note(line).map(Self::Note);
        }
        let text = std::str::from_utf8(line).map_err(|_| "the line is not UTF-8".to_owned())?;
        text.parse().map(Self::Event).map_err(|error: atlas_migration_sdk::flow::FlowError| error.to_string())
    }
}

/// Reads a note. A kind that a newer version added is [`Note::Unknown`].
fn parse_note(line: &[u8]) -> Result<Note, String> {
    match serde_json::from_slice::<NoteLine<Note>>(line) {
        Ok(line) => Ok(line.note),
        Err(error) => match serde_json::from_slice::<NoteLine<serde_json::Value>>(line) {
            Ok(NoteLine { note: serde_json::Value::Object(note) })
                if !note.keys().any(|kind| Note::KINDS.contains(&kind.as_str())) =>
            {
                Ok(Note::Unknown)
            }
            _ => Err(format!("the note is damaged at column {}", error.column())),
        },
    }
}

impl Note {
    const KINDS: [&str; 5] = ["run", "acknowledged", "warned", "hook", "elsewhere"];

    /// The line without its line break.
    pub(super) fn to_line(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(&NoteLine { note: self })
    }
}
