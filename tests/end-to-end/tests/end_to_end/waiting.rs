//! Waiting for a validation and a migration: until the state is reached, through a bad network, to a typed error.

use std::time::Duration;

use atlas_emulator::{CannedResponse, Emulator, MigrationState};
use atlas_migration_sdk::model::{MigrationStatus, ValidationStatus};
use atlas_migration_sdk::{CredentialKind, ErrorKind, MigrationJob, Polling, Project, Readiness};
use futures_util::TryStreamExt as _;

use crate::common::{ManualClock, builder, project};
use crate::operations::plan;

async fn start() -> (Emulator, Project, ManualClock) {
    let emulator = Emulator::builder().time_scale(0.0).start().await.unwrap();
    emulator.set_linked(true);
    let clock = ManualClock::new();
    let client = builder(&emulator, CredentialKind::AccessToken).clock(clock.clone()).build().unwrap();
    let project = project(&emulator, &client);
    (emulator, project, clock)
}

fn is_ready(readiness: Readiness) -> bool {
    matches!(readiness, Readiness::ReadyForCutover(_))
}

fn with_state(emulator: &Emulator, project: &Project, state: MigrationState) -> MigrationJob {
    project.migration(emulator.add_migration(state).parse().unwrap())
}

#[tokio::test]
async fn validation_ends_with_success_or_a_typed_error() {
    for (status, message, expected) in [
        (Some("SUCCESS"), None, Ok(ValidationStatus::Success)),
        (
            Some("FAILED"),
            Some("no route to the source"),
            Err((ErrorKind::JobFailed, "no route to the source")),
        ),
        (Some("FAILED"), None, Err((ErrorKind::JobFailed, "no reason was given"))),
        (Some("PAUSED"), None, Err((ErrorKind::JobStateUnknown, "PAUSED"))),
    ] {
        let (emulator, project, _) = start().await;
        let job = project.validate(&plan()).await.unwrap();
        emulator.set_validation(&job.id().to_string(), status, message);
        match (job.wait().await, expected) {
            (Ok(validation), Ok(expected)) => assert_eq!(validation.status, Some(expected)),
            (Err(error), Err((kind, part))) => {
                assert_eq!(error.kind(), kind);
                assert!(error.to_string().contains(part), "{error}");
                assert!(!error.may_have_taken_effect() && !error.was_not_processed());
                assert_eq!(error.job_state(), (kind == ErrorKind::JobStateUnknown).then_some("PAUSED"));
            }
            (got, expected) => panic!("got {got:?}, expected {expected:?}"),
        }
    }
}

#[tokio::test]
async fn pending_validation_is_polled() {
    for status in [Some("PENDING"), None] {
        let (emulator, project, clock) = start().await;
        let job = project.validate(&plan()).await.unwrap();
        let id = job.id().to_string();
        emulator.set_validation(&id, status, None);
        let waiting = job.wait();
        tokio::pin!(waiting);
        // Polls at least three times before it ends.
        while clock.delays().len() < 3 {
            tokio::select! { biased; ended = &mut waiting => panic!("{ended:?}"), () = tokio::task::yield_now() => {} }
        }
        emulator.set_validation(&id, Some("SUCCESS"), None);
        assert_eq!(waiting.await.unwrap().status, Some(ValidationStatus::Success));
        assert!(clock.delays().is_sorted());
    }
}

#[tokio::test]
async fn migration_until_ready_then_cut_over_then_complete() {
    let (emulator, project, clock) = start().await;
    let migration = with_state(&emulator, &project, MigrationState::new("NEW"));
    let id = migration.id().to_string();
    let seconds = |lag: Option<Duration>| lag.map(|lag| lag.as_secs());
    let mut lags = Vec::new();
    let states = [
        MigrationState::working(60),
        MigrationState::working(30),
        MigrationState::working(10),
        MigrationState::ready(),
    ];
    let mut states = states.into_iter();
    let ready = migration
        .wait_until_ready(|progress| {
            lags.push((
                seconds(progress.lag()),
                progress.estimated_remaining.is_some(),
                progress.cutover_time_left.is_some(),
            ));
            states.next().map(|state| emulator.set_migration(&id, state));
        })
        .await
        .unwrap();
    assert!(
        matches!(ready, Readiness::ReadyForCutover(migration) if migration.ready_for_cutover == Some(true))
    );
    assert_eq!(
        lags,
        [
            (None, false, false),
            (Some(60), false, false),
            (Some(30), true, false),
            (Some(10), true, false),
            (Some(0), true, true)
        ]
    );
    let delays: Vec<_> = clock.delays().iter().map(Duration::as_millis).collect();
    assert_eq!(delays, [2000, 3000, 4500, 6750]);

    let cutover = migration.cut_over().await.unwrap();
    emulator.set_migration(&id, MigrationState::new("COMPLETE"));
    assert_eq!(cutover.wait().await.unwrap().status, Some(MigrationStatus::Complete));
}

#[tokio::test]
async fn complete_migration_is_told_from_a_ready_one() {
    let (emulator, project, clock) = start().await;
    // The server may keep the flag after the cutover.
    for ready_for_cutover in [true, false] {
        let mut state = MigrationState::new("COMPLETE");
        state.ready_for_cutover = ready_for_cutover;
        let migration = with_state(&emulator, &project, state);
        let mut observed = 0;
        let readiness = migration
            .wait_until_ready(|progress| {
                observed += 1;
                assert!(progress.has_ended() && !progress.is_ready() && progress.cutover_time_left.is_none());
            })
            .await
            .unwrap();
        let Readiness::AlreadyComplete(migration) = readiness else { panic!("{readiness:?}") };
        assert_eq!((migration.status, observed), (Some(MigrationStatus::Complete), 1));
    }
    assert!(clock.delays().is_empty());
}

#[tokio::test]
async fn unsuccessful_migration_is_a_typed_error() {
    for (state, kind, part) in [
        ("FAILED", ErrorKind::JobFailed, "the migration failed"),
        ("EXPIRED", ErrorKind::JobExpired, "within 120 hours"),
        ("PAUSED", ErrorKind::JobStateUnknown, "PAUSED"),
    ] {
        let (emulator, project, _) = start().await;
        let migration = with_state(&emulator, &project, MigrationState::new(state));
        for error in [
            migration.wait_until_ready(|_| ()).await.unwrap_err(),
            migration.wait_until_complete(|_| ()).await.unwrap_err(),
        ] {
            assert_eq!(error.kind(), kind);
            assert!(error.to_string().contains(part), "{error}");
        }
    }
}

#[tokio::test]
async fn stream_returns_the_final_state_and_ends() {
    let (emulator, project, _) = start().await;
    let migration = with_state(&emulator, &project, MigrationState::working(5));
    let id = migration.id().to_string();
    let mut progress = std::pin::pin!(migration.progress());
    assert_eq!(progress.try_next().await.unwrap().unwrap().lag(), Some(Duration::from_secs(5)));
    emulator.set_migration(&id, MigrationState::new("PAUSED"));
    assert_eq!(progress.try_next().await.unwrap().unwrap().status().unwrap().as_str(), "PAUSED");
    emulator.set_migration(&id, MigrationState::new("FAILED"));
    assert_eq!(progress.try_next().await.unwrap().unwrap().status(), Some(&MigrationStatus::Failed));
    assert!(progress.try_next().await.unwrap().is_none());
}

#[tokio::test]
async fn temporary_errors_are_tolerated_for_a_limited_time() {
    let (emulator, project, clock) = start().await;
    let migration = with_state(&emulator, &project, MigrationState::ready());
    for response in [
        CannedResponse::new(502),
        CannedResponse::new(200).body("<html>"),
        CannedResponse::new(429).header("Retry-After", "75"),
    ] {
        emulator.override_next(response);
    }
    assert!(is_ready(migration.wait_until_ready(|_| ()).await.unwrap()));
    assert_eq!(clock.delays().last(), Some(&Duration::from_secs(75)));

    for _ in 0..100 {
        emulator.override_next(CannedResponse::new(503));
    }
    let short = migration.clone().polling(Polling::default().max_error_duration(Duration::from_secs(60)));
    let error = short.wait_until_ready(|_| ()).await.unwrap_err();
    assert_eq!(error.status(), Some(503));
}

#[tokio::test]
async fn permanent_errors_are_returned_at_once() {
    let (emulator, project, clock) = start().await;
    let error = project
        .migration("6296fb4c7c7aa997cf94e9a8".parse().unwrap())
        .wait_until_ready(|_| ())
        .await
        .unwrap_err();
    assert!(error.is_not_found());
    emulator.expire_tokens();
    let error = project.validation("6296fb4c7c7aa997cf94e9a8".parse().unwrap()).wait().await.unwrap_err();
    assert!(error.is_unauthenticated());
    assert!(clock.delays().is_empty());
}

#[tokio::test]
async fn polling_of_the_client_applies_to_jobs_without_their_own() {
    let emulator = Emulator::builder().time_scale(0.0).start().await.unwrap();
    emulator.set_linked(true);
    let clock = ManualClock::new();
    let each = |seconds| {
        let interval = Duration::from_secs(seconds);
        Polling::default().initial_interval(interval).max_interval(interval)
    };
    let client = builder(&emulator, CredentialKind::AccessToken).clock(clock.clone()).polling(each(7));
    let project = project(&emulator, &client.build().unwrap());
    let created = project.validate(&plan()).await.unwrap();
    let by_id = project.validation(created.id());
    for (validation, seconds) in [(by_id.polling(each(5)), 5), (created, 7)] {
        emulator.set_validation(&validation.id().to_string(), Some("SUCCESS"), None);
        emulator.override_next(CannedResponse::new(502));
        validation.wait().await.unwrap();
        assert_eq!(clock.delays().last(), Some(&Duration::from_secs(seconds)));
    }
    let migration = with_state(&emulator, &project, MigrationState::ready());
    for (migration, seconds) in [(migration.clone().polling(each(5)), 5), (migration, 7)] {
        emulator.override_next(CannedResponse::new(502));
        assert!(is_ready(migration.wait_until_ready(|_| ()).await.unwrap()));
        assert_eq!(clock.delays().last(), Some(&Duration::from_secs(seconds)));
    }
}

#[tokio::test]
async fn dropped_wait_stops_and_can_be_resumed_by_id() {
    let (emulator, project, _) = start().await;
    let migration = with_state(&emulator, &project, MigrationState::working(100));
    let waiting = migration.wait_until_ready(|_| ());
    assert!(tokio::time::timeout(Duration::from_millis(20), waiting).await.is_err());
    let sent = emulator.requests().len();
    tokio::task::yield_now().await;
    assert!(emulator.requests().len() <= sent + 1);

    emulator.set_migration(&migration.id().to_string(), MigrationState::ready());
    let resumed = project.migration(migration.id().to_string().parse().unwrap());
    assert!(is_ready(resumed.wait_until_ready(|_| ()).await.unwrap()));
}
