//! Plain values without state: credentials, roles, challenges, kinds of fault, API errors, fixtures, random values.

mod api_error;
mod challenge;
mod credentials;
mod fault_kind;
pub(crate) mod fixtures;
pub(crate) mod random;
mod role;

pub(crate) use self::api_error::ApiError;
pub use self::challenge::{Challenge, DigestAlgorithm};
pub use self::credentials::CredentialKind;
pub(crate) use self::credentials::{ApiKey, ServiceAccount};
pub use self::fault_kind::FaultKind;
pub use self::role::{MissingRole, Role};

/// Whether the text is an id: 24 lower-case hex digits.
pub(crate) fn is_id(text: &str) -> bool {
    text.len() == 24 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
