//! The client: cheap to clone, one for a whole program.

mod builder;
mod environment;

use std::sync::Arc;

pub use builder::ClientBuilder;

use crate::api::{Org, Organizations, Project, RawRequest};
use crate::call::Shared;
use crate::error::Result;
use crate::values::ids::{OrgId, ProjectId};
use crate::values::operation::Operation;

/// A client of the Atlas API.
///
/// Clones share everything: the connections, the access token, the digest challenge. Make one for a program and clone
/// it; each further client would fetch a token of its own, of which a service account may have a hundred.
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use atlas_migration_sdk::Client;
///
/// let client = Client::from_env()?;
/// let org = client.org("4888442a3354817a7320eb61".parse()?);
/// let token = org.create_link_token(["203.0.113.7".parse()?]).await?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Client {
    shared: Arc<Shared>,
}

impl Client {
    pub(crate) fn new(shared: Shared) -> Self {
        Self { shared: Arc::new(shared) }
    }

    /// A client with the credentials and the base URL of the environment.
    ///
    /// | for | variables |
    /// |---|---|
    /// | service account | `MONGODB_ATLAS_CLIENT_ID`, `MONGODB_ATLAS_CLIENT_SECRET` |
    /// | API key | `MONGODB_ATLAS_PUBLIC_API_KEY` or `MONGODB_ATLAS_PUBLIC_KEY`, and the same with `PRIVATE` |
    /// | access token | `MONGODB_ATLAS_ACCESS_TOKEN` |
    /// | base URL | `MONGODB_ATLAS_OPS_MANAGER_URL`, else `MONGODB_ATLAS_BASE_URL`, else `MONGODB_ATLAS_SERVICE` (`cloud` or `cloudgov`), else `https://cloud.mongodb.com` |
    ///
    /// A variable that is set to nothing counts as not set.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration), which names the variables that are missing or
    /// contradict each other, and never shows a value.
    pub fn from_env() -> Result<Self> {
        ClientBuilder::from_env()?.build()
    }

    /// A builder with every setting at its default.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }

    /// The operations on one organization.
    #[must_use]
    pub fn org(&self, id: OrgId) -> Org {
        Org::new(Arc::clone(&self.shared), id)
    }

    /// The operations on one project.
    #[must_use]
    pub fn project(&self, id: ProjectId) -> Project {
        Project::new(Arc::clone(&self.shared), id)
    }

    /// The organizations that the caller can see, as a stream over all pages or page by page.
    ///
    /// Atlas operation `listOrgs`.
    #[doc(alias = "listOrgs")]
    #[doc(alias = "ListOrgs")]
    #[must_use]
    pub fn organizations(&self) -> Organizations {
        Organizations::new(Arc::clone(&self.shared))
    }

    /// Any operation of the [table](crate::operations), with parameters by name and a JSON body.
    ///
    /// For what has no method of its own, and for older versions of a body. It goes through the same authentication,
    /// versions and errors as every other call.
    ///
    /// ```no_run
    /// # async fn example(client: atlas_migration_sdk::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use atlas_migration_sdk::operations;
    ///
    /// let reply = client
    ///     .request(&operations::LIST_ORGS)
    ///     .parameter("name", "Example")
    ///     .parameter("itemsPerPage", 10)
    ///     .await?;
    /// println!("{}", reply["totalCount"]);
    /// # Ok(()) }
    /// ```
    pub fn request(&self, operation: &'static Operation) -> RawRequest {
        RawRequest::new(Arc::clone(&self.shared), operation)
    }

    /// Revokes the access token in use, so that it no longer counts among the service account's hundred.
    ///
    /// A later call fetches another one. Without a token in use it does nothing.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) where the credential is no service account,
    /// and what the token endpoint answers.
    pub async fn revoke(&self) -> Result<()> {
        self.shared.authenticator.revoke().await
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }
}
