//! Made-up states, without a server.

use std::time::{Duration, UNIX_EPOCH};

use atlas_migration_sdk::flow::{Actor, Event, EventKind};
use serde_json::json;
use temporalio_common::protos::temporal::api::common::v1::{ActivityType, Payload, Payloads};
use temporalio_common::protos::temporal::api::enums::v1::PendingActivityState;
use temporalio_common::protos::temporal::api::failure::v1::failure::FailureInfo;
use temporalio_common::protos::temporal::api::failure::v1::{ApplicationFailureInfo, Failure};
use temporalio_common::protos::temporal::api::workflow::v1::PendingActivityInfo;

use super::*;
use crate::commands::fixtures::{approval, at, entry, spec, view};
use crate::messages::Polled;

/// A running migration with this view.
fn running(name: &str, fields: serde_json::Value) -> MigrationStatus {
    let mut status = MigrationStatus::from_ledger(name, &entry(&spec(name, "host1"), LedgerState::Running));
    status.add_view(view(name, fields), at(3600));
    status
}

fn observed(seconds: u64, lag: u64, ready: bool) -> serde_json::Value {
    json!({ "at": at(seconds), "status": "WORKING", "lagSeconds": lag, "ready": ready })
}

fn try_again(temporary: bool, may_have_taken_effect: bool) -> serde_json::Value {
    json!({ "try_again": {
        "step": "migrate", "may_have_taken_effect": may_have_taken_effect,
        "failure": { "message": "Atlas is busy", "temporary": temporary },
    }})
}

fn polled(seconds: u64, lag: u64) -> PendingActivityInfo {
    let kind: EventKind = serde_json::from_value(json!({ "migration_observed": {
        "migration": "6a90be4d3f3a0c7a43d3a001", "status": "WORKING", "lag_seconds": lag, "ready": false,
    }}))
    .unwrap();
    let last = Event::new(at(seconds), Actor::process("w"), kind);
    let data = serde_json::to_vec(&Polled { last, estimate_seconds: None }).unwrap();
    let details = Payloads { payloads: vec![Payload { data, ..Payload::default() }] };
    PendingActivityInfo { heartbeat_details: Some(details), ..failing("AtlasWatch", 7, "Unchanged") }
}

fn failing(name: &str, attempt: i32, kind: &str) -> PendingActivityInfo {
    let info = ApplicationFailureInfo { r#type: kind.to_owned(), ..ApplicationFailureInfo::default() };
    PendingActivityInfo {
        activity_type: Some(ActivityType { name: name.to_owned() }),
        state: PendingActivityState::Scheduled as i32,
        attempt,
        last_failure: Some(Failure {
            message: "the role is missing".to_owned(),
            failure_info: Some(FailureInfo::ApplicationFailureInfo(info)),
            ..Failure::default()
        }),
        ..PendingActivityInfo::default()
    }
}

#[test]
fn what_needs_a_person() {
    for (fields, expected) in [
        (json!({}), State::Running),
        (json!({ "question": approval() }), State::Waiting),
        (json!({ "question": try_again(true, false) }), State::Running),
        (json!({ "question": try_again(true, true) }), State::Waiting),
        (json!({ "question": try_again(false, false) }), State::Waiting),
        (json!({ "end": "complete", "stage": null }), State::Complete),
        (json!({ "end": { "failed": { "reason": "x" } }, "stage": null }), State::Failed),
    ] {
        assert_eq!(running("a", fields.clone()).state, expected, "{fields}");
    }
    // It is still a problem, and shown as one.
    assert_eq!(running("a", json!({ "question": try_again(true, false) })).problem.unwrap(), "Atlas is busy");
}

#[test]
fn the_last_poll_is_newer_than_the_recorded_state() {
    let mut status = running("a", json!({ "observed": observed(0, 1000, false) }));
    status.add_pending(Pending::of(&[polled(600, 400)], at(601)));
    assert_eq!((status.lag_seconds, status.observed_at), (Some(400), Some(at(600))));
    // 600 s of lag were caught up in 600 s.
    assert_eq!(status.estimated_remaining_seconds, Some(400));
    assert_eq!(status.problem, None, "a poll without a change is no problem");
    let mut newer = running("a", json!({ "observed": observed(700, 10, true) }));
    newer.add_pending(Pending::of(&[polled(600, 400)], at(701)));
    assert_eq!((newer.lag_seconds, newer.observed_at), (Some(10), Some(at(700))));
}

#[test]
fn estimates() {
    for (before, after, expected) in [
        ((0, 1000), (600, 400), Some(400)),
        ((0, 1000), (600, 1000), None),
        ((0, 1000), (600, 2000), None),
        ((0, 1000), (30, 400), None),
        ((0, 1000), (600, 0), Some(0)),
    ] {
        let left = estimate((at(before.0), before.1), (at(after.0), after.1));
        assert_eq!(left, expected.map(Duration::from_secs), "{before:?} {after:?}");
    }
}

#[test]
fn problems_of_activities() {
    let pending = Pending::of(&[failing("AtlasRead", 4, "MissingRole")], at(0));
    assert_eq!(pending.problem.as_deref(), Some("the role is missing"));
    assert_eq!(pending.attempts, Some(3));
    assert_eq!(Pending::of(&[failing("AtlasWatch", 4, "Unchanged")], at(0)), Pending::default());
    let mut waiting = PendingActivityInfo { last_failure: None, ..failing("AtlasRead", 1, "") };
    let scheduled = std::time::SystemTime::now();
    waiting.scheduled_time = Some(scheduled.into());
    let seconds = scheduled.duration_since(UNIX_EPOCH).unwrap();
    let after = |wait: u64| Timestamp::from(UNIX_EPOCH + seconds + Duration::from_secs(wait));
    assert_eq!(Pending::of(std::slice::from_ref(&waiting), after(30)).problem, None);
    let problem = Pending::of(&[waiting], after(90)).problem.unwrap();
    assert!(problem.contains("poll the task queue atlas-api?"), "{problem}");
}

/// A fleet with a migration in each state.
fn fleet() -> FleetStatus {
    let mut ready = running(
        "ready",
        json!({ "stage": "approval", "question": approval(), "observed": observed(3590, 3, true),
                "cutoverPossibleUntil": at(3600 + 90 * 60), "approvers": ["ada", "bob"] }),
    );
    ready.add_pending(Pending::default());
    let mut stuck = running("stuck", json!({ "stage": "link", "approvers": [] }));
    stuck.add_pending(Pending::of(&[failing("AtlasRead", 4, "MissingRole")], at(3600)));
    let mut held = MigrationStatus::from_ledger("held", &entry(&spec("held", "host2"), LedgerState::Queued));
    held.state = State::Held;
    held.problem = Some("on hold by ada: lunch".to_owned());
    let of = |name: &str, state| MigrationStatus::from_ledger(name, &entry(&spec(name, "host2"), state));
    let migrations = vec![
        of("blocked", LedgerState::Blocked("terminated".to_owned())),
        of("done", LedgerState::Ended(End::Complete)),
        of("expired", LedgerState::Ended(End::Expired)),
        of("gone", LedgerState::Abandoned { reason: "not needed\nany more".to_owned() }),
        held,
        of("queued", LedgerState::Queued),
        ready,
        running(
            "sending",
            json!({ "stage": "cutover", "performing": true, "observed": observed(3000, 2, true) }),
        ),
        stuck,
    ];
    let pause = PauseStatus { by: "bob".to_owned(), reason: "incident".to_owned(), since: at(0) };
    let counts = Counts::of(&migrations);
    FleetStatus { fleet: "f".to_owned(), at: at(3600), pause: Some(pause), counts, migrations }
}

#[test]
fn the_table_for_people() {
    let text = for_people(&fleet());
    // Texts are wrapped to the width of the table: words stay whole.
    for expected in
        ["ada,", "bob:", "approve:", "1 h 30", "sending", "attempts)", "on hold", "resume", "anyone:"]
    {
        assert!(text.contains(expected), "{expected}:\n{text}");
    }
    assert!(
        text.contains("Fleet f: 2 running, 2 waiting for a person, 2 queued, 1 done, 2 failed\n"),
        "{text}"
    );
    assert!(text.ends_with("Paused by bob since 2026-11-28T08:00:00.000Z: incident"), "{text}");
    assert!(!text.contains("any more"), "only the first line of a problem:\n{text}");
}

#[test]
fn all_have_ended_once_nothing_can_go_on() {
    assert!(!fleet().counts.have_all_ended());
    assert!(Counts { done: 3, failed: 1, ..Counts::default() }.have_all_ended());
    assert!(!Counts { waiting: 1, ..Counts::default() }.have_all_ended());
}

#[test]
fn the_json_has_its_schema() {
    let (_, schema) = crate::commands::schema::ALL.iter().find(|(name, _)| *name == "status").unwrap();
    let validator = jsonschema::validator_for(schema().as_value()).unwrap();
    let json = serde_json::to_value(fleet()).unwrap();
    let errors: Vec<_> = validator.iter_errors(&json).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(json["migrations"][6]["question"]["approve"]["action"], "cut_over");
    assert_eq!(json["migrations"][6]["cutoverSecondsLeft"], 5400);
    assert_eq!(json["counts"]["waiting"], 2);
}
