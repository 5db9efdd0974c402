//! Reading the files that a person names, with what to do where that fails.

use std::io::ErrorKind;
use std::path::Path;
use std::{fs, io};

use crate::Error;

/// What the help calls the file: the flag by which a person names another.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Input {
    /// The fragment of the working tree.
    Fragment,
    /// The file of `--base-file`.
    Base,
    /// The published document.
    Published,
    /// A file beside the fragment that this tool keeps.
    Kept,
}

impl Input {
    /// The whole file. `name` is what messages call it.
    pub(crate) fn read(self, path: &Path, name: &str) -> Result<Vec<u8>, Error> {
        fs::read(path).map_err(|error| self.failure(name, &error))
    }

    /// The same for a file that need not be there.
    pub(crate) fn read_if_there(self, path: &Path, name: &str) -> Result<Option<String>, Error> {
        match fs::read_to_string(path) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.failure(name, &error)),
        }
    }

    fn failure(self, name: &str, error: &io::Error) -> Error {
        let other = match self {
            Self::Fragment => "name another fragment with --file FILE",
            Self::Base => "name another with --base-file FILE, or a revision with --base REV",
            Self::Published => "name the published document, JSON or YAML",
            Self::Kept => "put it right: it is kept beside the fragment",
        };
        let (what, help) = match error.kind() {
            ErrorKind::NotFound => match self {
                // A path from the root of the file system may lead anywhere: git need not know it.
                Self::Fragment if Path::new(name).is_relative() => (
                    format!("there is no {name} in the working tree"),
                    format!("bring it back (git restore {name}), or {other}"),
                ),
                _ => (format!("there is no file {name}"), other.to_owned()),
            },
            ErrorKind::IsADirectory => (format!("{name} is a folder"), format!("name a file in it: {other}")),
            ErrorKind::PermissionDenied => {
                (format!("{name} may not be read"), format!("let it be read (chmod u+r {name}), or {other}"))
            }
            ErrorKind::InvalidData => (format!("{name} is no text in UTF-8"), other.to_owned()),
            _ => (format!("could not read {name}: {error}"), other.to_owned()),
        };
        Error::Input { what, help }
    }
}
