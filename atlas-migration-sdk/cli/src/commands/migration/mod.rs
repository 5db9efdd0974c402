//! `migration`: the single steps of a migration.

pub(super) mod create;
pub(super) mod cutover;
mod watch;

use atlas_migration_sdk::model::Migration;
use atlas_migration_sdk::{MigrationId, ProjectId};
use clap::{Args, Subcommand};

pub(crate) use create::CreatedMigration;
pub(crate) use cutover::StartedCutover;

use crate::context::Context;
use crate::failure::Failure;
use crate::output::table;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start the migration of a plan. Validate it first.
    ///
    /// Asks first, because nothing cancels or reverses a migration. The request is never repeated after a lost response: a
    /// second migration could drop data again. The exit status is 11 then. Role: Organization Owner.
    #[command(after_help = "Examples:\n  \
        atlas-migration migration create plan.toml\n  \
        atlas-migration migration create plan.toml --yes --output json | jq -r .id\n  \
        atlas-migration migration create plan.toml --dry-run")]
    Create(create::Arguments),
    /// Read the state of a migration.
    ///
    /// Role: Organization Member.
    #[command(after_help = "Example:\n  atlas-migration migration status 6a0000000000000000000001")]
    Status(Migrated),
    /// Wait for a migration, and show its lag and the time that is left to cut over.
    ///
    /// With `--output json`, each poll is one line with an object, and the last line has the result. The exit status is 9 if
    /// the migration fails or expires. Ctrl-C has no effect on the migration. Role: Organization Member.
    #[command(after_help = "Examples:\n  \
        atlas-migration migration watch 6a0000000000000000000001\n  \
        atlas-migration migration watch 6a0000000000000000000001 --until ready --timeout 12h")]
    Watch(watch::Arguments),
    /// Cut over: end the copying, and make the destination the deployment of record.
    ///
    /// Possible for 120 hours after the migration has become ready. Stop the writes to the source first. Asks first. Role:
    /// Organization Owner.
    #[command(after_help = "Examples:\n  \
        atlas-migration migration cutover 6a0000000000000000000001 --plan plan.toml\n  \
        atlas-migration migration cutover 6a0000000000000000000001 --yes --watch")]
    Cutover(cutover::Arguments),
}

/// The migration as an argument.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Migrated {
    /// The id of the migration, which `migration create` prints.
    #[arg(value_name = "ID")]
    id: MigrationId,
    /// The Atlas project of the destination [default: the configured one].
    #[arg(long, alias = "projectId", alias = "groupId", value_name = "ID")]
    project_id: Option<ProjectId>,
}

impl Command {
    pub(crate) async fn run(self, context: &Context) -> Result<(), Failure> {
        match self {
            Self::Create(arguments) => arguments.run(context).await,
            Self::Status(migrated) => status(migrated, context).await,
            Self::Watch(arguments) => arguments.run(context).await,
            Self::Cutover(arguments) => arguments.run(context).await,
        }
    }
}

async fn status(migrated: Migrated, context: &Context) -> Result<(), Failure> {
    let (_, project) = context.settings.project(migrated.project_id)?;
    let migration = project.migration(migrated.id).get().await?;
    context.output.show(&migration, for_people)
}

/// A migration for people.
fn for_people(migration: &Migration) -> String {
    let unknown = || "unknown".to_owned();
    let ready = match migration.ready_for_cutover {
        Some(true) => "yes",
        Some(false) => "no",
        None => "unknown",
    };
    table(
        &["MIGRATION", "STATUS", "READY FOR CUTOVER", "LAG", "MIGRATION HOST"],
        [[
            migration.id.map_or_else(unknown, |id| id.to_string()),
            migration.status.as_ref().map_or_else(unknown, |status| status.as_str().to_owned()),
            ready.to_owned(),
            migration.lag_time_seconds.map_or_else(unknown, |lag| format!("{lag} s")),
            migration.migration_hosts.join(", "),
        ]],
        "",
    )
}
