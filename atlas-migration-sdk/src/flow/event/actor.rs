//! Who did something.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Who did something.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Actor {
    /// A person, such as a login name and the host.
    Person(String),
    /// A process, such as its program, host and process id.
    Process(String),
}

impl Actor {
    /// A person.
    pub fn person(name: impl Into<String>) -> Self {
        Self::Person(name.into())
    }

    /// A process.
    pub fn process(name: impl Into<String>) -> Self {
        Self::Process(name.into())
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Person(name) | Self::Process(name) => name,
        }
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
