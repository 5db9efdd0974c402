//! The operations on one organization: its link-tokens and the source projects that it can see.

use std::sync::Arc;

use crate::call::{Request, Shared};
use crate::generated::models::{AvailableProject, LinkTokenRequest};
use crate::generated::requests;
use crate::values::access_list::AccessListEntry;
use crate::values::ids::OrgId;
use crate::values::secret::LinkToken;

/// One Atlas organization. Made by [`Client::org`](crate::Client::org).
#[derive(Clone, Debug)]
pub struct Org {
    shared: Arc<Shared>,
    id: OrgId,
}

impl Org {
    pub(crate) fn new(shared: Arc<Shared>, id: OrgId) -> Self {
        Self { shared, id }
    }

    /// The organization's id.
    #[must_use]
    pub fn id(&self) -> OrgId {
        self.id
    }

    /// Creates a link-token, for a source organization to link itself to this one.
    ///
    /// `access_list` holds the addresses and networks from which the source may use it: those with which Ops Manager
    /// or the migration host reach Atlas. Without entries none are sent, and what Atlas then admits is not known. The
    /// token is shown only in this reply. Each call makes another token; it is never repeated by itself.
    ///
    /// Atlas operation `createOrgLiveMigrationLinkToken`; role Organization Owner.
    ///
    /// # Errors
    ///
    /// Among others: [`is_missing_role`](crate::Error::is_missing_role),
    /// [`is_not_on_access_list`](crate::Error::is_not_on_access_list).
    ///
    /// ```no_run
    /// # async fn example(org: atlas_migration_sdk::Org) -> Result<(), Box<dyn std::error::Error>> {
    /// let token = org.create_link_token(["203.0.113.7".parse()?, "198.51.100.0/24".parse()?]).await?;
    /// std::fs::write("link-token", token.expose_secret())?;
    /// # Ok(()) }
    /// ```
    #[doc(alias = "createOrgLiveMigrationLinkToken")]
    #[doc(alias = "createLinkToken")]
    #[doc(alias = "CreateLinkToken")]
    pub fn create_link_token(
        &self,
        access_list: impl IntoIterator<Item = AccessListEntry>,
    ) -> Request<LinkToken> {
        let body = LinkTokenRequest { access_list_ips: access_list.into_iter().collect() };
        Request::prepared(
            &self.shared,
            requests::create_org_live_migration_link_token(&self.id, &body),
            |reply| Ok(reply.link_token),
        )
    }

    /// Removes every link of this organization to a source, and all its link-tokens.
    ///
    /// Atlas operation `deleteOrgLiveMigrationLinkTokens`; role Organization Owner.
    ///
    /// # Errors
    ///
    /// Among others: [`is_not_found`](crate::Error::is_not_found) where there is no link,
    /// [`is_conflict`](crate::Error::is_conflict) while a migration runs.
    #[doc(alias = "deleteOrgLiveMigrationLinkTokens")]
    #[doc(alias = "deleteLinkTokens")]
    #[doc(alias = "DeleteLinkTokens")]
    pub fn delete_link_tokens(&self) -> Request<()> {
        Request::prepared(&self.shared, requests::delete_org_live_migration_link_tokens(&self.id), Ok)
    }

    /// Lists the projects of the linked sources, with their migration hosts and deployments.
    ///
    /// Atlas operation `listOrgLiveMigrationAvailableProjects`; role Organization Owner. Not paginated.
    ///
    /// # Errors
    ///
    /// Among others: [`is_missing_role`](crate::Error::is_missing_role).
    #[doc(alias = "listOrgLiveMigrationAvailableProjects")]
    #[doc(alias = "listAvailableProjects")]
    #[doc(alias = "ListAvailableProjects")]
    pub fn available_projects(&self) -> Request<Vec<AvailableProject>> {
        Request::prepared(&self.shared, requests::list_org_live_migration_available_projects(&self.id), Ok)
    }
}
