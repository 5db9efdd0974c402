//! Digest authentication over time: stale and replayed nonces, several challenges. Credentials are made here by hand.

use std::net::Ipv4Addr;
use std::time::Duration;

use hyper::body::Bytes;
use hyper::header::{HeaderMap, HeaderValue};
use md5::{Digest as _, Md5};

use super::*;
use crate::config::EmulatorBuilder;
use crate::router::Routes;

fn world(builder: EmulatorBuilder) -> World {
    World::new(&builder.time_scale(0.0), Routes::new().unwrap(), String::new())
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

/// The challenges of the refusal, or none where the request passes.
fn challenges(world: &mut World, authorization: Option<&str>) -> Vec<String> {
    let Err(refusal) = authenticate(world, &request(authorization)) else { return Vec::new() };
    let reply = Reply::from(refusal);
    assert_eq!(reply.status, 401);
    let lines = reply.headers.get_all(WWW_AUTHENTICATE).iter();
    lines.map(|line| line.to_str().unwrap().to_owned()).collect()
}

fn nonce(challenge: &str) -> String {
    challenge.split("nonce=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

fn md5(text: &str) -> String {
    Md5::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Right credentials for the nonce and counter, signing this target.
fn credentials(world: &World, nonce: &str, nc: u32, target: &str) -> String {
    let (key, realm) = (&world.settings.atlas.api_key, &world.settings.atlas.realm);
    let ha1 = md5(&format!("{}:{realm}:{}", key.public, key.private));
    let ha2 = md5(&format!("GET:{target}"));
    let response = md5(&format!("{ha1}:{nonce}:{nc:08x}:c:auth:{ha2}"));
    format!(
        r#"Digest username="{}", realm="{realm}", nonce="{nonce}", uri="{target}", qop=auth, nc={nc:08x}, cnonce="c", response="{response}""#,
        key.public
    )
}

const TARGET: &str = "/path?query=1";

/// Says `admitted`, `stale` or `refused` for credentials.
fn verdict(world: &mut World, nonce: &str, nc: u32, target: &str) -> &'static str {
    let credentials = credentials(world, nonce, nc, target);
    match challenges(world, Some(&credentials)).first() {
        None => "admitted",
        Some(challenge) if challenge.contains("stale=true") => "stale",
        Some(_) => "refused",
    }
}

#[test]
fn follows_a_nonce_through_its_life() {
    let mut world = world(EmulatorBuilder::default().strict_nc(true).nonce_lifetime(Duration::from_secs(10)));
    let nonce = nonce(&challenges(&mut world, None)[0]);
    assert_eq!(verdict(&mut world, &nonce, 1, TARGET), "admitted");
    assert_eq!(verdict(&mut world, &nonce, 2, TARGET), "admitted");
    assert_eq!(verdict(&mut world, &nonce, 2, TARGET), "refused", "a replay");
    assert_eq!(verdict(&mut world, &nonce, 3, "/path"), "refused", "signed for another target");
    world.clock.advance(Duration::from_secs(10));
    assert_eq!(verdict(&mut world, &nonce, 4, TARGET), "stale");
    assert_eq!(verdict(&mut world, "never-handed-out", 1, TARGET), "stale");
    world.settings.atlas.api_key.private = "changed".to_owned();
    let other = credentials(&world, &nonce, 5, TARGET);
    world.settings.atlas.api_key.private = "right".to_owned();
    assert!(
        challenges(&mut world, Some(&other))[0].contains("stale=false"),
        "wrong credentials are never stale"
    );
}

#[test]
fn forgets_nonces_when_told() {
    let mut world = world(EmulatorBuilder::default());
    let nonce = nonce(&challenges(&mut world, None)[0]);
    assert_eq!(verdict(&mut world, &nonce, 1, TARGET), "admitted");
    assert_eq!(verdict(&mut world, &nonce, 1, TARGET), "admitted", "not strict");
    world.nonces.rotate();
    assert_eq!(verdict(&mut world, &nonce, 2, TARGET), "stale");
}

#[test]
fn poses_several_challenges() {
    let several = || {
        let sha256 = Challenge::sha256();
        EmulatorBuilder::default().challenges([
            Challenge::other_scheme("Negotiate"),
            sha256,
            Challenge::md5(),
        ])
    };
    let mut apart = world(several());
    let lines = challenges(&mut apart, None);
    assert_eq!(lines.len(), 3);
    assert_eq!(nonce(&lines[1]), nonce(&lines[2]), "one nonce serves either algorithm");
    assert_eq!(verdict(&mut apart, &nonce(&lines[1]), 1, TARGET), "admitted", "with the weaker one");
    let mut together = world(several().one_challenge_header(true));
    let lines = challenges(&mut together, None);
    assert_eq!(lines.len(), 1);
    assert!(lines[0].starts_with("Negotiate, Digest realm="), "{}", lines[0]);
    assert!(lines[0].contains(", Digest realm="), "{}", lines[0]);
}

#[test]
fn tells_kinds_apart() {
    for (authorization, kind_expected) in [
        (None, CredentialKind::None),
        (Some("Basic x"), CredentialKind::Basic),
        (Some("DIGEST x"), CredentialKind::Digest),
        (Some("bearer  x"), CredentialKind::Bearer),
        (Some("Negotiate x"), CredentialKind::Other),
        (Some("Bearer"), CredentialKind::Other),
    ] {
        assert_eq!(kind(&request(authorization)), kind_expected, "{authorization:?}");
    }
}
