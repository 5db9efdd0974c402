//! The state of the workflow: how it changes, and what is read from it.

use std::time::Duration;

use atlas_migration_sdk::Timestamp;
use atlas_migration_sdk::flow::{
    Actor, Command, Event, EventKind, Flow, FlowError, Observation, Once, StageName, Step, Watch,
};
use temporalio_sdk::{ApplicationFailure, WorkflowTermination};

use super::{Migration, REMINDERS};
use crate::messages::{MigrationInput, MigrationView, Notice, Observed, PerformInput, WatchInput};

impl Migration {
    /// Records the first event.
    pub(super) fn start(&mut self, at: Timestamp) -> Result<(), WorkflowTermination> {
        if !self.journal.is_empty() {
            return Err(failed("the journal of the migration cannot be resumed"));
        }
        let started = EventKind::start(self.spec.started.clone());
        let event = Event::new(at, Actor::process("atlas-migration-fleet"), started);
        let flow = Flow::start(&event).map_err(|error| failed(error.to_string()))?;
        self.flow = Some(flow);
        self.journal.push(event);
        Ok(())
    }

    /// Records an event, if the flow accepts it.
    pub(super) fn record(&mut self, event: Event) -> Result<(), String> {
        let Some(flow) = &mut self.flow else { return Err("the migration has not started yet".to_owned()) };
        let mut next = flow.clone();
        next.apply(&event).map_err(|error: FlowError| error.to_string())?;
        *flow = next;
        self.journal.push(event);
        self.revision += 1;
        if !matches!(flow.next(), Command::Ask(_)) {
            // The question is answered. If it comes again, it is reported again.
            self.notified.retain(|notice| !matches!(notice, Notice::Question(_)));
        }
        Ok(())
    }

    /// What the flow does next.
    pub(super) fn next(&self) -> Result<Command, WorkflowTermination> {
        self.flow.as_ref().map(Flow::next).ok_or_else(|| failed("the migration has not started"))
    }

    /// The input of the next run of this workflow.
    pub(super) fn input(&self) -> MigrationInput {
        let (spec, journal, notified) = (self.spec.clone(), self.journal.clone(), self.notified.clone());
        MigrationInput { spec, journal, notified }
    }

    pub(super) fn watch_input(&self, watch: Watch) -> WatchInput {
        let recorded = self.journal.iter().rev().find(|event| is_observation(&event.kind)).cloned();
        WatchInput {
            access: self.spec.access(),
            watch,
            recorded,
            poll_seconds: self.spec.poll_seconds,
            sample_seconds: self.spec.sample_seconds,
        }
    }

    pub(super) fn perform_input(&self, once: Once) -> PerformInput {
        let windows = if once.step() == Step::CutOver { self.spec.windows.clone() } else { Vec::new() };
        PerformInput {
            fleet: self.spec.fleet.clone(),
            access: self.spec.access(),
            once,
            begin_seconds: self.spec.begin_seconds,
            settling_seconds: Some(self.spec.started.settling_seconds),
            windows,
        }
    }

    /// How long a worker may take for a read. It consists of no more calls than a step.
    pub(super) fn read_limit(&self) -> Duration {
        self.spec.settling_time()
    }

    /// How long a worker may take for a step. Its client gives up earlier.
    pub(super) fn performing_limit(&self) -> Duration {
        // Linking consists of two calls.
        self.spec.settling_time() * 2
    }

    /// When the next reminder is due, and for how many hours.
    pub(super) fn next_reminder(&self, now: Timestamp) -> Option<(Duration, u64)> {
        let left = self.flow.as_ref()?.cutover_window()?.time_left(now);
        let due = |hours: u64| left.saturating_sub(Duration::from_secs(hours * 3600));
        // Of those that are due already, the last one only.
        let passed = REMINDERS.iter().rev().find(|hours| due(**hours).is_zero());
        let next = passed.filter(|hours| !self.notified.contains(&Notice::Expiring { hours: **hours }));
        let next = next.or_else(|| REMINDERS.iter().find(|hours| !due(**hours).is_zero()));
        next.map(|hours| (due(*hours).max(Duration::from_secs(1)), *hours))
    }

    /// Why the wait for the link may not end by itself.
    fn problem(&self) -> Option<String> {
        let last = self.journal.iter().rev().find(|event| is_observation(&event.kind))?;
        match (&last.kind, self.flow.as_ref()?.stage()?) {
            (EventKind::SourceObserved { project_available: false, .. }, StageName::Link) => Some(format!(
                "Atlas does not list the source project {}: link its organization",
                self.spec.started.plan.source().project()
            )),
            _ => None,
        }
    }

    pub(super) fn to_view(&self) -> MigrationView {
        let plan = &self.spec.started.plan;
        let flow = self.flow.as_ref();
        let (question, end) = match flow.map(Flow::next) {
            // The outcome of the step comes first.
            Some(Command::Ask(question)) if !self.performing => (Some(question), None),
            Some(Command::End(end)) => (None, Some(end)),
            _ => (None, None),
        };
        MigrationView {
            fleet: self.spec.fleet.clone(),
            name: self.spec.name.clone(),
            host: self.spec.host().to_owned(),
            source_cluster: plan.source().cluster().to_owned(),
            destination_cluster: plan.destination().cluster().to_owned(),
            stage: flow.and_then(Flow::stage),
            question,
            observed: flow.and_then(Flow::observation).map(Observed::from),
            cutover_possible_until: flow.and_then(Flow::cutover_window).map(|window| window.ends_after),
            migration_id: flow.and_then(Flow::migration),
            performing: self.performing,
            problem: self.problem(),
            end,
            approvers: self.spec.approvers.clone(),
        }
    }
}

impl From<&Observation> for Observed {
    fn from(observation: &Observation) -> Self {
        Self {
            at: observation.at,
            status: observation.status.as_ref().map(|status| status.as_str().to_owned()),
            lag_seconds: observation.lag.map(|lag| lag.as_secs()),
            ready: observation.ready,
        }
    }
}

fn is_observation(kind: &EventKind) -> bool {
    matches!(
        kind,
        EventKind::MigrationObserved { .. }
            | EventKind::ValidationObserved { .. }
            | EventKind::SourceObserved { .. }
    )
}

fn failed(message: impl Into<String>) -> WorkflowTermination {
    ApplicationFailure::non_retryable(message.into()).into()
}
