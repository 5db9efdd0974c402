//! The operations on an organization: reading it, its link-tokens and the available source projects.

use std::sync::Arc;

use crate::call::{Request, Shared};
use crate::generated::ids::OrgId;
use crate::generated::models::{AvailableProject, LinkTokenRequest, Organization};
use crate::generated::requests;
use crate::values::access_list::AccessListEntry;
use crate::values::secret::LinkToken;

/// An Atlas organization. Created by [`Client::org`](crate::Client::org).
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

    /// Reads the organization, such as its name.
    ///
    /// Atlas operation `getOrg`; role Organization Member.
    ///
    /// # Errors
    ///
    /// Among others: [`is_not_found`](crate::Error::is_not_found).
    #[doc(alias = "getOrg")]
    #[doc(alias = "GetOrg")]
    pub fn get(&self) -> Request<Organization> {
        Request::prepared(&self.shared, requests::get_org(&self.id), Ok)
    }

    /// Creates a link-token, with which a source organization links itself to this organization.
    ///
    /// `access_list` contains the addresses and networks that may use the token: those with which Cloud Manager, Ops
    /// Manager or the migration host reach Atlas. An empty list is not sent, and its effect in Atlas is not known. The
    /// token is only contained in this response. Each call creates another token, so that a call is not repeated after
    /// a lost response.
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
            |response| Ok(response.link_token),
        )
    }

    /// Deletes all links between this organization and source organizations, and all link-tokens.
    ///
    /// Atlas operation `deleteOrgLiveMigrationLinkTokens`; role Organization Owner.
    ///
    /// # Errors
    ///
    /// Among others: [`is_not_found`](crate::Error::is_not_found) if there is no link,
    /// [`is_conflict`](crate::Error::is_conflict) while a migration is running.
    #[doc(alias = "deleteOrgLiveMigrationLinkTokens")]
    #[doc(alias = "deleteLinkTokens")]
    #[doc(alias = "DeleteLinkTokens")]
    pub fn delete_link_tokens(&self) -> Request<()> {
        Request::prepared(&self.shared, requests::delete_org_live_migration_link_tokens(&self.id), Ok)
    }

    /// Lists the projects of the linked source organizations, with their migration hosts and deployments.
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
