//! HTTP digest authentication with an API key.
//!
//! The first request is sent without a credential, and the server responds with a challenge. From then on every call
//! uses the nonce of a challenge at once, with a count that no other request has. Another round trip is only needed when
//! the server refuses a nonce.
//!
//! The key is invalid if a request is refused whose nonce is from a challenge to the same call, and was not used by any
//! other request. Another refused request only means that its nonce has expired, or that the server requires its counts in
//! a certain order. Apache httpd can count the requests with an `opaque` and not those with a nonce, and repeats it in
//! the challenge to a refused request; the `opaque` then must not be used by other requests either.

mod nonce;
mod nonces;
mod offer;
mod probe;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use reqwest::Request;
use reqwest::header::{AUTHORIZATION, HeaderMap};

use crate::error::Result;
use crate::values::clock::Clock;
use crate::values::credentials::looks_like_a_secret;
use crate::values::secret::Secret;

use nonce::Nonce;
use nonces::{InUse, Nonces};
use offer::Offer;
use probe::{Probe, Probes};

pub(crate) struct DigestAuth {
    public_key: String,
    private_key: Secret,
    clock: Arc<dyn Clock>,
    nonces: Mutex<Nonces>,
    probes: Probes,
}

/// How a request was authenticated.
pub(crate) enum Authorization<'a> {
    /// Not at all. Others may wait for the challenge.
    Unauthenticated(Option<Probe<'a>>),
    Nonce {
        used: InUse,
        /// Whether the nonce is from a challenge to the same call.
        is_new: bool,
    },
}

/// What follows a 401.
pub(crate) enum Challenged {
    /// The request is sent again with this nonce.
    New(NewNonce),
    /// A request without a credential is sent, for a challenge that has nothing in common with those of other calls.
    Again,
    /// The key is invalid.
    Rejected,
    /// There is no challenge that can be answered. The text describes those of the server, and may repeat a secret.
    Unanswerable(String),
}

/// A nonce from a challenge to a call.
pub(crate) struct NewNonce(InUse);

impl DigestAuth {
    pub(crate) fn new(public_key: String, private_key: Secret, clock: Arc<dyn Clock>) -> Self {
        Self { public_key, private_key, clock, nonces: Mutex::default(), probes: Probes::default() }
    }

    /// The public key, if it may be a secret in the wrong place, or an empty text.
    pub(crate) fn suspicious_public_key(&self) -> &str {
        if looks_like_a_secret(&self.public_key) { &self.public_key } else { "" }
    }

    pub(crate) fn private_key(&self) -> &str {
        self.private_key.expose_secret()
    }

    /// Authenticates the request. If no nonce is known, one call is sent without a credential and the others wait for
    /// its challenge.
    pub(crate) async fn authorize(&self, request: &mut Request) -> Result<Authorization<'_>> {
        if let Some(authorization) = self.try_authorize(request)? {
            return Ok(authorization);
        }
        if let Some(probe) = self.probes.start() {
            return Ok(Authorization::Unauthenticated(Some(probe)));
        }
        self.probes.wait(&*self.clock).await;
        let authorization = self.try_authorize(request)?;
        // A call that has waited in vain is not a probe that others wait for: with a server that cannot be
        // reached, the calls would otherwise be sent one after the other.
        Ok(authorization.unwrap_or(Authorization::Unauthenticated(None)))
    }

    /// Authenticates the request with a known nonce, if there is one.
    pub(crate) fn try_authorize(&self, request: &mut Request) -> Result<Option<Authorization<'static>>> {
        loop {
            // Not in the loop's condition, where the lock would be held for the whole iteration.
            let used = self.nonces().take();
            let Some(used) = used else { return Ok(None) };
            if authorize(request, &used)? {
                return Ok(Some(Authorization::Nonce { used, is_new: false }));
            }
            self.nonces().forget(&used);
        }
    }

    /// Authenticates the request with the nonce of the call itself, unless its counts are used up.
    pub(crate) fn authorize_with(
        &self,
        NewNonce(used): NewNonce,
        request: &mut Request,
    ) -> Result<Option<Authorization<'static>>> {
        Ok(authorize(request, &used)?.then_some(Authorization::Nonce { used, is_new: true }))
    }

    /// The response was no 401.
    pub(crate) fn accepted(&self, authorization: Authorization<'_>) {
        // A shared nonce is not released: the others keep using it.
        if let Authorization::Nonce { used, .. } = authorization
            && used.is_exclusive()
        {
            self.nonces().release(used);
        }
    }

    /// The response was a 401 with these headers.
    pub(crate) fn challenged(&self, authorization: Authorization<'_>, headers: &HeaderMap) -> Challenged {
        let offer = match Offer::strongest(headers) {
            Ok(offer) => offer,
            Err(description) => return Challenged::Unanswerable(description),
        };
        let is_stale = offer.is_stale;
        let nonce = || Nonce::new(offer, &self.public_key, self.private_key());
        let new = match authorization {
            // The probe ends after its nonce was added.
            Authorization::Unauthenticated(_probe) => self.nonces().add(nonce()),
            Authorization::Nonce { used, is_new: true }
                if used.is_exclusive() && used.has_common_opaque() =>
            {
                return Challenged::Again;
            }
            Authorization::Nonce { used, is_new: true } if used.nonce().count() == 1 && !is_stale => {
                return Challenged::Rejected;
            }
            Authorization::Nonce { used, .. } => self.nonces().replace(&used, nonce(), is_stale),
        };
        Challenged::New(NewNonce(new))
    }

    fn nonces(&self) -> MutexGuard<'_, Nonces> {
        // Nothing panics while the lock is held.
        self.nonces.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Adds the credentials to the request. Returns whether the nonce had a count for it.
fn authorize(request: &mut Request, used: &InUse) -> Result<bool> {
    let value = used.nonce().authorize(request)?;
    let is_authorized = value.is_some();
    request.headers_mut().extend(value.map(|value| (AUTHORIZATION, value)));
    Ok(is_authorized)
}

#[cfg(test)]
mod tests;
