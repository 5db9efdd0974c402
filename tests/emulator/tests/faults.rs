//! Each fault as a plain client sees it, and whether the request was carried out.

use std::error::Error as _;
use std::time::Duration;

use atlas_emulator::{Effect, Emulator, Fault, FaultKind, FaultRate};
use atlas_migration_sdk::operations;

use crate::digest::Key;
use crate::{Client, Seen};

const LINK_TOKENS: &str = "/orgs/{org}/liveMigrations/linkTokens";

/// What comes of a call.
enum Outcome {
    Reply(Seen),
    /// The head came, with this status, and the body broke off.
    BrokenBody(u16),
    /// Nothing came; with every cause in its words.
    Broken(String),
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
            return Outcome::Broken(causes);
        }
    };
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    match response.text().await {
        Ok(text) => Outcome::Reply(Seen { status, headers, text }),
        Err(_) => Outcome::BrokenBody(status),
    }
}

/// Creates a link-token under this fault. Returns what came of it, after it was held against the journal.
async fn create(client: &Client, fault: Fault, carried_out: bool) -> Outcome {
    let kind = format!("{fault:?}");
    let injected = client.emulator.inject(fault);
    let outcome = outcome(client.request("POST", LINK_TOKENS).body("{}")).await;
    assert!(injected.is_triggered(), "{kind}");
    assert_eq!(client.emulator.faults().len(), 1, "{kind}");
    let created = [Effect::LinkTokenCreated(client.emulator.org_id().to_owned())];
    assert_eq!(client.emulator.effects(), if carried_out { &created[..] } else { &[] }, "{kind}");
    assert_eq!(client.emulator.link_tokens().len(), usize::from(carried_out), "{kind}");
    outcome
}

/// A client that follows no redirect and has connected before.
async fn started() -> Client {
    let mut client = Client::start().await;
    client.http =
        reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    assert_eq!(client.call("GET", "/orgs").await.status, 200);
    client
}

#[track_caller]
fn reply(outcome: Outcome) -> Seen {
    match outcome {
        Outcome::Reply(seen) => seen,
        Outcome::BrokenBody(status) => panic!("the body of a {status} broke off"),
        Outcome::Broken(causes) => panic!("{causes}"),
    }
}

#[tokio::test]
async fn resets_connections() {
    for (kind, carried_out) in [
        (FaultKind::ResetBeforeRead, false),
        (FaultKind::ResetBeforeEffect, false),
        (FaultKind::ResetAfterEffect, true),
    ] {
        for http_2 in [false, true] {
            let mut client = started().await;
            if http_2 {
                client.http = reqwest::Client::builder().no_proxy().http2_prior_knowledge().build().unwrap();
            }
            let Outcome::Broken(causes) = create(&client, Fault::new(kind), carried_out).await else {
                panic!("{kind} let a reply through");
            };
            // HTTP/2 has two ways to see it, by the socket and by the frames.
            assert!(http_2 || causes.contains("reset by peer"), "{kind}: {causes}");
            let requests = client.emulator.requests();
            let last = requests.last().unwrap();
            assert_eq!((last.fault, last.status), (Some(kind), if carried_out { 201 } else { 0 }));
            let fault = &client.emulator.faults()[0];
            assert_eq!(
                (fault.kind, fault.request, fault.connection),
                (kind, Some(last.number), last.connection)
            );
            let next = client.call_with("POST", LINK_TOKENS, "{}").await;
            assert_eq!(next.status, 201, "{kind}: only one request is hit");
        }
    }
}

#[tokio::test]
async fn refuses_connections() {
    let builder = Emulator::builder().keep_alive(false);
    let client = Client::of(builder.start().await.unwrap());
    let fault = Fault::new(FaultKind::ResetOnAccept).skip(1);
    let injected = client.emulator.inject(fault);
    assert_eq!(client.call("GET", "/orgs").await.status, 200, "one is let pass");
    assert!(!injected.is_triggered());
    assert!(client.request("GET", "/orgs").send().await.is_err());
    assert!(injected.is_triggered());
    assert_eq!(client.emulator.requests().len(), 1, "nothing was read");
    assert_eq!(client.emulator.faults()[0].request, None);
    assert_eq!(client.call("GET", "/orgs").await.status, 200);
}

#[tokio::test]
async fn closes_its_port_and_opens_it_again() {
    let client = started().await;
    client.emulator.set_listening(false).await.unwrap();
    client.emulator.set_listening(false).await.unwrap();
    assert_eq!(client.call("GET", "/orgs").await.status, 200, "a connection that stands is kept");
    let other = reqwest::Client::builder().no_proxy().build().unwrap();
    let refused = other.get(client.url("/orgs")).send().await.unwrap_err();
    assert!(refused.is_connect(), "{refused}");
    client.emulator.set_listening(true).await.unwrap();
    assert_eq!(other.get(client.url("/orgs")).send().await.unwrap().status(), 401);
}

#[tokio::test]
async fn holds_replies_until_they_are_released() {
    for kind in [FaultKind::SlowHeaders, FaultKind::SlowBody] {
        let client = started().await;
        let injected = client.emulator.inject(Fault::new(kind).on(&operations::LIST_ORGS));
        let mut call = std::pin::pin!(client.call("GET", "/orgs"));
        tokio::select! {
            _ = &mut call => panic!("{kind} let the reply through"),
            () = injected.triggered() => {}
        }
        assert_eq!(client.emulator.requests().last().unwrap().fault, Some(kind));
        injected.release();
        let reply = call.await;
        assert_eq!(reply.status, 200);
        assert_eq!(reply.json()["totalCount"], 1);
        assert_eq!(reply.header("content-length"), Some(reply.text.len().to_string().as_str()));
    }
}

#[tokio::test]
async fn slow_replies_are_carried_out_and_let_the_client_give_up() {
    for (kind, head) in [(FaultKind::SlowHeaders, false), (FaultKind::SlowBody, true)] {
        let client = started().await;
        let injected = client.emulator.inject(Fault::new(kind));
        let request = client.request("POST", LINK_TOKENS).body("{}");
        if head {
            let response = request.send().await.unwrap();
            assert_eq!(response.status(), 201);
            tokio::select! {
                _ = response.bytes() => panic!("the body came"),
                () = async { tokio::task::yield_now().await } => {}
            }
        } else {
            tokio::select! {
                _ = request.send() => panic!("the head came"),
                () = injected.triggered() => {}
            }
        }
        assert_eq!(client.emulator.link_tokens().len(), 1, "{kind}");
        assert_eq!(client.call("GET", "/orgs").await.status, 200, "{kind}");
    }
    // Nobody releases it, but it has an end.
    let client = started().await;
    let fault = Fault::new(FaultKind::SlowHeaders).max_delay(Duration::from_millis(1));
    assert_eq!(reply(create(&client, fault, true).await).status, 201);
}

#[tokio::test]
async fn truncates_bodies() {
    for kind in [FaultKind::TruncatedBody, FaultKind::TruncatedChunkedBody] {
        let client = started().await;
        let Outcome::BrokenBody(201) = create(&client, Fault::new(kind), true).await else {
            panic!("{kind} sent a whole body, or no head");
        };
        // A reply without a body cannot lose half of it, but its length can lie.
        let migration = client.emulator.add_migration(atlas_emulator::MigrationState::ready());
        client.emulator.inject(Fault::new(kind));
        let path = format!("/groups/{{project}}/liveMigrations/{migration}/cutover");
        let Outcome::BrokenBody(202) = outcome(client.request("PUT", &path)).await else {
            panic!("{kind} sent a whole body, or no head");
        };
    }
}

#[tokio::test]
async fn sends_too_much() {
    let client = started().await;
    let fault = Fault::new(FaultKind::OversizedBody).body_size(1 << 20);
    let seen = reply(create(&client, fault, true).await);
    assert!(seen.text.len() > 1 << 20);
    assert_eq!(seen.json()["linkToken"], client.emulator.link_tokens()[0]);
}

#[tokio::test]
async fn answers_in_the_place_of_the_server() {
    use FaultKind::*;
    for (kind, carried_out, status, content_type, retry_after) in [
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
        let client = started().await;
        let fault = Fault::new(kind).retry_after("7").location("http://127.0.0.1:1/x");
        let seen = reply(create(&client, fault, carried_out).await);
        let headers = (seen.header("content-type"), seen.header("retry-after"));
        assert_eq!((seen.status, headers), (status, (content_type, retry_after)), "{kind}");
        assert_eq!(seen.header("location").is_some(), kind == Redirect, "{kind}");
        assert_eq!(client.emulator.requests().last().unwrap().status, status, "{kind}");
    }
    let client = started().await;
    let cut = reply(create(&client, Fault::new(InvalidJson), true).await);
    assert_eq!((cut.status, cut.header("content-length")), (201, Some(cut.text.len().to_string().as_str())));
    assert!(serde_json::from_str::<serde_json::Value>(&cut.text).is_err(), "{}", cut.text);
}

#[tokio::test]
async fn ends_tokens_just_before_they_are_looked_at() {
    let client = started().await;
    let seen = reply(create(&client, Fault::new(FaultKind::ExpiredToken), false).await);
    assert_eq!(seen.status, 401);
    // Any other credential takes its course, here the one that a challenge is for.
    client.emulator.inject(Fault::new(FaultKind::ExpiredToken));
    let challenged = Seen::of(client.http.get(client.url("/orgs"))).await;
    assert!(challenged.header("www-authenticate").unwrap().ends_with("stale=false"));
}

#[tokio::test]
async fn forgets_nonces_just_before_they_are_looked_at() {
    let client = started().await;
    let (atlas, path) = (Key::atlas(&client), "/api/atlas/v2/orgs");
    let injected = client.emulator.inject(Fault::new(FaultKind::StaleNonce).with_credentials());
    let challenge = Seen::of(atlas.bare("GET", path)).await;
    assert!(!injected.is_triggered(), "it brought no credentials");
    let stale = Seen::of(atlas.signed(&challenge, "GET", path)).await;
    assert_eq!(stale.status, 401);
    assert!(stale.header("www-authenticate").unwrap().ends_with("stale=true"));
    assert_eq!(Seen::of(atlas.signed(&stale, "GET", path)).await.status, 200);
}

#[tokio::test]
async fn hits_the_token_endpoint() {
    let client = started().await;
    for (kind, status) in [(FaultKind::EmptyErrorBeforeEffect, 500), (FaultKind::TooManyRequests, 429)] {
        client.emulator.inject(Fault::new(kind).on_oauth());
        assert_eq!(client.call("GET", "/orgs").await.status, 200, "not meant for the API");
        let (id, secret) = client.emulator.service_account();
        let request = client.http.post(format!("{}/api/oauth/token", client.emulator.base_url()));
        let request = request.basic_auth(id, Some(secret)).form(&[("grant_type", "client_credentials")]);
        assert_eq!(Seen::of(request).await.status, status);
    }
    assert_eq!(client.emulator.effects(), []);
}

#[tokio::test]
async fn throws_the_same_dice_for_the_same_seed() {
    let mut runs = Vec::new();
    for seed in [1, 1, 2] {
        // None that would end the client's call or its token, so that each request gets its reply.
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
