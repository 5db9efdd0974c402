//! The steps that must not happen twice, what needs an approval, and why a step failed.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::Error;

/// A step that is irreversible or costly. Its intent is recorded before it is performed, and its outcome after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Step {
    /// Create a link-token in Atlas and enter it at the source. This is one step, so that the token is not stored.
    Link,
    /// Start a validation. It changes nothing, so that it may be repeated, but it occupies the migration host.
    Validate,
    /// Create the migration, which may drop the data of the destination.
    Migrate,
    /// Cut over.
    CutOver,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Link => "link the source",
            Self::Validate => "start the validation",
            Self::Migrate => "create the migration",
            Self::CutOver => "cut over",
        })
    }
}

/// What a person has to approve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Action {
    /// Link the source organization although it is linked already: the existing link, perhaps to another Atlas
    /// organization, is replaced.
    ReplaceLink,
    /// Create the migration, which drops the data of the destination.
    DropDestinationData,
    /// Cut over, after the writes to the source have stopped.
    CutOver,
}

impl Action {
    /// The step that needs the approval.
    #[must_use]
    pub fn step(self) -> Step {
        match self {
            Self::ReplaceLink => Step::Link,
            Self::DropDestinationData => Step::Migrate,
            Self::CutOver => Step::CutOver,
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ReplaceLink => "replace the link of the source organization",
            Self::DropDestinationData => "drop the data of the destination and create the migration",
            Self::CutOver => "cut over",
        })
    }
}

/// Why a step failed, without secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Failure {
    /// What happened and what to do about it, for people.
    pub message: String,
    /// The HTTP status of the response, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The error code of the response, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Whether another attempt may succeed without any change, as [`Error::is_temporary`].
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub temporary: bool,
    /// The seconds after which the server accepts another request, from `Retry-After`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_seconds: Option<u64>,
}

impl Failure {
    /// A failure with this message.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            status: None,
            code: None,
            temporary: false,
            retry_after_seconds: None,
        }
    }

    pub(super) fn interrupted() -> Self {
        Self::new("the process ended before it recorded the outcome")
    }
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        Self {
            message: error.to_string(),
            status: error.status(),
            code: error.code().map(|code| code.as_str().to_owned()),
            temporary: error.is_temporary(),
            retry_after_seconds: error.retry_after().map(|delay| delay.as_secs()),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
