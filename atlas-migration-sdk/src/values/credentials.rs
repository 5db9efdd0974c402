//! Credentials: what a caller authenticates with. [`crate::auth`] applies them to requests.

mod check;

use std::fmt;

pub(super) use check::is_quotation_mark;
pub(crate) use check::{Problem, looks_like_a_secret};

use super::secret::Secret;

/// What the client authenticates with: a service account, an API key or an access token.
///
/// ```
/// use atlas_migration_sdk::Credentials;
///
/// let credentials = Credentials::api_key("ABCDEFGH", "the private key");
/// assert!(!format!("{credentials:?}").contains("private key"));
/// ```
#[derive(Clone)]
pub struct Credentials(Parts);

/// What the credentials consist of.
#[derive(Clone)]
pub(crate) enum Parts {
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
    /// A given access token: bearer, RFC 6750.
    AccessToken,
}

impl Credentials {
    /// A service account with its client id (`mdb_sa_id_…`) and client secret (`mdb_sa_sk_…`).
    ///
    /// The client fetches an access token, shares it between all calls and renews it.
    #[must_use]
    pub fn service_account(client_id: impl Into<String>, client_secret: impl Into<Secret>) -> Self {
        Self(Parts::ServiceAccount { client_id: client_id.into(), client_secret: client_secret.into() })
    }

    /// An API key: a public and a private key.
    #[must_use]
    pub fn api_key(public_key: impl Into<String>, private_key: impl Into<Secret>) -> Self {
        Self(Parts::ApiKey { public_key: public_key.into(), private_key: private_key.into() })
    }

    /// An access token from another source. It is sent unchanged and never renewed.
    #[must_use]
    pub fn access_token(token: impl Into<Secret>) -> Self {
        Self(Parts::AccessToken(token.into()))
    }

    /// The kind of the credentials.
    #[must_use]
    pub fn kind(&self) -> CredentialKind {
        match self.0 {
            Parts::ServiceAccount { .. } => CredentialKind::ServiceAccount,
            Parts::ApiKey { .. } => CredentialKind::ApiKey,
            Parts::AccessToken(_) => CredentialKind::AccessToken,
        }
    }

    pub(crate) fn into_parts(self) -> Parts {
        self.0
    }

    /// The first part that cannot be valid. The same rules apply to all kinds of credentials.
    pub(crate) fn problem(&self) -> Option<Problem> {
        check::problem(&self.0)
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Client ids and public keys are left out too: the secret may be in the wrong variable.
        write!(f, "Credentials({:?}, [redacted])", self.kind())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_content() {
        for credentials in [
            Credentials::service_account("planted-id", "planted"),
            Credentials::api_key("planted-key", "planted"),
            Credentials::access_token("planted"),
        ] {
            assert!(!format!("{credentials:?}").contains("planted"));
        }
    }
}
