//! Flows without I/O.

mod course;
mod model;
mod order;
mod steps;

use std::time::Duration;

use super::*;
use crate::flow::started::{LinkSource, SourceService};
use crate::flow::step::Step;
use crate::generated::ids::ValidationId;
use crate::generated::models::{MigrationStatus, ValidationStatus};
use crate::plan::{Destination, MigrationPlan, Source};

/// The time in seconds within which a call may take effect.
const SETTLING: u64 = 150;

/// A plan, with or without dropping the destination's data.
fn plan(drop: bool) -> MigrationPlan {
    let project = "5f9ad6b7e1c2a3041d0e9b11".parse().unwrap();
    let source = Source::with_user(project, "source", "migrator", "planted");
    MigrationPlan::new(source, Destination::public("destination"), "host").drop_destination_data(drop)
}

/// A flow with every step.
fn everything() -> Started {
    let link = LinkSource::new("5f9ad6b7e1c2a3041d0e9b10".parse().unwrap(), SourceService::CloudManager);
    short(true).link(link).validate(true).verify(true)
}

/// A flow without the optional steps.
fn short(drop: bool) -> Started {
    let (org, project) = ("4888442a3354817a7320eb61", "32b6e34b3d91647abb20e7b8");
    Started::new(&plan(drop), org.parse().unwrap(), project.parse().unwrap())
}

fn migration_id() -> MigrationId {
    "6296fb4c7c7aa997cf94e9a8".parse().unwrap()
}

fn validation_id() -> ValidationId {
    "507f1f77bcf86cd799439011".parse().unwrap()
}

fn at(second: u64) -> Timestamp {
    "2026-11-28T08:00:00Z".parse::<Timestamp>().unwrap() + Duration::from_secs(second)
}

fn observed(status: &str, lag: Option<u64>, ready: bool) -> EventKind {
    EventKind::MigrationObserved {
        migration: migration_id(),
        status: Some(status.into()),
        lag_seconds: lag,
        ready,
        migration_hosts: Vec::new(),
    }
}

fn failure() -> Failure {
    Failure { temporary: true, ..Failure::new("the connection broke") }
}

fn lost(step: Step) -> EventKind {
    EventKind::OutcomeUnknown { step, failure: failure() }
}

fn rejected(step: Step) -> EventKind {
    EventKind::Rejected { step, failure: failure() }
}

fn created() -> EventKind {
    EventKind::MigrationCreated { migration: migration_id() }
}

fn source(link: &str, project_available: bool) -> EventKind {
    EventKind::SourceObserved { link: Some(link.to_owned()), project_available }
}

/// A flow and its journal; each event is a second after the one before.
#[derive(Clone)]
struct Run {
    flow: Flow,
    journal: Vec<Event>,
    second: u64,
}

impl Run {
    fn start(started: Started) -> Self {
        let event = Event::new(at(0), Actor::process("test"), EventKind::start(started));
        Self { flow: Flow::start(&event).unwrap(), journal: vec![event], second: 0 }
    }

    #[track_caller]
    fn next(&mut self, expected: &str) -> &mut Self {
        let next = self.flow.next();
        assert!(format!("{next:?}").starts_with(expected), "{next:?} is not {expected}");
        self
    }

    fn record(&mut self, by: Actor, kind: EventKind) -> Result<(), FlowError> {
        self.second += 1;
        let event = Event::new(at(self.second), by, kind);
        let result = self.flow.apply(&event);
        if result.is_ok() {
            self.journal.push(event);
        }
        assert_eq!(Flow::resume(&self.journal).unwrap(), self.flow);
        result
    }

    #[track_caller]
    fn then(&mut self, kind: EventKind) -> &mut Self {
        self.record(Actor::process("test"), kind).unwrap();
        self
    }

    #[track_caller]
    fn answer(&mut self, kind: EventKind) -> &mut Self {
        self.record(Actor::person("ada"), kind).unwrap();
        self
    }

    #[track_caller]
    fn approve(&mut self, action: Action) -> &mut Self {
        let hash = self.flow.started().plan_hash;
        self.answer(EventKind::approve(action, hash, None))
    }

    /// The flow does not accept the event of a person.
    #[track_caller]
    fn refuses(&mut self, kind: EventKind, expected: FlowErrorKind) -> &mut Self {
        let before = self.flow.clone();
        let error = self.record(Actor::person("ada"), kind).unwrap_err();
        assert_eq!(error.kind(), expected, "{error}");
        assert_eq!(self.flow, before);
        self
    }

    /// Everything of a flow without optional steps until the migration is copying.
    fn copying() -> Self {
        let mut run = Self::start(short(false));
        run.then(EventKind::SourceObserved { link: None, project_available: true }).intend().then(created());
        run
    }

    /// The same until the cutover can be approved.
    fn ready() -> Self {
        let mut run = Self::copying();
        run.then(observed("WORKING", Some(0), true));
        run
    }

    fn wait(&mut self, seconds: u64) -> &mut Self {
        self.second += seconds;
        self
    }

    #[track_caller]
    fn intend(&mut self) -> &mut Self {
        let Command::Once(once) = self.flow.next() else { panic!("{:?}", self.flow.next()) };
        let intent = self.flow.intent(&once, at(self.second));
        self.then(intent)
    }
}
