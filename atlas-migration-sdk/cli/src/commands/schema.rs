//! `schema`: the JSON Schema of what each command writes with `--output json`.

use clap::Args;
use schemars::{JsonSchema, Schema, SchemaGenerator};

use super::{api, atlas_cli, auth, link_token, migration, plan, source};
use crate::failure::{Failure, FailureReport};
use crate::output;
use crate::output::preview::OrDryRun;
use crate::output::progress::{WatchLine, WatchedOrNot};
use crate::report::Report;
use crate::runner::hooks::HookInput;
use crate::runner::lines::PushLine;
use atlas_migration_sdk::model::{AvailableProject, Migration, Organization, Validation};

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// The words of the command, such as `orgs list`, or `error` for the standard error [default: list the commands].
    #[arg(value_name = "COMMAND")]
    command: Vec<String>,
}

/// A command that writes JSON: its words, and the schema of its output.
type Entry = (&'static str, fn() -> Schema);

/// Every command that writes JSON.
pub(crate) const ALL: &[Entry] = &[
    ("orgs list", schema::<Vec<Organization>>),
    ("link-token create", schema::<link_token::CreatedLinkToken>),
    ("link-token delete", schema::<link_token::DeletedLink>),
    ("source link", schema::<source::SourceLink>),
    ("source status", schema::<source::SourceLink>),
    ("source unlink", schema::<source::SourceLink>),
    ("projects list", schema::<Vec<AvailableProject>>),
    ("plan init", schema::<plan::CreatedPlan>),
    ("plan check", schema::<plan::CheckReport>),
    ("validate", schema::<OrDryRun<WatchedOrNot<Validation, Validation>>>),
    ("migration create", schema::<OrDryRun<migration::CreatedMigration>>),
    ("migration status", schema::<Migration>),
    ("migration watch", schema::<WatchLine<Migration>>),
    ("migration cutover", schema::<OrDryRun<WatchedOrNot<Migration, migration::StartedCutover>>>),
    ("api list", schema::<Vec<api::ListedOperation>>),
    ("liveMigrations link create", schema::<link_token::CreatedLinkToken>),
    ("liveMigrations link delete", schema::<link_token::DeletedLink>),
    ("liveMigrations validation create", schema::<Validation>),
    ("liveMigrations validation describe", schema::<Validation>),
    ("liveMigrations create", schema::<Migration>),
    ("liveMigrations describe", schema::<Migration>),
    ("liveMigrations cutover", schema::<atlas_cli::StartedCutover>),
    ("auth status", schema::<auth::AuthStatus>),
    ("auth logout", schema::<auth::LoggedOut>),
    ("push", schema::<PushLine>),
    ("push hook", schema::<HookInput>),
    ("report", schema::<Report>),
    ("error", schema::<FailureReport<'_>>),
];

fn schema<T: JsonSchema>() -> Schema {
    // As it is written: a field that is always there is required.
    SchemaGenerator::new(schemars::generate::SchemaSettings::draft2020_12().for_serialize())
        .into_root_schema_for::<T>()
}

impl Arguments {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let names: Vec<_> = ALL.iter().map(|(name, _)| *name).collect();
        if self.command.is_empty() {
            return output::line(&names.join("\n"));
        }
        let mut command = self.command.join(" ");
        if let Some(below) = command.strip_prefix("lm ") {
            command = format!("liveMigrations {below}");
        }
        let Some((_, schema)) = ALL.iter().find(|(name, _)| *name == command) else {
            let names = names.join(", ");
            return Err(Failure::usage(format!("`{command}` writes no JSON of its own; these do: {names}")));
        };
        let text = serde_json::to_string_pretty(&schema())
            .map_err(|error| Failure::other(format!("the schema cannot be written: {error}")))?;
        output::line(&text)
    }
}
