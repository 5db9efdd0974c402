//! The standard output: a table for people or JSON for programs. Everything else goes to the standard error.

mod curve;
pub(crate) mod preview;
pub(crate) mod progress;
mod table;

use std::ffi::OsString;
use std::fmt;
use std::io::{self, Write as _};

use schemars::JsonSchema;
use serde::Serialize;

use crate::failure::Failure;
pub(crate) use table::{printable, table};

/// The form of the output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Format {
    #[default]
    Table,
    Json,
}

impl Format {
    /// Parses the value of `--output`. The templates of the Atlas CLI are refused, with what replaces them.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        match text {
            // The Atlas CLI's name of its tables is `plaintext`.
            "table" | "plaintext" => Ok(Self::Table),
            "json" => Ok(Self::Json),
            _ if text.starts_with("go-template") || text.starts_with("json-path") => {
                Err("templates are not supported; use `--output json` and a program such as jq, for example \
                 `atlas-migration orgs list --output json | jq -r '.[].id'`"
                    .to_owned())
            }
            _ => Err("the formats are `table` and `json`".to_owned()),
        }
    }

    /// The format for the error about arguments that cannot be parsed.
    pub(crate) fn of_invalid(arguments: impl IntoIterator<Item = OsString>) -> Self {
        let arguments: Vec<String> =
            arguments.into_iter().map(|argument| argument.to_string_lossy().into_owned()).collect();
        let separate = arguments
            .windows(2)
            .any(|pair| matches!([pair[0].as_str(), pair[1].as_str()], ["-o" | "--output", "json"]));
        let joined = arguments
            .iter()
            .any(|argument| matches!(argument.as_str(), "--output=json" | "-ojson" | "-o=json"));
        if separate || joined { Self::Json } else { Self::Table }
    }
}

/// Writes results to the standard output.
pub(crate) struct Output {
    pub(crate) format: Format,
    /// The format is that of `--output`, and not of the settings.
    pub(crate) is_argument: bool,
}

impl Output {
    /// Writes a result, in the format for programs or with `for_people`.
    pub(crate) fn show<T: Serialize + JsonSchema>(
        &self,
        value: &T,
        for_people: impl FnOnce(&T) -> String,
    ) -> Result<(), Failure> {
        let text = match self.format {
            Format::Table => for_people(value),
            Format::Json => serde_json::to_string_pretty(value)
                .map_err(|error| Failure::other(format!("the result cannot be written as JSON: {error}")))?,
        };
        line(&text)
    }
}

/// Writes one line to the standard error, as `eprintln!`, but without a panic if nobody can read it: a migration must not
/// end because a terminal is gone.
macro_rules! note {
    ($($text:tt)*) => { $crate::output::write_note(format_args!("{}\n", format_args!($($text)*))) };
}
pub(crate) use note;

/// Writes to the standard error, if that is possible.
pub(crate) fn write_note(text: fmt::Arguments<'_>) {
    let _ = io::stderr().lock().write_fmt(text);
}

/// Writes one line of JSON, while a command waits.
pub(crate) fn json_line(value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string(value)
        .map_err(|error| Failure::other(format!("the result cannot be written as JSON: {error}")))?;
    line(&text)
}

/// Writes one text and a line break to the standard output.
pub(crate) fn line(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{text}").and_then(|()| stdout.flush()).map_err(|error| Failure::output(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats() {
        assert_eq!(Format::parse("json"), Ok(Format::Json));
        assert_eq!(Format::parse("table"), Ok(Format::Table));
        for template in ["go-template=\"{{.Id}}\"", "go-template-file=x", "json-path=$.id"] {
            assert!(Format::parse(template).unwrap_err().contains("jq"), "{template}");
        }
        assert!(Format::parse("yaml").unwrap_err().contains("`table` and `json`"));
    }

    #[test]
    fn the_format_of_invalid_arguments() {
        for (arguments, format) in [
            (&["orgs", "-o", "json"][..], Format::Json),
            (&["--output=json", "nonsense"], Format::Json),
            (&["-ojson"], Format::Json),
            (&["json"], Format::Table),
            (&["-o", "table", "json"], Format::Table),
        ] {
            assert_eq!(Format::of_invalid(arguments.iter().map(OsString::from)), format, "{arguments:?}");
        }
    }
}
