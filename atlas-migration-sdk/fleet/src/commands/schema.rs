//! `schema`: the JSON Schema of what each command writes with `--output json`.

use clap::Args;
use schemars::{JsonSchema, Schema, SchemaGenerator};

use super::{check, decide, init, key, pause, start};
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
    ("key", schema::<key::CreatedKey>),
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::{Value, json};

    use super::*;
    use crate::commands::fixtures::{approval, view};

    fn value(value: impl serde::Serialize) -> Value {
        serde_json::to_value(value).unwrap()
    }

    #[test]
    fn results_have_their_schemas() {
        let decided =
            |state| decide::Decided { name: "a".to_owned(), by: "ada".to_owned(), decision: "hold", state };
        let started = start::Started {
            fleet: "f".to_owned(),
            added: BTreeMap::from([("host1".to_owned(), vec!["a".to_owned()])]),
            unchanged: 1,
            not_in_file: vec!["b".to_owned()],
        };
        let paused = pause::Paused {
            fleet: "f".to_owned(),
            paused: true,
            running: vec!["a".to_owned()],
            performing: Vec::new(),
            ready: vec![pause::Ready { name: "a".to_owned(), cutover_seconds_left: 1 }],
        };
        let asking = view("a", json!({ "question": approval() }));
        for (command, value) in [
            ("start", value(started)),
            ("hold", value([decided(None), decided(Some(asking))])),
            ("pause", value(paused)),
        ] {
            let (_, schema) = ALL.iter().find(|(name, _)| *name == command).unwrap();
            let validator = jsonschema::validator_for(schema().as_value()).unwrap();
            let errors: Vec<_> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{command}: {errors:?}");
        }
    }

    #[test]
    fn each_command_that_writes_json_is_listed() {
        use clap::CommandFactory as _;
        let without = ["worker", "schema"];
        for command in crate::arguments::Arguments::command().get_subcommands() {
            let name = command.get_name();
            assert!(without.contains(&name) || ALL.iter().any(|(known, _)| *known == name), "{name}");
        }
    }
}
