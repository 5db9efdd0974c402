//! Where a setting comes from.

use std::fmt;
use std::path::PathBuf;

use crate::failure::Failure;

/// Where a setting comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Argument(&'static str),
    /// These environment variables.
    Environment(Vec<&'static str>),
    Profile {
        profile: String,
        file: PathBuf,
        keys: Vec<&'static str>,
    },
    /// The keyring of the system, where the Atlas CLI keeps the secrets of a profile.
    Keyring {
        /// The service of the entries.
        service: String,
        keys: Vec<&'static str>,
    },
    /// It is not set.
    Default,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Argument(name) => f.write_str(name),
            Self::Environment(names) => f.write_str(&names.join(", ")),
            Self::Profile { profile, file, keys } => {
                write!(f, "{} of the profile `{profile}` in {}", keys.join(", "), file.display())
            }
            Self::Keyring { service, keys } => write!(f, "{} of {service} in the keyring", keys.join(", ")),
            Self::Default => f.write_str("the default"),
        }
    }
}

/// The environment variables that are set, out of these. One that is not UTF-8 is set too.
pub(crate) fn set_variables(names: &[&'static str]) -> Vec<&'static str> {
    names.iter().copied().filter(|name| !matches!(variable(name), Ok(None))).collect()
}

/// The value of an environment variable. An empty one counts as not set.
pub(crate) fn variable(name: &str) -> Result<Option<String>, Failure> {
    match std::env::var(name) {
        Ok(value) if value.is_empty() => Ok(None),
        Ok(value) => Ok(Some(value)),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => Err(Failure::usage(format!("{name} is not UTF-8"))),
    }
}
