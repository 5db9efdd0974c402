//! Digest authentication over time: stale and replayed nonces, several challenges. The credentials are computed here.

use std::net::Ipv4Addr;
use std::time::Duration;

use hyper::body::Bytes;
use hyper::header::{HeaderMap, HeaderValue};
use md5::{Digest as _, Md5};

use super::*;
use crate::state::Clock;

/// The state of a server whose clock is stopped.
fn state(settings: Settings) -> State {
    State::new(settings, Clock::new(0.0, None), 1, String::new())
}

fn request(authorization: Option<&str>) -> Request {
    let mut headers = HeaderMap::new();
    if let Some(authorization) = authorization {
        headers.insert(AUTHORIZATION, HeaderValue::from_str(authorization).unwrap());
    }
    let uri = "http://host/path?query=1".parse().unwrap();
    Request {
        method: "GET".parse().unwrap(),
        uri,
        headers,
        body: Bytes::new(),
        client: Ipv4Addr::LOCALHOST.into(),
    }
}

/// The challenges of the error response; empty if the request is authenticated.
fn challenges(state: &mut State, authorization: Option<&str>) -> Vec<String> {
    let Err(error) = authenticate(state, &request(authorization)) else { return Vec::new() };
    let response = Response::from(error);
    assert_eq!(response.status, 401);
    let lines = response.headers.get_all(WWW_AUTHENTICATE).iter();
    lines.map(|line| line.to_str().unwrap().to_owned()).collect()
}

fn nonce(challenge: &str) -> String {
    challenge.split("nonce=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

fn md5(text: &str) -> String {
    Md5::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Valid credentials with this nonce and count for this target.
fn credentials(state: &State, nonce: &str, nc: u32, target: &str) -> String {
    let (key, realm) = (&state.settings.atlas.api_key, &state.settings.atlas.name);
    let ha1 = md5(&format!("{}:{realm}:{}", key.public, key.private));
    let ha2 = md5(&format!("GET:{target}"));
    let response = md5(&format!("{ha1}:{nonce}:{nc:08x}:c:auth:{ha2}"));
    format!(
        r#"Digest username="{}", realm="{realm}", nonce="{nonce}", uri="{target}", qop=auth, nc={nc:08x}, cnonce="c", response="{response}""#,
        key.public
    )
}

const TARGET: &str = "/path?query=1";

/// The outcome of such credentials: `accepted`, `stale` or `rejected`.
fn outcome(state: &mut State, nonce: &str, nc: u32, target: &str) -> &'static str {
    let credentials = credentials(state, nonce, nc, target);
    match challenges(state, Some(&credentials)).first() {
        None => "accepted",
        Some(challenge) if challenge.contains("stale=true") => "stale",
        Some(_) => "rejected",
    }
}

#[test]
fn nonce_is_accepted_until_it_is_replayed_or_expires() {
    let mut settings = Settings::default();
    settings.nonces.strict_counts = true;
    settings.nonces.lifetime = Duration::from_secs(10);
    let mut state = state(settings);
    let nonce = nonce(&challenges(&mut state, None)[0]);
    assert_eq!(outcome(&mut state, &nonce, 1, TARGET), "accepted");
    assert_eq!(outcome(&mut state, &nonce, 2, TARGET), "accepted");
    assert_eq!(outcome(&mut state, &nonce, 2, TARGET), "rejected", "a replay");
    assert_eq!(outcome(&mut state, &nonce, 3, "/path"), "rejected", "signed for another target");
    state.clock.advance(Duration::from_secs(10));
    assert_eq!(outcome(&mut state, &nonce, 4, TARGET), "stale");
    assert_eq!(outcome(&mut state, "never-issued", 1, TARGET), "stale");
    state.settings.atlas.api_key.private = "changed".to_owned();
    let other = credentials(&state, &nonce, 5, TARGET);
    state.settings.atlas.api_key.private = "original".to_owned();
    assert!(
        challenges(&mut state, Some(&other))[0].contains("stale=false"),
        "invalid credentials are never stale"
    );
}

#[test]
fn nonces_can_be_invalidated() {
    let mut state = state(Settings::default());
    let nonce = nonce(&challenges(&mut state, None)[0]);
    assert_eq!(outcome(&mut state, &nonce, 1, TARGET), "accepted");
    assert_eq!(outcome(&mut state, &nonce, 1, TARGET), "accepted", "not strict");
    state.nonces.invalidate_all();
    assert_eq!(outcome(&mut state, &nonce, 2, TARGET), "stale");
}

#[test]
fn sends_several_challenges() {
    let settings = |single_challenge_header| {
        let challenges = vec![Challenge::other_scheme("Negotiate"), Challenge::sha256(), Challenge::md5()];
        Settings { challenges, single_challenge_header, ..Settings::default() }
    };
    let mut separate = state(settings(false));
    let lines = challenges(&mut separate, None);
    assert_eq!(lines.len(), 3);
    assert_eq!(nonce(&lines[1]), nonce(&lines[2]), "one nonce for both algorithms");
    assert_eq!(outcome(&mut separate, &nonce(&lines[1]), 1, TARGET), "accepted", "with the weaker one");
    let mut combined = state(settings(true));
    let lines = challenges(&mut combined, None);
    assert_eq!(lines.len(), 1);
    assert!(lines[0].starts_with("Negotiate, Digest realm="), "{}", lines[0]);
    assert!(lines[0].contains(", Digest realm="), "{}", lines[0]);
}

#[test]
fn credential_kind_is_that_of_the_scheme() {
    for (authorization, expected) in [
        (None, CredentialKind::None),
        (Some("Basic x"), CredentialKind::Basic),
        (Some("DIGEST x"), CredentialKind::Digest),
        (Some("bearer  x"), CredentialKind::Bearer),
        (Some("Negotiate x"), CredentialKind::Other),
        (Some("Bearer"), CredentialKind::Other),
    ] {
        assert_eq!(credential_kind(&request(authorization)), expected, "{authorization:?}");
    }
}
