//! Every event in every state: those that do not belong there are refused, and change nothing.

use std::collections::BTreeSet;

use super::*;

/// One event of each kind, and of each step and action, with its name.
pub(super) fn every_event() -> Vec<(String, EventKind)> {
    let hash = plan(true).hash();
    let mut events = vec![
        EventKind::start(everything()),
        EventKind::Linked {},
        EventKind::ValidationStarted { validation: validation_id() },
        created(),
        EventKind::CutoverAccepted {},
        source("SYNCED", true),
        EventKind::ValidationObserved { validation: validation_id(), status: None, message: None },
        EventKind::ValidationMissing { validation: validation_id() },
        observed("WORKING", Some(0), true),
        EventKind::MigrationMissing { migration: migration_id() },
        EventKind::verified(),
        EventKind::verification_failed("it differs"),
        EventKind::found(migration_id()),
        EventKind::not_created(),
        EventKind::retry(),
        EventKind::conclude(true, "seen"),
        EventKind::hold("wait"),
        EventKind::release(),
        EventKind::abandon("enough"),
    ];
    for step in [Step::Link, Step::Validate, Step::Migrate, Step::CutOver] {
        events.extend([EventKind::Intended { step }, rejected(step), lost(step)]);
    }
    for action in [Action::ReplaceLink, Action::DropDestinationData, Action::CutOver] {
        events.push(EventKind::approve(action, hash, None));
        events.push(EventKind::ApprovalExpired { action });
    }
    events.into_iter().map(|kind| (name(&kind), kind)).collect()
}

fn name(kind: &EventKind) -> String {
    let of = match kind {
        EventKind::Intended { step }
        | EventKind::Rejected { step, .. }
        | EventKind::OutcomeUnknown { step, .. } => format!(" {step:?}"),
        EventKind::Approved { action, .. } | EventKind::ApprovalExpired { action } => format!(" {action:?}"),
        _ => String::new(),
    };
    format!("{}{of}", kind.name())
}

/// A flow in each state, and the events that it accepts there. Holding and abandoning are possible in all of them.
fn every_state() -> Vec<(&'static str, Run, &'static str)> {
    let mut states = Vec::new();
    let mut run = Run::start(everything());
    let mut reached = |name, run: &Run, accepted| states.push((name, run.clone(), accepted));
    reached("checking the link", &run, "source_observed");
    run.then(source("SYNCED", false));
    let replacing = "source_observed, approved ReplaceLink";
    reached("linked to another organization", &run, replacing);
    run.then(source("NOT_SYNCED", false));
    reached("link due", &run, "source_observed, intended Link");
    run.intend();
    let outcomes = "source_observed, linked, rejected Link, outcome_unknown Link";
    reached("link intended", &run, outcomes);
    reached("link lost", run.clone().then(lost(Step::Link)), "source_observed");
    reached("link rejected", run.clone().then(rejected(Step::Link)), "source_observed, retried");
    reached("linking", run.then(EventKind::Linked {}), "source_observed, retried");
    reached("validation due", run.then(source("SYNCED", true)), "intended Validate");
    let outcomes = "validation_started, rejected Validate, outcome_unknown Validate, intended Validate";
    reached("validation intended", run.intend(), outcomes);
    reached("validation lost", run.clone().then(lost(Step::Validate)), "intended Validate");
    reached("validation rejected", run.clone().then(rejected(Step::Validate)), "retried");
    run.then(EventKind::ValidationStarted { validation: validation_id() });
    reached("validating", &run, "validation_observed, validation_missing");
    run.then(EventKind::ValidationObserved {
        validation: validation_id(),
        status: Some(ValidationStatus::Success),
        message: None,
    });
    reached("migration due", &run, "approved DropDestinationData");
    run.approve(Action::DropDestinationData);
    reached("migration approved", &run, "approved DropDestinationData, intended Migrate");
    run.intend();
    let lost_events = "migration_found, concluded";
    let outcomes = "migration_created, rejected Migrate, outcome_unknown Migrate, migration_found, concluded";
    reached("migration intended", &run, outcomes);
    reached("migration lost", run.clone().then(lost(Step::Migrate)), lost_events);
    let mut found = run.clone();
    found.answer(EventKind::found(migration_id()));
    reached("migration found", &found, "migration_observed, migration_missing");
    found.then(EventKind::MigrationMissing { migration: migration_id() });
    reached("migration not confirmed", &found, outcomes);
    reached("migration rejected", run.clone().then(rejected(Step::Migrate)), "retried");
    let seen = "migration_observed, migration_missing";
    reached("copying", run.then(created()), seen);
    let mut missing = run.clone();
    missing.then(EventKind::MigrationMissing { migration: migration_id() });
    let about_missing = "migration_observed, migration_missing, retried, concluded";
    reached("missing", &missing, about_missing);
    run.then(observed("WORKING", Some(0), true));
    let verifying = "migration_observed, migration_missing, verified, verification_failed";
    reached("verifying", &run, verifying);
    let mut failed = run.clone();
    failed.then(EventKind::verification_failed("it differs"));
    let retry = "migration_observed, migration_missing, retried";
    reached("verification failed", &failed, retry);
    run.then(EventKind::verified());
    reached("cutover due", &run, "migration_observed, migration_missing, approved CutOver");
    run.approve(Action::CutOver);
    let approved = "migration_observed, migration_missing, approved CutOver, intended CutOver";
    reached("cutover approved", &run, approved);
    run.intend();
    let outcomes =
        "migration_observed, migration_missing, cutover_accepted, rejected CutOver, outcome_unknown CutOver";
    reached("cutover intended", &run, outcomes);
    reached("cutover lost", run.clone().then(lost(Step::CutOver)), seen);
    reached("cutover rejected", run.clone().then(rejected(Step::CutOver)), retry);
    reached("cutting over", run.then(EventKind::CutoverAccepted {}), seen);
    let held = "migration_observed, migration_missing, released";
    reached("on hold", run.clone().then(EventKind::hold("wait")), held);
    states
}

#[test]
fn events_that_do_not_belong_to_a_state_are_refused() {
    for (state, run, accepted) in every_state() {
        let expected: BTreeSet<&str> = accepted.split(", ").chain(["held", "abandoned"]).collect();
        let mut found = BTreeSet::new();
        let events = every_event();
        for (name, kind) in &events {
            let event = Event::new(at(run.second), Actor::person("ada"), kind.clone());
            let mut flow = run.flow.clone();
            match flow.apply(&event) {
                Ok(()) => _ = found.insert(name.as_str()),
                Err(error) => {
                    assert_eq!(flow, run.flow, "{state}: {name} changed the flow");
                    assert!(!error.to_string().is_empty());
                }
            }
            assert_eq!(run.flow.check(&event).is_ok(), found.contains(name.as_str()));
        }
        assert_eq!(found, expected, "{state}");
    }
}

#[test]
fn a_process_cannot_answer_for_a_person() {
    let for_persons = ["approved", "migration_found", "migration_not_created", "concluded"];
    let mut accepted = BTreeSet::new();
    for (state, run, _) in every_state() {
        for (name, kind) in every_event() {
            // After the time in which a request may take effect.
            let event = |by| Event::new(at(run.second + SETTLING), by, kind.clone());
            if for_persons.contains(&kind.name()) && run.flow.check(&event(Actor::person("ada"))).is_ok() {
                let error = run.flow.check(&event(Actor::process("test"))).unwrap_err();
                assert_eq!(error.kind(), FlowErrorKind::NotAPerson, "{state}: {name}");
                accepted.insert(kind.name());
            }
        }
    }
    assert_eq!(accepted, BTreeSet::from(for_persons));
}

#[test]
fn events_of_another_job_are_refused() {
    let other = || "000000000000000000000000".parse().unwrap();
    let kinds = [
        EventKind::MigrationObserved {
            migration: other(),
            status: Some(MigrationStatus::Complete),
            lag_seconds: None,
            ready: false,
            migration_hosts: Vec::new(),
        },
        EventKind::MigrationMissing { migration: other() },
        EventKind::ValidationMissing { validation: "000000000000000000000000".parse().unwrap() },
    ];
    for (state, run, _) in every_state() {
        for kind in &kinds {
            let event = Event::new(at(run.second), Actor::person("ada"), kind.clone());
            assert!(run.flow.check(&event).is_err(), "{state}: {}", kind.name());
        }
    }
}

#[test]
fn nothing_follows_the_end() {
    let mut ended = Run::ready();
    ended.then(observed("COMPLETE", None, false));
    for (name, kind) in every_event() {
        let event = Event::new(at(9), Actor::person("ada"), kind);
        assert_eq!(ended.flow.check(&event).unwrap_err().kind(), FlowErrorKind::Ended, "{name}");
    }
}

#[test]
fn a_journal_begins_with_the_start() {
    assert_eq!(Flow::resume([]).unwrap_err().kind(), FlowErrorKind::NotStarted);
    for (name, kind) in every_event() {
        let event = Event::new(at(0), Actor::person("ada"), kind);
        let started = Flow::start(&event);
        assert_eq!(started.is_ok(), name == "started", "{name}");
        assert!(started.is_ok() || started.unwrap_err().kind() == FlowErrorKind::NotStarted);
    }
}

#[test]
fn the_start_must_be_consistent() {
    let start = |started| Flow::start(&Event::new(at(0), Actor::process("test"), EventKind::start(started)));
    let mut edited = short(false);
    edited.plan = plan(true);
    assert_eq!(start(edited).unwrap_err().kind(), FlowErrorKind::Altered);
    let ops_manager = |url: &str| {
        let org = "5f9ad6b7e1c2a3041d0e9b10".parse().unwrap();
        short(false).link(LinkSource::new(org, SourceService::OpsManager(url.to_owned())))
    };
    assert!(start(ops_manager("https://ops.example.com")).is_ok());
    let error = start(ops_manager("https://user:planted@ops.example.com")).unwrap_err();
    assert!(error.kind() == FlowErrorKind::Malformed && !error.to_string().contains("planted"), "{error}");
}
