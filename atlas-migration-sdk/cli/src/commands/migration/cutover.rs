//! `migration cutover`: ends the copying.

use std::path::PathBuf;

use atlas_migration_sdk::model::MigrationStatus;
use atlas_migration_sdk::{MigrationId, MigrationJob, MigrationPlan, ProjectId};
use clap::Args;
use schemars::JsonSchema;
use serde::Serialize;

use super::Migrated;
use super::watch::{self, Until};
use crate::commands::names;
use crate::commands::plan::PlanFile;
use crate::commands::wait::WaitOptions;
use crate::context::{Context, can_ask};
use crate::failure::{Class, Failure};
use crate::output::printable;

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    #[command(flatten)]
    migrated: Migrated,
    /// The plan of the migration, for the names of the clusters in the question: Atlas does not return them.
    #[arg(long, value_name = "PLAN")]
    plan: Option<PathBuf>,
    /// Cut over without a question.
    #[arg(long)]
    yes: bool,
    /// Print the request instead of sending it.
    #[arg(long)]
    dry_run: bool,
    /// Wait until the migration is complete.
    #[arg(long)]
    watch: bool,
    #[command(flatten)]
    waiting: WaitOptions,
}

/// A cutover that has started.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StartedCutover {
    id: MigrationId,
    project_id: ProjectId,
}

impl Arguments {
    pub(super) async fn run(self, context: &Context) -> Result<(), Failure> {
        let (client, project) = context.settings.project(self.migrated.project_id)?;
        let migration = project.migration(self.migrated.id);
        if self.dry_run {
            return context.output.show_preview(&migration.cut_over().preview()?);
        }
        let plan = self.plan.map(|path| PlanFile::new(path).read()).transpose()?;
        let asks = can_ask() && !self.yes;
        if asks || self.yes {
            check_ready(&migration).await?;
        }
        let place = names::project(asks.then_some(&client), project.id()).await;
        let step = format!("Cut over the migration {}{} in {place}", migration.id(), clusters(plan.as_ref()));
        context.confirm(&format!("{step}. The writes to the source must have stopped"), self.yes)?;
        start(&migration, context).await?;
        if !self.watch {
            let started = StartedCutover { id: migration.id(), project_id: project.id() };
            return context.output.show(&started, |started| {
                format!(
                    "The cutover has started. Next:\n  atlas-migration migration watch {}\nOnce it is complete, point \
                     the applications at Atlas.",
                    started.id
                )
            });
        }
        let last = watch::wait(&migration, Until::Complete, self.waiting, context).await?;
        watch::show(&last, context)?;
        watch::failure(&last).map_or(Ok(()), Err)
    }
}

/// Starts the cutover. The message of an interruption meanwhile is that it may have started.
pub(in crate::commands) async fn start(migration: &MigrationJob, context: &Context) -> Result<(), Failure> {
    context.set_unfinished(Some(format!(
        "The cutover may have started. See its state with: atlas-migration migration status {}",
        migration.id()
    )));
    let started = migration.cut_over().await;
    context.set_unfinished(None);
    Ok(started.map(|_| ())?)
}

/// Refuses the cutover of a migration that has ended or is not ready: Atlas may accept the request, and nothing would start.
pub(in crate::commands) async fn check_ready(migration: &MigrationJob) -> Result<(), Failure> {
    let migration = migration.get().await?;
    if let Some(failure) = watch::failure(&migration) {
        return Err(failure);
    }
    let reason = match (&migration.status, migration.ready_for_cutover) {
        (Some(MigrationStatus::Complete), _) => {
            "the migration is complete already; there is nothing to cut over"
        }
        (_, Some(false)) => {
            "the migration is not ready for the cutover, or its cutover has started: `migration watch` shows its state"
        }
        _ => return Ok(()),
    };
    Err(Failure::new(Class::Conflict, reason))
}

/// The clusters of the plan, as a part of the question.
fn clusters(plan: Option<&MigrationPlan>) -> String {
    plan.map_or_else(String::new, |plan| {
        let text = format!(" of {} to the cluster {}", plan.source().cluster(), plan.destination().cluster());
        printable(&text)
    })
}
