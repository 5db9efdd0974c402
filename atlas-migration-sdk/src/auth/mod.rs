//! How each kind of credentials authenticates a request.
//!
//! Authentication is part of the sending, which generated code has no part in: a token that cannot be fetched must come
//! out as a typed [`Error`].

mod bearer;
mod digest;
mod service_account;
mod token_cache;

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use reqwest::Request;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};

use crate::error::{Error, ErrorCode, Result, without_secrets};
use crate::values::credentials::{CredentialKind, Credentials, Parts};
use crate::values::secret::Secret;

use bearer::bearer;
use digest::DigestAuth;
pub(crate) use service_account::TokenEndpoint;
use token_cache::{Token, TokenCache, TokenToUse};

/// Authenticates requests; shared by all calls of a client.
pub(crate) enum Authenticator {
    ServiceAccount(Arc<TokenCache>),
    ApiKey(DigestAuth),
    AccessToken { header: HeaderValue, token: Secret },
}

/// How one request was authenticated, so that a refusal can be told from an outdated credential.
pub(crate) enum Attempt<'a> {
    /// With the access token of this generation.
    Token(u64),
    Digest(digest::Attempt<'a>),
    Fixed,
}

impl Attempt<'_> {
    fn with_token(token: TokenToUse, request: &mut Request) -> Self {
        request.headers_mut().append(AUTHORIZATION, token.header);
        Self::Token(token.generation)
    }

    fn with_header(header: &HeaderValue, request: &mut Request) -> Self {
        request.headers_mut().append(AUTHORIZATION, header.clone());
        Self::Fixed
    }

    /// Whether the request carries no credential, so that all it can earn is a challenge.
    pub(crate) fn is_bare(&self) -> bool {
        matches!(self, Self::Digest(attempt) if attempt.is_bare())
    }
}

/// The most requests that one call sends for the sake of authentication: without a credential, with an outdated one,
/// with a good one.
const MOST_ATTEMPTS: u32 = 3;

impl Authenticator {
    pub(crate) fn new(credentials: Credentials, endpoint: TokenEndpoint) -> Result<Self> {
        match credentials.into_parts() {
            Parts::ServiceAccount { client_id, client_secret } => {
                Ok(Self::ServiceAccount(TokenCache::new(endpoint.for_account(client_id, client_secret)?)))
            }
            Parts::ApiKey { public_key, private_key } => {
                Ok(Self::ApiKey(DigestAuth::new(public_key, private_key)?))
            }
            Parts::AccessToken(token) => Ok(Self::AccessToken { header: bearer(&token)?, token }),
        }
    }

    pub(crate) fn kind(&self) -> CredentialKind {
        match self {
            Self::ServiceAccount(_) => CredentialKind::ServiceAccount,
            Self::ApiKey(_) => CredentialKind::ApiKey,
            Self::AccessToken { .. } => CredentialKind::AccessToken,
        }
    }

    /// Puts the credential on the request, where there is one: a token in the cache, a challenge to answer. `now` is the
    /// time by the client's clock.
    pub(crate) fn authorize_at_once(
        &self,
        request: &mut Request,
        now: Instant,
    ) -> Result<Option<Attempt<'_>>> {
        match self {
            Self::ServiceAccount(cache) => {
                Ok(cache.usable(now).map(|token| Attempt::with_token(token, request)))
            }
            Self::ApiKey(digest) => Ok(digest.answer(request)?.map(Attempt::Digest)),
            Self::AccessToken { header, .. } => Ok(Some(Attempt::with_header(header, request))),
        }
    }

    /// The same where there is none yet: fetches a token, or waits for a challenge, or sends the request to earn one.
    pub(crate) async fn authorize(&self, request: &mut Request) -> Result<Attempt<'_>> {
        match self {
            Self::ServiceAccount(cache) => Ok(Attempt::with_token(cache.token().await?, request)),
            Self::ApiKey(digest) => digest.authorize(request).await.map(Attempt::Digest),
            Self::AccessToken { header, .. } => Ok(Attempt::with_header(header, request)),
        }
    }

    /// After a 401: whether the same request deserves another attempt, with what the refusal taught.
    ///
    /// `sent` counts the requests of this call so far. A 401 did nothing, so a repeat is safe for every operation.
    pub(crate) async fn learn_from_refusal(
        &self,
        attempt: Attempt<'_>,
        headers: &HeaderMap,
        code: Option<&ErrorCode>,
        sent: u32,
    ) -> Result<bool> {
        if sent >= MOST_ATTEMPTS || code.is_some_and(ErrorCode::is_about_rights) {
            return Ok(false);
        }
        match (self, attempt) {
            (Self::ServiceAccount(cache), Attempt::Token(generation)) if sent == 1 => {
                cache.renew_refused(generation).await
            }
            (Self::ApiKey(digest), Attempt::Digest(attempt)) => Ok(digest.learn(attempt, headers, sent)),
            _ => Ok(false),
        }
    }

    /// Revokes the access token in use, if there is one.
    pub(crate) async fn revoke(&self) -> Result<()> {
        match self {
            Self::ServiceAccount(cache) => cache.revoke().await,
            Self::ApiKey(_) | Self::AccessToken { .. } => Err(Error::invalid_request(
                "only the access token of a service account can be revoked: revoking needs its client secret",
            )),
        }
    }

    /// Hands the secrets of the credential to `look`, so that a text can be freed of them.
    pub(crate) fn with_secrets<R>(&self, look: impl FnOnce(&[&str]) -> R) -> R {
        match self {
            Self::ServiceAccount(cache) => {
                // Also the token before: the call that failed may have been sent with it.
                let [token, before] = cache.latest();
                look(&[
                    cache.endpoint().client_secret(),
                    exposed(token.as_deref()),
                    exposed(before.as_deref()),
                ])
            }
            Self::ApiKey(digest) => look(&[digest.private_key()]),
            Self::AccessToken { token, .. } => look(&[token.expose_secret()]),
        }
    }

    /// The text freed of the credential in use and of the other secrets of a call.
    pub(crate) fn without_secrets<'a>(
        &self,
        text: &str,
        others: impl IntoIterator<Item = &'a Secret>,
    ) -> String {
        self.with_secrets(|secrets| {
            let others = others.into_iter().map(|other| other.expose_secret());
            let secrets: Vec<&str> = secrets.iter().copied().chain(others).collect();
            without_secrets(text, &secrets)
        })
    }
}

impl fmt::Debug for Authenticator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Authenticator({:?}, [redacted])", self.kind())
    }
}

fn exposed(token: Option<&Token>) -> &str {
    token.map_or("", |token| token.secret().expose_secret())
}
