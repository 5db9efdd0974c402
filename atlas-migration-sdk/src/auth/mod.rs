//! Who the caller is: credentials, and how each kind authenticates a request.
//!
//! Authentication is part of the sending, which generated code has no part in: a token that cannot be fetched must come
//! out as a typed [`Error`].

mod digest;
mod service_account;
mod token_cache;

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use reqwest::Request;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use secrecy::zeroize::Zeroizing;

use crate::error::{Error, ErrorCode, Result};
use crate::secret::Secret;

use digest::DigestAuth;
pub(crate) use service_account::TokenEndpoint;
use token_cache::{Token, TokenCache, TokenToUse};

/// What the client authenticates with: a service account, an API key or an access token.
///
/// ```
/// use atlas_migration_sdk::{Credentials, Secret};
///
/// let credentials = Credentials::api_key("ABCDEFGH", Secret::new("the private key"));
/// assert!(!format!("{credentials:?}").contains("private key"));
/// ```
#[derive(Clone)]
pub struct Credentials(Kind);

#[derive(Clone)]
enum Kind {
    ServiceAccount { client_id: String, client_secret: Secret },
    ApiKey { public_key: String, private_key: Secret },
    AccessToken(Secret),
}

/// The kinds of [`Credentials`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CredentialKind {
    /// A service account: OAuth 2 client credentials, RFC 6749 section 4.4.
    ServiceAccount,
    /// An API key: HTTP digest, RFC 7616.
    ApiKey,
    /// An access token as given: bearer, RFC 6750.
    AccessToken,
}

impl Credentials {
    /// A service account, by its client id (`mdb_sa_id_…`) and secret (`mdb_sa_sk_…`).
    ///
    /// The client fetches an access token, keeps it for all its calls and renews it.
    #[must_use]
    pub fn service_account(client_id: impl Into<String>, client_secret: Secret) -> Self {
        Self(Kind::ServiceAccount { client_id: client_id.into(), client_secret })
    }

    /// An API key, by its public and private key.
    #[must_use]
    pub fn api_key(public_key: impl Into<String>, private_key: Secret) -> Self {
        Self(Kind::ApiKey { public_key: public_key.into(), private_key })
    }

    /// An access token that was fetched elsewhere. It is sent as given and never renewed.
    #[must_use]
    pub fn access_token(token: Secret) -> Self {
        Self(Kind::AccessToken(token))
    }

    /// Which kind they are.
    #[must_use]
    pub fn kind(&self) -> CredentialKind {
        match self.0 {
            Kind::ServiceAccount { .. } => CredentialKind::ServiceAccount,
            Kind::ApiKey { .. } => CredentialKind::ApiKey,
            Kind::AccessToken(_) => CredentialKind::AccessToken,
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Neither ids nor public keys: in the wrong variable, they are the secret.
        write!(f, "Credentials({:?}, [redacted])", self.kind())
    }
}

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
        match credentials.0 {
            Kind::ServiceAccount { client_id, client_secret } => {
                Ok(Self::ServiceAccount(TokenCache::new(endpoint.for_account(client_id, client_secret)?)))
            }
            Kind::ApiKey { public_key, private_key } => {
                Ok(Self::ApiKey(DigestAuth::new(public_key, private_key)?))
            }
            Kind::AccessToken(token) => Ok(Self::AccessToken { header: bearer(&token)?, token }),
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
}

impl fmt::Debug for Authenticator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Authenticator({:?}, [redacted])", self.kind())
    }
}

fn exposed(token: Option<&Token>) -> &str {
    token.map_or("", |token| token.secret().expose_secret())
}

/// The `Authorization` header of an access token, marked as sensitive and wiped when the last copy is dropped.
fn bearer(token: &Secret) -> Result<HeaderValue> {
    if token.expose_secret().is_empty() {
        return Err(Error::configuration("the access token is empty"));
    }
    let mut text = Zeroizing::new(Vec::with_capacity("Bearer ".len() + token.expose_secret().len()));
    text.extend_from_slice(b"Bearer ");
    text.extend_from_slice(token.expose_secret().as_bytes());
    // The error of a header value repeats nothing of it, but says nothing either.
    let mut header = HeaderValue::from_maybe_shared(Bytes::from_owner(text)).map_err(|_| {
        Error::configuration(
            "the access token has characters that cannot stand in a header, such as a line break",
        )
    })?;
    header.set_sensitive(true);
    Ok(header)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_have_no_printable_content() {
        for credentials in [
            Credentials::service_account("planted-id", Secret::new("planted")),
            Credentials::api_key("planted-key", Secret::new("planted")),
            Credentials::access_token(Secret::new("planted")),
        ] {
            assert!(!format!("{credentials:?}").contains("planted"));
        }
    }

    #[test]
    fn a_token_that_cannot_stand_in_a_header_is_refused_unseen() {
        for token in ["planted\n", "", "planted\u{0}"] {
            let error = bearer(&Secret::new(token)).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("planted"), "{error}");
        }
        let header = bearer(&Secret::new("planted")).unwrap();
        assert_eq!(header.as_bytes(), b"Bearer planted");
        assert!(!format!("{header:?}").contains("planted"));
    }
}
