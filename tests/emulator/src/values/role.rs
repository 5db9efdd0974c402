//! The roles of credentials.

/// A role of a credential. An owner has every permission of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Role {
    /// "Organization Owner"
    OrganizationOwner,
    /// "Organization Member"
    OrganizationMember,
}

impl Role {
    /// The name of the role in the operation table and in Atlas's documentation.
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

    /// Whether this role has every permission of the other.
    pub(crate) fn includes(self, other: Self) -> bool {
        self == Self::OrganizationOwner || self == other
    }
}

/// The response to a request whose credential lacks the required role. Which of the two Atlas sends is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MissingRole {
    /// 403 `USER_UNAUTHORIZED`
    Forbidden,
    /// 401 `NOT_ORG_GROUP_CREATOR`: a 401 that a new token or challenge does not fix
    Unauthorized,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_of_the_operation_table_has_a_variant() {
        for operation in atlas_migration_sdk::operations::ALL {
            if let Some(role) = operation.required_role {
                assert!(Role::from_title(role).is_some(), "{}: {role}", operation.id);
            }
        }
    }
}
