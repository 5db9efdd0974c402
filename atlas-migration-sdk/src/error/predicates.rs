//! What a caller can do about a failure: questions, each with the answer that it calls for.

use super::{Effect, Error, ErrorCode, ErrorKind};
use crate::values::operation::Method;

impl Error {
    /// Too many requests: wait for [`retry_after`](Self::retry_after), then try again. The request did nothing.
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        self.0.kind == ErrorKind::TokenRateLimited || self.status() == Some(429)
    }

    /// The credential is missing, wrong, expired or revoked: give another one.
    #[must_use]
    pub fn is_unauthenticated(&self) -> bool {
        let rights = self.code().is_some_and(ErrorCode::is_about_rights);
        self.0.kind == ErrorKind::TokenRejected || (self.status() == Some(401) && !rights)
    }

    /// The credential is good but lacks a role: grant it [`Operation::required_role`](crate::Operation::required_role).
    #[must_use]
    pub fn is_missing_role(&self) -> bool {
        match (self.status(), self.code()) {
            (Some(401), Some(ErrorCode::NotOrgGroupCreator)) => true,
            // A 403 without a code is a proxy's.
            (Some(403), Some(_)) => self.0.kind == ErrorKind::Api && !self.is_not_on_access_list(),
            _ => false,
        }
    }

    /// The caller's address is not on the access list of the credential: add it there.
    #[must_use]
    pub fn is_not_on_access_list(&self) -> bool {
        matches!(
            self.code(),
            Some(
                ErrorCode::IpAddressNotOnAccessList
                    | ErrorCode::OrgRequiresAccessList
                    | ErrorCode::ApiKeyAccessListAccessDenied
            )
        )
    }

    /// The caller's address, as a refusal by an access list names it.
    #[must_use]
    pub fn denied_address(&self) -> Option<std::net::IpAddr> {
        if !self.is_not_on_access_list() {
            return None;
        }
        self.0.reply.as_ref()?.denied_address()?.parse().ok()
    }

    /// There is no such thing, or the credential may not see it.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.status() == Some(404)
    }

    /// The state of the resource forbids it, such as a running migration: change the state first.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        self.status() == Some(409)
    }

    /// The version of the API that was asked for does not exist or no longer answers: ask for another one.
    #[must_use]
    pub fn is_version_unavailable(&self) -> bool {
        matches!(self.status(), Some(406 | 410))
    }

    /// A time limit passed, on connecting or later.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        let source = self.0.source.as_deref();
        let connecting = source.and_then(|source| source.downcast_ref::<reqwest::Error>());
        self.0.kind == ErrorKind::Timeout || connecting.is_some_and(reqwest::Error::is_timeout)
    }

    /// The request surely did not reach the operation: to send it again cannot make anything happen twice.
    ///
    /// False where it may have reached it, and where the server answered.
    #[must_use]
    pub fn was_not_processed(&self) -> bool {
        // Of the failures without effect, an answer shows that the request arrived.
        let answered = matches!(
            self.0.kind,
            ErrorKind::Api | ErrorKind::JobFailed | ErrorKind::JobExpired | ErrorKind::JobStateUnknown
        );
        (!answered || self.0.without_effect) && self.0.earlier.max(self.effect()) == Effect::None
    }

    /// What was asked for may have happened although the call failed: the reply was lost, cannot be read, or says
    /// that the server failed. Look before you ask for it again; the error's text says where.
    ///
    /// Never true of an operation that only reads.
    #[must_use]
    pub fn may_have_taken_effect(&self) -> bool {
        let reads = self.0.operation.is_some_and(|operation| operation.method == Method::Get);
        !reads && self.0.earlier.max(self.effect()) != Effect::None
    }
}
