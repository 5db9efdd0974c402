//! The status of a link, and the response that contains it.

use std::fmt;

use serde::Deserialize;

/// Whether a source organization is linked. A state that this version of the crate does not know is kept.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LinkStatus {
    /// Linked: `SYNCED`.
    Synced,
    /// Not linked: `NOT_SYNCED`.
    NotSynced,
    /// A state that this version of the crate does not know.
    Unknown(String),
}

impl LinkStatus {
    /// The state as the server sends it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Synced => "SYNCED",
            Self::NotSynced => "NOT_SYNCED",
            Self::Unknown(state) => state,
        }
    }
}

impl fmt::Display for LinkStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<String> for LinkStatus {
    fn from(state: String) -> Self {
        match state.as_str() {
            "SYNCED" => Self::Synced,
            "NOT_SYNCED" => Self::NotSynced,
            _ => Self::Unknown(state),
        }
    }
}

/// The response with the status of a link.
#[derive(Deserialize)]
pub(super) struct LinkResponse {
    #[serde(deserialize_with = "link_status")]
    pub(super) status: LinkStatus,
}

fn link_status<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> std::result::Result<LinkStatus, D::Error> {
    String::deserialize(deserializer).map(LinkStatus::from)
}
