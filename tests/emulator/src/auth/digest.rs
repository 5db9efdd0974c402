//! Digest credentials: parsing an `Authorization: Digest` header, and verifying that it was made with the private key.
//! RFC 7616, RFC 2617 and, for a challenge without `qop`, RFC 2069.
//!
//! Shares nothing with the SDK's digest code. Nonces and their counts are part of [`crate::state`].

use std::collections::HashMap;

use md5::Md5;
use sha2::{Digest as _, Sha256};

use crate::values::{Challenge, DigestAlgorithm};

/// The parameters of an `Authorization: Digest` header.
#[derive(Debug)]
pub(crate) struct Credentials {
    parameters: HashMap<String, String>,
}

/// The input of the correct response that is not in the credentials.
pub(crate) struct Expectation<'a> {
    pub(crate) challenges: &'a [Challenge],
    pub(crate) realm: &'a str,
    pub(crate) username: &'a str,
    pub(crate) password: &'a str,
    pub(crate) method: &'a str,
    pub(crate) target: &'a str,
}

/// Valid credentials whose nonce has not been checked.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Proof<'a> {
    pub(crate) nonce: &'a str,
    /// The nonce count; credentials without `qop` have none.
    pub(crate) nc: Option<u32>,
}

impl Credentials {
    /// Parses the part after `Digest`: `name=value` or `name="value"`, separated by commas. `None` for other text and
    /// for a parameter that occurs twice.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut parameters = HashMap::new();
        let mut rest = text.trim_start();
        while !rest.is_empty() {
            let (name, after) = rest.split_once('=')?;
            let (value, after) = value(after.trim_start())?;
            if parameters.insert(name.trim().to_ascii_lowercase(), value).is_some() {
                return None;
            }
            let after = after.trim_start();
            rest = if after.is_empty() { after } else { after.strip_prefix(',')?.trim_start() };
        }
        Some(Self { parameters })
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str)
    }

    /// Verifies that these credentials were made with the password, for this request and one of the challenges. Like
    /// Atlas, it gives no reason if they were not.
    pub(crate) fn verify(&self, expected: &Expectation<'_>) -> Option<Proof<'_>> {
        let algorithm = self.algorithm(expected.challenges)?;
        let same = self.get("username")? == expected.username
            && self.get("realm")? == expected.realm
            && self.get("uri")? == expected.target;
        let nonce = self.get("nonce")?;
        let (signed, nc) = match self.get("qop") {
            None => (nonce.to_owned(), None),
            Some(qop) => {
                let (nc, cnonce) = (self.get("nc")?, self.get("cnonce")?);
                (format!("{nonce}:{nc}:{cnonce}:{qop}"), Some(nonce_count(nc)?))
            }
        };
        let ha1 =
            algorithm.hash(&format!("{}:{}:{}", expected.username, expected.realm, expected.password))?;
        let ha2 = algorithm.hash(&format!("{}:{}", expected.method, expected.target))?;
        let response = algorithm.hash(&format!("{ha1}:{signed}:{ha2}"))?;
        (same && self.get("response")?.eq_ignore_ascii_case(&response)).then_some(Proof { nonce, nc })
    }

    /// The algorithm, if a challenge offers it together with the `qop` of these credentials.
    fn algorithm<'c>(&self, challenges: &'c [Challenge]) -> Option<&'c DigestAlgorithm> {
        let name = self.get("algorithm").unwrap_or("MD5");
        let qop = self.get("qop");
        challenges.iter().filter_map(Challenge::as_digest).find_map(|offered| {
            let offers_qop = match (qop, &offered.qop) {
                (None, None) => true,
                (Some("auth"), Some(offer)) => offer.split(',').any(|one| one.trim() == "auth"),
                _ => false,
            };
            (offers_qop && offered.algorithm.name().eq_ignore_ascii_case(name)).then_some(&offered.algorithm)
        })
    }
}

impl DigestAlgorithm {
    /// The hash of the text in lower-case hex, if the algorithm is supported.
    fn hash(&self, text: &str) -> Option<String> {
        match self {
            Self::Md5 => Some(hex(&Md5::digest(text))),
            Self::Sha256 => Some(hex(&Sha256::digest(text))),
            Self::Other(_) => None,
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A nonce count: eight hex digits.
fn nonce_count(nc: &str) -> Option<u32> {
    let digits = nc.len() == 8 && nc.bytes().all(|byte| byte.is_ascii_hexdigit());
    digits.then(|| u32::from_str_radix(nc, 16).ok())?
}

/// Splits the text into the value at its start and the rest.
fn value(text: &str) -> Option<(String, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(',').unwrap_or(text.len());
        return Some((text[..end].trim_end().to_owned(), &text[end..]));
    };
    let mut value = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((value, &quoted[at + 1..])),
            '\\' => value.push(characters.next()?.1),
            other => value.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const RFC_7616: &str = r#"username="Mufasa", realm="http-auth@example.org", uri="/dir/index.html",
        nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", nc=00000001,
        cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", qop=auth,
        opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS""#;
    const RFC_2617: &str = r#"username="Mufasa", realm="testrealm@host.com", uri="/dir/index.html", nc=00000001,
        nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", cnonce="0a4f113b", qop=auth,
        opaque="5ccc069c403ebaf9f0171e9517f40e41""#;
    const RFC_2069: &str = r#"username="Mufasa", realm="testrealm@host.com", uri="/dir/index.html",
        nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093""#;

    /// Whether the credentials are valid for Mufasa's GET of /dir/index.html.
    fn is_valid(challenge: Challenge, header: &str, realm: &str, password: &str) -> bool {
        let expected = Expectation {
            challenges: &[Challenge::other_scheme("Negotiate"), challenge],
            realm,
            username: "Mufasa",
            password,
            method: "GET",
            target: "/dir/index.html",
        };
        Credentials::parse(header).unwrap().verify(&expected).is_some()
    }

    #[track_caller]
    fn check(challenge: Challenge, header: &str, rest: &str, realm: &str, password: &str) {
        let header = format!("{header}, {rest}");
        assert!(is_valid(challenge.clone(), &header, realm, password), "the test vector itself");
        assert!(!is_valid(challenge.clone(), &header, realm, &format!("{password}!")), "another password");
        assert!(!is_valid(challenge.clone(), &header, "other", password), "another realm");
        for (from, to) in
            [("Mufasa", "Scar"), ("/index", "/other"), ("nonce=\"", "nonce=\"0"), ("0001", "001")]
        {
            if header.contains(from) {
                assert!(
                    !is_valid(challenge.clone(), &header.replacen(from, to, 1), realm, password),
                    "{from}"
                );
            }
        }
        let other = Challenge::digest(DigestAlgorithm::Other("SHA-512-256".into()));
        assert!(!is_valid(other, &header, realm, password), "an algorithm that is not offered");
    }

    #[test]
    fn verifies_the_test_vectors_of_the_rfcs() {
        let response = r#"response="8ca523f5e9506fed4657c9700eebdbec", algorithm=MD5"#;
        check(Challenge::md5(), RFC_7616, response, "http-auth@example.org", "Circle of Life");
        let response = r#"response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1", algorithm=SHA-256"#;
        check(Challenge::sha256(), RFC_7616, response, "http-auth@example.org", "Circle of Life");
        let response = r#"response="6629fae49393a05397450978507c4ef1""#;
        check(
            Challenge::md5().qop("auth-int, auth"),
            RFC_2617,
            response,
            "testrealm@host.com",
            "Circle Of Life",
        );
        // The value from the erratum to RFC 2069; the value in the RFC itself is wrong.
        let response = r#"response="1949323746fe6a43ef61f9606e7febea""#;
        check(Challenge::md5().without_qop(), RFC_2069, response, "testrealm@host.com", "CircleOfLife");
    }

    #[test]
    fn rejects_a_qop_that_is_not_offered() {
        let response = r#"response="1949323746fe6a43ef61f9606e7febea""#;
        let header = format!("{RFC_2069}, {response}");
        assert!(!is_valid(Challenge::md5(), &header, "testrealm@host.com", "CircleOfLife"));
        let response = r#"response="6629fae49393a05397450978507c4ef1""#;
        let header = format!("{RFC_2617}, {response}");
        let challenge = Challenge::md5().without_qop();
        assert!(!is_valid(challenge, &header, "testrealm@host.com", "Circle Of Life"));
    }

    #[test]
    fn parses_quoted_and_plain_parameters() {
        for (text, expected) in [
            (r#"A="b", c=d"#, Some(vec![("a", "b"), ("c", "d")])),
            (r#"a="\"\\,=" ,b = c"#, Some(vec![("a", "\"\\,="), ("b", "c")])),
            ("", Some(vec![])),
            (r#"a="b"#, None),
            (r#"a="b" c=d"#, None),
            (r#"a="b\"#, None),
            ("a", None),
            ("a=b, A=c", None),
            (",", None),
        ] {
            let parsed = Credentials::parse(text);
            let expected: Option<HashMap<String, String>> = expected
                .map(|all| all.into_iter().map(|(name, value)| (name.into(), value.into())).collect());
            assert_eq!(parsed.map(|parsed| parsed.parameters), expected, "{text}");
        }
    }

    #[test]
    fn nonce_counts_are_eight_hex_digits() {
        for (text, expected) in [
            ("00000001", Some(1)),
            ("ffFFffff", Some(u32::MAX)),
            ("1", None),
            ("+0000001", None),
            ("0000000g", None),
            ("000000001", None),
        ] {
            assert_eq!(nonce_count(text), expected, "{text}");
        }
    }
}
