//! Whole flows, and every event where it does not belong.

mod model;
mod order;

use super::*;
use crate::flow::started::{LinkSource, SourceService};
use crate::flow::step::Step;
use crate::generated::ids::ValidationId;
use crate::generated::models::ValidationStatus;
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

fn failure() -> Failure {
    Failure::new("the connection broke")
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

#[test]
fn a_link_that_is_visible_is_not_made_again() {
    let mut run = Run::start(everything());
    run.then(source("SYNCED", true)).next("Once(Validate {");
    let mut run = Run::start(short(false));
    run.next("Watch(Linked(").then(EventKind::SourceObserved { link: None, project_available: false });
    run.next("Watch(Linked(").then(EventKind::SourceObserved { link: None, project_available: true });
    run.next("Once(Migrate {");
}

#[test]
fn a_link_to_another_organization_is_replaced_only_with_an_approval() {
    let mut run = Run::start(everything());
    run.then(source("SYNCED", false)).next("Ask(Approve(Approval { action: ReplaceLink");
    run.refuses(EventKind::Intended { step: Step::Link }, FlowErrorKind::OutOfOrder);
    run.then(source("SYNCED", false)).next("Ask(Approve(Approval { action: ReplaceLink");
    // It becomes visible by itself.
    run.clone().then(source("SYNCED", true)).next("Once(Validate {");
    run.clone().then(source("NOT_SYNCED", false)).next("Once(Link {");
    run.approve(Action::ReplaceLink).next("Once(Link {").intend().then(EventKind::Linked {});
    run.next("Watch(Linked(");
}

#[test]
fn a_link_whose_response_was_lost_is_looked_up() {
    let interrupted = || {
        let mut run = Run::start(everything());
        run.then(source("NOT_SYNCED", false)).intend();
        run
    };
    let mut unknown = interrupted();
    unknown.then(lost(Step::Link));
    for run in [interrupted(), unknown] {
        run.clone()
            .next("Reconcile(Reconcile { step: Link")
            .then(source("SYNCED", true))
            .next("Once(Validate {");
        run.clone().then(source("SYNCED", false)).next("Watch(Linked(");
        // What was read too early does not show that it had no effect.
        run.clone().then(source("NOT_SYNCED", false)).next("Reconcile(");
        let mut run = run.clone();
        run.wait(120).then(source("NOT_SYNCED", false)).next("Once(Link {").intend();
        run.wait(120).then(source("NOT_SYNCED", false)).next("Ask(TryAgain { step: Link");
        run.clone()
            .then(source("NOT_SYNCED", false))
            .next("Ask(")
            .then(source("SYNCED", true))
            .next("Once(Val");
        run.answer(EventKind::retry()).next("Once(Link {");
    }
}

#[test]
fn a_person_can_link_again_if_the_link_does_not_become_visible() {
    let mut run = Run::start(everything());
    run.then(source("NOT_SYNCED", false)).intend().then(EventKind::Linked {}).next("Watch(Linked(");
    let by_process = run.record(Actor::process("test"), EventKind::retry());
    assert_eq!(by_process.unwrap_err().kind(), FlowErrorKind::NotAPerson);
    run.answer(EventKind::retry()).next("Read(Source(");
    run.clone().then(source("SYNCED", false)).next("Ask(Approve(Approval { action: ReplaceLink");
    run.then(source("NOT_SYNCED", false)).next("Once(Link {");
    // A flow that does not link has nothing to try again.
    Run::start(short(false)).next("Watch(Linked(").refuses(EventKind::retry(), FlowErrorKind::NotAsked);
}

#[test]
fn a_validation_may_be_repeated() {
    let validating = || {
        let mut run = Run::start(short(false).validate(true));
        run.then(EventKind::SourceObserved { link: None, project_available: true }).intend();
        run
    };
    // Interrupted any number of times.
    validating().next("Once(Validate {").intend().next("Once(Validate {").intend();
    let mut run = validating();
    run.then(lost(Step::Validate)).next("Once(Validate {").intend().then(lost(Step::Validate));
    run.next("Ask(TryAgain { step: Validate").answer(EventKind::retry()).next("Once(Validate {").intend();
    run.then(rejected(Step::Validate))
        .next("Ask(TryAgain { step: Validate")
        .answer(EventKind::retry())
        .intend();
    let started = EventKind::ValidationStarted { validation: validation_id() };
    run.then(started.clone());
    run.clone()
        .then(EventKind::ValidationMissing { validation: validation_id() })
        .next("Ask(TryAgain { step: Val");
    run.then(EventKind::ValidationObserved {
        validation: validation_id(),
        status: Some(ValidationStatus::Failed),
        message: Some("no route to\u{1b}[1m the host".to_owned()),
    });
    let Command::Ask(question) = run.flow.next() else { panic!("{:?}", run.flow.next()) };
    let text = question.to_string();
    assert!(text.contains("no route to") && !text.contains('\u{1b}'), "{text}");
    run.answer(EventKind::retry()).intend().then(started).next("Watch(Validated {");
}

#[test]
fn a_migration_whose_id_is_lost_is_asked_for() {
    let other: MigrationId = "6296fb4c7c7aa997cf94e9a9".parse().unwrap();
    let interrupted = || {
        let mut run = Run::start(short(true));
        run.then(EventKind::SourceObserved { link: None, project_available: true });
        run.approve(Action::DropDestinationData).intend().next("Ask(FindMigration(");
        run
    };
    let on_host = |host: &str| EventKind::MigrationObserved {
        migration: migration_id(),
        status: Some(MigrationStatus::Working),
        lag_seconds: Some(9),
        ready: false,
        migration_hosts: vec![host.to_owned()],
    };
    // Found, and confirmed by reading it.
    let mut run = interrupted();
    run.then(lost(Step::Migrate)).answer(EventKind::found(migration_id())).next("Read(Migration {");
    run.then(on_host("host")).next("Watch(Ready {");
    assert_eq!(run.flow.migration(), Some(migration_id()));
    // On another host, ended, or without existing, it is not the one that was created.
    for event in [
        on_host("another host"),
        observed("COMPLETE", None, false),
        EventKind::MigrationMissing { migration: migration_id() },
    ] {
        let mut run = interrupted();
        run.answer(EventKind::found(migration_id())).then(event).next("Ask(FindMigration(");
        let Command::Ask(question) = run.flow.next() else { panic!() };
        assert!(
            question.to_string().contains(&format!("Not this migration: {}", migration_id())),
            "{question}"
        );
        assert_eq!(run.flow.migration(), None);
        run.answer(EventKind::found(other)).next("Read(Migration {");
    }
    // A statement that it does not exist allows one attempt.
    let mut run = interrupted();
    run.refuses(EventKind::not_created(), FlowErrorKind::TooEarly);
    run.wait(120).answer(EventKind::not_created()).next("Once(Migrate {").intend().next("Ask(FindMigration(");
    // It is found after all.
    let mut run = interrupted();
    run.wait(120).answer(EventKind::not_created()).intend().then(rejected(Step::Migrate));
    run.next("Ask(TryAgain { step: Migrate, failure: ");
    let Command::Ask(Question::TryAgain { may_have_taken_effect: true, .. }) = run.flow.next() else {
        panic!()
    };
    run.answer(EventKind::found(migration_id())).next("Read(").then(on_host("host")).next("Watch(Ready {");
    // Atlas shows it, but not its id.
    interrupted().answer(EventKind::conclude(true, "the page shows it")).next("End(Complete)");
}

#[test]
fn a_rejected_step_is_tried_again_only_after_a_decision() {
    let mut run = Run::start(short(true));
    run.then(EventKind::SourceObserved { link: None, project_available: true });
    run.approve(Action::DropDestinationData).intend().then(rejected(Step::Migrate));
    run.next("Ask(TryAgain { step: Migrate");
    run.refuses(EventKind::Intended { step: Step::Migrate }, FlowErrorKind::OutOfOrder);
    let Command::Ask(Question::TryAgain { may_have_taken_effect: false, .. }) = run.flow.next() else {
        panic!()
    };
    // The approval holds: it was not used.
    run.then(EventKind::retry()).next("Once(Migrate {").intend().then(created()).next("Watch(Ready {");
}

#[test]
fn a_cutover_whose_response_was_lost_is_looked_up() {
    let interrupted = || {
        let mut run = Run::ready();
        run.approve(Action::CutOver).intend();
        run
    };
    let mut unknown = interrupted();
    unknown.then(lost(Step::CutOver));
    for run in [interrupted(), unknown] {
        let run = || run.clone();
        run()
            .next("Reconcile(Reconcile { step: CutOver")
            .then(observed("COMPLETE", None, false))
            .next("End(Comp");
        run().then(observed("FAILED", None, false)).next("End(Failed");
        // Without a lag, the cutover has started.
        run().then(observed("WORKING", None, false)).next("Watch(Complete {");
        // Ready: perhaps the request is still on its way.
        run().then(observed("WORKING", Some(0), true)).next("Reconcile(");
        let mut again = run();
        again.wait(120).then(observed("WORKING", Some(0), true)).next("Once(CutOver {").intend();
        // The rejection of a second request does not show that the first had no effect.
        again.clone().then(rejected(Step::CutOver)).next("Ask(TryAgain {");
        let mut second = again.clone();
        second.then(rejected(Step::CutOver));
        let Command::Ask(Question::TryAgain { may_have_taken_effect: true, .. }) = second.flow.next() else {
            panic!("{:?}", second.flow.next())
        };
        second.then(observed("COMPLETE", None, false)).next("End(Complete)");
        again
            .then(lost(Step::CutOver))
            .wait(120)
            .then(observed("WORKING", Some(0), true))
            .next("Ask(TryAgain");
        let by_process = again.record(Actor::process("test"), EventKind::retry());
        assert_eq!(by_process.unwrap_err().kind(), FlowErrorKind::NotAPerson);
        again.answer(EventKind::retry()).next("Once(CutOver {").intend().then(EventKind::CutoverAccepted {});
        again.next("Watch(Complete {").then(observed("WORKING", Some(0), true)).next("Watch(Complete {");
        // Not ready any more, with a lag: it was not cut over.
        let mut lagging = run();
        lagging.wait(120).then(observed("WORKING", Some(9), false)).next("Watch(Ready {");
        lagging.then(observed("WORKING", Some(0), true)).next("Ask(Approve(Approval { action: CutOver");
    }
    // It seemed to have started, and is ready again.
    let mut run = interrupted();
    run.then(observed("WORKING", None, false)).then(observed("WORKING", Some(0), true)).next("Ask(TryAgain");
    run.then(observed("WORKING", None, false)).next("Watch(Complete {");
}

#[test]
fn an_approval_is_for_one_plan_and_one_moment() {
    let mut run = Run::ready();
    let hash = run.flow.started().plan_hash;
    let approve = |hash, expires| EventKind::approve(Action::CutOver, hash, expires);
    run.refuses(approve(plan(true).hash(), None), FlowErrorKind::OtherPlan);
    run.refuses(EventKind::approve(Action::DropDestinationData, hash, None), FlowErrorKind::NotAsked);
    run.refuses(approve(hash, Some(at(0))), FlowErrorKind::ApprovalExpired);
    let by_process = run.record(Actor::process("script"), approve(hash, None));
    assert_eq!(by_process.unwrap_err().kind(), FlowErrorKind::NotAPerson);
    let by_nobody = run.record(Actor::person(" "), approve(hash, None));
    assert_eq!(by_nobody.unwrap_err().kind(), FlowErrorKind::NotAPerson);
    run.next("Ask(Approve(Approval { action: CutOver");
    let expires = at(run.second + 60);
    run.answer(approve(hash, Some(expires))).next("Once(CutOver {");
    let Command::Once(once) = run.flow.next() else { panic!() };
    assert_eq!(run.flow.intent(&once, at(run.second)), EventKind::Intended { step: Step::CutOver });
    run.refuses(EventKind::ApprovalExpired { action: Action::CutOver }, FlowErrorKind::OutOfOrder);
    run.wait(60).refuses(EventKind::Intended { step: Step::CutOver }, FlowErrorKind::ApprovalExpired);
    let intent = run.flow.intent(&once, at(run.second));
    assert_eq!(intent, EventKind::ApprovalExpired { action: Action::CutOver });
    run.then(intent).next("Ask(Approve(Approval { action: CutOver");
    // Without a time, it is valid for an hour: nobody relies on it after a resume on another day.
    run.approve(Action::CutOver)
        .wait(3598)
        .refuses(EventKind::ApprovalExpired { action: Action::CutOver }, FlowErrorKind::OutOfOrder);
    run.refuses(EventKind::Intended { step: Step::CutOver }, FlowErrorKind::ApprovalExpired);
    run.then(EventKind::ApprovalExpired { action: Action::CutOver }).next("Ask(Approve(");
    // Not ready any more: the approval was for the moment in which the writes had stopped.
    run.approve(Action::CutOver).then(observed("WORKING", Some(9), false)).next("Watch(Ready {");
    run.then(observed("WORKING", Some(0), true)).next("Ask(Approve(Approval { action: CutOver");
}

#[test]
fn a_verification_that_failed_prevents_the_cutover() {
    let mut run = Run::start(short(false).verify(true));
    run.then(EventKind::SourceObserved { link: None, project_available: true }).intend().then(created());
    run.then(observed("WORKING", Some(0), true)).next("Verify");
    run.then(EventKind::verification_failed("3 documents differ")).next("Ask(VerificationFailed {");
    run.refuses(EventKind::approve(Action::CutOver, plan(false).hash(), None), FlowErrorKind::NotAsked);
    run.then(EventKind::retry()).next("Verify").then(EventKind::verified()).next("Ask(Approve(");
    // The data has changed since.
    run.then(observed("WORKING", Some(9), false)).then(observed("WORKING", Some(0), true)).next("Verify");
}

#[test]
fn a_migration_can_end_at_any_time() {
    let ends = [("COMPLETE", "End(Complete)"), ("FAILED", "End(Failed {"), ("EXPIRED", "End(Expired)")];
    for (status, end) in ends {
        let mut approved = Run::ready();
        approved.approve(Action::CutOver);
        let mut cutting_over = approved.clone();
        cutting_over.intend().then(EventKind::CutoverAccepted {});
        for mut run in [Run::copying(), Run::ready(), approved, cutting_over] {
            assert!(run.flow.watch().is_some());
            run.then(observed(status, None, false)).next(end);
            run.refuses(EventKind::hold("too late"), FlowErrorKind::Ended);
            assert_eq!(run.flow.watch(), None);
            assert_eq!(run.flow.cutover_window(), None);
        }
    }
    // A status that this version does not know is not an end.
    Run::copying().then(observed("PAUSED", None, false)).next("Watch(Ready {");
}

#[test]
fn a_migration_that_atlas_does_not_find_is_asked_for() {
    let missing = || {
        let mut run = Run::ready();
        run.approve(Action::CutOver).intend().then(EventKind::CutoverAccepted {});
        run.then(EventKind::MigrationMissing { migration: migration_id() }).next("Ask(MigrationMissing {");
        run
    };
    missing().answer(EventKind::retry()).next("Watch(Complete {");
    missing().then(observed("COMPLETE", None, false)).next("End(Complete)");
    missing().then(observed("WORKING", None, false)).next("Watch(Complete {");
    missing().answer(EventKind::conclude(true, "the page shows it")).next("End(Complete)");
    missing().answer(EventKind::conclude(false, "the page shows it")).next("End(Failed { reason: \"the page");
    let by_process = missing().record(Actor::process("script"), EventKind::conclude(true, "no idea"));
    assert_eq!(by_process.unwrap_err().kind(), FlowErrorKind::NotAPerson);
}

#[test]
fn a_hold_prevents_steps_and_nothing_else() {
    let mut run = Run::ready();
    run.approve(Action::CutOver).then(EventKind::hold("lunch")).next("Ask(OnHold { by: Process(\"test\")");
    run.refuses(EventKind::Intended { step: Step::CutOver }, FlowErrorKind::OnHold);
    run.then(observed("WORKING", Some(0), true)).then(EventKind::release()).next("Once(CutOver {");
    run.refuses(EventKind::release(), FlowErrorKind::NotAsked);
    // The outcome of a step that has begun is recorded all the same.
    run.intend().then(EventKind::hold("wait")).then(EventKind::CutoverAccepted {}).next("Ask(OnHold {");
    run.then(observed("COMPLETE", None, false)).next("End(Complete)");
    Run::copying().answer(EventKind::abandon("not today")).next("End(Abandoned { reason: \"not today");
}

#[test]
fn the_window_of_the_cutover_is_counted_from_the_events() {
    let mut run = Run::copying();
    assert_eq!(run.flow.cutover_window(), None);
    run.wait(3600).then(observed("WORKING", Some(9), false));
    let not_ready = at(run.second);
    run.wait(600).then(observed("WORKING", Some(0), true));
    let ready = at(run.second);
    run.wait(600).then(observed("WORKING", Some(0), true));
    let window = Flow::resume(&run.journal).unwrap().cutover_window().unwrap();
    let hours = Duration::from_secs(120 * 3600);
    assert_eq!(
        (window.ready_since, window.ends_after, window.ends_before),
        (ready, not_ready + hours, ready + hours)
    );
    assert_eq!(window.time_left(not_ready), hours);
    assert_eq!(window.time_left(ready + hours), Duration::ZERO);
    run.then(observed("WORKING", Some(9), false));
    assert_eq!(run.flow.cutover_window(), None);
    // Without any observation before, it is counted from the request that created the migration.
    let run = Run::ready();
    let window = run.flow.cutover_window().unwrap();
    assert_eq!((window.ends_after, window.ready_since), (at(2) + hours, at(4)));
}
