//! The challenges of servers and the requests that answer them.

mod credentials;
mod nonces;
mod offers;
mod probes;

use reqwest::header::{HeaderValue, WWW_AUTHENTICATE};

use super::*;
use crate::auth::challenge::Challenge;
use crate::values::clock::SystemClock;

fn headers(challenges: &[&str]) -> HeaderMap {
    let values =
        challenges.iter().map(|text| (WWW_AUTHENTICATE, HeaderValue::from_bytes(text.as_bytes()).unwrap()));
    values.collect()
}

fn request(method: &str, url: &str) -> Request {
    Request::new(method.parse().unwrap(), url.parse().unwrap())
}

fn auth() -> DigestAuth {
    DigestAuth::new("Mufasa".into(), Secret::new("Circle of Life"), Arc::new(SystemClock))
}

/// A parameter of the credentials that a request was sent with.
fn parameter(request: &Request, name: &str) -> Option<String> {
    let sent = crate::auth::challenge::parse(request.headers()[AUTHORIZATION].as_bytes());
    let [credentials]: [Challenge; 1] = sent.try_into().unwrap();
    assert_eq!(credentials.scheme, "Digest");
    Some(String::from_utf8_lossy(credentials.parameter(name)?).into_owned())
}

/// Sends a request with the nonce that calls use. Returns its authorization, its nonce and its count.
fn send(auth: &DigestAuth) -> (Authorization<'static>, String, String) {
    let mut request = request("GET", "https://x/");
    let authorization = auth.try_authorize(&mut request).unwrap().expect("a nonce");
    (authorization, parameter(&request, "nonce").unwrap(), parameter(&request, "nc").unwrap())
}

/// Sends a request with a nonce of the call. Returns its authorization and its count.
fn send_with(auth: &DigestAuth, nonce: NewNonce) -> (Authorization<'static>, String) {
    let mut request = request("GET", "https://x/");
    let authorization = auth.authorize_with(nonce, &mut request).unwrap().expect("a count");
    (authorization, parameter(&request, "nc").unwrap())
}

/// The server responds with this challenge, which is answered.
#[track_caller]
fn challenge(auth: &DigestAuth, authorization: Authorization<'_>, challenge: &str) -> NewNonce {
    match auth.challenged(authorization, &headers(&[challenge])) {
        Challenged::New(nonce) => nonce,
        Challenged::Again => panic!("another challenge is requested"),
        Challenged::Rejected => panic!("the key counts as invalid"),
        Challenged::Unanswerable(offer) => panic!("{offer}"),
    }
}

/// The API key with a nonce that calls share.
fn auth_with_nonce() -> DigestAuth {
    let auth = auth();
    challenge(&auth, Authorization::Unauthenticated(None), &with_nonce("shared"));
    auth
}

fn with_nonce(nonce: &str) -> String {
    format!(r#"Digest realm="r", nonce="{nonce}", qop="auth""#)
}

const ATLAS: &str = r#"Digest realm="MMS Public API", domain="", nonce="QFk7ZVhvN0cwUVpUMWZ5bEJqT2ZNQ0ls", algorithm=MD5, qop="auth", stale=false"#;
