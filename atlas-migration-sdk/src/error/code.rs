//! The stable codes that Atlas puts in `errorCode`.

use std::fmt;

/// Declares the codes that are known by name.
macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $wire:literal),+ $(,)?) => {
        /// What failed, as the stable code of Atlas.
        ///
        /// Codes that this version does not know are kept as they came.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorCode {
            $($(#[doc = $doc])+ #[doc = concat!("\n\nOn the wire: `", $wire, "`.")] $name,)+
            /// A code that this version does not know.
            Other(Box<str>),
        }

        impl ErrorCode {
            /// The code as it stands on the wire.
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
    /// A key's own access list does not admit the caller's address.
    ApiKeyAccessListAccessDenied = "API_KEY_ACCESS_LIST_ACCESS_DENIED",
    /// The link cannot be removed while a migration runs.
    CannotDeleteLinkDuringMigration = "CANNOT_DELETE_ORG_ACTIVE_LIVE_MIGRATION_ATLAS_ORG_LINK",
    /// There is no project with this id, or the caller may not see it.
    GroupNotFound = "GROUP_NOT_FOUND",
    /// The access list of the credential does not admit the caller's address.
    IpAddressNotOnAccessList = "IP_ADDRESS_NOT_ON_ACCESS_LIST",
    /// The version in `Accept` does not exist.
    InvalidVersionDate = "INVALID_VERSION_DATE",
    /// The credential lacks a right in the organization.
    NotOrgGroupCreator = "NOT_ORG_GROUP_CREATOR",
    /// The organization wants every credential to have an access list, and this one has none.
    OrgRequiresAccessList = "ORG_REQUIRES_ACCESS_LIST",
    /// An id in the path does not parse.
    PathParamParseError = "PATH_PARAM_PARSE_ERROR",
    /// Too many requests.
    RateLimited = "RATE_LIMITED",
    /// Too many requests for the bucket of this resource.
    RateLimitedTokenBucket = "RATE_LIMITED_TOKEN_BUCKET",
    /// There is no such resource.
    ResourceNotFound = "RESOURCE_NOT_FOUND",
    /// No more is known; also the code of a digest challenge.
    UnexpectedError = "UNEXPECTED_ERROR",
    /// The body of the request is not what the operation takes.
    ValidationError = "VALIDATION_ERROR",
    /// The version in `Accept` has passed its sunset.
    VersionGone = "VERSION_GONE",
}

impl ErrorCode {
    /// Whether the code says that the credential is good but lacks a right, so that a fresh one would fare no better.
    pub(crate) fn is_about_rights(&self) -> bool {
        matches!(
            self,
            Self::ApiKeyAccessListAccessDenied
                | Self::IpAddressNotOnAccessList
                | Self::NotOrgGroupCreator
                | Self::OrgRequiresAccessList
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
    fn known_codes_by_name_and_unknown_ones_kept() {
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
