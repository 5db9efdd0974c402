//! One call: its own time limits and retry policy, and a request as a future that can be spawned, joined and blocked on.

use std::net::TcpListener;
use std::time::Duration;

use atlas_emulator::{CannedResponse, Emulator, Fault, FaultKind};
use atlas_migration_sdk::{Backoff, Client, CredentialKind, Error, ErrorKind, NoRetry, operations};
use futures_util::future::{join_all, try_join};
use tokio::runtime::Runtime;

use crate::common::{Eager, ManualClock, api_requests, bearer, builder, org};

/// The error of both forms of a request, with settings of their own. `emulate` prepares the emulator for each call.
macro_rules! errors {
    ($emulator:expr, $client:expr, $emulate:expr, |$request:ident| $with_settings:expr) => {{
        let () = $emulate;
        let $request = org($emulator, $client).available_projects();
        let typed: Error = $with_settings.await.unwrap_err();
        let () = $emulate;
        let $request = $client.request(&operations::LIST_ORGS);
        let raw: Error = $with_settings.await.unwrap_err();
        [typed, raw]
    }};
}

fn unavailable(emulator: &Emulator) {
    emulator.override_next(CannedResponse::new(503));
}

#[tokio::test]
async fn retry_policy_of_a_call_replaces_that_of_the_client() {
    let emulator = Emulator::start().await.unwrap();
    let with = |policy: Backoff| {
        let builder = builder(&emulator, CredentialKind::AccessToken).clock(ManualClock::new());
        builder.retry(policy).build().unwrap()
    };
    let (patient, impatient) = (with(Backoff::default()), with(Backoff::default().max_attempts(1)));

    for error in errors!(&emulator, &patient, unavailable(&emulator), |request| request.no_retry()) {
        assert_eq!(error.status(), Some(503));
    }
    assert_eq!(api_requests(&emulator), 2);
    unavailable(&emulator);
    org(&emulator, &impatient).available_projects().retry(Backoff::default()).await.unwrap();
    unavailable(&emulator);
    impatient.request(&operations::LIST_ORGS).retry(Backoff::default()).await.unwrap();
    assert_eq!(api_requests(&emulator), 6);
    // Only those calls.
    for error in errors!(&emulator, &impatient, unavailable(&emulator), |request| request) {
        assert_eq!(error.status(), Some(503));
    }
}

#[tokio::test]
async fn retry_policy_of_a_call_repeats_nothing_that_may_have_had_an_effect() {
    let emulator = Emulator::start().await.unwrap();
    let client = bearer(&emulator);
    emulator.inject(Fault::new(FaultKind::ResetAfterEffect));
    let error = org(&emulator, &client).create_link_token([]).retry(Eager).await.unwrap_err();
    assert!(error.may_have_taken_effect());
    assert_eq!(emulator.link_tokens().len(), 1);
}

#[tokio::test]
async fn time_limits_of_a_call_replace_those_of_the_client() {
    let emulator = Emulator::start().await.unwrap();
    // A server that never responds.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let base_url = format!("http://{}", silent.local_addr().unwrap());
    let client = builder(&emulator, CredentialKind::AccessToken).base_url(base_url).build().unwrap();
    let limit = Duration::from_millis(20);
    for error in errors!(&emulator, &client, (), |request| request.timeout(limit)) {
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert!(error.to_string().contains("within 0.02 s, the limit for the whole operation"), "{error}");
    }
    for error in errors!(&emulator, &client, (), |request| request.attempt_timeout(limit)) {
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert!(error.to_string().contains("within 0.02 s, the limit for one attempt"), "{error}");
    }
    // A longer limit than that of the client.
    let hasty =
        builder(&emulator, CredentialKind::AccessToken).operation_timeout(Duration::ZERO).build().unwrap();
    org(&emulator, &hasty).available_projects().await.unwrap_err();
    org(&emulator, &hasty).available_projects().timeout(Duration::from_secs(60)).await.unwrap();
}

#[tokio::test]
async fn time_limit_of_a_call_ends_its_retries() {
    let emulator = Emulator::start().await.unwrap();
    let clock = ManualClock::new();
    let builder = builder(&emulator, CredentialKind::AccessToken).clock(clock.clone());
    let client = builder.retry(Backoff::default()).build().unwrap();
    emulator.override_next(CannedResponse::new(503).header("Retry-After", "30"));
    let call = org(&emulator, &client).available_projects();
    assert_eq!(call.timeout(Duration::from_secs(20)).await.unwrap_err().status(), Some(503));
    assert!(clock.delays().is_empty());
}

#[tokio::test]
async fn time_limit_of_a_call_applies_to_the_throttle() {
    let emulator = Emulator::start().await.unwrap();
    let clock = ManualClock::new();
    let client = builder(&emulator, CredentialKind::AccessToken).clock(clock.clone()).build().unwrap();
    let call = || org(&emulator, &client).available_projects();
    let low = CannedResponse::new(200).header("RateLimit-Limit", "60").header("RateLimit-Remaining", "1");
    for _ in 0..2 {
        emulator.override_next(low.clone().body("[]"));
        call().await.unwrap();
    }
    let error = call().timeout(Duration::from_millis(500)).await.unwrap_err();
    assert!(error.is_timeout() && error.was_not_processed(), "{error}");
    assert!(clock.delays().is_empty());
    call().await.unwrap();
    assert_eq!(clock.delays(), [Duration::from_secs(1)]);
}

#[tokio::test]
async fn requests_are_spawned_and_joined() {
    let emulator = Emulator::start().await.unwrap();
    let client = bearer(&emulator);
    let org = org(&emulator, &client);
    let spawned = tokio::spawn(org.get());
    let raw = tokio::spawn(client.request(&operations::LIST_ORGS).parameter("itemsPerPage", 1));
    assert_eq!(spawned.await.unwrap().unwrap().id, Some(org.id()));
    assert_eq!(raw.await.unwrap().unwrap()["totalCount"], 1);
    assert_eq!(join_all((0..10).map(|_| org.get())).await.iter().filter(|result| result.is_ok()).count(), 10);
    try_join(org.get(), org.available_projects()).await.unwrap();
}

#[tokio::test]
async fn polled_request_can_still_be_sent_for_its_metadata() {
    let emulator = Emulator::start().await.unwrap();
    let client = bearer(&emulator);
    let mut typed = org(&emulator, &client).available_projects();
    let mut raw = client.request(&operations::LIST_ORGS);
    tokio::select! { biased; result = &mut typed => panic!("{result:?}"), () = std::future::ready(()) => {} }
    tokio::select! { biased; result = &mut raw => panic!("{result:?}"), () = std::future::ready(()) => {} }
    // An option has no effect any more.
    assert_eq!(typed.timeout(Duration::ZERO).send().await.unwrap().metadata.status(), 200);
    assert_eq!(raw.timeout(Duration::ZERO).send().await.unwrap().metadata.status(), 200);
    assert_eq!(api_requests(&emulator), 2);
}

#[test]
fn synchronous_code_needs_a_runtime_and_nothing_else() {
    let runtime = Runtime::new().unwrap();
    let emulator = runtime.block_on(Emulator::start()).unwrap();
    let client: Client = builder(&emulator, CredentialKind::ServiceAccount).retry(NoRetry).build().unwrap();
    let org = org(&emulator, &client);
    assert_eq!(runtime.block_on(org.get()).unwrap().id, Some(org.id()));
    assert_eq!(runtime.block_on(client.request(&operations::LIST_ORGS)).unwrap()["totalCount"], 1);
    assert_eq!(runtime.block_on(org.available_projects().send()).unwrap().metadata.status(), 200);
}
