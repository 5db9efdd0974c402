//! Steps that must not happen twice, reads, and finding out what happened to a step.

use atlas_migration_sdk::Timestamp;
use atlas_migration_sdk::flow::{Event, EventKind, Once, Read, Reconcile, Step};

use super::Runner;
use crate::failure::Failure;
use crate::output::progress::Waiting;

/// How often the state is read while the request of a step can still take effect.
const RECONCILE_INTERVAL: std::time::Duration = std::time::Duration::from_secs(15);

impl Runner<'_> {
    pub(super) async fn read(&mut self, read: &Read) -> Result<(), Failure> {
        let waiting = Waiting::new(self.context.output.format, "Reading the state");
        let found = self.executor.read(read).await;
        drop(waiting);
        self.record(found?)
    }

    /// Performs a step once: its intent is durable before, and its outcome after.
    pub(super) async fn perform(&mut self, once: &Once) -> Result<(), Failure> {
        if matches!(once, Once::Validate { .. } | Once::Migrate { .. }) {
            self.check_plan().await?;
        }
        if let Once::Migrate { plan, .. } = once
            && !plan.drops_destination_data()
        {
            self.confirm_start().await?;
        }
        let at = Timestamp::now();
        let intent = Event::new(at, self.run.process(), self.flow.intent(once, at));
        self.append(&intent)?;
        if !matches!(intent.kind, EventKind::Intended { .. }) {
            return Ok(());
        }
        let waiting = Waiting::new(self.context.output.format, doing(once.step()));
        let outcome = self.executor.perform(once).await;
        drop(waiting);
        self.record(outcome)
    }

    /// Finds out whether a step took effect. It is read at once, which can show that it did, and again when the request
    /// can no longer take effect.
    pub(super) async fn reconcile(&mut self, reconcile: &Reconcile) -> Result<(), Failure> {
        let before = self.flow.next();
        let what = format!("Finding out what happened to: {}", reconcile.step);
        let mut waiting = Waiting::new(self.context.output.format, what);
        loop {
            let found = self.executor.read(&reconcile.read).await?;
            self.record(found)?;
            if self.flow.next() != before {
                return Ok(());
            }
            waiting.message(&format!("the request can take effect until {}", reconcile.not_before));
            let left = reconcile.not_before.saturating_duration_since(Timestamp::now());
            tokio::time::sleep(left.min(RECONCILE_INTERVAL)).await;
        }
    }
}

fn doing(step: Step) -> &'static str {
    match step {
        Step::Link => "Linking the source",
        Step::Validate => "Starting the validation",
        Step::Migrate => "Creating the migration",
        Step::CutOver => "Starting the cutover",
        _ => "Working",
    }
}
