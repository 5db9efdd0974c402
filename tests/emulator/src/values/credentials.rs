//! The credentials that the emulator accepts, and the kinds of credential that a request can have.

use std::fmt;

/// A service account.
#[derive(Clone)]
pub(crate) struct ServiceAccount {
    pub(crate) id: String,
    pub(crate) secret: String,
}

/// An API key.
#[derive(Clone)]
pub(crate) struct ApiKey {
    pub(crate) public: String,
    pub(crate) private: String,
}

/// The kind of credential in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CredentialKind {
    /// No `Authorization` header.
    None,
    /// HTTP Basic, which the token endpoint accepts.
    Basic,
    /// HTTP Digest, with an API key.
    Digest,
    /// An access token.
    Bearer,
    /// Anything else.
    Other,
}

impl fmt::Display for CredentialKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::None => "none",
            Self::Basic => "basic",
            Self::Digest => "digest",
            Self::Bearer => "bearer",
            Self::Other => "other",
        })
    }
}
