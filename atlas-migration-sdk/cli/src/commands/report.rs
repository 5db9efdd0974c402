//! `report`: what happened in a migration, for a change record.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::context::Context;
use crate::failure::Failure;
use crate::journal::{Contents, JournalError, JournalErrorKind};
use crate::output::{self, Format, Output};
use crate::report::{self, Report};

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// The journal of the migration, which `push` writes beside its plan.
    #[arg(value_name = "JOURNAL")]
    journal: PathBuf,
    /// The form of the report; `html` is one page with drawings, without scripts, and for printing too [default: markdown].
    #[arg(long, value_enum, value_name = "FORM")]
    format: Option<Form>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    Markdown,
    Json,
    Html,
}

impl Arguments {
    pub(crate) fn run(&self, context: &Context) -> Result<(), Failure> {
        let form = self.form(&context.output)?;
        let contents = Contents::read(&self.journal)?;
        let report = Report::new(&contents).map_err(|error| JournalError {
            path: self.journal.clone(),
            kind: JournalErrorKind::Flow(error.to_string()),
        })?;
        match form {
            Form::Markdown => output::line(&report::markdown(&report)),
            Form::Html => output::line(&report::html(&report)),
            Form::Json => {
                let text = serde_json::to_string_pretty(&report).map_err(|error| {
                    Failure::other(format!("the report cannot be written as JSON: {error}"))
                })?;
                output::line(&text)
            }
        }
    }

    /// The form of the report. `--format` overrides the output format of the profile, but not another argument.
    fn form(&self, output: &Output) -> Result<Form, Failure> {
        let of_output = match output.format {
            Format::Table => Form::Markdown,
            Format::Json => Form::Json,
        };
        let form = self.format.unwrap_or(of_output);
        if output.is_argument && (form == Form::Json) != (of_output == Form::Json) {
            return Err(Failure::usage("--format and --output contradict each other: give one of them"));
        }
        Ok(form)
    }
}
