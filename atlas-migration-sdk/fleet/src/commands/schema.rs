//! `schema`: the JSON Schema of what each command writes with `--output json`.

use clap::Args;
use schemars::{JsonSchema, Schema, SchemaGenerator};

use super::{check, decide, init, pause, start};
use crate::failure::{Failure, FailureReport};
use crate::output;
use crate::report::FleetReport;
use crate::status::FleetStatus;

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// The command, such as `status`, or `error` for the standard error [default: list the commands].
    #[arg(value_name = "COMMAND")]
    command: Option<String>,
}

/// A command that writes JSON: its name, and the schema of its output.
type Entry = (&'static str, fn() -> Schema);

/// Every command that writes JSON.
pub(crate) const ALL: &[Entry] = &[
    ("init", schema::<init::CreatedFleet>),
    ("check", schema::<check::CheckReport>),
    ("start", schema::<start::Started>),
    ("status", schema::<FleetStatus>),
    ("approve", schema::<Vec<decide::Decided>>),
    ("hold", schema::<Vec<decide::Decided>>),
    ("resume", schema::<Vec<decide::Decided>>),
    ("retry", schema::<Vec<decide::Decided>>),
    ("give-id", schema::<Vec<decide::Decided>>),
    ("not-created", schema::<Vec<decide::Decided>>),
    ("conclude", schema::<Vec<decide::Decided>>),
    ("abandon", schema::<Vec<decide::Decided>>),
    ("pause", schema::<pause::Paused>),
    ("unpause", schema::<pause::Paused>),
    ("report", schema::<FleetReport>),
    ("error", schema::<FailureReport<'_>>),
];

pub(crate) fn schema<T: JsonSchema>() -> Schema {
    // As it is written: a field that is always there is required.
    SchemaGenerator::new(schemars::generate::SchemaSettings::draft2020_12().for_serialize())
        .into_root_schema_for::<T>()
}

impl Arguments {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let names: Vec<_> = ALL.iter().map(|(name, _)| *name).collect();
        let Some(command) = &self.command else { return output::line(&names.join("\n")) };
        let Some((_, schema)) = ALL.iter().find(|(name, _)| name == command) else {
            let names = names.join(", ");
            return Err(Failure::usage(format!("`{command}` writes no JSON of its own; these do: {names}")));
        };
        output::json(&schema())
    }
}
