//! The SDK's digest authentication against Apache httpd's mod_auth_digest, by the requests in Apache's access log.
//!
//! If Apache is not installed, the tests print that and pass; with `ATLAS_REQUIRE_PEERS=1` they fail.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed unwrap is a failed test")]

mod server;

use atlas_migration_sdk::{Client, Credentials, Org, Secret};
use futures_util::future::join_all;

use server::{Apache, Logged, NonceCount, PASSWORD, USER};

fn org(apache: &Apache, password: &str) -> Org {
    let client = Client::builder()
        .base_url(apache.base_url())
        .credentials(Credentials::api_key(USER, Secret::new(password)))
        .build()
        .unwrap();
    client.org("4888442a3354817a7320eb61".parse().unwrap())
}

/// Makes the call with this number: every second one has a body, every fourth one a query, which digest covers too.
async fn call(org: &Org, number: usize) {
    if number.is_multiple_of(2) {
        let token = org.create_link_token(["203.0.113.7".parse().unwrap()]);
        let token = token.pretty(number.is_multiple_of(4)).await.unwrap();
        assert_eq!(token.expose_secret(), "made-behind-httpd");
    } else {
        assert!(org.available_projects().await.unwrap().is_empty());
    }
}

#[track_caller]
fn assert_count(log: &[Logged], method: &str, status: u16, times: usize) {
    let found = log.iter().filter(|line| line.method == method && line.status == status).count();
    assert_eq!(found, times, "{method} {status} in {log:?}");
}

#[tokio::test]
async fn one_hundred_sequential_calls_need_one_challenge() {
    for nonce_count in [NonceCount::Checked, NonceCount::Ignored] {
        let Some(apache) = Apache::start(nonce_count) else { return };
        let org = org(&apache, PASSWORD);
        for number in 0..100 {
            call(&org, number).await;
        }
        let log = apache.stop();
        assert_count(&log, "POST", 401, 1);
        assert_count(&log, "POST", 201, 50);
        assert_count(&log, "GET", 200, 50);
        assert_eq!(log.len(), 101);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_calls_need_one_challenge() {
    let Some(apache) = Apache::start(NonceCount::Ignored) else { return };
    let org = org(&apache, PASSWORD);
    let calls = (0..64).map(|number| {
        let org = org.clone();
        tokio::spawn(async move { call(&org, number).await })
    });
    for result in join_all(calls).await {
        result.unwrap();
    }
    let log = apache.stop();
    // Which of them is first is random.
    let challenges = log.iter().filter(|line| line.status == 401).count();
    assert_eq!(challenges, 1, "{log:?}");
    assert_count(&log, "POST", 201, 32);
    assert_count(&log, "GET", 200, 32);
    assert_eq!(log.len(), 65);
}

#[tokio::test]
async fn wrong_key_is_unauthorized() {
    let Some(apache) = Apache::start(NonceCount::Checked) else { return };
    let error = org(&apache, "wrong").available_projects().await.unwrap_err();
    assert!(error.is_unauthenticated(), "{error}");
    // One request without a credential, one with the wrong one. More could only lock the key.
    let log = apache.stop();
    assert_count(&log, "GET", 401, 2);
    assert_eq!(log.len(), 2);
}
