//! Test vectors, and what credentials consist of.

use super::*;

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

/// RFC 7616 section 3.3.
#[test]
fn opaque_is_repeated_unchanged() {
    for (text, expected) in
        [(r#", opaque="a b""#, Some(r#"opaque="a b""#)), (r#", opaque="""#, Some(r#"opaque="""#)), ("", None)]
    {
        let challenge = [&with_nonce("n"), text].concat();
        let answer = credentials(challenge.as_bytes(), "Mufasa", "Circle of Life", "c", "/");
        let answer = String::from_utf8(answer).unwrap();
        assert!(expected.map_or(!answer.contains("opaque"), |part| answer.contains(part)), "{answer}");
    }
}
