//! The service account's access token: fetched once, kept, renewed, revoked.

use std::future::IntoFuture as _;
use std::time::Duration;

use atlas_emulator::{CannedResponse, Effect, Emulator, Fault, FaultKind};
use atlas_migration_sdk::{Backoff, Client, CredentialKind, ErrorKind};
use futures_util::FutureExt as _;
use futures_util::future::join_all;

use crate::common::{MovedClock, answered, api_requests, builder, client, org, token_requests};

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
async fn fetched_once_however_many_wait() {
    let emulator = Emulator::start().await.unwrap();
    let client = client(&emulator, CredentialKind::ServiceAccount);
    assert!(many(&emulator, &client, 64).await.iter().all(Result::is_ok));
    assert_eq!((token_requests(&emulator), api_requests(&emulator)), (1, 64));
}

// On one thread, so that all of them begin before the first fetch can end.
#[tokio::test]
async fn a_failed_fetch_is_the_failure_of_all_who_waited() {
    let emulator = Emulator::builder().token_requests_per_minute(0).start().await.unwrap();
    let client = client(&emulator, CredentialKind::ServiceAccount);
    let org = org(&emulator, &client);
    let results = join_all((0..16).map(|_| async { org.available_projects().await.map(drop) })).await;
    assert!(results.iter().all(|result| result.as_ref().unwrap_err().kind() == ErrorKind::TokenRateLimited));
    assert_eq!(token_requests(&emulator), 1);
}

#[tokio::test]
async fn renewed_ahead_of_its_end_while_the_old_one_serves() {
    let emulator = Emulator::start().await.unwrap();
    let clock = MovedClock::new();
    let client = builder(&emulator, CredentialKind::ServiceAccount).clock(clock.clone()).build().unwrap();
    call(&emulator, &client).await.unwrap();
    clock.advance(Duration::from_secs(3600 - 301));
    call(&emulator, &client).await.unwrap();
    assert_eq!(token_requests(&emulator), 1);
    clock.advance(Duration::from_secs(2));
    call(&emulator, &client).await.unwrap();
    wait_for(|| token_requests(&emulator) == 2).await;
    call(&emulator, &client).await.unwrap();
    assert_eq!((token_requests(&emulator), answered(&emulator, 401)), (2, 0));
}

#[tokio::test]
async fn a_renewal_that_fails_leaves_the_old_one_serving() {
    let emulator = Emulator::start().await.unwrap();
    let clock = MovedClock::new();
    let client = builder(&emulator, CredentialKind::ServiceAccount).clock(clock.clone()).build().unwrap();
    call(&emulator, &client).await.unwrap();
    clock.advance(Duration::from_secs(3600 - 200));
    emulator.override_next(CannedResponse::new(503).on_oauth());
    call(&emulator, &client).await.unwrap();
    wait_for(|| token_requests(&emulator) == 2).await;
    // Not tried again at once, but after a pause.
    for _ in 0..5 {
        call(&emulator, &client).await.unwrap();
    }
    assert_eq!(token_requests(&emulator), 2);
    clock.advance(Duration::from_secs(31));
    call(&emulator, &client).await.unwrap();
    wait_for(|| token_requests(&emulator) == 3).await;
}

#[tokio::test]
async fn a_renewal_that_is_put_off_beyond_the_end_does_not_keep_the_old_one_in_use() {
    let emulator = Emulator::start().await.unwrap();
    let clock = MovedClock::new();
    let client = builder(&emulator, CredentialKind::ServiceAccount).clock(clock.clone()).build().unwrap();
    call(&emulator, &client).await.unwrap();
    clock.advance(Duration::from_secs(3600 - 200));
    emulator.override_next(CannedResponse::new(429).header("retry-after", "600").on_oauth());
    call(&emulator, &client).await.unwrap();
    wait_for(|| token_requests(&emulator) == 2).await;
    clock.advance(Duration::from_secs(201));
    emulator.revoke_all_tokens();
    // The reply to the renewal may still be on its way; then its failure is that of the next call too.
    if call(&emulator, &client).await.is_err() {
        call(&emulator, &client).await.unwrap();
    }
    assert_eq!((token_requests(&emulator), answered(&emulator, 401)), (3, 0));
}

#[tokio::test]
async fn fetched_anew_after_its_end() {
    let emulator = Emulator::start().await.unwrap();
    let clock = MovedClock::new();
    let client = builder(&emulator, CredentialKind::ServiceAccount).clock(clock.clone()).build().unwrap();
    call(&emulator, &client).await.unwrap();
    clock.advance(Duration::from_secs(3600));
    call(&emulator, &client).await.unwrap();
    assert_eq!((token_requests(&emulator), answered(&emulator, 401)), (2, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_refused_token_is_renewed_once_for_all() {
    let emulator = Emulator::start().await.unwrap();
    let client = client(&emulator, CredentialKind::ServiceAccount);
    call(&emulator, &client).await.unwrap();
    emulator.revoke_all_tokens();
    assert!(many(&emulator, &client, 64).await.iter().all(Result::is_ok));
    assert_eq!(token_requests(&emulator), 2);
}

#[tokio::test]
async fn a_token_refused_at_first_use_is_renewed_once_and_then_not_again_and_again() {
    let emulator = Emulator::start().await.unwrap();
    let client = client(&emulator, CredentialKind::ServiceAccount);
    for _ in 0..6 {
        emulator.override_next(CannedResponse::new(401));
    }
    for _ in 0..5 {
        let error = call(&emulator, &client).await.unwrap_err();
        assert!(error.is_unauthenticated());
        assert!(error.to_string().contains("A fresh access token was refused as well"), "{error}");
    }
    assert_eq!(token_requests(&emulator), 2);
}

#[tokio::test]
async fn a_refusal_that_no_token_mends_does_not_use_up_the_token_requests() {
    let emulator = Emulator::start().await.unwrap();
    let client = client(&emulator, CredentialKind::ServiceAccount);
    for _ in 0..12 {
        call(&emulator, &client).await.unwrap();
        let refused = CannedResponse::new(401).body(r#"{"error":401,"errorCode":"SOME_RIGHT_IS_MISSING"}"#);
        emulator.override_next(refused);
        let _ = call(&emulator, &client).await;
    }
    assert_eq!(token_requests(&emulator), 2);
}

#[tokio::test]
async fn a_token_is_not_lost_with_the_call_that_asked_for_it() {
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
async fn a_renewal_after_a_refusal_that_fails_is_tried_again() {
    let emulator = Emulator::start().await.unwrap();
    let once = client(&emulator, CredentialKind::ServiceAccount);
    let retrying = builder(&emulator, CredentialKind::ServiceAccount).clock(MovedClock::new());
    let retrying = retrying.retry(Backoff::default()).build().unwrap();
    for client in [&once, &retrying] {
        call(&emulator, client).await.unwrap();
    }
    emulator.revoke_all_tokens();
    emulator.override_next(CannedResponse::new(503).on_oauth());
    call(&emulator, &retrying).await.unwrap();
    assert_eq!(token_requests(&emulator), 4);

    // Without a retry, the failure is that of the token endpoint, and the next call tries again.
    for failure in [CannedResponse::new(503), CannedResponse::new(200).body("<html>")] {
        emulator.override_next(failure.on_oauth());
        let error = call(&emulator, &once).await.unwrap_err();
        assert!(error.was_not_processed() && error.to_string().contains("the token endpoint"), "{error}");
    }
    call(&emulator, &once).await.unwrap();
    assert_eq!(token_requests(&emulator), 7);
}

#[tokio::test]
async fn a_token_is_not_lost_with_the_call_whose_refusal_it_answers() {
    let emulator = Emulator::start().await.unwrap();
    let client = client(&emulator, CredentialKind::ServiceAccount);
    call(&emulator, &client).await.unwrap();
    emulator.revoke_all_tokens();
    let held = emulator.inject(Fault::new(FaultKind::SlowHeaders).on_oauth());
    tokio::select! {
        _ = call(&emulator, &client) => panic!("the renewal is held back"),
        () = held.triggered() => {}
    }
    held.release();
    call(&emulator, &client).await.unwrap();
    assert_eq!(token_requests(&emulator), 2);
}

#[tokio::test]
async fn a_failure_to_get_a_token_did_nothing() {
    for reply in [CannedResponse::new(200).body("<html>"), CannedResponse::new(503), CannedResponse::new(404)]
    {
        let emulator = Emulator::start().await.unwrap();
        let client = client(&emulator, CredentialKind::ServiceAccount);
        emulator.override_next(reply.on_oauth());
        let error = org(&emulator, &client).create_link_token([]).await.unwrap_err();
        assert!(error.was_not_processed() && !error.may_have_taken_effect(), "{error}");
        assert!(!error.to_string().contains("happened"), "{error}");
    }
}

#[tokio::test]
async fn revoking_gives_the_token_back() {
    let emulator = Emulator::start().await.unwrap();
    let client = client(&emulator, CredentialKind::ServiceAccount);
    client.revoke().await.unwrap();
    assert!(emulator.requests().is_empty());
    call(&emulator, &client).await.unwrap();
    client.revoke().await.unwrap();
    assert_eq!(emulator.requests().last().unwrap().target, "/api/oauth/revoke");
    call(&emulator, &client).await.unwrap();
    assert_eq!((token_requests(&emulator), answered(&emulator, 401)), (2, 0));
    let issued = emulator.effects().iter().filter(|effect| **effect == Effect::AccessTokenIssued).count();
    assert_eq!(issued, 2);

    for kind in [CredentialKind::ApiKey, CredentialKind::AccessToken] {
        let error = self::client(&emulator, kind).revoke().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    }
}

#[tokio::test]
async fn a_token_endpoint_that_answers_oddly() {
    let emulator = Emulator::start().await.unwrap();
    for (status, body, kind, part) in [
        (200, "", ErrorKind::InvalidResponse, "ends too early"),
        (200, "<html>", ErrorKind::InvalidResponse, "not JSON"),
        (200, r#"{"access_token":4711}"#, ErrorKind::InvalidResponse, "another type"),
        (200, r#"{"access_token":"t","token_type":"MAC"}"#, ErrorKind::InvalidResponse, "unknown type MAC"),
        (200, r#"{"access_token":""}"#, ErrorKind::Configuration, "token is empty"),
        (500, "", ErrorKind::Api, "the token endpoint failed"),
        (403, r#"{"error":"unauthorized_client"}"#, ErrorKind::TokenRejected, "unauthorized_client"),
        (404, "<html>", ErrorKind::Api, "no token endpoint at the base URL"),
        (408, "", ErrorKind::Api, "no token endpoint at the base URL"),
    ] {
        emulator.override_next(CannedResponse::new(status).body(body).on_oauth());
        let client = client(&emulator, CredentialKind::ServiceAccount);
        let error = call(&emulator, &client).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().contains(part) && !error.to_string().contains("4711"), "{error}");
    }
    for body in [
        r#"{"access_token":"$","expires_in":null}"#,
        r#"{"access_token":"$","token_type":"bearer","scope":1}"#,
    ] {
        let body = body.replace('$', &emulator.access_token());
        emulator.override_next(CannedResponse::new(200).body(body).on_oauth());
        call(&emulator, &client(&emulator, CredentialKind::ServiceAccount)).await.unwrap();
    }
}

/// Lets other tasks run until it is so.
async fn wait_for(condition: impl Fn() -> bool) {
    let waiting = async {
        while !condition() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), waiting).await.expect("it never came to be");
}
