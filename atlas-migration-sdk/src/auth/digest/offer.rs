//! What a server offers in the challenges of a 401: the one to answer, or what to tell the user.

use reqwest::header::HeaderMap;

use super::nonce::Algorithm;
use crate::auth::challenge::Challenge;

/// The size of a challenge that is still answered. The answer repeats it, and servers accept a head of 8 KiB.
const MAX_SIZE: usize = 6 * 1024;

/// A challenge that can be answered.
#[derive(Debug)]
pub(super) struct Offer {
    pub(super) algorithm: Algorithm,
    pub(super) realm: Vec<u8>,
    pub(super) nonce: Vec<u8>,
    pub(super) opaque: Option<Vec<u8>>,
    /// Whether the answer has a nonce count. Without, the challenge is of RFC 2069.
    pub(super) has_count: bool,
    /// Whether the user name is hashed.
    pub(super) hashes_user: bool,
    /// Whether the credential was correct, except for its nonce.
    pub(super) is_stale: bool,
}

impl Offer {
    /// The strongest challenge that can be answered. The error describes the challenges.
    pub(super) fn strongest(headers: &HeaderMap) -> Result<Self, String> {
        let mut best: Option<Self> = None;
        let mut others = Vec::new();
        for challenge in Challenge::all(headers) {
            match Self::of(&challenge) {
                Ok(offer) if best.as_ref().is_some_and(|best| best.strength() >= offer.strength()) => {}
                Ok(offer) => best = Some(offer),
                Err(other) => others.push(other),
            }
        }
        best.ok_or_else(|| describe(&others))
    }

    /// The offer of a challenge that can be answered: not of a session variant, whose first client nonce would have to
    /// be kept, and not with `auth-int` alone. The error describes another challenge.
    fn of(challenge: &Challenge) -> Result<Self, String> {
        if !challenge.scheme.eq_ignore_ascii_case("Digest") {
            return Err(challenge.scheme.clone());
        }
        let parameter = |name| challenge.parameter(name);
        let is_true = |name| parameter(name).is_some_and(|value| value.eq_ignore_ascii_case(b"true"));
        let required = |name| parameter(name).ok_or_else(|| format!("Digest without {name}"));
        let (realm, nonce) = (required("realm")?.to_vec(), required("nonce")?.to_vec());
        let (name, qop) = (parameter("algorithm").unwrap_or(b"MD5"), parameter("qop"));
        let (Some(algorithm), true) = (Algorithm::of_name(name), qop.is_none_or(offers_auth)) else {
            let qop = qop.map(|qop| format!(" and qop {}", String::from_utf8_lossy(qop)));
            return Err(format!("Digest with {}{}", String::from_utf8_lossy(name), qop.unwrap_or_default()));
        };
        let opaque = parameter("opaque").map(<[u8]>::to_vec);
        let size = realm.len() + nonce.len() + opaque.as_ref().map_or(0, Vec::len);
        if size > MAX_SIZE {
            return Err(format!("Digest with realm, nonce and opaque of {size} bytes"));
        }
        let (hashes_user, is_stale) = (is_true("userhash"), is_true("stale"));
        Ok(Self { algorithm, realm, nonce, opaque, has_count: qop.is_some(), hashes_user, is_stale })
    }

    fn strength(&self) -> (Algorithm, bool) {
        (self.algorithm, self.has_count)
    }
}

fn offers_auth(qop: &[u8]) -> bool {
    qop.split(|byte| *byte == b',').any(|one| one.trim_ascii().eq_ignore_ascii_case(b"auth"))
}

/// Describes challenges of which none can be answered. The text is neither redacted nor bounded.
fn describe(challenges: &[String]) -> String {
    if challenges.is_empty() {
        return "the server offers no authentication: its response has no challenge".to_owned();
    }
    format!(
        "an API key needs Digest with MD5 or SHA-256 and, if there is a qop, auth; the server offers only {}",
        challenges.join(", ")
    )
}
