//! `migration watch`: waits for a migration.

use std::time::Duration;

use atlas_migration_sdk::MigrationJob;
use atlas_migration_sdk::model::{Migration, MigrationStatus};
use clap::{Args, ValueEnum};
use futures_util::TryStreamExt as _;

use super::{Migrated, for_people};
use crate::commands::wait::WaitOptions;
use crate::context::Context;
use crate::failure::{Class, Failure};
use crate::output::progress::{Waiting, WatchLine, duration};
use crate::output::{Format, json_line};

/// When less than this is left to cut over, a warning is shown.
const WARNING: Duration = Duration::from_secs(24 * 3600);

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    #[command(flatten)]
    migrated: Migrated,
    #[command(flatten)]
    waiting: WaitOptions,
    /// What to wait for.
    #[arg(long, value_enum, default_value_t, value_name = "STATE")]
    until: Until,
}

/// What ends the wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Until {
    /// The migration can be cut over.
    Ready,
    /// The migration is complete.
    #[default]
    Complete,
}

impl Arguments {
    pub(super) async fn run(self, context: &Context) -> Result<(), Failure> {
        let (_, project) = context.settings.project(self.migrated.project_id)?;
        let migration = project.migration(self.migrated.id);
        let last = wait(&migration, self.until, self.waiting, context).await?;
        show(&last, context)?;
        failure(&last).map_or(Ok(()), Err)
    }
}

/// Waits for the state, or for the end of the migration. Returns the last poll.
pub(super) async fn wait(
    migration: &MigrationJob,
    until: Until,
    options: WaitOptions,
    context: &Context,
) -> Result<Migration, Failure> {
    let resume = format!(
        "The migration {0} continues at Atlas. Resume with: atlas-migration migration watch {0}",
        migration.id()
    );
    context.set_unfinished(Some(resume.clone()));
    let migration = migration.clone().polling(options.polling());
    let result = options.limit(&resume, watch(&migration, until, context)).await;
    context.set_unfinished(None);
    result
}

async fn watch(migration: &MigrationJob, until: Until, context: &Context) -> Result<Migration, Failure> {
    let mut waiting = Waiting::new(context.output.format, format!("migration {}", migration.id()));
    let mut warned = false;
    let mut polls = std::pin::pin!(migration.progress());
    while let Some(progress) = polls.try_next().await? {
        waiting.observe(&progress)?;
        if let Some(warning) = warning(progress.cutover_time_left).filter(|_| !warned) {
            warned = true;
            waiting.note(&warning);
        }
        if progress.has_ended() || (until == Until::Ready && progress.is_ready()) {
            return Ok(progress.migration);
        }
    }
    // The stream ends only after a poll of a migration that has ended.
    Err(Failure::other("the migration has no state"))
}

/// The warning about a migration that expires soon.
fn warning(left: Option<Duration>) -> Option<String> {
    let left = duration(left.filter(|left| *left < WARNING)?);
    Some(format!("warning: the migration expires in {left} at most, unless it is cut over"))
}

/// Writes the last poll as the result.
pub(super) fn show(migration: &Migration, context: &Context) -> Result<(), Failure> {
    match context.output.format {
        Format::Json => json_line(&WatchLine::Result(migration)),
        Format::Table => {
            context.output.show(migration, |migration| for_people(migration) + &next_step(migration))
        }
    }
}

/// What follows a migration that is ready.
fn next_step(migration: &Migration) -> String {
    match (migration.ready_for_cutover, migration.id) {
        (Some(true), Some(id)) => format!(
            "\n\nReady. Stop the writes to the source, then\n  atlas-migration migration cutover {id} --watch"
        ),
        _ => String::new(),
    }
}

/// The failure of a migration that has ended without success.
pub(super) fn failure(migration: &Migration) -> Option<Failure> {
    let message = match migration.status {
        Some(MigrationStatus::Failed) => {
            "the migration failed; see the Live Migration page of the project in Atlas and the log of the migration host"
        }
        Some(MigrationStatus::Expired) => {
            "the migration expired: it was not cut over within 120 hours after it was ready. Start another one"
        }
        _ => return None,
    };
    Some(Failure::new(Class::MigrationFailed, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_day_gives_a_warning() {
        let hours = |hours: u64| warning(Some(Duration::from_secs(hours * 3600)));
        assert_eq!((warning(None), hours(120), hours(24)), (None, None, None));
        let expected = "warning: the migration expires in 23 h 0 min at most, unless it is cut over";
        assert_eq!(hours(23).as_deref(), Some(expected));
        assert!(hours(0).is_some());
    }
}
