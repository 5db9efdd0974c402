//! A nonce of a server, and the credentials that are computed with it (RFC 7616, and RFC 2617 and RFC 2069 for older
//! servers).

use std::hash::{BuildHasher as _, RandomState};
use std::sync::atomic::{AtomicU32, Ordering};

use md5::{Digest, Md5};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Request;
use reqwest::header::HeaderValue;
use secrecy::zeroize::Zeroizing;
use sha2::Sha256;

use super::offer::Offer;
use crate::error::{Error, Result};

/// From the weakest to the strongest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Algorithm {
    Md5,
    Sha256,
}

/// A nonce with everything that is equal for all requests with it.
pub(super) struct Nonce {
    algorithm: Algorithm,
    /// H(A1) in hex. Within the realm it is as good as the private key.
    secret: Zeroizing<Vec<u8>>,
    nonce: Vec<u8>,
    opaque: Option<Vec<u8>>,
    /// The client's nonce, the same for all counts; none without counts.
    client_nonce: Option<String>,
    /// The beginning of the header.
    parameters: Vec<u8>,
    /// The last count that was used.
    count: AtomicU32,
}

impl Nonce {
    pub(super) fn new(offer: Offer, user: &str, password: &str) -> Self {
        Self::with_client_nonce(offer, user, password, random())
    }

    pub(super) fn with_client_nonce(offer: Offer, user: &str, password: &str, client_nonce: String) -> Self {
        let Offer { algorithm, realm, nonce, opaque, has_count, hashes_user, is_stale: _ } = offer;
        let secret =
            Zeroizing::new(algorithm.hash(&[user.as_bytes(), b":", &realm, b":", password.as_bytes()]));
        let client_nonce = has_count.then_some(client_nonce);
        let mut parameters = b"Digest ".to_vec();
        if hashes_user {
            push_quoted(&mut parameters, "username", &algorithm.hash(&[user.as_bytes(), b":", &realm]));
            parameters.extend_from_slice(b", userhash=true");
        } else if user.is_ascii() {
            push_quoted(&mut parameters, "username", user.as_bytes());
        } else {
            parameters.extend_from_slice(b"username*=UTF-8''");
            let user = utf8_percent_encode(user, NON_ALPHANUMERIC);
            user.for_each(|part| parameters.extend_from_slice(part.as_bytes()));
        }
        for (name, value) in [("realm", Some(&realm)), ("nonce", Some(&nonce)), ("opaque", opaque.as_ref())] {
            if let Some(value) = value {
                parameters.extend_from_slice(b", ");
                push_quoted(&mut parameters, name, value);
            }
        }
        // RFC 2069 has no algorithm: the default is MD5.
        if has_count || algorithm != Algorithm::Md5 {
            parameters.extend_from_slice(b", algorithm=");
            parameters.extend_from_slice(algorithm.name().as_bytes());
        }
        if let Some(client_nonce) = &client_nonce {
            parameters.extend_from_slice(b", qop=auth, cnonce=\"");
            parameters.extend_from_slice(client_nonce.as_bytes());
            parameters.push(b'"');
        }
        Self { algorithm, secret, nonce, opaque, client_nonce, parameters, count: AtomicU32::new(0) }
    }

    /// The text of the challenge that is repeated with the nonce, if any.
    pub(super) fn opaque(&self) -> Option<&[u8]> {
        self.opaque.as_deref()
    }

    /// How often it was used.
    pub(super) fn count(&self) -> u32 {
        self.count.load(Ordering::Relaxed)
    }

    #[cfg(test)]
    pub(super) fn set_count(&self, count: u32) {
        self.count.store(count, Ordering::Relaxed);
    }

    /// The credentials of a request, with the next count. `None` if there is none: a count is never used twice.
    pub(super) fn authorize(&self, request: &Request) -> Result<Option<HeaderValue>> {
        let next = |count: u32| count.checked_add(1);
        let Ok(last) = self.count.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next) else {
            return Ok(None);
        };
        let url = request.url();
        let target: &[&[u8]] = match url.query() {
            Some(query) => &[url.path().as_bytes(), b"?", query.as_bytes()],
            None => &[url.path().as_bytes()],
        };
        let value = self.credentials(request.method().as_str(), target, last + 1);
        let mut value = HeaderValue::try_from(value).map_err(|_| {
            Error::configuration("the API key contains characters that are not allowed in a header")
        })?;
        value.set_sensitive(true);
        Ok(Some(value))
    }

    fn credentials(&self, method: &str, target: &[&[u8]], count: u32) -> Vec<u8> {
        let mut hashed = vec![method.as_bytes(), b":"];
        hashed.extend_from_slice(target);
        let request = self.algorithm.hash(&hashed);
        let count = format!("{count:08x}");
        let response = match &self.client_nonce {
            None => self.algorithm.hash(&[&self.secret, b":", &self.nonce, b":", &request]),
            Some(client_nonce) => self.algorithm.hash(&[
                &self.secret,
                b":",
                &self.nonce,
                b":",
                count.as_bytes(),
                b":",
                client_nonce.as_bytes(),
                b":auth:",
                &request,
            ]),
        };
        let mut value = Vec::with_capacity(self.parameters.len() + 256);
        value.extend_from_slice(&self.parameters);
        if self.client_nonce.is_some() {
            value.extend_from_slice(b", nc=");
            value.extend_from_slice(count.as_bytes());
        }
        // Percent-encoded, so that there is nothing to quote.
        value.extend_from_slice(b", uri=\"");
        target.iter().for_each(|part| value.extend_from_slice(part));
        value.extend_from_slice(b"\", response=\"");
        value.extend_from_slice(&response);
        value.push(b'"');
        value
    }
}

impl Algorithm {
    pub(super) fn of_name(name: &[u8]) -> Option<Self> {
        [Self::Md5, Self::Sha256].into_iter().find(|one| one.name().as_bytes().eq_ignore_ascii_case(name))
    }

    fn name(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Sha256 => "SHA-256",
        }
    }

    /// The hash of the parts, in hex.
    fn hash(self, parts: &[&[u8]]) -> Vec<u8> {
        match self {
            Self::Md5 => hash::<Md5>(parts),
            Self::Sha256 => hash::<Sha256>(parts),
        }
    }
}

fn hash<D: Digest>(parts: &[&[u8]]) -> Vec<u8> {
    let mut hasher = D::new();
    parts.iter().for_each(|part| hasher.update(part));
    let digit = |half: u8| b"0123456789abcdef"[usize::from(half)];
    hasher.finalize().iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// A text of 128 random bits, which a server cannot predict: the keys of this hasher are random.
fn random() -> String {
    let half = || RandomState::new().hash_one(0);
    format!("{:016x}{:016x}", half(), half())
}

fn push_quoted(to: &mut Vec<u8>, name: &str, value: &[u8]) {
    to.extend_from_slice(name.as_bytes());
    to.extend_from_slice(b"=\"");
    for byte in value {
        if matches!(byte, b'"' | b'\\') {
            to.push(b'\\');
        }
        to.push(*byte);
    }
    to.push(b'"');
}
