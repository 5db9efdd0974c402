//! The profiles of the Atlas CLI: a table for each in `config.toml`. The file is read, never written.
//!
//! The names of profiles and keys are compared without regard to case, as the Atlas CLI does. A key outside of all tables
//! takes precedence over that of a profile.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use atlas_migration_sdk::Secret;

use super::source::Source;
use crate::failure::Failure;
use crate::output::printable;

const DEFAULT: &str = "default";

/// Values by their key. Any of them may be a secret.
type Values = BTreeMap<String, Secret>;

/// A profile, which may not exist.
#[derive(Debug)]
pub(crate) struct Profile {
    name: String,
    choice: Choice,
    file: PathBuf,
    /// `None` if there is no such profile.
    values: Option<Values>,
    /// The values outside of all profiles.
    common: Values,
    /// Whether other users can read the file.
    is_open: bool,
    /// Why the file, which may exist, cannot be read.
    problem: Option<String>,
}

/// Why a profile was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    Argument,
    Environment,
    Only,
    Default,
}

impl Choice {
    /// The reason, as the rest of a sentence about the profile.
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Self::Argument => "given by --profile",
            Self::Environment => "given by MONGODB_ATLAS_PROFILE",
            Self::Only => "the only one",
            Self::Default => "the default",
        }
    }
}

impl Profile {
    /// Reads the file and chooses the profile: that of the argument, that of the environment, the only one, or the default.
    ///
    /// A file that cannot be read is an error only if a profile is asked for: without one, it may be that of another user
    /// whose home this process has.
    pub(super) fn load(
        file: Option<PathBuf>,
        argument: Option<&str>,
        environment: Option<&str>,
    ) -> Result<Self, Failure> {
        let file = file.unwrap_or_default();
        let nothing = (Secret::new(""), false);
        let ((text, is_open), problem) = match read(&file) {
            Ok(found) => (found, None),
            Err(error) if error.kind() == ErrorKind::NotFound => (nothing, None),
            Err(error) => (nothing, Some(format!("{} cannot be read: {error}", file.display()))),
        };
        if let (Some(problem), true) = (&problem, argument.or(environment).is_some()) {
            return Err(Failure::usage(problem));
        }
        let (common, mut profiles) = parse(text.expose_secret()).map_err(|line| {
            // Without the message of the parser, which may contain a secret.
            Failure::usage(format!("{}, line {line}, is not valid TOML", file.display()))
        })?;
        let (name, choice) = choose(argument, environment, &profiles);
        let values = profiles.remove(&name);
        if values.is_none() && matches!(choice, Choice::Argument | Choice::Environment) {
            let names: Vec<_> = profiles.keys().map(|name| printable(name)).collect();
            let known = if names.is_empty() { "there is none".to_owned() } else { names.join(", ") };
            return Err(Failure::usage(format!(
                "{} has no profile `{}`, which is {}; its profiles: {known}",
                file.display(),
                printable(&name),
                choice.reason()
            )));
        }
        Ok(Self { name, choice, file, values, common, is_open, problem })
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn choice(&self) -> Choice {
        self.choice
    }

    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    pub(crate) fn exists(&self) -> bool {
        self.values.is_some()
    }

    /// Why the file cannot be read.
    pub(super) fn problem(&self) -> Option<&str> {
        self.problem.as_deref()
    }

    /// The value of a key, unless it is empty.
    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        let of_profile = self.values.as_ref().and_then(|values| values.get(key));
        let values = [self.common.get(key), of_profile];
        values.into_iter().flatten().map(Secret::expose_secret).find(|value| !value.is_empty())
    }

    /// The value of a key with its source.
    pub(super) fn setting(&self, key: &'static str) -> Option<(String, Source)> {
        self.get(key).map(|value| (value.to_owned(), self.source(key)))
    }

    /// This profile as the source of a setting.
    pub(super) fn source(&self, key: &'static str) -> Source {
        self.source_of(vec![key])
    }

    pub(super) fn source_of(&self, keys: Vec<&'static str>) -> Source {
        Source::Profile { profile: self.name.clone(), file: self.file.clone(), keys }
    }

    /// The warning about a file that other users can read.
    pub(super) fn warning(&self) -> Option<String> {
        self.is_open.then(|| {
            let file = self.file.display();
            format!("other users can read {file}, which may contain credentials: run chmod 600 {file}")
        })
    }
}

/// The contents of the file, and whether other users can read it.
fn read(file: &Path) -> std::io::Result<(Secret, bool)> {
    let text = Secret::new(fs::read_to_string(file)?);
    #[cfg(unix)]
    let is_open = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(file)?.permissions()) & 0o044 != 0;
    #[cfg(not(unix))]
    let is_open = false;
    Ok((text, is_open))
}

fn choose(
    argument: Option<&str>,
    environment: Option<&str>,
    profiles: &BTreeMap<String, Values>,
) -> (String, Choice) {
    match (argument, environment, profiles.keys().next()) {
        (Some(name), _, _) => (name.to_lowercase(), Choice::Argument),
        (None, Some(name), _) => (name.to_lowercase(), Choice::Environment),
        (None, None, Some(name)) if profiles.len() == 1 => (name.clone(), Choice::Only),
        _ => (DEFAULT.to_owned(), Choice::Default),
    }
}

/// The values outside of all profiles, and the profiles. The error is the line that is not valid.
fn parse(text: &str) -> Result<(Values, BTreeMap<String, Values>), usize> {
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
        let end = error.span().map_or(0, |span| span.start.min(text.len()));
        1 + text.as_bytes()[..end].iter().filter(|byte| **byte == b'\n').count()
    })?;
    let mut common = Values::new();
    let mut profiles = BTreeMap::new();
    for (key, value) in table {
        let key = key.to_lowercase();
        match value {
            toml::Value::Table(table) => {
                let values =
                    table.into_iter().filter_map(|(key, value)| Some((key.to_lowercase(), text_of(value)?)));
                profiles.insert(key, values.collect());
            }
            value => common.extend(text_of(value).map(|value| (key, value))),
        }
    }
    Ok((common, profiles))
}

/// The value of a setting. None of the settings is something other than a text.
fn text_of(value: toml::Value) -> Option<Secret> {
    match value {
        toml::Value::String(text) => Some(Secret::new(text)),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
