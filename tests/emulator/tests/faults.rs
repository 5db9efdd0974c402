//! Each fault as a plain client sees it, and whether the request is executed.

use std::error::Error as _;
use std::time::Duration;

use atlas_emulator::{Effect, Emulator, Fault, FaultKind, FaultRate};
use atlas_migration_sdk::operations;

use crate::digest::Key;
use crate::{Client, Response};

const LINK_TOKENS: &str = "/orgs/{org}/liveMigrations/linkTokens";

/// The result of a request.
enum Outcome {
    Response(Response),
    /// The head was received, with this status, but not the whole body.
    IncompleteBody(u16),
    /// Nothing was received. Contains the messages of all causes.
    Failed(String),
}

async fn outcome(request: reqwest::RequestBuilder) -> Outcome {
    let response = match request.send().await {
        Ok(response) => response,
        Err(error) => {
            let mut causes = error.to_string();
            let mut cause = error.source();
            while let Some(error) = cause {
                causes = format!("{causes}: {error}");
                cause = error.source();
            }
            return Outcome::Failed(causes);
        }
    };
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    match response.text().await {
        Ok(text) => Outcome::Response(Response { status, headers, text }),
        Err(_) => Outcome::IncompleteBody(status),
    }
}

/// Creates a link-token with this fault. Checks the journal and returns the result.
async fn create(client: &Client, fault: Fault, executed: bool) -> Outcome {
    let kind = format!("{fault:?}");
    let handle = client.emulator.inject(fault);
    let outcome = outcome(client.request("POST", LINK_TOKENS).body("{}")).await;
    assert!(handle.is_triggered(), "{kind}");
    assert_eq!(client.emulator.faults().len(), 1, "{kind}");
    let created = [Effect::LinkTokenCreated(client.emulator.org_id().to_owned())];
    assert_eq!(client.emulator.effects(), if executed { &created[..] } else { &[] }, "{kind}");
    assert_eq!(client.emulator.link_tokens().len(), usize::from(executed), "{kind}");
    outcome
}

/// A client that follows no redirects and is connected already.
async fn connected() -> Client {
    let mut client = Client::start().await;
    client.http =
        reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    assert_eq!(client.call("GET", "/orgs").await.status, 200);
    client
}

#[track_caller]
fn unwrap_response(outcome: Outcome) -> Response {
    match outcome {
        Outcome::Response(response) => response,
        Outcome::IncompleteBody(status) => panic!("the body of a {status} is incomplete"),
        Outcome::Failed(causes) => panic!("{causes}"),
    }
}

#[tokio::test]
async fn connection_is_reset_before_or_after_the_effect() {
    for (kind, executed) in [
        (FaultKind::ResetBeforeRead, false),
        (FaultKind::ResetBeforeEffect, false),
        (FaultKind::ResetAfterEffect, true),
    ] {
        for http_2 in [false, true] {
            let mut client = connected().await;
            if http_2 {
                client.http = reqwest::Client::builder().no_proxy().http2_prior_knowledge().build().unwrap();
            }
            let Outcome::Failed(causes) = create(&client, Fault::new(kind), executed).await else {
                panic!("{kind}: a response was received");
            };
            // With HTTP/2 the client may get it from the socket or from the frames.
            assert!(http_2 || causes.contains("reset by peer"), "{kind}: {causes}");
            let requests = client.emulator.requests();
            let last = requests.last().unwrap();
            assert_eq!((last.fault, last.status), (Some(kind), if executed { 201 } else { 0 }));
            let fault = &client.emulator.faults()[0];
            assert_eq!(
                (fault.kind, fault.request, fault.connection),
                (kind, Some(last.number), last.connection)
            );
            let next = client.call_with("POST", LINK_TOKENS, "{}").await;
            assert_eq!(next.status, 201, "{kind}: only one request is affected");
        }
    }
}

#[tokio::test]
async fn connection_is_reset_on_accept() {
    let builder = Emulator::builder().keep_alive(false);
    let client = Client::of(builder.start().await.unwrap());
    let fault = Fault::new(FaultKind::ResetOnAccept).skip(1);
    let handle = client.emulator.inject(fault);
    assert_eq!(client.call("GET", "/orgs").await.status, 200, "one is skipped");
    assert!(!handle.is_triggered());
    assert!(client.request("GET", "/orgs").send().await.is_err());
    assert!(handle.is_triggered());
    assert_eq!(client.emulator.requests().len(), 1, "nothing was read");
    assert_eq!(client.emulator.faults()[0].request, None);
    assert_eq!(client.call("GET", "/orgs").await.status, 200);
}

#[tokio::test]
async fn port_can_be_closed_and_opened() {
    let client = connected().await;
    client.emulator.set_listening(false).await.unwrap();
    client.emulator.set_listening(false).await.unwrap();
    assert_eq!(client.call("GET", "/orgs").await.status, 200, "an open connection is kept");
    let other = reqwest::Client::builder().no_proxy().build().unwrap();
    let refused = other.get(client.url("/orgs")).send().await.unwrap_err();
    assert!(refused.is_connect(), "{refused}");
    client.emulator.set_listening(true).await.unwrap();
    assert_eq!(other.get(client.url("/orgs")).send().await.unwrap().status(), 401);
}

#[tokio::test]
async fn slow_response_is_sent_when_released() {
    for kind in [FaultKind::SlowHeaders, FaultKind::SlowBody] {
        let client = connected().await;
        let handle = client.emulator.inject(Fault::new(kind).on(&operations::LIST_ORGS));
        let mut call = std::pin::pin!(client.call("GET", "/orgs"));
        tokio::select! {
            _ = &mut call => panic!("{kind}: the response was not delayed"),
            () = handle.triggered() => {}
        }
        assert_eq!(client.emulator.requests().last().unwrap().fault, Some(kind));
        handle.release();
        let response = call.await;
        assert_eq!(response.status, 200);
        assert_eq!(response.json()["totalCount"], 1);
        assert_eq!(response.header("content-length"), Some(response.text.len().to_string().as_str()));
    }
}

#[tokio::test]
async fn slow_response_does_not_block_after_the_client_has_disconnected() {
    for (kind, head) in [(FaultKind::SlowHeaders, false), (FaultKind::SlowBody, true)] {
        let client = connected().await;
        let handle = client.emulator.inject(Fault::new(kind));
        let request = client.request("POST", LINK_TOKENS).body("{}");
        if head {
            let response = request.send().await.unwrap();
            assert_eq!(response.status(), 201);
            tokio::select! {
                _ = response.bytes() => panic!("the body was not delayed"),
                () = async { tokio::task::yield_now().await } => {}
            }
        } else {
            tokio::select! {
                _ = request.send() => panic!("the head was not delayed"),
                () = handle.triggered() => {}
            }
        }
        assert_eq!(client.emulator.link_tokens().len(), 1, "{kind}");
        assert_eq!(client.call("GET", "/orgs").await.status, 200, "{kind}");
    }
    // Not released, but with a limit.
    let client = connected().await;
    let fault = Fault::new(FaultKind::SlowHeaders).max_delay(Duration::from_millis(1));
    assert_eq!(unwrap_response(create(&client, fault, true).await).status, 201);
}

#[tokio::test]
async fn body_is_truncated() {
    for kind in [FaultKind::TruncatedBody, FaultKind::TruncatedChunkedBody] {
        let client = connected().await;
        let Outcome::IncompleteBody(201) = create(&client, Fault::new(kind), true).await else {
            panic!("{kind}: the body is complete, or the head was not received");
        };
        // A response without a body cannot be cut in half, but its length can be too large.
        let migration = client.emulator.add_migration(atlas_emulator::MigrationState::ready());
        client.emulator.inject(Fault::new(kind));
        let path = format!("/groups/{{project}}/liveMigrations/{migration}/cutover");
        let Outcome::IncompleteBody(202) = outcome(client.request("PUT", &path)).await else {
            panic!("{kind}: the body is complete, or the head was not received");
        };
    }
}

#[tokio::test]
async fn body_is_oversized_but_valid() {
    let client = connected().await;
    let fault = Fault::new(FaultKind::OversizedBody).body_size(1 << 20);
    let response = unwrap_response(create(&client, fault, true).await);
    assert!(response.text.len() > 1 << 20);
    assert_eq!(response.json()["linkToken"], client.emulator.link_tokens()[0]);
}

#[tokio::test]
async fn response_is_replaced_or_changed() {
    use FaultKind::*;
    for (kind, executed, status, content_type, retry_after) in [
        (BadGatewayBeforeEffect, false, 502, Some("text/html"), None),
        (BadGatewayAfterEffect, true, 502, Some("text/html"), None),
        (EmptyErrorBeforeEffect, false, 500, None, None),
        (EmptyErrorAfterEffect, true, 500, None, None),
        (TooManyRequests, false, 429, Some("application/json"), None),
        (TooManyRequestsRetryAfter, false, 429, Some("application/json"), Some("7")),
        (ServiceUnavailable, false, 503, Some("application/json"), None),
        (ServiceUnavailableRetryAfter, false, 503, Some("application/json"), Some("7")),
        (WrongContentType, true, 201, Some("text/plain"), None),
        (Redirect, false, 307, None, None),
    ] {
        let client = connected().await;
        let fault = Fault::new(kind).retry_after("7").location("http://127.0.0.1:1/x");
        let response = unwrap_response(create(&client, fault, executed).await);
        let headers = (response.header("content-type"), response.header("retry-after"));
        assert_eq!((response.status, headers), (status, (content_type, retry_after)), "{kind}");
        assert_eq!(response.header("location").is_some(), kind == Redirect, "{kind}");
        assert_eq!(client.emulator.requests().last().unwrap().status, status, "{kind}");
    }
    let client = connected().await;
    let invalid = unwrap_response(create(&client, Fault::new(InvalidJson), true).await);
    assert_eq!(
        (invalid.status, invalid.header("content-length")),
        (201, Some(invalid.text.len().to_string().as_str()))
    );
    assert!(serde_json::from_str::<serde_json::Value>(&invalid.text).is_err(), "{}", invalid.text);
}

#[tokio::test]
async fn proxy_responds_with_a_page() {
    for (kind, executed) in
        [(FaultKind::ProxyPageBeforeEffect, false), (FaultKind::ProxyPageAfterEffect, true)]
    {
        let page = unwrap_response(create(&connected().await, Fault::new(kind), executed).await);
        assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
        assert!(page.text.starts_with("<!DOCTYPE html>"), "{}", page.text);
        assert_eq!(page.header("server"), None, "it does not look like Atlas");
    }
    for (status, challenge) in
        [(401, Some("www-authenticate")), (403, None), (404, None), (407, Some("proxy-authenticate"))]
    {
        let client = connected().await;
        let fault = Fault::new(FaultKind::ProxyPageBeforeEffect).status(status);
        let page = unwrap_response(create(&client, fault, false).await);
        assert_eq!((page.status, page.header("content-type")), (status, Some("text/html; charset=utf-8")));
        for name in ["www-authenticate", "proxy-authenticate"] {
            assert_eq!(page.header(name).is_some(), challenge == Some(name), "{status}");
        }
        assert_eq!(client.emulator.requests().last().unwrap().status, status);
    }
}

#[tokio::test]
async fn token_expires_just_before_the_request() {
    let client = connected().await;
    let response = unwrap_response(create(&client, Fault::new(FaultKind::ExpiredToken), false).await);
    assert_eq!(response.status, 401);
    // Requests with other credentials are processed normally; this one gets a challenge.
    client.emulator.inject(Fault::new(FaultKind::ExpiredToken));
    let challenged = Response::of(client.http.get(client.url("/orgs"))).await;
    assert!(challenged.header("www-authenticate").unwrap().ends_with("stale=false"));
}

#[tokio::test]
async fn nonce_expires_just_before_the_request() {
    let client = connected().await;
    let (atlas, path) = (Key::atlas(&client), "/api/atlas/v2/orgs");
    let handle = client.emulator.inject(Fault::new(FaultKind::StaleNonce).with_credentials());
    let challenge = Response::of(atlas.bare("GET", path)).await;
    assert!(!handle.is_triggered(), "the request had no credentials");
    let stale = Response::of(atlas.signed(&challenge, "GET", path)).await;
    assert_eq!(stale.status, 401);
    assert!(stale.header("www-authenticate").unwrap().ends_with("stale=true"));
    assert_eq!(Response::of(atlas.signed(&stale, "GET", path)).await.status, 200);
}

#[tokio::test]
async fn faults_apply_to_the_token_endpoint() {
    let client = connected().await;
    for (kind, status) in [(FaultKind::EmptyErrorBeforeEffect, 500), (FaultKind::TooManyRequests, 429)] {
        client.emulator.inject(Fault::new(kind).on_oauth());
        assert_eq!(client.call("GET", "/orgs").await.status, 200, "does not apply to the API");
        let (id, secret) = client.emulator.service_account();
        let request = client.http.post(format!("{}/api/oauth/token", client.emulator.base_url()));
        let request = request.basic_auth(id, Some(secret)).form(&[("grant_type", "client_credentials")]);
        assert_eq!(Response::of(request).await.status, status);
    }
    assert_eq!(client.emulator.effects(), []);
}

#[tokio::test]
async fn same_seed_gives_the_same_faults() {
    let mut runs = Vec::new();
    for seed in [1, 1, 2] {
        // Only kinds that neither break the connection nor the token, so that each request gets a response.
        let kinds = [
            FaultKind::EmptyErrorAfterEffect,
            FaultKind::BadGatewayBeforeEffect,
            FaultKind::ServiceUnavailable,
            FaultKind::SlowBody,
        ];
        let rate = FaultRate::new(30, seed).kinds(kinds).delay(Duration::ZERO);
        let client = Client::of(Emulator::builder().fault_rate(rate).start().await.unwrap());
        let mut statuses = Vec::new();
        for _ in 0..50 {
            statuses.push(client.call_with("POST", LINK_TOKENS, "{}").await.status);
        }
        let faults: Vec<_> = client.emulator.faults().iter().map(|fault| fault.kind).collect();
        let prevented = faults.iter().filter(|kind| kind.prevents_effect()).count();
        assert_eq!(client.emulator.effects().len(), 50 - prevented, "{faults:?}");
        assert!((5..30).contains(&faults.len()), "{faults:?}");
        client.emulator.set_fault_rate(None);
        assert_eq!(client.call("GET", "/orgs").await.status, 200);
        runs.push((statuses, faults));
    }
    assert_eq!(runs[0], runs[1]);
    assert_ne!(runs[0], runs[2]);
}
