//! The stable error codes that Atlas sends in `errorCode`.

use std::fmt;

/// Declares the codes that have a variant.
macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $wire:literal),+ $(,)?) => {
        /// The stable error code of Atlas.
        ///
        /// A code without a variant is kept as [`Other`](Self::Other).
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorCode {
            $($(#[doc = $doc])+ #[doc = concat!("\n\nValue of `errorCode`: `", $wire, "`.")] $name,)+
            /// A code that this version of the crate does not know.
            Other(Box<str>),
        }

        impl ErrorCode {
            /// The code as Atlas sends it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$name => $wire,)+
                    Self::Other(code) => code,
                }
            }

            pub(crate) fn from_wire(code: &str) -> Self {
                match code {
                    $($wire => Self::$name,)+
                    _ => Self::Other(code.into()),
                }
            }

            #[cfg(test)]
            const KNOWN: &[&str] = &[$($wire),+];
        }
    };
}

codes! {
    /// The access list of the API key does not contain the caller's address.
    ApiKeyAccessListAccessDenied = "API_KEY_ACCESS_LIST_ACCESS_DENIED",
    /// The link cannot be deleted while a migration is running.
    CannotDeleteLinkDuringMigration = "CANNOT_DELETE_ORG_ACTIVE_LIVE_MIGRATION_ATLAS_ORG_LINK",
    /// There is no project with this id, or the caller has no access to it.
    GroupNotFound = "GROUP_NOT_FOUND",
    /// The access list of the credential does not contain the caller's address.
    IpAddressNotOnAccessList = "IP_ADDRESS_NOT_ON_ACCESS_LIST",
    /// The API version in `Accept` does not exist.
    InvalidVersionDate = "INVALID_VERSION_DATE",
    /// The migration host is running another job: a host runs one validation or migration at a time.
    ///
    /// This is the code of the emulator. Which one Atlas sends is not publicly known.
    MigrationHostBusy = "MIGRATION_HOST_BUSY",
    /// The credential lacks a permission in the organization.
    NotOrgGroupCreator = "NOT_ORG_GROUP_CREATOR",
    /// The organization requires an access list for every credential, and this one has none.
    OrgRequiresAccessList = "ORG_REQUIRES_ACCESS_LIST",
    /// An id in the path is invalid.
    PathParamParseError = "PATH_PARAM_PARSE_ERROR",
    /// Too many requests.
    RateLimited = "RATE_LIMITED",
    /// Too many requests for the rate limit bucket of this resource.
    RateLimitedTokenBucket = "RATE_LIMITED_TOKEN_BUCKET",
    /// There is no such resource.
    ResourceNotFound = "RESOURCE_NOT_FOUND",
    /// An error without further information. Digest challenges have this code too.
    UnexpectedError = "UNEXPECTED_ERROR",
    /// The body of the request is invalid.
    ValidationError = "VALIDATION_ERROR",
    /// The API version in `Accept` has reached its sunset.
    VersionGone = "VERSION_GONE",
}

impl ErrorCode {
    /// Whether the credential is valid but lacks a permission, so that renewing it does not help.
    pub(crate) fn is_about_permissions(&self) -> bool {
        self.is_about_access_list() || *self == Self::NotOrgGroupCreator
    }

    /// Whether the access list of the credential is the reason.
    pub(super) fn is_about_access_list(&self) -> bool {
        matches!(
            self,
            Self::ApiKeyAccessListAccessDenied | Self::IpAddressNotOnAccessList | Self::OrgRequiresAccessList
        )
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_codes_have_a_variant_and_others_are_kept() {
        for wire in ErrorCode::KNOWN {
            let code = ErrorCode::from_wire(wire);
            assert!(!matches!(code, ErrorCode::Other(_)), "{wire}");
            assert_eq!(code.as_str(), *wire);
        }
        let code = ErrorCode::from_wire("SOMETHING_NEW");
        assert_eq!(code, ErrorCode::Other("SOMETHING_NEW".into()));
        assert_eq!(code.to_string(), "SOMETHING_NEW");
    }
}
