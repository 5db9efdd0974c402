//! The service account's access token: fetched once, cached, renewed.

use std::future::IntoFuture as _;
use std::time::Duration;

use atlas_emulator::{CannedResponse, Emulator, Fault, FaultKind};
use atlas_migration_sdk::{Backoff, Client, CredentialKind, ErrorKind};
use futures_util::FutureExt as _;
use futures_util::future::join_all;

use crate::common::{
    ManualClock, api_error, api_requests, builder, client, count_with_status, org, token_requests,
};

async fn call(emulator: &Emulator, client: &Client) -> Result<(), atlas_migration_sdk::Error> {
    org(emulator, client).available_projects().await.map(drop)
}

async fn many(
    emulator: &Emulator,
    client: &Client,
    count: usize,
) -> Vec<Result<(), atlas_migration_sdk::Error>> {
    let org = org(emulator, client);
    let calls = (0..count).map(|_| {
        let org = org.clone();
        tokio::spawn(async move { org.available_projects().await.map(drop) })
    });
    join_all(calls).await.into_iter().map(Result::unwrap).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn token_is_fetched_once_for_concurrent_calls() {
    let emulator = Emulator::start().await.unwrap();
    let client = client(&emulator, CredentialKind::ServiceAccount);
    assert!(many(&emulator, &client, 64).await.iter().all(Result::is_ok));
    assert_eq!((token_requests(&emulator), api_requests(&emulator)), (1, 64));
}

// On one thread, so that all calls start before the first fetch can end.
#[tokio::test]
async fn failed_fetch_fails_all_waiting_calls() {
    let emulator = Emulator::builder().token_requests_per_minute(0).start().await.unwrap();
    let client = client(&emulator, CredentialKind::ServiceAccount);
    let org = org(&emulator, &client);
    let results = join_all((0..16).map(|_| async { org.available_projects().await.map(drop) })).await;
    assert!(results.iter().all(|result| result.as_ref().unwrap_err().kind() == ErrorKind::TokenRateLimited));
    assert_eq!(token_requests(&emulator), 1);
}

#[tokio::test]
async fn token_is_renewed_before_it_expires() {
    let emulator = Emulator::start().await.unwrap();
    let clock = ManualClock::new();
    let client = builder(&emulator, CredentialKind::ServiceAccount).clock(clock.clone()).build().unwrap();
    call(&emulator, &client).await.unwrap();
    clock.advance(Duration::from_secs(3600 - 301));
    call(&emulator, &client).await.unwrap();
    assert_eq!(token_requests(&emulator), 1);
    clock.advance(Duration::from_secs(2));
    call(&emulator, &client).await.unwrap();
    wait_for(|| token_requests(&emulator) == 2).await;
    call(&emulator, &client).await.unwrap();
    assert_eq!((token_requests(&emulator), count_with_status(&emulator, 401)), (2, 0));
}

#[tokio::test]
async fn failed_renewal_keeps_the_old_token() {
    let emulator = Emulator::start().await.unwrap();
    let clock = ManualClock::new();
    let client = builder(&emulator, CredentialKind::ServiceAccount).clock(clock.clone()).build().unwrap();
    call(&emulator, &client).await.unwrap();
    clock.advance(Duration::from_secs(3600 - 200));
    emulator.override_next(CannedResponse::new(503).on_oauth());
    call(&emulator, &client).await.unwrap();
    wait_for(|| token_requests(&emulator) == 2).await;
    // Not retried at once, but after a delay.
    for _ in 0..5 {
        call(&emulator, &client).await.unwrap();
    }
    assert_eq!(token_requests(&emulator), 2);
    clock.advance(Duration::from_secs(31));
    call(&emulator, &client).await.unwrap();
    wait_for(|| token_requests(&emulator) == 3).await;
}

#[tokio::test]
async fn postponed_renewal_does_not_keep_an_expired_token() {
    let emulator = Emulator::start().await.unwrap();
    let clock = ManualClock::new();
    let client = builder(&emulator, CredentialKind::ServiceAccount).clock(clock.clone()).build().unwrap();
    call(&emulator, &client).await.unwrap();
    clock.advance(Duration::from_secs(3600 - 200));
    emulator.override_next(CannedResponse::new(429).header("retry-after", "600").on_oauth());
    call(&emulator, &client).await.unwrap();
    wait_for(|| token_requests(&emulator) == 2).await;
    clock.advance(Duration::from_secs(201));
    emulator.revoke_all_tokens();
    // Neither the expired token is used, nor another one requested before the delay has passed.
    let error = call(&emulator, &client).await.unwrap_err();
    assert!(error.is_rate_limited() && error.was_not_processed(), "{error}");
    clock.advance(Duration::from_secs(600));
    call(&emulator, &client).await.unwrap();
    assert_eq!((token_requests(&emulator), count_with_status(&emulator, 401)), (3, 0));
}

#[tokio::test]
async fn expired_token_is_fetched_again() {
    let emulator = Emulator::start().await.unwrap();
    let clock = ManualClock::new();
    let client = builder(&emulator, CredentialKind::ServiceAccount).clock(clock.clone()).build().unwrap();
    call(&emulator, &client).await.unwrap();
    clock.advance(Duration::from_secs(3600));
    call(&emulator, &client).await.unwrap();
    assert_eq!((token_requests(&emulator), count_with_status(&emulator, 401)), (2, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn rejected_token_is_renewed_once_for_concurrent_calls() {
    let emulator = Emulator::start().await.unwrap();
    let client = client(&emulator, CredentialKind::ServiceAccount);
    call(&emulator, &client).await.unwrap();
    emulator.revoke_all_tokens();
    assert!(many(&emulator, &client, 64).await.iter().all(Result::is_ok));
    assert_eq!(token_requests(&emulator), 2);
}

#[tokio::test]
async fn token_that_is_always_rejected_is_renewed_only_once() {
    let emulator = Emulator::start().await.unwrap();
    let client = client(&emulator, CredentialKind::ServiceAccount);
    for _ in 0..6 {
        emulator.override_next(api_error(401));
    }
    for _ in 0..5 {
        let error = call(&emulator, &client).await.unwrap_err();
        assert!(error.is_unauthenticated());
        assert!(error.to_string().contains("A new access token was rejected too"), "{error}");
    }
    assert_eq!(token_requests(&emulator), 2);
}

#[tokio::test]
async fn unauthorized_calls_do_not_exhaust_the_token_endpoint() {
    let emulator = Emulator::start().await.unwrap();
    let client = client(&emulator, CredentialKind::ServiceAccount);
    for _ in 0..12 {
        call(&emulator, &client).await.unwrap();
        let unauthorized =
            CannedResponse::new(401).body(r#"{"error":401,"errorCode":"SOME_RIGHT_IS_MISSING"}"#);
        emulator.override_next(unauthorized);
        let _ = call(&emulator, &client).await;
    }
    assert_eq!(token_requests(&emulator), 2);
}

#[tokio::test]
async fn dropped_call_does_not_lose_the_token_it_requested() {
    let emulator = Emulator::start().await.unwrap();
    let client = client(&emulator, CredentialKind::ServiceAccount);
    let org = org(&emulator, &client);
    let dropped = org.available_projects().into_future();
    assert!(dropped.now_or_never().is_none());
    wait_for(|| token_requests(&emulator) == 1).await;
    call(&emulator, &client).await.unwrap();
    assert_eq!(token_requests(&emulator), 1);
}

#[tokio::test]
async fn failed_renewal_after_a_401_is_retried() {
    let emulator = Emulator::start().await.unwrap();
    let clock = ManualClock::new();
    let without_retries = builder(&emulator, CredentialKind::ServiceAccount).clock(clock.clone());
    let without_retries = without_retries.build().unwrap();
    let retrying = builder(&emulator, CredentialKind::ServiceAccount).clock(ManualClock::new());
    let retrying = retrying.retry(Backoff::default()).build().unwrap();
    for client in [&without_retries, &retrying] {
        call(&emulator, client).await.unwrap();
    }
    emulator.revoke_all_tokens();
    emulator.override_next(CannedResponse::new(503).on_oauth());
    call(&emulator, &retrying).await.unwrap();
    assert_eq!(token_requests(&emulator), 4);

    // Without retries the error is that of the token endpoint, and a later call fetches again.
    for failure in [CannedResponse::new(503), CannedResponse::new(200).body("<html>")] {
        emulator.override_next(failure.on_oauth());
        let error = call(&emulator, &without_retries).await.unwrap_err();
        assert!(error.was_not_processed() && error.to_string().contains("the token endpoint"), "{error}");
        clock.advance(error.retry_after().unwrap());
    }
    call(&emulator, &without_retries).await.unwrap();
    assert_eq!(token_requests(&emulator), 7);
}

#[tokio::test]
async fn lost_response_of_a_renewal_after_a_401_is_no_effect_of_the_call() {
    let emulator = Emulator::start().await.unwrap();
    let client = client(&emulator, CredentialKind::ServiceAccount);
    call(&emulator, &client).await.unwrap();
    emulator.revoke_all_tokens();
    emulator.inject(Fault::new(FaultKind::ResetAfterEffect).on_oauth());
    let error = org(&emulator, &client).create_link_token([]).await.unwrap_err();
    assert_eq!((error.kind(), error.was_not_processed()), (ErrorKind::Transport, true), "{error}");
    assert!(!error.may_have_taken_effect(), "{error}");
}

#[tokio::test]
async fn only_what_is_safe_to_repeat_is_sent_again_after_a_401_of_another_server() {
    let emulator = Emulator::start().await.unwrap();
    let client = client(&emulator, CredentialKind::ServiceAccount);
    call(&emulator, &client).await.unwrap();
    emulator.clear_journal();
    let page = CannedResponse::new(401).header("Content-Type", "text/html").body("<html>");
    // It does not show whether the API processed the request.
    emulator.override_next(page.clone());
    let error = org(&emulator, &client).create_link_token([]).await.unwrap_err();
    assert_eq!((error.kind(), error.may_have_taken_effect()), (ErrorKind::ForeignResponse, true), "{error}");
    assert_eq!((token_requests(&emulator), api_requests(&emulator)), (0, 1));
    emulator.override_next(page);
    call(&emulator, &client).await.unwrap();
    assert_eq!((token_requests(&emulator), api_requests(&emulator)), (1, 3));
}

#[tokio::test]
async fn dropped_call_does_not_lose_the_renewed_token() {
    let emulator = Emulator::start().await.unwrap();
    let client = client(&emulator, CredentialKind::ServiceAccount);
    call(&emulator, &client).await.unwrap();
    emulator.revoke_all_tokens();
    let fault = emulator.inject(Fault::new(FaultKind::SlowHeaders).on_oauth());
    tokio::select! {
        _ = call(&emulator, &client) => panic!("the renewal is delayed"),
        () = fault.triggered() => {}
    }
    fault.release();
    call(&emulator, &client).await.unwrap();
    assert_eq!(token_requests(&emulator), 2);
}

#[tokio::test]
async fn call_without_a_token_had_no_effect() {
    for response in
        [CannedResponse::new(200).body("<html>"), CannedResponse::new(503), CannedResponse::new(404)]
    {
        let emulator = Emulator::start().await.unwrap();
        let client = client(&emulator, CredentialKind::ServiceAccount);
        emulator.override_next(response.on_oauth());
        let error = org(&emulator, &client).create_link_token([]).await.unwrap_err();
        assert!(error.was_not_processed() && !error.may_have_taken_effect(), "{error}");
        assert!(!error.to_string().contains("happened"), "{error}");
    }
}

/// Lets other tasks run until the condition holds.
async fn wait_for(condition: impl Fn() -> bool) {
    let waiting = async {
        while !condition() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), waiting).await.expect("the condition never held");
}
