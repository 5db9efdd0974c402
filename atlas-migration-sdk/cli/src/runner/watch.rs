//! Polling, with the countdown of the cutover, its warnings, and the hooks.

use std::future::{Future, pending};
use std::pin::pin;
use std::time::Duration;

use atlas_migration_sdk::flow::{CutoverWindow, Event, EventKind, StageName, Watch};
use atlas_migration_sdk::{Observed, Timestamp};
use futures_util::StreamExt as _;

use super::Runner;
use super::hooks::HookInput;
use super::lines::PushLine;
use crate::failure::{Class, Failure};
use crate::journal::{HookName, HookOutcome, Note};
use crate::output::progress::{Waiting, duration};
use crate::output::{Format, json_line, printable};

/// How many hours before the end of the time to cut over a warning is given.
const WARNINGS: [u64; 2] = [4, 24];

/// How long a new link may take to become visible.
const LINK_LIMIT: Duration = Duration::from_secs(600);

impl Runner<'_> {
    /// Polls until the flow returns another command.
    pub(super) async fn watch(&mut self, watch: Watch) -> Result<(), Failure> {
        let what = match &watch {
            Watch::Linked(_) => "Waiting for the link",
            Watch::Validated { .. } => "Validating",
            Watch::Ready { .. } => "Copying",
            Watch::Complete { .. } => "Cutting over",
            _ => "Waiting",
        };
        match &watch {
            Watch::Linked(_) => {
                let limit = tokio::time::sleep(LINK_LIMIT);
                let expired = self.poll_beside(Some(watch), what, limit).await?.is_some();
                if expired {
                    let message = format!(
                        "the link is not visible in Atlas after {}. `source status` and `projects list` show both sides",
                        duration(LINK_LIMIT)
                    );
                    return Err(Failure::new(Class::TimedOut, message));
                }
                Ok(())
            }
            _ => self.poll_beside(Some(watch), what, pending::<()>()).await.map(|_| ()),
        }
    }

    /// Polls until the future completes, or the flow returns another command: then there is no value.
    pub(super) async fn poll_beside<T>(
        &mut self,
        watch: Option<Watch>,
        what: &str,
        other: impl Future<Output = T>,
    ) -> Result<Option<T>, Failure> {
        let Some(watch) = watch else { return Ok(Some(other.await)) };
        let command = self.flow.next();
        let mut waiting = Waiting::new(self.context.output.format, what);
        let mut polls = pin!(self.executor.watch(watch));
        let mut other = pin!(other);
        loop {
            tokio::select! {
                biased;
                value = &mut other => return Ok(Some(value)),
                observed = polls.next() => match observed {
                    Some(observed) => self.observe(&mut waiting, observed?).await?,
                    None => return Err(Failure::other("the polling ended")),
                },
            }
            if self.flow.next() != command {
                return Ok(None);
            }
        }
    }

    /// Polls the migration once, if there is one.
    pub(super) async fn poll_once(&mut self) -> Result<(), Failure> {
        let Some(watch) = self.flow.watch() else { return Ok(()) };
        let mut waiting = Waiting::new(self.context.output.format, "Reading the migration");
        let mut polls = pin!(self.executor.watch(watch));
        match polls.next().await {
            Some(observed) => self.observe(&mut waiting, observed?).await,
            None => Ok(()),
        }
    }

    /// Records and shows what a poll found.
    async fn observe(&mut self, waiting: &mut Waiting, observed: Observed) -> Result<(), Failure> {
        let Observed { event, progress, .. } = observed;
        self.check_link(&event)?;
        let now = Timestamp::now();
        for event in self.sampler.select(Event::new(now, self.run.process(), event)) {
            self.append(&event)?;
        }
        let window = self.flow.cutover_window();
        match progress {
            Some(mut progress) => {
                // From the journal: the migration may have been ready before this run.
                progress.cutover_time_left = window.map(|window| window.time_left(now));
                progress.ready_since_unknown = false;
                self.progress = Some((&progress).into());
                waiting.observe(&progress)?;
            }
            None => waiting.message("not yet"),
        }
        match window {
            // It was cut over, or may have been: there is nothing to warn of.
            Some(_) if self.flow.stage() == Some(StageName::Cutover) => Ok(()),
            Some(window) => self.count_down(waiting, &window, now).await,
            None => {
                self.notified = super::Notified::default();
                Ok(())
            }
        }
    }

    /// Without a link of its own, a run does not wait for one.
    fn check_link(&self, event: &EventKind) -> Result<(), Failure> {
        match event {
            EventKind::SourceObserved { project_available: false, .. }
                if self.flow.started().link.is_none() =>
            {
                let project = self.flow.started().plan.source().project();
                let message = format!(
                    "Atlas does not list the source project {project}: the organization {} is not linked to its source \
                     organization. `source link` links it",
                    self.flow.started().org
                );
                Err(Failure::new(Class::NotFound, message))
            }
            _ => Ok(()),
        }
    }

    /// Warns once for each threshold that was passed.
    async fn count_down(
        &mut self,
        waiting: &Waiting,
        window: &CutoverWindow,
        now: Timestamp,
    ) -> Result<(), Failure> {
        let left = window.time_left(now);
        let passed = |hours: &&u64| left < Duration::from_secs(**hours * 3600);
        let Some(hours) = WARNINGS.iter().find(passed).filter(|hours| !self.notified.hours.contains(hours))
        else {
            return Ok(());
        };
        self.notified.hours.extend(WARNINGS.iter().filter(passed));
        let message = format!(
            "the migration expires unless it is cut over within {}, before {}. It cannot be extended",
            duration(left),
            window.ends_after
        );
        waiting.note(&format!("warning: {message}"));
        if self.context.output.format == Format::Json {
            json_line(&PushLine::Warning { message: message.clone(), hours: *hours })?;
        }
        self.journal.note(&Note::Warned { at: now, hours: *hours })?;
        self.run_hook(HookName::OnWarning, message).await.map(|_| ())
    }

    /// Reports once that the migration can be cut over.
    pub(super) async fn notify_ready(&mut self) -> Result<(), Failure> {
        if self.notified.ready || self.flow.stage() != Some(StageName::Approval) {
            return Ok(());
        }
        self.notified.ready = true;
        let until = self.flow.cutover_window().map(|window| format!(" before {}", window.ends_after));
        let message = format!("the migration is ready and can be cut over{}", until.unwrap_or_default());
        self.run_hook(HookName::OnReady, message).await.map(|_| ())
    }

    /// Runs a hook to its end, if the user set one. A failure is reported.
    async fn run_hook(&mut self, name: HookName, message: String) -> Result<(), Failure> {
        let Some(hook) = self.hooks.command(name) else { return Ok(()) };
        let outcome = hook.run(self.hook_input(name, message)).await;
        self.hook_ended(name, &outcome)
    }

    /// Runs the verification beside the polling, and records its result.
    pub(super) async fn verify(&mut self) -> Result<(), Failure> {
        let Some(hook) = self.hooks.command(HookName::Verify) else {
            let message =
                "the migration was started with a verification: give its command with --verify COMMAND";
            return Err(Failure::new(Class::NeedsPerson, message));
        };
        let input = self.hook_input(HookName::Verify, "the copied data is to be verified".to_owned());
        let watch = self.flow.watch();
        let Some(outcome) = self.poll_beside(watch, "Verifying", hook.run(input)).await? else {
            // The migration is not ready any more, or has ended.
            return Ok(());
        };
        self.hook_ended(HookName::Verify, &outcome)?;
        self.record(match outcome {
            HookOutcome::Succeeded => EventKind::verified(),
            HookOutcome::Failed(message) => EventKind::verification_failed(message),
        })
    }

    fn hook_ended(&mut self, hook: HookName, outcome: &HookOutcome) -> Result<(), Failure> {
        self.journal.note(&Note::Hook { at: Timestamp::now(), hook, outcome: outcome.clone() })?;
        if let HookOutcome::Failed(message) = outcome {
            crate::output::note!("warning: the command of {hook} failed: {}", printable(message));
        }
        match self.context.output.format {
            Format::Json => json_line(&PushLine::hook(hook, outcome)),
            Format::Table => Ok(()),
        }
    }

    fn hook_input(&self, hook: HookName, message: String) -> HookInput {
        let started = self.flow.started();
        HookInput {
            hook: hook.key().to_owned(),
            message,
            plan: self.plan_path.display().to_string(),
            org_id: started.org,
            project_id: started.project,
            migration_id: self.flow.migration(),
            source_cluster: started.plan.source().cluster().to_owned(),
            destination_cluster: started.plan.destination().cluster().to_owned(),
            progress: self.progress.clone(),
            cutover_possible_until: self.flow.cutover_window().map(|window| window.ends_after),
        }
    }
}
