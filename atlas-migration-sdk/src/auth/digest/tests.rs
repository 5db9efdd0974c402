//! Test vectors, choosing and answering challenges, the nonces of concurrent calls.

use std::collections::HashSet;
use std::task::Poll;
use std::time::{Duration, Instant, SystemTime};

use proptest::prelude::*;
use reqwest::header::{HeaderValue, WWW_AUTHENTICATE};

use super::*;
use crate::auth::challenge::Challenge;
use crate::values::clock::{BoxFuture, SystemClock};

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

/// The credentials for a GET of `target` with the first count.
fn credentials(challenge: &[u8], user: &str, password: &str, client_nonce: &str, target: &str) -> Vec<u8> {
    let value = HeaderValue::from_bytes(challenge).unwrap();
    let offer = Offer::strongest(&HeaderMap::from_iter([(WWW_AUTHENTICATE, value)])).unwrap();
    let nonce = Nonce::with_client_nonce(offer, user, password, client_nonce.to_owned());
    let request = request("GET", &format!("https://x{target}"));
    nonce.authorize(&request).unwrap().unwrap().as_bytes().to_vec()
}

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
        (rfc7616("md5"), "Circle of Life", cnonce, "8ca523f5e9506fed4657c9700eebdbec"),
        (
            rfc7616("SHA-256"),
            "Circle of Life",
            cnonce,
            "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
        ),
        (rfc2617.to_owned(), "Circle Of Life", "0a4f113b", "6629fae49393a05397450978507c4ef1"),
        (rfc2069.to_owned(), "Circle Of Life", "unused", "670fd8c2df070c60b045671b8b24ff02"),
    ] {
        let answer = credentials(challenge.as_bytes(), "Mufasa", password, cnonce, "/dir/index.html");
        let answer = String::from_utf8(answer).unwrap();
        assert!(answer.contains(&format!(r#"response="{expected}""#)), "{challenge}\n{answer}");
    }
}

/// The expected values were computed with Python's hashlib.
#[test]
fn realms_and_users_outside_of_ascii() {
    let latin1: &[u8] = b"Z\xfcrich";
    for (user, realm, user_parameter, response) in [
        ("Mufasa", "Zürich".as_bytes(), r#"username="Mufasa""#, "b2644ce40add0bb8ce352211d32e4f8b"),
        ("Mufasa", latin1, r#"username="Mufasa""#, "7387be3c3f5de7bdbe920be4e69d6e80"),
        ("Mufasa", br#"a \"b\" \\c"#, r#"username="Mufasa""#, "0b3c1b77d1cb7442f3bd25ea3b5eaf77"),
        ("Müfasa", b"r", "username*=UTF-8''M%C3%BCfasa", "9d1a107ddf38f88ef959ed9ab66ffa5b"),
        (
            "Mufasa",
            b"r\", userhash=true, a=\"",
            r#"username="f22c6a3b9a5760c7952710252a94d0f4", userhash=true"#,
            "4b209e79f0b4a21f3daa5499c8a94b61",
        ),
    ] {
        let challenge = [b"Digest qop=auth, nonce=n, realm=\"", realm, b"\""].concat();
        let answer = credentials(&challenge, user, "Circle of Life", "c", "/a?b");
        let text = String::from_utf8_lossy(&answer);
        assert!(text.starts_with(&format!("Digest {user_parameter}, realm=")), "{text}");
        assert!(text.contains(&format!(r#"response="{response}""#)), "{text}");
        // The realm is repeated byte by byte.
        let realm = realm.split(|byte| *byte == b',').next().unwrap();
        assert!(answer.windows(realm.len()).any(|part| part == realm), "{text}");
    }
}

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

#[test]
fn without_qop_the_algorithm_is_named_unless_it_is_md5() {
    for (text, expected) in [
        (r#"Digest realm="r", nonce="n", algorithm=SHA-256"#, Some("SHA-256")),
        (r#"Digest realm="r", nonce="n""#, None),
        (ATLAS, Some("MD5")),
    ] {
        let auth = auth();
        challenge(&auth, Authorization::Unauthenticated(None), text);
        let mut request = request("GET", "https://x/");
        auth.try_authorize(&mut request).unwrap();
        assert_eq!(parameter(&request, "algorithm").as_deref(), expected, "{text}");
    }
}

#[tokio::test]
async fn the_known_nonce_is_used_at_once_with_a_rising_count() {
    let auth = auth_with_nonce();
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
    let auth = auth_with_nonce();
    let counts = std::thread::scope(|scope| {
        let calls: Vec<_> = (0..64).map(|_| scope.spawn(|| send(&auth).2)).collect();
        calls.into_iter().map(|call| call.join().unwrap()).collect::<HashSet<_>>()
    });
    let expected = (1..=64).map(|count| format!("{count:08x}")).collect();
    assert_eq!(counts, expected);
}

#[test]
fn a_nonce_whose_counts_are_used_up_is_not_used() {
    let auth = auth_with_nonce();
    let (authorization, ..) = send(&auth);
    let Authorization::Nonce { used, .. } = authorization else { unreachable!() };
    used.nonce().set_count(u32::MAX - 1);
    assert_eq!(send(&auth).2, "ffffffff");
    let mut next = request("GET", "https://x/");
    assert!(auth.try_authorize(&mut next).unwrap().is_none() && !next.headers().contains_key(AUTHORIZATION));
    challenge(&auth, Authorization::Unauthenticated(None), &with_nonce("next"));
    assert_eq!(send(&auth).1, "next");
}

#[tokio::test]
async fn one_call_requests_a_challenge_and_the_others_wait() {
    let auth = auth();
    let mut first = request("GET", "https://x/");
    let probing = auth.authorize(&mut first).await.unwrap();
    assert!(matches!(probing, Authorization::Unauthenticated(Some(_))));
    assert!(!first.headers().contains_key(AUTHORIZATION));

    let mut second = request("GET", "https://x/");
    let mut waiting = std::pin::pin!(auth.authorize(&mut second));
    assert!(futures_util::poll!(waiting.as_mut()).is_pending());
    challenge(&auth, probing, ATLAS);
    assert!(matches!(waiting.await.unwrap(), Authorization::Nonce { .. }));
}

#[tokio::test]
async fn a_call_that_waited_without_success_does_not_delay_others() {
    let auth = auth();
    let mut bare = request("GET", "https://x/");
    let probing = auth.authorize(&mut bare).await.unwrap();
    let mut second = request("GET", "https://x/");
    let mut waiting = std::pin::pin!(auth.authorize(&mut second));
    assert!(futures_util::poll!(waiting.as_mut()).is_pending());
    drop(probing);
    assert!(matches!(waiting.await.unwrap(), Authorization::Unauthenticated(None)));
}

/// A clock whose delays end at once, except that other tasks run before.
#[derive(Debug)]
struct NoDelay;

impl Clock for NoDelay {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn system_time(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, _: Duration) -> BoxFuture<()> {
        Box::pin(tokio::task::yield_now())
    }
}

#[tokio::test]
async fn a_call_that_is_no_longer_polled_delays_others_for_a_limited_time() {
    let auth = DigestAuth { clock: Arc::new(NoDelay), ..auth() };
    let [mut first, mut second, mut third] = std::array::from_fn(|_| request("GET", "https://x/"));
    let abandoned = auth.authorize(&mut first).await.unwrap();
    // Both wait at the same time, and neither for the other.
    let (second, third) = tokio::join!(auth.authorize(&mut second), auth.authorize(&mut third));
    assert!(matches!(second.unwrap(), Authorization::Unauthenticated(None)));
    assert!(matches!(third.unwrap(), Authorization::Unauthenticated(None)));
    // A later call does not wait, and others wait for it.
    let mut fourth = request("GET", "https://x/");
    let mut fourth = std::pin::pin!(auth.authorize(&mut fourth));
    let Poll::Ready(Ok(fourth)) = futures_util::poll!(fourth.as_mut()) else { panic!("it waits") };
    assert!(matches!(fourth, Authorization::Unauthenticated(Some(_))));
    drop(abandoned);
    assert!(auth.probes.start().is_none(), "the first call has ended, but the fourth one has not");
}

#[test]
fn when_the_key_is_invalid() {
    let stale = format!("{ATLAS}, stale=true").replace("stale=false, ", "");
    let unauthenticated = || Authorization::Unauthenticated(None);
    let is_rejected = |auth: &DigestAuth, authorization, challenge: &str| {
        matches!(auth.challenged(authorization, &headers(&[challenge])), Challenged::Rejected)
    };
    // A nonce that other calls use may be refused because of them.
    let auth = auth_with_nonce();
    let (shared, ..) = send(&auth);
    let own = challenge(&auth, shared, &with_nonce("own"));
    let (own, count) = send_with(&auth, own);
    assert_eq!(count, "00000001");
    assert!(is_rejected(&auth, own, ATLAS), "a new nonce of its own is refused");

    let auth = self::auth();
    let first = challenge(&auth, unauthenticated(), ATLAS);
    assert!(is_rejected(&auth, send_with(&auth, first).0, ATLAS), "the only call");

    let auth = self::auth();
    let first = challenge(&auth, unauthenticated(), ATLAS);
    let (first, _) = send_with(&auth, first);
    send(&auth);
    assert!(!is_rejected(&auth, first, ATLAS), "another call has used the nonce meanwhile");

    let auth = self::auth();
    let first = challenge(&auth, unauthenticated(), ATLAS);
    assert!(!is_rejected(&auth, send_with(&auth, first).0, &stale), "the server says that the key is valid");

    // A known nonce that no call has used may have expired.
    let auth = auth_with_nonce();
    let (unused, _, count) = send(&auth);
    assert!(count == "00000001" && !is_rejected(&auth, unused, ATLAS), "not from a challenge to this call");
}

#[test]
fn refused_calls_have_nonces_of_their_own_which_are_used_again() {
    let auth = auth_with_nonce();
    let refused: Vec<_> = (0..3).map(|_| send(&auth).0).collect();
    let own: Vec<_> = refused
        .into_iter()
        .enumerate()
        .map(|(index, authorization)| challenge(&auth, authorization, &with_nonce(&index.to_string())))
        .collect();
    // Until one of them is accepted, other calls have only the refused nonce.
    assert_eq!(send(&auth).1, "shared");
    for nonce in own {
        let (authorization, count) = send_with(&auth, nonce);
        assert_eq!(count, "00000001");
        auth.accepted(authorization);
    }
    // The first one is shared from now on, the others are used by one call at a time, the last one first.
    let (two, ..) = send(&auth);
    let sent: Vec<_> = (0..3).map(|_| send(&auth)).collect();
    let sent: Vec<_> = sent.iter().map(|(_, nonce, count)| (nonce.as_str(), count.as_str())).collect();
    assert_eq!(sent, [("1", "00000002"), ("0", "00000002"), ("0", "00000003")]);
    auth.accepted(two);
    assert_eq!(send(&auth).1, "2");
    // A call that is dropped before its response does not return its nonce, whose count is unknown to the server.
    assert_eq!(send(&auth).1, "0");
}

/// As with Apache httpd, which gives each request without a credential an `opaque` and counts the requests with it.
#[test]
fn a_call_refused_with_a_common_opaque_requests_another_challenge() {
    let with_opaque = |nonce: &str, opaque: &str| format!("{}, opaque=\"{opaque}\"", with_nonce(nonce));
    let outcome = |auth: &DigestAuth, authorization, challenge: &str| {
        auth.challenged(authorization, &headers(&[challenge]))
    };
    let auth = auth();
    challenge(&auth, Authorization::Unauthenticated(None), &with_opaque("shared", "a"));
    let (shared, ..) = send(&auth);
    let own = challenge(&auth, shared, &with_opaque("own", "a"));
    let (own, _) = send_with(&auth, own);
    assert!(matches!(outcome(&auth, own, &with_opaque("other", "a")), Challenged::Again));
    // The next challenge has an `opaque` that no other call uses, so that a refused request shows an invalid key.
    let last = challenge(&auth, Authorization::Unauthenticated(None), &with_opaque("last", "b"));
    let (last, _) = send_with(&auth, last);
    assert!(matches!(outcome(&auth, last, &with_opaque("any", "b")), Challenged::Rejected));
    // An accepted nonce is still one with a common `opaque` when it is used again.
    let (shared, ..) = send(&auth);
    let [refused, other] = [shared, send(&auth).0];
    for (nonce, authorization) in [("shared from now on", refused), ("spare", other)] {
        let own = challenge(&auth, authorization, &with_opaque(nonce, "a"));
        auth.accepted(send_with(&auth, own).0);
    }
    let (spare, nonce, _) = send(&auth);
    assert_eq!(nonce, "spare");
    let own = challenge(&auth, spare, &with_opaque("own", "a"));
    let (own, _) = send_with(&auth, own);
    assert!(matches!(outcome(&auth, own, &with_opaque("other", "a")), Challenged::Again));
}

#[test]
fn a_stale_nonce_removes_older_ones() {
    let auth = auth_with_nonce();
    let refused: Vec<_> = (0..3).map(|_| send(&auth).0).collect();
    for (name, authorization) in ["one", "two", "three"].into_iter().zip(refused) {
        let own = challenge(&auth, authorization, &with_nonce(name));
        auth.accepted(send_with(&auth, own).0);
    }
    let (three, name, _) = send(&auth);
    assert_eq!(name, "three");
    let own = challenge(&auth, three, &format!("{}, stale=true", with_nonce("four")));
    assert_eq!(send(&auth).1, "one", "there is no other one yet");
    auth.accepted(send_with(&auth, own).0);
    assert_eq!((send(&auth).1, send(&auth).1), ("four".to_owned(), "four".to_owned()));
}

#[test]
fn a_late_response_does_not_replace_a_newer_nonce() {
    let auth = auth_with_nonce();
    let [first, late] = [send(&auth).0, send(&auth).0];
    let own = challenge(&auth, first, &with_nonce("two"));
    auth.accepted(send_with(&auth, own).0);
    challenge(&auth, late, &with_nonce("three"));
    assert_eq!(send(&auth).1, "two");
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
