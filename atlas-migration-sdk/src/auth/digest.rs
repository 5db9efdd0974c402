//! HTTP digest authentication (RFC 7616, and RFC 2617 for older servers): one challenge for all calls.
//!
//! The first request is sent without a credential, and the server responds with a challenge. From then on every call
//! answers that challenge at once, with a nonce count that is increased under a lock. Another round trip is only needed
//! when the server sends a new nonce. The crate http-auth parses challenges and computes the answers.

use std::sync::{Mutex, MutexGuard, PoisonError};

use http_auth::PasswordParams;
use http_auth::digest::{Algorithm, DigestClient, Qop};
use http_auth::parser::ChallengeParser;
use reqwest::Request;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue, WWW_AUTHENTICATE};

use crate::error::{Error, Result};
use crate::values::credentials::looks_like_a_secret;
use crate::values::secret::Secret;

pub(crate) struct DigestAuth {
    public_key: String,
    private_key: Secret,
    current: Mutex<Option<CurrentChallenge>>,
    /// Held by the one call that is sent without a credential, so that the others wait for its challenge instead of
    /// requesting one each.
    probe: tokio::sync::Mutex<()>,
}

/// The challenge that calls answer, with its generation.
struct CurrentChallenge {
    challenge: DigestClient,
    generation: u64,
}

/// The generation of the challenge that a request answered; none for a request without a credential.
pub(crate) struct Authorization<'a> {
    generation: Option<u64>,
    _probe: Option<tokio::sync::MutexGuard<'a, ()>>,
}

impl Authorization<'_> {
    pub(crate) fn is_unauthenticated(&self) -> bool {
        self.generation.is_none()
    }
}

impl DigestAuth {
    pub(crate) fn new(public_key: String, private_key: Secret) -> Self {
        Self { public_key, private_key, current: Mutex::new(None), probe: tokio::sync::Mutex::new(()) }
    }

    /// The public key, if it may be a secret in the wrong place, or an empty text.
    pub(crate) fn suspicious_public_key(&self) -> &str {
        if looks_like_a_secret(&self.public_key) { &self.public_key } else { "" }
    }

    pub(crate) fn private_key(&self) -> &str {
        self.private_key.expose_secret()
    }

    /// Answers the current challenge. If there is none, one call is sent without a credential and the others wait for
    /// its challenge.
    pub(crate) async fn authorize(&self, request: &mut Request) -> Result<Authorization<'_>> {
        if let Some(authorization) = self.answer(request)? {
            return Ok(authorization);
        }
        let (probe, waited) = match self.probe.try_lock() {
            Ok(probe) => (probe, false),
            Err(_) => (self.probe.lock().await, true),
        };
        if let Some(authorization) = self.answer(request)? {
            return Ok(authorization);
        }
        // A call that waited for a probe without success does not make other calls wait for itself: with a server that
        // cannot be reached, the calls would otherwise be sent one after the other.
        Ok(Authorization { generation: None, _probe: (!waited).then_some(probe) })
    }

    pub(crate) fn answer(&self, request: &mut Request) -> Result<Option<Authorization<'static>>> {
        let mut current = self.current();
        let Some(current) = current.as_mut() else { return Ok(None) };
        let value = respond(&mut current.challenge, &self.public_key, self.private_key(), request)?;
        request.headers_mut().append(AUTHORIZATION, value);
        Ok(Some(Authorization { generation: Some(current.generation), _probe: None }))
    }

    /// Stores the strongest challenge of a 401. Returns whether to answer it.
    ///
    /// It is answered if the request had no credential, or answered the challenge of an earlier call. If the request
    /// answered a challenge of this call, the credential is invalid, unless the server says that the nonce was `stale`.
    pub(crate) fn accept_challenge(
        &self,
        authorization: Authorization<'_>,
        headers: &HeaderMap,
        sent: u32,
    ) -> bool {
        let Some(challenge) = strongest(headers) else { return false };
        let stale = challenge.stale();
        let mut current = self.current();
        let generation = current.as_ref().map(|current| current.generation);
        // Another call may have stored a newer challenge meanwhile; then that one is answered.
        if generation == authorization.generation || generation.is_none() {
            *current = Some(CurrentChallenge { challenge, generation: generation.unwrap_or(0) + 1 });
        }
        sent == 1 || stale
    }

    fn current(&self) -> MutexGuard<'_, Option<CurrentChallenge>> {
        // A panic while the lock is held leaves at worst an unused nonce count, and the server accepts gaps.
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn respond(
    challenge: &mut DigestClient,
    user: &str,
    password: &str,
    request: &Request,
) -> Result<HeaderValue> {
    let url = request.url();
    let target = match url.query() {
        Some(query) => &format!("{}?{query}", url.path()),
        None => url.path(),
    };
    let params = PasswordParams {
        username: user,
        password,
        uri: target,
        method: request.method().as_str(),
        body: None,
    };
    let mut answer = challenge.respond(&params).map_err(|reason| {
        Error::configuration(format!("the digest challenge cannot be answered: {reason}"))
    })?;
    if challenge.rfc2069_compat() && challenge.algorithm() != Algorithm::Md5 {
        // Without qop, http-auth writes the form of RFC 2069, which has no algorithm: the default is MD5.
        answer.push_str(", algorithm=SHA-256");
    }
    let mut value = HeaderValue::try_from(answer).map_err(|_| {
        Error::configuration(
            "the digest challenge cannot be answered: it contains characters that are not allowed in a header",
        )
    })?;
    value.set_sensitive(true);
    Ok(value)
}

/// The strongest supported challenge of all headers; a header may contain several.
///
/// Challenges that cannot be parsed are skipped: a gateway may have added one to that of the server.
fn strongest(headers: &HeaderMap) -> Option<DigestClient> {
    let mut best: Option<(u8, DigestClient)> = None;
    for value in headers.get_all(WWW_AUTHENTICATE) {
        let Ok(text) = value.to_str() else { continue };
        for challenge in ChallengeParser::new(text).map_while(std::result::Result::ok) {
            let Ok(client) = DigestClient::try_from(&challenge) else { continue };
            let Some(strength) = strength(&client) else { continue };
            if best.as_ref().is_none_or(|(best, _)| strength > *best) {
                best = Some((strength, client));
            }
        }
    }
    best.map(|(_, client)| client)
}

/// The strength of a challenge; `None` if it is not supported: the session variants, whose first client nonce would
/// have to be stored, unknown algorithms, and `auth-int` alone.
fn strength(challenge: &DigestClient) -> Option<u8> {
    if challenge.session() || !(challenge.rfc2069_compat() || challenge.qop() & Qop::Auth) {
        return None;
    }
    let algorithm = match challenge.algorithm() {
        Algorithm::Md5 => 0,
        Algorithm::Sha256 => 2,
        _ => return None,
    };
    Some(algorithm + u8::from(!challenge.rfc2069_compat()))
}

#[cfg(test)]
mod tests;
