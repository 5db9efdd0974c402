//! The rules that requests are held against: credentials, roles, limits. How they are set stands in [`builder`].

mod builder;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use ipnet::IpNet;

pub use self::builder::EmulatorBuilder;
use crate::auth::Challenge;
use crate::jobs::{MigrationCourse, ValidationCourse};
use crate::journal::RecordedRequest;

/// A role that a credential can have. An owner may do whatever a member may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Role {
    /// "Organization Owner"
    OrganizationOwner,
    /// "Organization Member"
    OrganizationMember,
}

impl Role {
    /// The role's name, as the operation table and the documentation have it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::OrganizationOwner => "Organization Owner",
            Self::OrganizationMember => "Organization Member",
        }
    }

    /// The role of this name.
    pub(crate) fn from_title(title: &str) -> Option<Self> {
        [Self::OrganizationOwner, Self::OrganizationMember].into_iter().find(|role| role.title() == title)
    }

    /// Whether somebody with this role may do what needs the other.
    pub(crate) fn includes(self, other: Self) -> bool {
        self == Self::OrganizationOwner || self == other
    }
}

/// How a request without the role is answered. Which of them Atlas does is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MissingRole {
    /// 403 `USER_UNAUTHORIZED`
    Forbidden,
    /// 401 `NOT_ORG_GROUP_CREATOR`: a 401 that no new credential mends
    Unauthorized,
}

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

/// Who is let in over digest authentication on one side, Atlas or the source.
#[derive(Clone)]
pub(crate) struct DigestSide {
    pub(crate) realm: String,
    pub(crate) api_key: ApiKey,
}

/// The rules that requests are held against. Some can change while the emulator runs.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) service_account: ServiceAccount,
    pub(crate) atlas: DigestSide,
    pub(crate) ops_manager: DigestSide,
    pub(crate) roles: Vec<Role>,
    pub(crate) missing_role: MissingRole,
    pub(crate) access_list: Option<Vec<IpNet>>,
    pub(crate) require_access_list: bool,
    pub(crate) client_address: Option<IpAddr>,
    pub(crate) token_lifetime: Duration,
    pub(crate) token_requests_per_minute: u32,
    pub(crate) active_token_limit: usize,
    pub(crate) challenges: Vec<Challenge>,
    pub(crate) one_challenge_header: bool,
    pub(crate) nonce_lifetime: Duration,
    pub(crate) strict_nc: bool,
    pub(crate) rate_capacity: u32,
    pub(crate) rate_window: Duration,
    pub(crate) validation_course: ValidationCourse,
    pub(crate) migration_course: MigrationCourse,
    pub(crate) one_job_per_host: bool,
}

/// What is called after each request.
pub(crate) type Observer = Arc<dyn Fn(&RecordedRequest) + Send + Sync>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_every_role_of_the_table() {
        for operation in atlas_migration_sdk::operations::ALL {
            if let Some(role) = operation.required_role {
                assert!(Role::from_title(role).is_some(), "{}: {role}", operation.id);
            }
        }
    }
}
