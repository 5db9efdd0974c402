//! `report`: what happened in a migration, for a change record.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::context::Context;
use crate::failure::Failure;
use crate::journal::{Contents, JournalError, JournalErrorKind};
use crate::output::{self, Format};
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

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Form {
    Markdown,
    Json,
    Html,
}

impl Arguments {
    pub(crate) fn run(&self, context: &Context) -> Result<(), Failure> {
        let contents = Contents::read(&self.journal)?;
        let report = Report::new(&contents).map_err(|error| JournalError {
            path: self.journal.clone(),
            kind: JournalErrorKind::Flow(error.to_string()),
        })?;
        let form = self.format.unwrap_or(match context.output.format {
            Format::Table => Form::Markdown,
            Format::Json => Form::Json,
        });
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
}
