//! `report`: what happened in a fleet, for a change record.

use clap::{Args, ValueEnum};
use futures_util::stream::{self, StreamExt as _};

use atlas_migration_sdk::Timestamp;

use super::remote::{Remote, RemoteError};
use super::which::WhichFleet;
use crate::context::Context;
use crate::failure::Failure;
use crate::messages::{LedgerEntry, LedgerState};
use crate::output::{self, Format, note};
use crate::report::{FleetReport, MigrationReport, markdown};
use crate::status::PauseStatus;

/// How many journals are read at once.
const CONCURRENCY: usize = 8;
/// Why there is no journal of a migration that has ended.
const NOT_RETAINED: &str = "The server does not have its journal any more: it keeps an ended workflow for the retention \
                            period of the namespace.";

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    #[command(flatten)]
    which: WhichFleet,
    /// Only these migrations, separated by commas.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    migrations: Vec<String>,
    /// The form of the report [default: markdown].
    #[arg(long, value_enum, value_name = "FORM")]
    format: Option<Form>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Form {
    Markdown,
    Json,
}

impl Arguments {
    pub(crate) async fn run(&self, context: &Context) -> Result<(), Failure> {
        let remote = Remote::connect(context, &self.which.which()).await?;
        let view = remote.existing().await?;
        for name in &self.migrations {
            if !view.ledger.contains_key(name) {
                return Err(super::decide::unknown(&view, name));
            }
        }
        let ledger = view.ledger.iter();
        let chosen: Vec<_> =
            ledger.filter(|(name, _)| self.migrations.is_empty() || self.migrations.contains(name)).collect();
        let migrations: Vec<_> = stream::iter(chosen)
            .map(|(name, entry)| one(&remote, name, entry))
            .buffered(CONCURRENCY)
            .collect()
            .await;
        let migrations = migrations.into_iter().collect::<Result<Vec<_>, _>>()?;
        let missing = migrations.iter().filter(|migration| migration.missing.is_some()).count();
        if missing > 0 {
            note!("{missing} of {} migrations have no journal; the report says why", migrations.len());
        }
        let pause =
            view.pause.map(|pause| PauseStatus { by: pause.by, reason: pause.reason, since: pause.at });
        let report = FleetReport { fleet: view.fleet, at: Timestamp::now(), pause, migrations };
        match self.format.unwrap_or(match context.output.format {
            Format::Table => Form::Markdown,
            Format::Json => Form::Json,
        }) {
            Form::Markdown => output::line(&markdown(&report)),
            Form::Json => output::json(&report),
        }
    }
}

async fn one(remote: &Remote, name: &str, entry: &LedgerEntry) -> Result<MigrationReport, Failure> {
    let mut report = MigrationReport::from_ledger(name, entry);
    if matches!(entry.state, LedgerState::Queued) {
        return Ok(report);
    }
    match remote.journal(name).await {
        Ok(events) => {
            if let Err(error) = report.add_journal(&events) {
                report.missing = Some(format!("Its journal cannot be read: {error}"));
            }
        }
        Err(RemoteError::NotFound) => report.missing = missing(&entry.state).map(str::to_owned),
        // No worker: the others would have to wait as long.
        Err(error @ (RemoteError::NoAnswer | RemoteError::Server(_))) => {
            return Err(error.failure(&format!("the journal of {name}")));
        }
        Err(error) => report.missing = Some(error.failure("its journal").to_string()),
    }
    Ok(report)
}

/// Why there is no workflow of a migration in this state.
fn missing(state: &LedgerState) -> Option<&'static str> {
    match state {
        LedgerState::Running => Some("Its workflow has not started yet."),
        // One that was given up in its lane has none.
        LedgerState::Queued | LedgerState::Abandoned { .. } => None,
        LedgerState::Ended(_) | LedgerState::Blocked(_) => Some(NOT_RETAINED),
    }
}

#[cfg(test)]
mod tests {
    use atlas_migration_sdk::flow::End;

    use super::*;

    #[test]
    fn only_what_ran_can_have_lost_its_journal() {
        for (state, expected) in [
            (LedgerState::Ended(End::Complete), Some(NOT_RETAINED)),
            (LedgerState::Blocked("terminated".to_owned()), Some(NOT_RETAINED)),
            (LedgerState::Running, Some("Its workflow has not started yet.")),
            (LedgerState::Abandoned { reason: String::new() }, None),
        ] {
            assert_eq!(missing(&state), expected, "{state:?}");
        }
    }
}
