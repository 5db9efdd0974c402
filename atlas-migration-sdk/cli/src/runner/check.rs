//! The plan check, before anything is started: what blocks ends the run, and the checklist needs a person.

use atlas_migration_sdk::Timestamp;

use super::Runner;
use crate::failure::{Class, Failure};
use crate::journal::Note;
use crate::output::Format;

impl Runner<'_> {
    /// Checks the plan against what Atlas lists, once for each run.
    pub(super) async fn check_plan(&mut self) -> Result<(), Failure> {
        if self.is_checked {
            return Ok(());
        }
        let started = self.flow.started();
        let projects = self.context.settings.client()?.org(started.org).available_projects().await?;
        let report = self.checks.run(&started.plan, &projects, &self.acknowledged);
        let has_news = !report.passed() || report.acknowledged().len() > self.acknowledged.len();
        if has_news && self.context.output.format == Format::Table {
            crate::output::note!("{}", report.for_people());
        }
        let open = report.open();
        if report.blocks() || (!open.is_empty() && !self.terminal.is_present()) {
            let failure = report.failure("resume").map(|failure| match report.blocks() {
                true => failure.with_advice("If you correct the plan, start it without --resume."),
                false => failure,
            });
            return failure.map_or(Ok(()), Err);
        }
        if !open.is_empty() {
            let answer = self.ask("Type \"yes\" and Enter to acknowledge the checklist").await?;
            if answer.as_deref() != Some("yes") {
                return Err(Failure::new(
                    Class::NeedsPerson,
                    "the checklist was not acknowledged; no migration was created",
                ));
            }
        }
        let acknowledged = report.acknowledged().into_iter().chain(open).map(str::to_owned);
        let new: Vec<_> = acknowledged.filter(|id| !self.acknowledged.contains(id)).collect();
        if !new.is_empty() {
            let (at, by) = (Timestamp::now(), self.person.clone());
            self.journal.note(&Note::Acknowledged { at, by, findings: new.clone() })?;
            self.acknowledged.extend(new);
        }
        self.is_checked = true;
        Ok(())
    }
}
