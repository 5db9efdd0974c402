//! Steps whose response was lost, which were rejected, or which were not needed.

use super::*;

#[test]
fn a_link_that_is_visible_is_not_made_again() {
    let mut run = Run::start(everything());
    run.clone().then(source("SYNCED", true)).next("Once(Validate {");
    // Atlas may list the project although the link has ended.
    run.then(source("NOT_SYNCED", true)).next("Once(Link {");
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
    run.approve(Action::ReplaceLink).next("Once(Link {").intend();
    let mut linked = run.clone();
    linked.then(EventKind::Linked {}).next("Watch(Linked(").answer(EventKind::retry());
    linked.then(source("SYNCED", false)).next("Ask(Approve(Approval { action: ReplaceLink");
    // After a lost response, the status is that of either link.
    run.then(source("SYNCED", false)).next("Reconcile(Reconcile { step: Link");
    run.clone().then(source("SYNCED", true)).next("Once(Validate {");
    run.wait(2 * SETTLING).then(source("SYNCED", false)).next("Ask(Approve(Approval { action: ReplaceLink");
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
        run.clone().wait(2 * SETTLING - 3).then(source("NOT_SYNCED", false)).next("Reconcile(");
        run.wait(2 * SETTLING).then(source("NOT_SYNCED", false)).next("Once(Link {").intend();
        run.wait(2 * SETTLING).then(source("NOT_SYNCED", false)).next("Ask(TryAgain { step: Link");
        // A runner does not go on by itself.
        let Command::Ask(Question::TryAgain { failure, .. }) = run.flow.next() else { panic!() };
        assert!(!failure.temporary);
        run.clone()
            .then(source("NOT_SYNCED", false))
            .next("Ask(")
            .then(source("SYNCED", true))
            .next("Once(Val");
        // After a decision, attempts are counted again.
        run.answer(EventKind::retry()).next("Once(Link {").intend();
        run.wait(2 * SETTLING).then(source("NOT_SYNCED", false)).next("Once(Link {");
        // And so are those of the next step.
        run.intend().then(source("SYNCED", true)).intend().then(lost(Step::Validate)).next("Once(Validate {");
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
    let Command::Ask(Question::TryAgain { failure, .. }) = run.flow.next() else { panic!() };
    assert!(!failure.temporary);
    run.answer(EventKind::retry()).next("Once(Validate {").intend();
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
    assert_eq!(run.flow.watch(), None);
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
            question.to_string().contains(&format!("Not this migration: {}", migration_id()))
                && question.to_string().contains("state how"),
            "{question}"
        );
        assert_eq!(run.flow.migration(), None);
        run.answer(EventKind::found(other)).next("Read(Migration {");
    }
    // A statement that it does not exist allows one attempt.
    let mut run = interrupted();
    run.clone().wait(SETTLING - 2).refuses(EventKind::not_created(), FlowErrorKind::TooEarly);
    run.wait(SETTLING)
        .answer(EventKind::not_created())
        .next("Once(Migrate {")
        .intend()
        .next("Ask(FindMigration(");
    // It is found after all.
    let mut run = interrupted();
    run.wait(SETTLING).answer(EventKind::not_created()).intend().then(rejected(Step::Migrate));
    assert!(run.flow.may_have_migration());
    run.next("Ask(TryAgain { step: Migrate, failure: ");
    let Command::Ask(Question::TryAgain { may_have_taken_effect: true, .. }) = run.flow.next() else {
        panic!()
    };
    run.answer(EventKind::found(migration_id())).next("Read(").then(on_host("host")).next("Watch(Ready {");
    // An attempt of the migration that may have taken effect is none of the cutover.
    let mut run = interrupted();
    run.wait(SETTLING).answer(EventKind::not_created()).intend().then(created());
    run.then(observed("WORKING", Some(0), true))
        .approve(Action::CutOver)
        .intend()
        .then(rejected(Step::CutOver));
    let Command::Ask(Question::TryAgain { may_have_taken_effect: false, .. }) = run.flow.next() else {
        panic!("{:?}", run.flow.next())
    };
    // Atlas shows it, but not its id.
    interrupted().answer(EventKind::conclude(true, "the page shows it")).next("End(Complete)");
}

#[test]
fn a_rejected_step_is_tried_again_only_after_a_decision() {
    let mut run = Run::start(short(true));
    run.then(EventKind::SourceObserved { link: None, project_available: true });
    run.approve(Action::DropDestinationData).intend();
    assert!(run.flow.may_have_migration());
    run.then(rejected(Step::Migrate));
    assert!(!run.flow.may_have_migration());
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
        // Ready: perhaps the request is still in flight.
        run().then(observed("WORKING", Some(0), true)).next("Reconcile(");
        let mut again = run();
        again.wait(SETTLING).then(observed("WORKING", Some(0), true)).next("Once(CutOver {").intend();
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
            .wait(SETTLING)
            .then(observed("WORKING", Some(0), true))
            .next("Ask(TryAgain");
        let by_process = again.record(Actor::process("test"), EventKind::retry());
        assert_eq!(by_process.unwrap_err().kind(), FlowErrorKind::NotAPerson);
        again.answer(EventKind::retry()).next("Once(CutOver {").intend().then(EventKind::CutoverAccepted {});
        again.next("Watch(Complete {").then(observed("WORKING", Some(0), true)).next("Watch(Complete {");
        // Not ready any more, with a lag: it was not cut over.
        let mut lagging = run();
        lagging.wait(SETTLING).then(observed("WORKING", Some(9), false)).next("Watch(Ready {");
        lagging.then(observed("WORKING", Some(0), true)).next("Ask(Approve(Approval { action: CutOver");
    }
    // It seemed to have started, and is ready again.
    let mut run = interrupted();
    run.then(observed("WORKING", None, false)).then(observed("WORKING", Some(0), true)).next("Ask(TryAgain");
    run.then(observed("WORKING", None, false)).next("Watch(Complete {");
}
