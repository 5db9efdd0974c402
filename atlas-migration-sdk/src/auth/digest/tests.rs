//! Test vectors, choosing and answering challenges, concurrent calls.

use super::*;
use proptest::prelude::*;
use std::collections::HashSet;

fn headers(challenges: &[&str]) -> HeaderMap {
    let values =
        challenges.iter().map(|text| (WWW_AUTHENTICATE, HeaderValue::from_bytes(text.as_bytes()).unwrap()));
    values.collect()
}

fn request(method: &str, url: &str) -> Request {
    Request::new(method.parse().unwrap(), url.parse().unwrap())
}

fn auth() -> DigestAuth {
    DigestAuth::new("Mufasa".into(), Secret::new("Circle Of Life"))
}

/// The authorization of a request without a credential.
fn unauthenticated() -> Authorization<'static> {
    Authorization { generation: None, _probe: None }
}

fn parameter(request: &Request, name: &str) -> Option<String> {
    let value = request.headers()[AUTHORIZATION].to_str().unwrap();
    let challenge = ChallengeParser::new(value).next()?.ok()?;
    let (_, value) = challenge.params.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?;
    Some(value.to_unescaped())
}

const ATLAS: &str = r#"Digest realm="MMS Public API", domain="", nonce="QFk7ZVhvN0cwUVpUMWZ5bEJqT2ZNQ0ls", algorithm=MD5, qop="auth", stale=false"#;

/// The test vectors of RFC 7616 section 3.9.1 and RFC 2617 section 3.5.
#[test]
fn rfc_vectors() {
    let rfc7616 = |algorithm: &str| {
        format!(
            r#"Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={algorithm}, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS""#
        )
    };
    let rfc2617 = r#"Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41""#;
    let rfc2069 = r#"Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41""#;
    let cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
    for (challenge, password, cnonce, expected) in [
        (rfc7616("MD5"), "Circle of Life", cnonce, "8ca523f5e9506fed4657c9700eebdbec"),
        (
            rfc7616("SHA-256"),
            "Circle of Life",
            cnonce,
            "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
        ),
        (rfc2617.to_owned(), "Circle Of Life", "0a4f113b", "6629fae49393a05397450978507c4ef1"),
        (rfc2069.to_owned(), "Circle Of Life", "unused", "670fd8c2df070c60b045671b8b24ff02"),
    ] {
        let mut client = strongest(&headers(&[&challenge])).unwrap();
        let params = PasswordParams {
            username: "Mufasa",
            password,
            uri: "/dir/index.html",
            method: "GET",
            body: None,
        };
        let answer = client.respond_with_testing_cnonce(&params, cnonce).unwrap();
        assert!(answer.contains(&format!(r#"response="{expected}""#)), "{challenge}\n{answer}");
    }
}

#[test]
fn the_strongest_supported_challenge_is_chosen() {
    let md5 = r#"Digest realm="md5", nonce="a", algorithm=MD5, qop="auth""#;
    let sha = r#"Digest realm="sha", nonce="b", algorithm=SHA-256, qop="auth", charset=UTF-8, userhash=false, future=1"#;
    let old = r#"Digest realm="old", nonce="c""#;
    let sha_old = r#"Digest realm="sha-old", nonce="c", algorithm=SHA-256"#;
    let session = r#"Digest realm="session", nonce="d", algorithm=SHA-256-sess, qop="auth""#;
    let body = r#"Digest realm="body", nonce="e", qop="auth-int""#;
    let unknown = r#"Digest realm="unknown", nonce="f", algorithm=SHA-3, qop="auth""#;
    let both = format!("{md5}, {sha}");
    let basic_first = format!(r#"Basic realm="basic", {md5}"#);
    for (challenges, expected) in [
        (vec![md5], Some("md5")),
        (vec![md5, sha], Some("sha")),
        (vec![sha, md5], Some("sha")),
        (vec![&both], Some("sha")),
        (vec![old, md5], Some("md5")),
        (vec![md5, sha_old], Some("sha-old")),
        (vec![old], Some("old")),
        (vec![session, md5], Some("md5")),
        (vec![body, unknown, session], None),
        (vec!["Basic realm=\"x\"", "Negotiate", md5], Some("md5")),
        (vec![&basic_first], Some("md5")),
        (vec!["Digest", "Digest realm=\"x\"", "%%%", md5], Some("md5")),
        (vec![ATLAS], Some("MMS Public API")),
        (vec![], None),
    ] {
        let chosen = strongest(&headers(&challenges)).map(|client| client.realm().to_owned());
        assert_eq!(chosen.as_deref(), expected, "{challenges:?}");
    }
}

#[test]
fn without_qop_the_algorithm_is_named_unless_it_is_md5() {
    for (challenge, expected) in [
        (r#"Digest realm="r", nonce="n", algorithm=SHA-256"#, Some("SHA-256")),
        (r#"Digest realm="r", nonce="n""#, None),
        (ATLAS, Some("MD5")),
    ] {
        let auth = auth();
        assert!(auth.accept_challenge(unauthenticated(), &headers(&[challenge]), 1));
        let mut request = request("GET", "https://x/");
        auth.answer(&mut request).unwrap();
        assert_eq!(parameter(&request, "algorithm").as_deref(), expected, "{challenge}");
    }
}

#[tokio::test]
async fn the_current_challenge_is_answered_at_once_with_a_rising_count() {
    let auth = auth();
    assert!(auth.accept_challenge(unauthenticated(), &headers(&[ATLAS]), 1));
    for count in 1..=3 {
        let mut request = request("POST", "https://example.com/a/b?c=d&e");
        auth.authorize(&mut request).await.unwrap();
        assert_eq!(parameter(&request, "nc"), Some(format!("{count:08x}")));
        assert_eq!(parameter(&request, "uri").as_deref(), Some("/a/b?c=d&e"));
        assert!(request.headers()[AUTHORIZATION].is_sensitive());
    }
}

#[test]
fn concurrent_calls_use_different_nonce_counts() {
    let auth = auth();
    assert!(auth.accept_challenge(unauthenticated(), &headers(&[ATLAS]), 1));
    let counts = std::thread::scope(|scope| {
        let calls: Vec<_> = (0..64)
            .map(|_| {
                scope.spawn(|| {
                    let mut request = request("GET", "https://x/");
                    auth.answer(&mut request).unwrap();
                    parameter(&request, "nc").unwrap()
                })
            })
            .collect();
        calls.into_iter().map(|call| call.join().unwrap()).collect::<HashSet<_>>()
    });
    let expected = (1..=64).map(|count| format!("{count:08x}")).collect();
    assert_eq!(counts, expected);
}

#[tokio::test]
async fn one_call_requests_a_challenge_and_the_others_wait() {
    let auth = auth();
    let mut first = request("GET", "https://x/");
    let probing = auth.authorize(&mut first).await.unwrap();
    assert!(probing._probe.is_some() && !first.headers().contains_key(AUTHORIZATION));

    let mut second = request("GET", "https://x/");
    let waiting = auth.authorize(&mut second);
    tokio::pin!(waiting);
    assert!(futures_util::poll!(waiting.as_mut()).is_pending());
    assert!(auth.accept_challenge(probing, &headers(&[ATLAS]), 1));
    let waited = waiting.await.unwrap();
    assert_eq!(waited.generation, Some(1));
}

#[tokio::test]
async fn a_call_that_waited_without_success_does_not_delay_others() {
    let auth = auth();
    let mut bare = request("GET", "https://x/");
    let probing = auth.authorize(&mut bare).await.unwrap();
    let mut second = request("GET", "https://x/");
    let waiting = auth.authorize(&mut second);
    tokio::pin!(waiting);
    assert!(futures_util::poll!(waiting.as_mut()).is_pending());
    drop(probing);
    let waited = waiting.await.unwrap();
    assert!(waited.generation.is_none() && waited._probe.is_none());
}

#[test]
fn when_a_challenge_is_answered() {
    let stale = ATLAS.replace("stale=false", "stale=true");
    for (name, generation, challenge, sent, expected) in [
        ("the first challenge", None, ATLAS, 1, true),
        ("a new nonce for a known challenge", Some(1), ATLAS, 1, true),
        ("a new nonce rejected", Some(1), ATLAS, 2, false),
        ("a new nonce already stale", Some(1), stale.as_str(), 2, true),
        ("no digest challenge", None, "Basic realm=\"x\"", 1, false),
    ] {
        let authorization = Authorization { generation, _probe: None };
        assert_eq!(auth().accept_challenge(authorization, &headers(&[challenge]), sent), expected, "{name}");
    }
}

#[test]
fn a_late_response_does_not_replace_a_newer_challenge() {
    let auth = auth();
    let of = |nonce: &str| headers(&[&format!(r#"Digest realm="r", nonce="{nonce}", qop="auth""#)]);
    assert!(auth.accept_challenge(unauthenticated(), &of("one"), 1));
    assert!(auth.accept_challenge(Authorization { generation: Some(1), _probe: None }, &of("two"), 1));
    // The late response to a call that answered "one".
    assert!(auth.accept_challenge(Authorization { generation: Some(1), _probe: None }, &of("three"), 1));
    assert_eq!(auth.current().as_ref().unwrap().challenge.nonce(), "two");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_challenge_panics(texts in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..200), 0..4)) {
        let values = texts.iter().filter_map(|text| HeaderValue::from_bytes(text).ok());
        strongest(&values.map(|value| (WWW_AUTHENTICATE, value)).collect());
    }

    #[test]
    fn no_parameters_panic(text in "Digest (realm|nonce|qop|algorithm|stale|opaque|[a-z]{1,3})=(\"[ -~]{0,9}\"|[a-zA-Z0-9-]{0,9})(, ?(realm|nonce|qop|algorithm)=\"[ -~]{0,9}\"){0,4}") {
        let auth = auth();
        if auth.accept_challenge(unauthenticated(), &headers(&[&text]), 1) {
            let _ = auth.answer(&mut request("GET", "https://x/"));
        }
    }
}
