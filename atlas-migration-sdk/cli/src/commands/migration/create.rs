//! `migration create`: starts the migration of a plan.

use atlas_migration_sdk::{Client, MigrationId, MigrationJob, MigrationPlan, Project, ProjectId};
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

use crate::commands::plan::{PasswordSource, PlanFile};
use crate::commands::{names, unlinked};
use crate::context::{Context, can_ask};
use crate::failure::Failure;
use crate::output::printable;

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    #[command(flatten)]
    plan: PlanFile,
    /// The Atlas project of the destination [default: the configured one].
    #[arg(long, alias = "projectId", alias = "groupId", value_name = "ID")]
    project_id: Option<ProjectId>,
    /// Start it without a question.
    #[arg(long)]
    yes: bool,
    /// Print the request instead of sending it, with secrets redacted.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    password: PasswordSource,
}

/// A migration that was started.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CreatedMigration {
    id: MigrationId,
    project_id: ProjectId,
}

impl Arguments {
    pub(super) async fn run(self, context: &Context) -> Result<(), Failure> {
        let plan = self.plan.read()?;
        let (client, project) = context.settings.project(self.project_id)?;
        if self.dry_run {
            let plan = PasswordSource::complete_for_preview(plan);
            return context.output.show_preview(&project.migrate(&plan).preview()?);
        }
        let asks = can_ask() && !self.yes;
        let place = names::project(asks.then_some(&client), project.id()).await;
        context.confirm(&step(&plan, &place), self.yes)?;
        let plan = self.password.complete(plan, context)?;
        let migration = start(&client, &project, &plan, context).await?;
        let created = CreatedMigration { id: migration.id(), project_id: project.id() };
        context.output.show(&created, |created| {
            format!(
                "Started the migration {0}. Next:\n  atlas-migration migration watch {0} --until ready",
                created.id
            )
        })
    }
}

/// Starts the migration. The message of an interruption meanwhile is that it may have started.
pub(in crate::commands) async fn start(
    client: &Client,
    project: &Project,
    plan: &MigrationPlan,
    context: &Context,
) -> Result<MigrationJob, Failure> {
    context.set_unfinished(Some(format!(
        "The migration may have started: see the Live Migration page of the project {} in Atlas before you start another \
         one",
        project.id()
    )));
    let started = project.migrate(plan).await;
    context.set_unfinished(None);
    match started {
        Ok(migration) => Ok(migration),
        Err(error) => Err(unlinked::failure_to_start(error, client, project.id()).await),
    }
}

/// What is about to happen, for the question.
pub(in crate::commands) fn step(plan: &MigrationPlan, place: &str) -> String {
    let destination = plan.destination().cluster();
    let drop = if plan.drops_destination_data() {
        format!(". THE DATA OF {destination} IS DROPPED FIRST")
    } else {
        String::new()
    };
    printable(&format!(
        "Start the migration of {} (source project {}) to the cluster {destination} in {place}{drop}",
        plan.source().cluster(),
        plan.source().project(),
    ))
}
