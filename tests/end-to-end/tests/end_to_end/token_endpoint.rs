//! Failures of the token endpoint: how often it gets requests, what calls do in the meantime, and what the errors say.

use std::time::Duration;

use atlas_emulator::{CannedResponse, Emulator, Fault, FaultKind};
use atlas_migration_sdk::{Backoff, Client, CredentialKind, Credentials, Error, ErrorKind, Secret};
use futures_util::future::join_all;

use crate::common::{ManualClock, builder, client, org, token_requests};

async fn call(emulator: &Emulator, client: &Client) -> Result<(), Error> {
    org(emulator, client).available_projects().await.map(drop)
}

fn with_clock(emulator: &Emulator) -> (Client, ManualClock) {
    let clock = ManualClock::new();
    let client = builder(emulator, CredentialKind::ServiceAccount).clock(clock.clone()).build().unwrap();
    (client, clock)
}

#[tokio::test]
async fn a_rate_limit_is_remembered_until_its_delay_has_passed() {
    let emulator = Emulator::start().await.unwrap();
    let (client, clock) = with_clock(&emulator);
    emulator.override_next(CannedResponse::new(429).header("retry-after", "30").on_oauth());
    for seconds in 0..30 {
        for _ in 0..4 {
            let error = call(&emulator, &client).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::TokenRateLimited);
            assert_eq!(error.retry_after(), Some(Duration::from_secs(30 - seconds)));
            assert!(
                error.was_not_processed()
                    && error.to_string().contains(&format!("Try again in {} s", 30 - seconds)),
                "{error}"
            );
        }
        clock.advance(Duration::from_secs(1));
    }
    assert_eq!(token_requests(&emulator), 1);
    call(&emulator, &client).await.unwrap();
    assert_eq!(token_requests(&emulator), 2);
}

#[tokio::test]
async fn calls_with_retries_wait_until_the_delay_has_passed() {
    let emulator = Emulator::start().await.unwrap();
    let clock = ManualClock::new();
    let client = builder(&emulator, CredentialKind::ServiceAccount).clock(clock.clone());
    // Every delay of a call advances the clock of all of them.
    let client =
        client.operation_timeout(Duration::from_secs(3600)).retry(Backoff::default()).build().unwrap();
    emulator.override_next(CannedResponse::new(429).header("retry-after", "30").on_oauth());
    let org = org(&emulator, &client);
    let results = join_all((0..100).map(|_| async { org.available_projects().await.map(drop) })).await;
    let failures: Vec<_> = results.into_iter().filter_map(Result::err).take(1).collect();
    assert!(failures.is_empty(), "{failures:?}");
    assert_eq!(token_requests(&emulator), 2);
    assert!(clock.delays().contains(&Duration::from_secs(30)));
}

#[tokio::test]
async fn an_outage_costs_few_token_requests() {
    for retry in [false, true] {
        let emulator = Emulator::start().await.unwrap();
        let clock = ManualClock::new();
        let client = builder(&emulator, CredentialKind::ServiceAccount).clock(clock.clone());
        let client = if retry { client.retry(Backoff::default()) } else { client }.build().unwrap();
        for _ in 0..1000 {
            emulator.override_next(CannedResponse::new(503).on_oauth());
        }
        let mut first_minute = 0;
        let started = atlas_migration_sdk::Clock::now(&clock);
        let elapsed = || atlas_migration_sdk::Clock::now(&clock) - started;
        while elapsed() < Duration::from_secs(120) {
            assert_eq!(call(&emulator, &client).await.unwrap_err().status(), Some(503));
            if elapsed() < Duration::from_secs(60) {
                first_minute = token_requests(&emulator);
            }
            clock.advance(Duration::from_millis(100));
        }
        assert!(first_minute <= 10, "{first_minute}");
        assert!((8..=16).contains(&token_requests(&emulator)), "{}", token_requests(&emulator));
    }
}

#[tokio::test]
async fn a_rate_in_the_parameters_of_a_429_is_a_delay() {
    let emulator = Emulator::start().await.unwrap();
    let (client, clock) = with_clock(&emulator);
    emulator.inject(Fault::new(FaultKind::TooManyRequests).on_oauth());
    for left in [6, 5] {
        let error = call(&emulator, &client).await.unwrap_err();
        assert_eq!(error.retry_after(), Some(Duration::from_secs(left)), "{error}");
        clock.advance(Duration::from_secs(1));
    }
    clock.advance(Duration::from_secs(4));
    call(&emulator, &client).await.unwrap();
    assert_eq!(token_requests(&emulator), 2);
}

#[tokio::test]
async fn wrong_credentials_are_remembered_for_a_moment() {
    let emulator = Emulator::start().await.unwrap();
    let clock = ManualClock::new();
    let credentials = Credentials::service_account(emulator.service_account().0, Secret::new("wrong"));
    let client = builder(&emulator, CredentialKind::ServiceAccount).credentials(credentials);
    let client = client.clock(clock.clone()).build().unwrap();
    for expected in [1, 1, 1, 2, 2] {
        let error = call(&emulator, &client).await.unwrap_err();
        assert!(error.is_unauthenticated(), "{error}");
        assert_eq!(token_requests(&emulator), expected);
        clock.advance(Duration::from_millis(350));
    }
}

#[tokio::test]
async fn an_absurd_delay_is_bounded() {
    for value in ["99999999999999999999999999", "Fri, 31 Dec 9999 23:59:59 GMT"] {
        let emulator = Emulator::start().await.unwrap();
        let (client, clock) = with_clock(&emulator);
        emulator.override_next(CannedResponse::new(429).header("retry-after", value).on_oauth());
        assert!(call(&emulator, &client).await.unwrap_err().is_rate_limited());
        clock.advance(Duration::from_secs(3600));
        call(&emulator, &client).await.unwrap();
    }
}

#[tokio::test]
async fn a_token_without_lifetime_is_not_fetched_for_each_call() {
    for lifetime in ["0", "-1", "\"0\"", "0.5"] {
        let emulator = Emulator::start().await.unwrap();
        let (client, clock) = with_clock(&emulator);
        let body = format!(r#"{{"access_token":"{}","expires_in":{lifetime}}}"#, emulator.access_token());
        for _ in 0..2 {
            emulator.override_next(CannedResponse::new(200).body(body.clone()).on_oauth());
        }
        for _ in 0..20 {
            call(&emulator, &client).await.unwrap();
        }
        assert_eq!(token_requests(&emulator), 1);
        clock.advance(Duration::from_secs(10));
        call(&emulator, &client).await.unwrap();
        assert_eq!(token_requests(&emulator), 2);
    }
}

#[tokio::test]
async fn an_access_list_at_the_token_endpoint_is_no_missing_endpoint() {
    let emulator = Emulator::start().await.unwrap();
    let (client, _) = with_clock(&emulator);
    let body = r#"{"detail":"IP address 203.0.113.9 is not allowed to access this resource.","error":403,
        "errorCode":"IP_ADDRESS_NOT_ON_ACCESS_LIST","parameters":["203.0.113.9"],"reason":"Forbidden"}"#;
    emulator.override_next(CannedResponse::new(403).body(body).on_oauth());
    let error = call(&emulator, &client).await.unwrap_err();
    assert!(
        error.is_not_on_access_list() && !error.is_unauthenticated() && !error.is_missing_role(),
        "{error}"
    );
    assert_eq!(error.denied_address(), Some("203.0.113.9".parse().unwrap()));
    assert!(
        error.to_string().contains("Add 203.0.113.9 to the API access list of the service account"),
        "{error}"
    );
    assert!(!error.to_string().contains("no token endpoint"), "{error}");
}

#[tokio::test]
async fn a_page_of_a_captive_portal_is_reported_as_that() {
    let emulator = Emulator::start().await.unwrap();
    let (client, clock) = with_clock(&emulator);
    for _ in 0..2 {
        let page = CannedResponse::new(200).header("content-type", "text/html").body("<html>log in</html>");
        emulator.override_next(page.on_oauth());
        let error = call(&emulator, &client).await.unwrap_err();
        assert_eq!((error.kind(), error.status()), (ErrorKind::TokenEndpoint, Some(200)));
        assert_eq!(error.header("content-type"), Some("text/html"));
        for part in ["the response is text/html", "captive portal", "base URL"] {
            assert!(error.to_string().contains(part), "{error}");
        }
        clock.advance(error.retry_after().unwrap());
    }
    call(&emulator, &client).await.unwrap();
}

#[tokio::test]
async fn unusual_token_responses_are_clear_errors_or_accepted() {
    let emulator = Emulator::start().await.unwrap();
    for (status, body, kind, part) in [
        (200, "", ErrorKind::TokenEndpoint, "200 OK: the response has no body"),
        (200, "<html>", ErrorKind::TokenEndpoint, "200 OK: the response has 6 bytes without a media type"),
        (200, r#"{"access_token":"47"#, ErrorKind::TokenEndpoint, "other than the token endpoint responded"),
        (
            200,
            r#"{"access_token":4711}"#,
            ErrorKind::TokenEndpoint,
            "another type (line 1, column 20): 200 OK",
        ),
        (200, r#"{"access_token":"t","token_type":"MAC"}"#, ErrorKind::TokenEndpoint, "unknown type MAC"),
        (200, r#"{"access_token":""}"#, ErrorKind::TokenEndpoint, "token endpoint issued is empty"),
        (200, r#"{"access_token":"4711\n"}"#, ErrorKind::TokenEndpoint, "such as a line break"),
        (500, "", ErrorKind::TokenEndpoint, "the token endpoint failed"),
        (403, r#"{"error":"unauthorized_client"}"#, ErrorKind::TokenRejected, "unauthorized_client"),
        (
            401,
            r#"{"error":401,"errorCode":"UNEXPECTED_ERROR"}"#,
            ErrorKind::TokenRejected,
            "the client secret",
        ),
        (404, "<html>", ErrorKind::TokenEndpoint, "no token endpoint at the base URL"),
        (408, "", ErrorKind::TokenEndpoint, "other than the token endpoint responded"),
        (429, "<html>", ErrorKind::TokenEndpoint, "other than the token endpoint responded"),
        (502, "<html>", ErrorKind::TokenEndpoint, "other than the token endpoint responded"),
        (401, "<html>", ErrorKind::TokenEndpoint, "other than the token endpoint responded"),
    ] {
        emulator.override_next(CannedResponse::new(status).body(body).on_oauth());
        let client = client(&emulator, CredentialKind::ServiceAccount);
        let error = call(&emulator, &client).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().contains(part) && !error.to_string().contains("4711"), "{error}");
        assert_eq!(error.status(), Some(status));
        // Neither the credential nor the server itself.
        let is_foreign = kind == ErrorKind::TokenEndpoint && status < 500 && ![408, 429].contains(&status);
        assert!(!is_foreign || error.to_string().contains("the base URL"), "{error}");
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

/// A runtime of its own for the emulator, so that it runs while another runtime does not.
fn emulator() -> (tokio::runtime::Runtime, Emulator) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let emulator = runtime.block_on(Emulator::start()).unwrap();
    (runtime, emulator)
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// A runtime on which the client requests a token whose response is delayed.
fn start_fetch(emulator: &Emulator, client: &Client) -> tokio::runtime::Runtime {
    let runtime = runtime();
    let fault = emulator.inject(Fault::new(FaultKind::SlowHeaders).on_oauth());
    runtime.block_on(async {
        tokio::select! {
            _ = call(emulator, client) => panic!("the response is delayed"),
            () = fault.triggered() => {}
        }
    });
    runtime
}

#[test]
fn a_fetch_on_a_runtime_that_no_longer_runs_does_not_block_other_calls() {
    let (_emulating, emulator) = emulator();
    let client = builder(&emulator, CredentialKind::ServiceAccount)
        .attempt_timeout(Duration::from_secs(2))
        .operation_timeout(Duration::from_secs(20))
        .build()
        .unwrap();
    let (stopped, other) = (start_fetch(&emulator, &client), runtime());
    other.block_on(call(&emulator, &client)).unwrap();
    // Once its runtime runs again, the first fetch fails, because its time limit has passed. No other call is affected.
    stopped.block_on(async {
        for _ in 0..1000 {
            tokio::task::yield_now().await;
        }
    });
    other.block_on(client.revoke()).unwrap();
    other.block_on(call(&emulator, &client)).unwrap();
}

#[test]
fn a_fetch_on_a_runtime_that_was_dropped_does_not_delay_other_calls() {
    let (_emulating, emulator) = emulator();
    let client = builder(&emulator, CredentialKind::ServiceAccount).build().unwrap();
    drop(start_fetch(&emulator, &client));
    let result = runtime()
        .block_on(async { tokio::time::timeout(Duration::from_secs(10), call(&emulator, &client)).await });
    result.expect("no delay").unwrap();
}
