//! What happened in a flow: the entries of its journal.

mod actor;
mod kind;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use actor::Actor;
pub use kind::EventKind;
pub(super) use kind::KINDS;

use super::error::{FlowError, FlowErrorKind};
use crate::values::timestamp::Timestamp;

/// The version of the form of an event. A version adds fields and kinds; a higher number changes what is there.
const VERSION: u32 = 1;

/// Something that happened in a flow, with its time and its actor. The events are all there is to resume a flow from.
///
/// An event has no secret: neither a password nor a link-token. It serializes as one object; `Display` writes it as one
/// line of JSON, for a journal with one event a line.
///
/// ```
/// use atlas_migration_sdk::flow::{Actor, Event, EventKind};
///
/// let event = Event::new("2026-11-28T08:40:37Z".parse()?, Actor::person("ada"), EventKind::hold("lunch"));
/// assert_eq!(
///     event.to_string(),
///     r#"{"version":1,"at":"2026-11-28T08:40:37.000Z","by":{"person":"ada"},"event":{"held":{"reason":"lunch"}}}"#
/// );
/// assert_eq!(event.to_string().parse::<Event>()?, event);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Event {
    /// The version of the form, 1.
    version: u32,
    /// When it happened.
    pub at: Timestamp,
    /// Who recorded it: a person for an answer, otherwise the process.
    pub by: Actor,
    /// What happened.
    #[serde(rename = "event")]
    pub kind: EventKind,
}

impl Event {
    /// Creates an event of the current version.
    #[must_use]
    pub fn new(at: Timestamp, by: Actor, kind: EventKind) -> Self {
        Self { version: VERSION, at, by, kind }
    }
}

impl fmt::Display for Event {
    /// One line of JSON.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

impl std::str::FromStr for Event {
    type Err = FlowError;

    /// Reads an event from JSON.
    ///
    /// # Errors
    ///
    /// [`FlowErrorKind::NewerVersion`] for a higher version and for an unknown kind of event, and otherwise
    /// [`FlowErrorKind::Malformed`]. Unknown fields are ignored.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match serde_json::from_str::<Self>(text) {
            Ok(event) => event.check_version().map(|()| event),
            Err(error) => Err(explain(text, &error)),
        }
    }
}

impl Event {
    pub(super) fn check_version(&self) -> Result<(), FlowError> {
        if self.version == VERSION { Ok(()) } else { Err(other_version(self.version.into())) }
    }
}

fn other_version(version: u64) -> FlowError {
    FlowError::new(
        FlowErrorKind::NewerVersion,
        format!(
            "the event has the version {version}, and this version of the software reads {VERSION}: use a newer version"
        ),
    )
}

/// Why a text is not an event that this version can read.
fn explain(text: &str, error: &serde_json::Error) -> FlowError {
    #[derive(Deserialize)]
    struct Outline {
        version: u64,
        event: serde_json::Map<String, serde_json::Value>,
    }
    // The message may repeat a part of the text, which somebody may have edited: only its position is used.
    let position = format!("line {} column {}", error.line(), error.column());
    match serde_json::from_str::<Outline>(text) {
        Ok(outline) if outline.version != u64::from(VERSION) => other_version(outline.version),
        Ok(outline) => match outline.event.keys().find(|name| !KINDS.contains(&name.as_str())) {
            Some(name) => FlowError::new(
                FlowErrorKind::NewerVersion,
                format!(
                    "this version of the software does not know the event {:?}: use a newer version",
                    name.chars().take(60).collect::<String>()
                ),
            ),
            None => FlowError::new(
                FlowErrorKind::Malformed,
                format!(
                    "the event has a field that is missing or invalid, at {position}; perhaps a newer version of the \
                     software wrote it"
                ),
            ),
        },
        Err(_) => {
            FlowError::new(FlowErrorKind::Malformed, format!("the text is not an event, at {position}"))
        }
    }
}
