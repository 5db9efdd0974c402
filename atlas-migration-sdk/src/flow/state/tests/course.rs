//! Whole flows, approvals, holds, and the ends.

use super::*;

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
        assert_eq!(run.flow.watch(), None);
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
    // A migration whose id was lost may be that of the first request.
    let mut run = Run::start(short(false));
    run.then(EventKind::SourceObserved { link: None, project_available: true }).intend();
    let requested = at(run.second);
    for _ in 0..2 {
        run.wait(SETTLING).answer(EventKind::not_created()).intend();
    }
    run.answer(EventKind::found(migration_id())).then(observed("WORKING", Some(0), true));
    assert_eq!(run.flow.cutover_window().unwrap().ends_after, requested + hours);
    // Without any observation before, it is counted from the request that created the migration.
    let run = Run::ready();
    let window = run.flow.cutover_window().unwrap();
    assert_eq!((window.ends_after, window.ready_since), (at(2) + hours, at(4)));
}
