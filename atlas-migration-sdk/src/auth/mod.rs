//! How each kind of credentials authenticates a request.
//!
//! Authentication belongs to sending, not to the generated code, so that a failure to fetch a token is a typed
//! [`Error`].

mod bearer;
mod challenge;
mod digest;
mod service_account;
mod token_cache;
mod token_store;

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use reqwest::Request;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};

use crate::error::{Error, ErrorCode, Result, printable, redacted, without_secrets};
use crate::values::credentials::{CredentialKind, Credentials, Parts};
use crate::values::secret::Secret;

use bearer::bearer;
use digest::{Challenged, DigestAuth, NewNonce};
pub(crate) use service_account::TokenEndpoint;
use token_cache::{TokenCache, UsableToken};
#[cfg(feature = "token-file")]
pub use token_store::FileTokenStore;
pub use token_store::{MemoryTokenStore, StoredToken, TokenKey, TokenStore, TokenStoreError, TokenStoreLock};

/// Authenticates requests. All calls of a client share it.
pub(crate) enum Authenticator {
    ServiceAccount(Arc<TokenCache>),
    ApiKey(DigestAuth),
    AccessToken { header: HeaderValue, token: Secret },
}

/// How a request was authenticated. After a 401 it tells an outdated credential from an invalid one.
pub(crate) enum Authorization<'a> {
    /// With the access token of this generation of the cache.
    Token(u64),
    Digest(digest::Authorization<'a>),
    Fixed,
}

impl Authorization<'_> {
    fn with_token(token: UsableToken, request: &mut Request) -> Self {
        request.headers_mut().append(AUTHORIZATION, token.header);
        Self::Token(token.generation)
    }

    fn with_header(header: &HeaderValue, request: &mut Request) -> Self {
        request.headers_mut().append(AUTHORIZATION, header.clone());
        Self::Fixed
    }

    /// Whether the request has no credential, so that the server responds with a challenge.
    pub(crate) fn is_unauthenticated(&self) -> bool {
        matches!(self, Self::Digest(digest::Authorization::Unauthenticated(_)))
    }
}

/// The credential of the next request of an attempt.
pub(crate) enum NextCredential {
    /// The one that all calls use, or none if it is only known after a challenge.
    Common,
    /// A nonce from a challenge to this call.
    Nonce(NewNonce),
    /// None, so that the server sends another challenge.
    Challenge,
    /// None, although the server sent no challenge.
    Nothing,
}

/// What follows a 401.
pub(crate) enum Unauthorized {
    SendAgain(NextCredential),
    /// The 401 is the outcome. The text explains it if the credential is not the reason.
    Final(Option<String>),
}

/// How many requests an attempt sends at most for authentication: with a nonce that other calls use too, with one of its
/// own, without a credential, with a nonce that has nothing in common with those of other calls, and another one if that
/// was stale.
const MAX_REQUESTS: u32 = 5;

impl Authenticator {
    /// `store` is only used by a service account.
    pub(crate) fn new(
        credentials: Credentials,
        endpoint: TokenEndpoint,
        store: Option<Arc<dyn TokenStore>>,
    ) -> Result<Self> {
        if let Some(problem) = credentials.problem() {
            return Err(Error::configuration(problem.to_string()));
        }
        Ok(match credentials.into_parts() {
            Parts::ServiceAccount { client_id, client_secret } => {
                Self::ServiceAccount(TokenCache::new(endpoint.for_account(client_id, client_secret), store))
            }
            Parts::ApiKey { public_key, private_key } => {
                Self::ApiKey(DigestAuth::new(public_key, private_key, endpoint.clock))
            }
            Parts::AccessToken(token) => {
                let header = bearer(&token)
                    .map_err(|reason| Error::configuration(format!("the access token {reason}")))?;
                Self::AccessToken { header, token }
            }
        })
    }

    pub(crate) fn kind(&self) -> CredentialKind {
        match self {
            Self::ServiceAccount(_) => CredentialKind::ServiceAccount,
            Self::ApiKey(_) => CredentialKind::ApiKey,
            Self::AccessToken { .. } => CredentialKind::AccessToken,
        }
    }

    /// Adds the credential to the request without waiting, if possible: from a token in the cache, or with a known
    /// nonce. `now` is the time of the client's clock. The only error is that of an invalid configuration.
    pub(crate) fn try_authorize(
        &self,
        credential: NextCredential,
        request: &mut Request,
        now: Instant,
    ) -> Result<Option<Authorization<'static>>> {
        match (self, credential) {
            (Self::ServiceAccount(cache), _) => {
                Ok(cache.usable(now).map(|token| Authorization::with_token(token, request)))
            }
            (Self::ApiKey(_), NextCredential::Challenge | NextCredential::Nothing) => {
                Ok(Some(Authorization::Digest(digest::Authorization::Unauthenticated(None))))
            }
            (Self::ApiKey(digest), NextCredential::Nonce(nonce)) => {
                Ok(digest.authorize_with(nonce, request)?.map(Authorization::Digest))
            }
            (Self::ApiKey(digest), NextCredential::Common) => {
                Ok(digest.try_authorize(request)?.map(Authorization::Digest))
            }
            (Self::AccessToken { header, .. }, _) => Ok(Some(Authorization::with_header(header, request))),
        }
    }

    /// Adds the credential to the request. Fetches a token, or waits for a challenge to another call, or
    /// leaves the request without a credential so that the server sends a challenge.
    pub(crate) async fn authorize(&self, request: &mut Request) -> Result<Authorization<'_>> {
        match self {
            Self::ServiceAccount(cache) => Ok(Authorization::with_token(cache.token().await?, request)),
            Self::ApiKey(digest) => digest.authorize(request).await.map(Authorization::Digest),
            Self::AccessToken { header, .. } => Ok(Authorization::with_header(header, request)),
        }
    }

    /// The server accepted the credential of a request, or needed none.
    pub(crate) fn accepted(&self, authorization: Authorization<'_>) {
        if let (Self::ApiKey(digest), Authorization::Digest(authorization)) = (self, authorization) {
            digest.accepted(authorization);
        }
    }

    /// Handles a 401: whether to send the request again, with a renewed credential.
    ///
    /// `sent` is the number of requests of this attempt so far. A request with a 401 had no effect, so that repeating
    /// it is safe for every operation.
    pub(crate) async fn handle_unauthorized(
        &self,
        authorization: Authorization<'_>,
        headers: &HeaderMap,
        code: Option<&ErrorCode>,
        sent: u32,
    ) -> Result<Unauthorized> {
        use Unauthorized::{Final, SendAgain};
        if code.is_some_and(ErrorCode::is_about_permissions) {
            return Ok(Final(None));
        }
        Ok(match (self, authorization) {
            // Not counted: another call of this client revoked the token meanwhile, so that the 401 shows nothing.
            (Self::ServiceAccount(cache), Authorization::Token(generation))
                if cache.was_revoked(generation) =>
            {
                SendAgain(NextCredential::Common)
            }
            _ if sent >= MAX_REQUESTS => Final(None),
            (Self::ServiceAccount(cache), Authorization::Token(generation))
                if cache.renew_rejected(generation).await? =>
            {
                SendAgain(NextCredential::Common)
            }
            (Self::ApiKey(digest), Authorization::Digest(authorization)) => {
                match digest.challenged(authorization, headers) {
                    Challenged::New(nonce) => SendAgain(NextCredential::Nonce(nonce)),
                    Challenged::Again => SendAgain(NextCredential::Challenge),
                    Challenged::Rejected => Final(None),
                    Challenged::Unanswerable(offer) => {
                        Final(Some(self.with_secrets(None, |secrets| redacted(&offer, secrets))))
                    }
                }
            }
            _ => Final(None),
        })
    }

    /// What identifies the service account in a token store.
    pub(crate) fn token_key(&self) -> Option<TokenKey> {
        match self {
            Self::ServiceAccount(cache) => Some(cache.endpoint().key()),
            Self::ApiKey(_) | Self::AccessToken { .. } => None,
        }
    }

    /// Revokes the current access token, if there is one.
    pub(crate) async fn revoke(&self) -> Result<()> {
        match self {
            Self::ServiceAccount(cache) => cache.revoke().await,
            Self::ApiKey(_) | Self::AccessToken { .. } => Err(Error::invalid_request(
                "only the access token of a service account can be revoked: revoking needs its client secret",
            )),
        }
    }

    /// Calls `use_secrets` with the secrets of the credential and the other secrets of a call, for redaction.
    pub(crate) fn with_secrets<'a, R>(
        &self,
        others: impl IntoIterator<Item = &'a Secret>,
        use_secrets: impl FnOnce(&[&str]) -> R,
    ) -> R {
        let used;
        let mut secrets: Vec<&str> = match self {
            Self::ServiceAccount(cache) => {
                // With earlier tokens, one of which the failed call may have used.
                used = cache.used();
                let endpoint = cache.endpoint();
                let mut secrets = vec![endpoint.client_secret(), endpoint.suspicious_client_id()];
                secrets.extend(used.iter().map(|token| token.expose_secret()));
                secrets
            }
            Self::ApiKey(digest) => vec![digest.private_key(), digest.suspicious_public_key()],
            Self::AccessToken { token, .. } => vec![token.expose_secret()],
        };
        secrets.extend(others.into_iter().map(|other| other.expose_secret()));
        use_secrets(&secrets)
    }

    /// The text without the secrets of the credential, the other secrets of a call, and control characters.
    pub(crate) fn without_secrets<'a>(
        &self,
        text: &str,
        others: impl IntoIterator<Item = &'a Secret>,
    ) -> String {
        self.with_secrets(others, |secrets| printable(&without_secrets(text, secrets)))
    }
}

impl fmt::Debug for Authenticator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Authenticator({:?}, [redacted])", self.kind())
    }
}
