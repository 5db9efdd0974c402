//! Reads the input files. Each failure names the file and a fix.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::Path;

use openapi_fragment::Document;

use crate::Error;

/// The text as one word of a command for a shell.
pub(crate) fn shell_word(text: &str) -> Cow<'_, str> {
    // A name of a file or a branch has no zero byte, which no shell can quote.
    shlex::try_quote(text).unwrap_or(Cow::Borrowed("NAME"))
}

/// The role of an input file, which determines the fix that a failure suggests.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Input {
    /// The fragment of the working tree.
    Fragment,
    /// The file of `--base-file`.
    Base,
    /// The published document.
    Published,
    /// A file next to the fragment: the acknowledgements or the deviations.
    Companion,
}

impl Input {
    /// Reads the whole file. `name` is its name in messages.
    pub(crate) fn read(self, path: &Path, name: &str) -> Result<Vec<u8>, Error> {
        File::open(path).and_then(Document::read).map_err(|error| self.failure(name, &error))
    }

    /// Loads the OpenAPI document in the file.
    pub(crate) fn load(self, path: &Path, name: &str) -> Result<Document, Error> {
        Document::load_openapi(name, &self.read(path, name)?).map_err(Error::Problems)
    }

    fn failure(self, name: &str, error: &io::Error) -> Error {
        let other = match self {
            Self::Fragment => "give another fragment with --file FILE",
            Self::Base => "give another base with --base-file FILE or --base REV",
            Self::Published => "give the published document, as JSON or YAML",
            Self::Companion => "fix the file, which is next to the fragment",
        };
        let (what, help) = match error.kind() {
            ErrorKind::NotFound => match self {
                // An absolute path may be outside of the repository, where git cannot restore it.
                Self::Fragment if Path::new(name).is_relative() => (
                    format!("there is no {name} in the working tree"),
                    format!("restore it (git restore -- {}), or {other}", shell_word(name)),
                ),
                _ => (format!("there is no file {name}"), other.to_owned()),
            },
            ErrorKind::IsADirectory => (format!("{name} is a folder, not a file"), other.to_owned()),
            ErrorKind::PermissionDenied => (
                format!("permission to read {name} was denied"),
                format!("allow reading it (chmod u+r -- {}), or {other}", shell_word(name)),
            ),
            ErrorKind::InvalidData => (format!("{name} is not UTF-8 text"), other.to_owned()),
            _ => (format!("could not read {name}: {error}"), other.to_owned()),
        };
        Error::Input { what, help }
    }
}

/// Reads a file next to the fragment. One that does not exist has the default value.
pub(crate) fn companion<T: Default>(
    path: &Path,
    parse: impl FnOnce(&str) -> Result<T, String>,
    help: &str,
) -> Result<T, Error> {
    let name = path.display().to_string();
    match fs::read_to_string(path) {
        Ok(text) => {
            parse(&text).map_err(|problem| Error::input(format!("{name} is invalid: {problem}"), help))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(T::default()),
        Err(error) => Err(Input::Companion.failure(&name, &error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_of_a_help_are_quoted_for_a_shell() {
        let help = |kind: ErrorKind, name: &str| match Input::Fragment.failure(name, &kind.into()) {
            Error::Input { help, .. } => help,
            other => panic!("{other}"),
        };
        let restore = help(ErrorKind::NotFound, "spec/a.yaml");
        assert!(restore.contains("(git restore -- spec/a.yaml)"), "{restore}");
        let restore = help(ErrorKind::NotFound, "my api;$(id).yaml");
        assert!(restore.contains("(git restore -- 'my api;$(id).yaml')"), "{restore}");
        let allow = help(ErrorKind::PermissionDenied, "-R it's");
        assert!(allow.contains(r#"(chmod u+r -- "-R it's")"#), "{allow}");
    }
}
