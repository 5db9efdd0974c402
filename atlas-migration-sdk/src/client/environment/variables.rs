//! Reading environment variables: alternative names, pairs, ids.
//!
//! An empty variable counts as not set. No message contains a value. All values are wiped when they are dropped,
//! because any of them may be the secret; the environment itself keeps its copy.

use std::ffi::OsString;
use std::str::FromStr;

use secrecy::zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::values::credentials::Credentials;
use crate::values::ids::ParseIdError;

/// The value of a variable.
pub(crate) type Value = Zeroizing<String>;

/// The variables, of which `lookup` returns the values.
pub(crate) struct Environment<L> {
    lookup: L,
}

/// The variables of this process.
pub(crate) fn process() -> Environment<impl Fn(&str) -> Option<OsString>> {
    Environment::new(|name| std::env::var_os(name))
}

impl<L: Fn(&str) -> Option<OsString>> Environment<L> {
    pub(crate) fn new(lookup: L) -> Self {
        Self { lookup }
    }

    /// The id in the variable with this name. `of` is what it identifies.
    pub(crate) fn id<T: FromStr<Err = ParseIdError>>(&self, name: &str, of: &str) -> Result<T> {
        match self.value(name)? {
            Some(id) => {
                id.parse().map_err(|error| Error::configuration(format!("the value of {name} is {error}")))
            }
            None => Err(Error::configuration(format!("{name} is not set: set it to the id of the {of}"))),
        }
    }

    /// The credentials, unless they cannot be valid. The error names the variable, out of those for the part that
    /// identifies the credentials and those for their secret.
    pub(crate) fn checked(
        &self,
        credentials: Credentials,
        ids: &[&str],
        secrets: &[&str],
    ) -> Result<Credentials> {
        let Some(problem) = credentials.problem() else { return Ok(credentials) };
        let name = self.name_in_use(if problem.is_id { ids } else { secrets }).unwrap_or_default();
        Err(Error::configuration(format!("the value of {name} {}", problem.reason)))
    }

    /// Two variables that must be set together.
    pub(crate) fn pair(&self, first: &[&str], second: &[&str]) -> Result<Option<(Value, Value)>> {
        match (self.any_of(first)?, self.any_of(second)?) {
            (Some(first), Some(second)) => Ok(Some((first, second))),
            (None, None) => Ok(None),
            (Some(_), None) => Err(missing(second, first)),
            (None, Some(_)) => Err(missing(first, second)),
        }
    }

    /// The name that is set, among alternative names.
    pub(crate) fn name_in_use<'a>(&self, names: &[&'a str]) -> Option<&'a str> {
        names.iter().copied().find(|name| matches!(self.value(name), Ok(Some(_))))
    }

    /// The value of a variable with alternative names.
    pub(crate) fn any_of(&self, names: &[&str]) -> Result<Option<Value>> {
        let mut found: Option<(&str, Value)> = None;
        for name in names {
            let Some(value) = self.value(name)? else { continue };
            match &found {
                Some((other, known)) if *known != value => {
                    return Err(Error::configuration(format!(
                        "{other} and {name} are both set, to different values: unset one of them"
                    )));
                }
                Some(_) => {}
                None => found = Some((name, value)),
            }
        }
        Ok(found.map(|(_, value)| value))
    }

    pub(crate) fn value(&self, name: &str) -> Result<Option<Value>> {
        match (self.lookup)(name).filter(|value| !value.is_empty()).map(OsString::into_string) {
            None => Ok(None),
            Some(Ok(value)) => Ok(Some(Value::new(value))),
            Some(Err(value)) => {
                drop(Zeroizing::new(value.into_encoded_bytes()));
                Err(Error::configuration(format!("{name} is not UTF-8")))
            }
        }
    }
}

fn missing(names: &[&str], given: &[&str]) -> Error {
    Error::configuration(format!(
        "{} is set but {} is not: set both, or neither",
        given.join(" or "),
        names.join(" or ")
    ))
}
