//! Which nonce and which count a request has, and what a 401 shows about them.

use std::collections::HashSet;

use super::*;

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

    let auth = super::auth();
    let first = challenge(&auth, unauthenticated(), ATLAS);
    assert!(is_rejected(&auth, send_with(&auth, first).0, ATLAS), "the only call");

    let auth = super::auth();
    let first = challenge(&auth, unauthenticated(), ATLAS);
    let (first, _) = send_with(&auth, first);
    send(&auth);
    assert!(!is_rejected(&auth, first, ATLAS), "another call has used the nonce meanwhile");

    let auth = super::auth();
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

fn with_opaque(nonce: &str, opaque: &str) -> String {
    format!("{}, opaque=\"{opaque}\"", with_nonce(nonce))
}

/// As with Apache httpd, which gives each request without a credential an `opaque` and counts the requests with it.
#[test]
fn a_call_refused_with_a_common_opaque_requests_another_challenge() {
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
    // So it does after a stale nonce with that `opaque`.
    let own = challenge(&auth, Authorization::Unauthenticated(None), &with_opaque("stale", "c"));
    let own = challenge(&auth, send_with(&auth, own).0, &format!("{}, stale=true", with_opaque("new", "c")));
    assert!(matches!(
        outcome(&auth, send_with(&auth, own).0, &with_opaque("any", "c")),
        Challenged::Rejected
    ));
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

/// A server that gives each client an `opaque` also refuses nonces for other reasons than their age.
#[test]
fn a_stale_nonce_removes_none_with_another_opaque() {
    let auth = auth();
    challenge(&auth, Authorization::Unauthenticated(None), &with_opaque("shared", "a"));
    let refused: Vec<_> = (0..2).map(|_| send(&auth).0).collect();
    for (name, authorization) in ["one", "two"].into_iter().zip(refused) {
        let own = challenge(&auth, authorization, &with_opaque(name, name));
        auth.accepted(send_with(&auth, own).0);
    }
    let (two, name, _) = send(&auth);
    assert_eq!(name, "two");
    let own = challenge(&auth, two, &format!("{}, stale=true", with_opaque("three", "two")));
    auth.accepted(send_with(&auth, own).0);
    assert_eq!((send(&auth).1, send(&auth).1), ("three".to_owned(), "one".to_owned()));
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

#[test]
fn an_accepted_nonce_that_calls_share_remains_shared() {
    let auth = auth_with_nonce();
    for _ in 0..2 {
        let (authorization, ..) = send(&auth);
        assert!(matches!(&authorization, Authorization::Nonce { used, .. } if !used.is_exclusive()));
        auth.accepted(authorization);
    }
}
