//! The standard output: a table for people or JSON for programs. Everything else goes to the standard error.

mod table;

use std::ffi::OsString;
use std::fmt;
use std::io::{self, Write as _};
use std::time::Duration;

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
    /// Parses the value of `--output`.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        match text {
            "table" => Ok(Self::Table),
            "json" => Ok(Self::Json),
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
}

impl Output {
    pub(crate) fn new(format: Format) -> Self {
        Self { format }
    }

    /// Writes a result, in the format for programs or with `for_people`.
    pub(crate) fn show<T: Serialize + JsonSchema>(
        &self,
        value: &T,
        for_people: impl FnOnce(&T) -> String,
    ) -> Result<(), Failure> {
        match self.format {
            Format::Table => line(&for_people(value)),
            Format::Json => json(value),
        }
    }
}

/// Writes one line to the standard error, as `eprintln!`, but without a panic if nobody can read it: a worker must not
/// end because a terminal is gone.
macro_rules! note {
    ($($text:tt)*) => { $crate::output::write_note(format_args!("{}\n", format_args!($($text)*))) };
}
pub(crate) use note;

/// Writes to the standard error, if that is possible.
pub(crate) fn write_note(text: fmt::Arguments<'_>) {
    let _ = io::stderr().lock().write_fmt(text);
}

/// Writes JSON that people can read too.
pub(crate) fn json(value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value)
        .map_err(|error| Failure::other(format!("the result cannot be written as JSON: {error}")))?;
    line(&text)
}

/// Writes one line of JSON.
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

/// A duration for people in at most two units, such as `119 h 59 min`.
pub(crate) fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{minutes} min {} s", seconds % 60),
        _ => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats() {
        assert_eq!(Format::parse("json"), Ok(Format::Json));
        assert_eq!(Format::parse("table"), Ok(Format::Table));
        assert!(Format::parse("yaml").unwrap_err().contains("`table` and `json`"));
    }

    #[test]
    fn the_format_of_invalid_arguments() {
        for (arguments, format) in [
            (&["status", "-o", "json"][..], Format::Json),
            (&["--output=json", "nonsense"], Format::Json),
            (&["-ojson"], Format::Json),
            (&["json"], Format::Table),
            (&["-o", "table", "json"], Format::Table),
        ] {
            assert_eq!(Format::of_invalid(arguments.iter().map(OsString::from)), format, "{arguments:?}");
        }
    }

    #[test]
    fn durations_have_two_units() {
        for (seconds, expected) in [
            (0, "0 s"),
            (59, "59 s"),
            (61, "1 min 1 s"),
            (3600, "1 h 0 min"),
            (431_999, "119 h 59 min"),
            (u64::MAX, "5124095576030431 h 0 min"),
        ] {
            assert_eq!(duration(Duration::from_secs(seconds)), expected);
        }
    }
}
