//! Validations and migrations with the flags of the Atlas CLI. The tables have its columns.

use atlas_migration_sdk::model::{Migration, Validation};
use atlas_migration_sdk::{MigrationId, ProjectId, ValidationId};
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::FORCE;
use super::flags::MigrationFlags;
use crate::commands::migration::{create, cutover};
use crate::commands::plan::PasswordSource;
use crate::commands::{names, unlinked};
use crate::context::{Context, can_ask};
use crate::failure::Failure;
use crate::output::{printable, table};

#[derive(Args, Debug)]
pub(crate) struct MigrationFlag {
    /// The migration.
    #[arg(long = "liveMigrationId", value_name = "ID")]
    live_migration_id: MigrationId,
    /// The Atlas project of the destination [default: the configured one].
    #[arg(long = "projectId", aliases = ["groupId", "project-id"], value_name = "ID")]
    project_id: Option<ProjectId>,
}

#[derive(Args, Debug)]
pub(crate) struct ValidationFlag {
    /// The validation.
    #[arg(long = "validationId", value_name = "ID")]
    validation_id: ValidationId,
    /// The Atlas project of the destination [default: the configured one].
    #[arg(long = "projectId", aliases = ["groupId", "project-id"], value_name = "ID")]
    project_id: Option<ProjectId>,
}

#[derive(Args, Debug)]
pub(crate) struct Cutover {
    #[command(flatten)]
    migration: MigrationFlag,
    /// Cut over without a question.
    #[arg(long, alias = "yes")]
    force: bool,
}

/// A cutover that has started.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StartedCutover {
    live_migration_id: MigrationId,
    cutover_started: bool,
}

pub(super) async fn validate(flags: MigrationFlags, context: &Context) -> Result<(), Failure> {
    let plan = flags.plan()?;
    let (client, project) = context.settings.project(flags.project_id)?;
    let plan = PasswordSource::of_atlas_cli().complete(plan, context)?;
    let job = match project.validate(&plan).await {
        Ok(job) => job,
        Err(error) => return Err(unlinked::failure_to_start(error, &client, project.id()).await),
    };
    context.output.show(&job.get().await?, validation_table)
}

pub(super) async fn migrate(flags: MigrationFlags, context: &Context) -> Result<(), Failure> {
    let plan = flags.plan()?;
    let (client, project) = context.settings.project(flags.project_id)?;
    // In a script, the Atlas CLI needs a confirmation only for the drop.
    if plan.drops_destination_data() || can_ask() {
        let asks = can_ask() && !flags.force;
        let place = names::project(asks.then_some(&client), project.id()).await;
        context.confirm_or(&create::step(&plan, &place), FORCE, flags.force)?;
    }
    let plan = PasswordSource::of_atlas_cli().complete(plan, context)?;
    let job = create::start(&client, &project, &plan, context).await?;
    let migration = job.get().await.or_else(|error| {
        crate::output::note!("warning: the migration was started, but its state cannot be read: {error}");
        // Its id must not be lost: no operation lists migrations.
        serde_json::from_value(json!({ "_id": job.id() }))
            .map_err(|error| Failure::other(format!("the migration {} was started: {error}", job.id())))
    });
    context.output.show(&migration?, migration_table)
}

impl ValidationFlag {
    pub(super) async fn describe(self, context: &Context) -> Result<(), Failure> {
        let (_, project) = context.settings.project(self.project_id)?;
        context.output.show(&project.validation(self.validation_id).get().await?, validation_table)
    }
}

impl MigrationFlag {
    pub(super) async fn describe(self, context: &Context) -> Result<(), Failure> {
        let (_, project) = context.settings.project(self.project_id)?;
        context.output.show(&project.migration(self.live_migration_id).get().await?, migration_table)
    }
}

impl Cutover {
    pub(super) async fn run(self, context: &Context) -> Result<(), Failure> {
        let (client, project) = context.settings.project(self.migration.project_id)?;
        let id = self.migration.live_migration_id;
        let migration = project.migration(id);
        cutover::check_ready(&migration).await?;
        // In a script, the Atlas CLI needs no confirmation.
        if can_ask() && !self.force {
            let place = names::project(Some(&client), project.id()).await;
            let step =
                format!("Cut over the migration {id} in {place}. The writes to the source must have stopped");
            context.confirm_or(&printable(&step), FORCE, false)?;
        }
        cutover::start(&migration, context).await?;
        let started = StartedCutover { live_migration_id: id, cutover_started: true };
        context.output.show(&started, |_| format!("The cutover of the migration {id} has started."))
    }
}

fn validation_table(validation: &Validation) -> String {
    let row = [
        validation.id.map(|id| id.to_string()),
        validation.group_id.map(|id| id.to_string()),
        validation.source_group_id.map(|id| id.to_string()),
        validation.status.as_ref().map(|status| status.as_str().to_owned()),
        validation.error_message.clone(),
    ];
    table(
        &["ID", "PROJECT ID", "SOURCE PROJECT ID", "STATUS", "ERROR"],
        [row.map(Option::unwrap_or_default)],
        "",
    )
}

fn migration_table(migration: &Migration) -> String {
    let row = [
        migration.id.map(|id| id.to_string()),
        migration.lag_time_seconds.map(|lag| lag.to_string()),
        migration.ready_for_cutover.map(|ready| ready.to_string()),
        migration.status.as_ref().map(|status| status.as_str().to_owned()),
    ];
    table(&["ID", "LAGTIME", "READY FOR CUTOVER", "STATUS"], [row.map(Option::unwrap_or_default)], "")
}
