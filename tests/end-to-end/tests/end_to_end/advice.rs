//! What an error recommends if the request may have taken effect.

use atlas_emulator::{CannedResponse, Emulator, Fault, FaultKind};
use atlas_migration_sdk::{Backoff, CredentialKind, ErrorCode, operations};

use crate::common::{ManualClock, bearer, builder, org, project};
use crate::errors::{assert_contains, canned};

#[tokio::test]
async fn busy_migration_host_has_help() {
    let emulator = Emulator::builder().time_scale(0.0).require_available_source(false).start().await.unwrap();
    let project = project(&emulator, &bearer(&emulator));
    let plan = crate::operations::plan();
    // The validation runs, but its response is lost.
    let operation = &operations::VALIDATE_GROUP_LIVE_MIGRATIONS;
    emulator.inject(Fault::new(FaultKind::ResetAfterEffect).on(operation));
    let lost = project.validate(&plan).await.unwrap_err();
    assert!(lost.may_have_taken_effect());
    assert_contains(&lost, &["safe to start another one", "409 `MIGRATION_HOST_BUSY`"]);
    for error in [project.validate(&plan).await.unwrap_err(), project.migrate(&plan).await.unwrap_err()] {
        assert!(error.is_conflict() && !error.may_have_taken_effect(), "{error}");
        assert_eq!(error.code(), Some(&ErrorCode::MigrationHostBusy));
        assert_contains(&error, &["409 MIGRATION_HOST_BUSY", "runs one job at a time"]);
    }
}

/// No text sends a caller who may have started something into doing it again without a look.
#[tokio::test]
async fn no_failure_of_the_server_recommends_another_try_of_what_may_have_happened() {
    let emulator = Emulator::start().await.unwrap();
    let client = bearer(&emulator);
    let body =
        r#"{"detail":"d","error":500,"errorCode":"UNEXPECTED_ERROR","reason":"Internal Server Error"}"#;
    let failure = || CannedResponse::new(500).header("Content-Type", "application/json").body(body);
    emulator.override_next(failure());
    let error = org(&emulator, &client).create_link_token([]).await.unwrap_err();
    assert_contains(&error, &["500 Internal Server Error", "The server failed", "may have taken effect"]);
    assert!(!error.to_string().contains("try again"), "{error}");
    emulator.override_next(failure());
    let error = org(&emulator, &client).available_projects().await.unwrap_err();
    assert_contains(&error, &["The server failed; try again later"]);

    // An earlier attempt may have deleted the link, and the rate limit stops the next one.
    let client = builder(&emulator, CredentialKind::AccessToken).retry(Backoff::default().max_attempts(2));
    let client = client.clock(ManualClock::new()).build().unwrap();
    emulator.override_next(failure());
    emulator.override_next(canned(429, "RATE_LIMITED", "Slow down.", "null").header("Retry-After", "7"));
    let error = org(&emulator, &client).delete_link_tokens().await.unwrap_err();
    assert!(error.is_rate_limited() && error.may_have_taken_effect());
    assert_contains(&error, &["Wait 7 s before the next request", "An earlier attempt"]);
}
