//! Which challenge is answered, and the description if none can be.

use proptest::prelude::*;

use super::*;

#[test]
fn the_strongest_supported_challenge_is_chosen() {
    let md5 = r#"Digest realm="md5", nonce="a", algorithm=MD5, qop="auth""#;
    let sha = r#"Digest realm="sha", nonce="b", algorithm=SHA-256, qop="auth", charset=UTF-8, userhash=false, future=1"#;
    let old = r#"Digest realm="old", nonce="c""#;
    let sha_old = r#"Digest realm="sha-old", nonce="c", algorithm=SHA-256"#;
    let lower = r#"DIGEST REALM="lower", Nonce="c", Algorithm="sha-256", QOP="AUTH-INT,AUTH""#;
    let session = r#"Digest realm="session", nonce="d", algorithm=SHA-256-sess, qop="auth""#;
    let body = r#"Digest realm="body", nonce="e", qop="auth-int""#;
    let unknown = r#"Digest realm="unknown", nonce="f", algorithm=SHA-3, qop="auth""#;
    let both = format!("{md5}, {sha}");
    let basic_first = format!(r#"Basic realm="basic", {md5}"#);
    let others_first = format!("Negotiate YII=, NTLM TlRMTVNTUAAC, Bearer realm=\"x\", {sha}, {md5}");
    for (challenges, expected) in [
        (vec![md5], Some("md5")),
        (vec![md5, sha], Some("sha")),
        (vec![sha, md5], Some("sha")),
        (vec![md5, ATLAS], Some("md5")),
        (vec![ATLAS, md5], Some("MMS Public API")),
        (vec![&both], Some("sha")),
        (vec![old, md5], Some("md5")),
        (vec![md5, sha_old], Some("sha-old")),
        (vec![md5, lower], Some("lower")),
        (vec![old], Some("old")),
        (vec![session, md5], Some("md5")),
        (vec![body, unknown, session], None),
        (vec!["Basic realm=\"x\"", "Negotiate", md5], Some("md5")),
        (vec![&basic_first], Some("md5")),
        (vec![&others_first], Some("sha")),
        (vec!["Digest", "Digest realm=\"x\"", "%%%", md5], Some("md5")),
        (vec![ATLAS], Some("MMS Public API")),
        (vec![], None),
    ] {
        let chosen = Offer::strongest(&headers(&challenges)).ok().map(|offer| offer.realm);
        assert_eq!(chosen.as_deref(), expected.map(str::as_bytes), "{challenges:?}");
    }
}

#[test]
fn what_cannot_be_answered_is_described() {
    let huge = format!(r#"Digest realm="{}", nonce="n""#, "x".repeat(7000));
    for (challenges, expected) in [
        (vec![], "the server offers no authentication: its response has no challenge"),
        (
            vec![r#"Digest realm="r", nonce="n", algorithm=MD5-sess, qop="auth""#],
            "only Digest with MD5-sess and qop auth",
        ),
        (vec![r#"Digest realm="r", nonce="n", qop="auth-int""#], "only Digest with MD5 and qop auth-int"),
        (vec![r#"Digest realm="r", nonce="n", algorithm=SHA-512-256"#], "only Digest with SHA-512-256"),
        (vec!["Negotiate YII=, Basic realm=\"x\"", "NTLM"], "only Negotiate, Basic, NTLM"),
        (
            vec![r#"Digest nonce="n""#, r#"Digest realm="r""#],
            "only Digest without realm, Digest without nonce",
        ),
        (vec!["Digest realm=r, nonce=n, algorithm=\"äb\""], "only Digest with äb"),
        (vec![&huge], "only Digest with realm, nonce and opaque of 7001 bytes"),
    ] {
        let description = Offer::strongest(&headers(&challenges)).unwrap_err();
        assert!(description.ends_with(expected), "{challenges:?}: {description}");
        assert!(description.len() < 400);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_challenge_panics(texts in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..200), 0..4)) {
        let values = texts.iter().filter_map(|text| HeaderValue::from_bytes(text).ok());
        let _ = Offer::strongest(&values.map(|value| (WWW_AUTHENTICATE, value)).collect());
    }

    #[test]
    fn no_parameters_panic(text in "Digest (realm|nonce|qop|algorithm|stale|opaque|[a-z]{1,3})=(\"[ -~ü]{0,9}\"|[a-zA-Z0-9-]{0,9})(, ?(realm|nonce|qop|algorithm)=\"[ -~]{0,9}\"){0,4}") {
        let auth = auth();
        if let Challenged::New(_) = auth.challenged(Authorization::Unauthenticated(None), &headers(&[&text])) {
            auth.try_authorize(&mut request("GET", "https://x/")).unwrap();
        }
    }
}
