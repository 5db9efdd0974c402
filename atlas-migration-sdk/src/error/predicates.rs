//! Predicates that tell what a caller can do about a failure.
//!
//! Those about a status are true only for a response of the API, not for one of a proxy or of the token endpoint.

use super::{Effect, Error, ErrorCode, ErrorKind};

impl Error {
    /// There were too many requests: wait for [`retry_after`](Self::retry_after), then try again. The request had no
    /// effect.
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        self.0.kind == ErrorKind::TokenRateLimited || self.is_api_status(429)
    }

    /// The credential is missing, invalid, expired or revoked: use another one.
    #[must_use]
    pub fn is_unauthenticated(&self) -> bool {
        let lacks_permission = self.code().is_some_and(ErrorCode::is_about_permissions);
        self.0.kind == ErrorKind::TokenRejected || (self.is_api_status(401) && !lacks_permission)
    }

    /// The credential is valid but lacks a role: grant it [`required_role`](Self::required_role).
    #[must_use]
    pub fn is_missing_role(&self) -> bool {
        let not_creator = self.code() == Some(&ErrorCode::NotOrgGroupCreator);
        let forbidden = self.is_api_status(403) && !self.is_not_on_access_list();
        forbidden || (self.is_api_status(401) && not_creator)
    }

    /// The role that the credential lacks, such as "Organization Owner", if that is the failure and the role is known.
    ///
    /// That of the operation, [`Operation::required_role`](crate::Operation::required_role), where
    /// [`is_missing_role`](Self::is_missing_role).
    #[must_use]
    pub fn required_role(&self) -> Option<&'static str> {
        self.0.operation.filter(|_| self.is_missing_role())?.required_role
    }

    /// The caller's address is not on the access list of the credential: add it to the list.
    #[must_use]
    pub fn is_not_on_access_list(&self) -> bool {
        self.code().is_some_and(ErrorCode::is_about_access_list)
    }

    /// The caller's address in an error response of an access list.
    #[must_use]
    pub fn denied_address(&self) -> Option<std::net::IpAddr> {
        if !self.is_not_on_access_list() {
            return None;
        }
        self.0.response.as_ref()?.denied_address()?.parse().ok()
    }

    /// Atlas responded that the resource does not exist, or that the credential has no access to it.
    ///
    /// False for a 404 of a proxy, of a server at a wrong base URL, or of the token endpoint: those say nothing about the
    /// resource.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.is_api_status(404)
    }

    /// The state of the resource does not allow the operation, such as a running migration: change the state first.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        self.is_api_status(409)
    }

    /// The requested version of the API does not exist or is no longer supported: request another one.
    #[must_use]
    pub fn is_version_unavailable(&self) -> bool {
        self.is_api_status(406) || self.is_api_status(410)
    }

    /// A time limit passed, while connecting or later.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        let source = self.0.source.as_deref();
        let connecting = source.and_then(|source| source.downcast_ref::<reqwest::Error>());
        self.0.kind == ErrorKind::Timeout || connecting.is_some_and(reqwest::Error::is_timeout)
    }

    /// The operation did not process any request of this call: it is safe to repeat the call.
    ///
    /// False if a request may have been processed, and if the server sent a response.
    #[must_use]
    pub fn was_not_processed(&self) -> bool {
        // Some failures without an effect are responses, which show that the request arrived.
        let has_response = matches!(
            self.0.kind,
            ErrorKind::Api
                | ErrorKind::ForeignResponse
                | ErrorKind::JobFailed
                | ErrorKind::JobExpired
                | ErrorKind::JobStateUnknown
        );
        (!has_response || self.0.without_effect) && self.0.earlier.max(self.effect()) == Effect::None
    }

    /// The operation may have taken effect although the call failed: the response was lost, cannot be read, or reports
    /// a failure of the server. Check the state before you repeat the call; the text of the error says how.
    ///
    /// Always false for an operation that only reads.
    #[must_use]
    pub fn may_have_taken_effect(&self) -> bool {
        self.0.may_have_taken_effect()
    }

    /// The failure may be gone at another attempt, without any change: no connection, no response, too many requests, a
    /// failure of the server or of a gateway.
    ///
    /// That does not make it safe to repeat the call: see [`may_have_taken_effect`](Self::may_have_taken_effect).
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        match self.0.kind {
            ErrorKind::Connect | ErrorKind::Timeout | ErrorKind::Transport | ErrorKind::TokenRateLimited => {
                true
            }
            ErrorKind::Api | ErrorKind::TokenEndpoint => matches!(self.status(), Some(408 | 429 | 500..)),
            // A gateway may respond with 200 and a page of its own.
            ErrorKind::ForeignResponse => matches!(self.status(), Some(200..=299 | 408 | 429 | 500..)),
            ErrorKind::InvalidResponse => true,
            ErrorKind::Configuration
            | ErrorKind::InvalidRequest
            | ErrorKind::TokenRejected
            | ErrorKind::TokenLimitReached
            | ErrorKind::TokenStore
            | ErrorKind::CertificateRejected
            | ErrorKind::RuntimeStopped
            | ErrorKind::Redirected
            | ErrorKind::ResponseTooLarge
            | ErrorKind::JobFailed
            | ErrorKind::JobExpired
            | ErrorKind::JobStateUnknown => false,
        }
    }

    /// Whether the API responded with this status. Responses of the token endpoint and of a proxy do not count.
    fn is_api_status(&self, status: u16) -> bool {
        self.0.kind == ErrorKind::Api && self.status() == Some(status)
    }
}
