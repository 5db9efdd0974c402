//! Whole flows, and every event where it does not belong.

use super::*;
use crate::flow::started::{LinkSource, SourceService};
use crate::generated::ids::ValidationId;
use crate::plan::{Destination, MigrationPlan, Source};

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

fn source(link: &str, project_available: bool) -> EventKind {
    EventKind::SourceObserved { link: Some(link.to_owned()), project_available }
}

/// A flow and its journal; each event is a second after the one before.
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

    #[track_caller]
    fn intend(&mut self) -> &mut Self {
        let Command::Once(once) = self.flow.next() else { panic!("{:?}", self.flow.next()) };
        let intent = self.flow.intent(&once, at(self.second));
        self.then(intent)
    }
}

#[test]
fn a_migration_with_every_step() {
    let mut run = Run::start(everything());
    run.next("Read(Source(").then(source("NOT_SYNCED", false)).next("Once(Link {").intend();
    run.then(EventKind::Linked {}).next("Watch(Linked(").then(source("SYNCED", false)).next("Watch(Linked(");
    run.then(source("SYNCED", true)).next("Once(Validate {").intend();
    run.then(EventKind::ValidationStarted { validation: validation_id() }).next("Watch(Validated {");
    let validated = |status: &str| EventKind::ValidationObserved {
        validation: validation_id(),
        status: Some(status.into()),
        message: None,
    };
    run.then(validated("PENDING")).next("Watch(Validated {").then(validated("SUCCESS"));
    run.next("Ask(Approve(Approval { action: DropDestinationData").approve(Action::DropDestinationData);
    run.next("Once(Migrate {").intend();
    run.then(EventKind::MigrationCreated { migration: migration_id() }).next("Watch(Ready {");
    run.then(observed("NEW", None, false)).then(observed("WORKING", Some(60), false)).next("Watch(Ready {");
    run.then(observed("WORKING", Some(0), true)).next("Verify").then(EventKind::verified());
    run.next("Ask(Approve(Approval { action: CutOver").then(observed("WORKING", Some(0), true));
    run.approve(Action::CutOver).next("Once(CutOver {").intend();
    run.then(EventKind::CutoverAccepted {}).next("Watch(Complete {");
    run.then(observed("WORKING", None, false)).next("Watch(Complete {");
    run.then(observed("COMPLETE", None, false)).next("End(Complete)");
}
