//! Revoking the access token, also while other calls use it.

use std::future::IntoFuture as _;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use atlas_emulator::{CannedResponse, Effect, Emulator, Fault, FaultKind};
use atlas_migration_sdk::{BoxFuture, Client, Clock, CredentialKind, ErrorKind, SystemClock};
use futures_util::FutureExt as _;

use crate::common::{ManualClock, builder, client, count_with_status, org, token_requests};

/// An emulator without rate limits.
async fn emulator() -> Emulator {
    let builder = Emulator::builder().token_requests_per_minute(1_000_000);
    builder.rate_limit(1_000_000, Duration::from_secs(60)).start().await.unwrap()
}

fn revocations(emulator: &Emulator) -> usize {
    emulator.requests().iter().filter(|request| request.target == "/api/oauth/revoke").count()
}

async fn call(emulator: &Emulator, client: &Client) -> Result<(), atlas_migration_sdk::Error> {
    org(emulator, client).available_projects().await.map(drop)
}

#[tokio::test]
async fn revoke_revokes_the_cached_token() {
    let emulator = Emulator::start().await.unwrap();
    let client = client(&emulator, CredentialKind::ServiceAccount);
    client.revoke().await.unwrap();
    assert!(emulator.requests().is_empty());
    call(&emulator, &client).await.unwrap();
    client.revoke().await.unwrap();
    assert_eq!(emulator.requests().last().unwrap().target, "/api/oauth/revoke");
    call(&emulator, &client).await.unwrap();
    assert_eq!((token_requests(&emulator), count_with_status(&emulator, 401)), (2, 0));
    let issued = emulator.effects().iter().filter(|effect| **effect == Effect::AccessTokenIssued).count();
    assert_eq!(issued, 2);

    for kind in [CredentialKind::ApiKey, CredentialKind::AccessToken] {
        let error = self::client(&emulator, kind).revoke().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_call_fails_because_the_token_is_revoked_meanwhile() {
    let emulator = emulator().await;
    let client = client(&emulator, CredentialKind::ServiceAccount);
    let mut callers = tokio::task::JoinSet::new();
    for _ in 0..30 {
        let org = org(&emulator, &client);
        callers.spawn(async move {
            for _ in 0..20 {
                org.available_projects().await?;
            }
            Ok::<_, atlas_migration_sdk::Error>(())
        });
    }
    let mut results = Vec::new();
    while let Some(result) = callers.join_next().now_or_never().unwrap_or(Some(Ok(Ok(())))) {
        results.push(result.unwrap());
        client.revoke().await.unwrap();
    }
    let failures: Vec<_> = results.into_iter().filter_map(Result::err).collect();
    assert!(failures.is_empty(), "{failures:?}");
    // Some requests had a token that was revoked before they arrived.
    assert!(count_with_status(&emulator, 401) > 0);
}

#[tokio::test]
async fn a_request_after_a_401_has_a_token_that_is_valid_then() {
    let (emulator, clock) = (emulator().await, ManualClock::new());
    let client = builder(&emulator, CredentialKind::ServiceAccount).clock(clock.clone()).build().unwrap();
    call(&emulator, &client).await.unwrap();
    emulator.revoke_all_tokens();
    let unauthorized = emulator.inject(Fault::new(FaultKind::SlowHeaders).with_credentials());
    let first = tokio::spawn(org(&emulator, &client).available_projects());
    unauthorized.triggered().await;
    // Until its response arrives, the token is revoked, and the next one expires.
    client.revoke().await.unwrap();
    call(&emulator, &client).await.unwrap();
    clock.advance(Duration::from_secs(3600));
    emulator.expire_tokens();
    unauthorized.release();
    first.await.unwrap().unwrap();
    assert_eq!((token_requests(&emulator), count_with_status(&emulator, 401)), (3, 1));
}

/// A clock that panics once it is told to.
#[derive(Clone, Debug, Default)]
struct PanickingClock(Arc<AtomicBool>);

impl Clock for PanickingClock {
    fn now(&self) -> Instant {
        assert!(!self.0.load(Ordering::Relaxed), "the clock panics");
        SystemClock.now()
    }

    fn system_time(&self) -> SystemTime {
        SystemClock.system_time()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<()> {
        SystemClock.sleep(duration)
    }
}

/// Although a task of its own revokes the token.
#[tokio::test]
async fn a_panic_of_a_revocation_reaches_the_caller() {
    let (emulator, clock) = (emulator().await, PanickingClock::default());
    let client = builder(&emulator, CredentialKind::ServiceAccount).clock(clock.clone()).build().unwrap();
    call(&emulator, &client).await.unwrap();
    clock.0.store(true, Ordering::Relaxed);
    let panic = AssertUnwindSafe(client.revoke()).catch_unwind().await.unwrap_err();
    assert_eq!(panic.downcast_ref(), Some(&"the clock panics"));
}

#[tokio::test]
async fn a_dropped_revocation_leaves_no_revoked_token() {
    let emulator = emulator().await;
    let client = client(&emulator, CredentialKind::ServiceAccount);
    call(&emulator, &client).await.unwrap();
    let fault = emulator.inject(Fault::new(FaultKind::SlowHeaders).on_path("/api/oauth/revoke"));
    tokio::select! {
        _ = client.revoke() => panic!("the revocation is delayed"),
        () = fault.triggered() => {}
    }
    emulator.clear_journal();
    call(&emulator, &client).await.unwrap();
    assert_eq!((token_requests(&emulator), count_with_status(&emulator, 401)), (1, 0));
    fault.release();
}

#[tokio::test]
async fn a_revocation_that_is_dropped_while_a_token_is_fetched_revokes_that_token() {
    let emulator = emulator().await;
    let client = client(&emulator, CredentialKind::ServiceAccount);
    let fetch = emulator.inject(Fault::new(FaultKind::SlowHeaders).on_path("/api/oauth/token"));
    let revocation = emulator.inject(Fault::new(FaultKind::SlowHeaders).on_path("/api/oauth/revoke"));
    let begun = org(&emulator, &client).available_projects().into_future();
    assert!(begun.now_or_never().is_none());
    fetch.triggered().await;
    assert!(client.revoke().now_or_never().is_none());
    fetch.release();
    let triggered = tokio::time::timeout(Duration::from_secs(10), revocation.triggered());
    triggered.await.expect("the token is not revoked");
    revocation.release();
}

#[tokio::test]
async fn a_failed_revocation_is_repeated_by_the_next_one() {
    let emulator = emulator().await;
    let client = client(&emulator, CredentialKind::ServiceAccount);
    call(&emulator, &client).await.unwrap();
    for failure in [CannedResponse::new(503), CannedResponse::new(200).body("<html>")] {
        emulator.override_next(failure.on_oauth());
        assert_eq!(client.revoke().await.unwrap_err().kind(), ErrorKind::TokenEndpoint);
    }
    client.revoke().await.unwrap();
    assert_eq!(revocations(&emulator), 3);
    // Nothing is left to revoke.
    client.revoke().await.unwrap();
    assert_eq!(revocations(&emulator), 3);
}

#[tokio::test]
async fn a_token_that_is_being_fetched_is_revoked_too() {
    let emulator = emulator().await;
    let client = client(&emulator, CredentialKind::ServiceAccount);
    let begun = org(&emulator, &client).available_projects().into_future();
    assert!(begun.now_or_never().is_none());
    client.revoke().await.unwrap();
    assert_eq!((token_requests(&emulator), revocations(&emulator)), (1, 1));
}
