//! The client, its builder, and the environment that it can be configured from.

mod builder;
pub(crate) mod environment;

use std::sync::Arc;

pub use builder::ClientBuilder;

use crate::api::{Org, Organizations, Pages, Polling, Project, RawRequest};
use crate::auth::TokenKey;
use crate::call::Shared;
use crate::error::Result;
use crate::generated::ids::{OrgId, ProjectId};
use crate::generated::models::ProjectPage;
use crate::generated::requests;
use crate::values::operation::Operation;

/// A client of the Atlas API.
///
/// Clones are cheap and share everything: the connections, the access token, the digest nonces. Create one client
/// for a program and clone it. Every other client fetches an access token of its own, and a service account is limited
/// to a hundred. Use it on one Tokio runtime; [synchronous code](crate::guide::calls#synchronous-code) needs one too.
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
    polling: Polling,
}

impl Client {
    pub(crate) fn new(shared: Shared, polling: Polling) -> Self {
        Self { shared: Arc::new(shared), polling }
    }

    /// Creates a client with the credentials and the base URL from the environment.
    ///
    /// | for | variables |
    /// |---|---|
    /// | service account | `MONGODB_ATLAS_CLIENT_ID`, `MONGODB_ATLAS_CLIENT_SECRET` |
    /// | API key | `MONGODB_ATLAS_PUBLIC_API_KEY` or `MONGODB_ATLAS_PUBLIC_KEY`, and the same with `PRIVATE` |
    /// | access token | `MONGODB_ATLAS_ACCESS_TOKEN` |
    /// | base URL | `MONGODB_ATLAS_OPS_MANAGER_URL`, else `MONGODB_ATLAS_BASE_URL`, else `MONGODB_ATLAS_SERVICE` (`cloud` or `cloudgov`), else `https://cloud.mongodb.com` |
    ///
    /// An empty variable counts as not set.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration), with the names of the variables that are missing
    /// or contradictory, and without their values.
    pub fn from_env() -> Result<Self> {
        ClientBuilder::from_env()?.build()
    }

    /// Returns a builder with default settings.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }

    /// Returns a handle for the operations on an organization. Sends nothing.
    #[must_use]
    pub fn org(&self, id: OrgId) -> Org {
        Org::new(Arc::clone(&self.shared), id)
    }

    /// Returns a handle for the operations on the organization in `MONGODB_ATLAS_ORG_ID`. Sends nothing.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if the variable is not set, or not an id.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), atlas_migration_sdk::Error> {
    /// let org = atlas_migration_sdk::Client::from_env()?.org_from_env()?.get().await?;
    /// println!("{}", org.name);
    /// # Ok(()) }
    /// ```
    pub fn org_from_env(&self) -> Result<Org> {
        environment::process().org_id().map(|id| self.org(id))
    }

    /// Returns a handle for the operations on a project. Sends nothing.
    #[must_use]
    pub fn project(&self, id: ProjectId) -> Project {
        Project::new(Arc::clone(&self.shared), self.polling, id)
    }

    /// Returns a handle for the operations on the project in `MONGODB_ATLAS_PROJECT_ID`. Sends nothing.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if the variable is not set, or not an id.
    pub fn project_from_env(&self) -> Result<Project> {
        environment::process().project_id().map(|id| self.project(id))
    }

    /// The organizations that the caller has access to, as a stream over all pages or page by page.
    ///
    /// Atlas operation `listOrgs`.
    #[doc(alias = "listOrgs")]
    #[doc(alias = "ListOrgs")]
    #[must_use]
    pub fn organizations(&self) -> Organizations {
        Organizations::new(&self.shared)
    }

    /// The projects that the caller has access to, in all organizations, as a stream over all pages or page by page.
    ///
    /// Atlas operation `listGroups`.
    #[doc(alias = "listGroups")]
    #[doc(alias = "ListGroups")]
    #[must_use]
    pub fn projects(&self) -> Pages<ProjectPage> {
        Pages::new(&self.shared, |page| requests::list_groups(None, page.size, page.number))
    }

    /// Creates a request of any operation of the [table](crate::operations), with parameters by name and a JSON body.
    ///
    /// Use it for operations without a method, and for older versions of a body. Authentication, versions, retries and
    /// errors are the same as for every other call.
    ///
    /// ```no_run
    /// # async fn example(client: atlas_migration_sdk::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use atlas_migration_sdk::operations;
    ///
    /// let response = client
    ///     .request(&operations::LIST_ORGS)
    ///     .parameter("name", "Example")
    ///     .parameter("itemsPerPage", 10)
    ///     .await?;
    /// println!("{}", response["totalCount"]);
    /// # Ok(()) }
    /// ```
    pub fn request(&self, operation: &'static Operation) -> RawRequest {
        RawRequest::new(Arc::clone(&self.shared), operation)
    }

    /// Revokes the current access token, so that it no longer counts towards the service account's limit of a hundred.
    ///
    /// With a [token store](ClientBuilder::token_store), the token in the store is revoked and removed, also if this client
    /// has not used it.
    ///
    /// A later call fetches another token, as does a call in progress that meets the revoked one. Does nothing if there
    /// is no token. If the future is dropped, the token is still revoked; if it fails, the next call of this method
    /// revokes the token.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the credential is not a service account,
    /// [`ErrorKind::TokenStore`](crate::ErrorKind::TokenStore) if the token in the store cannot be read, and the errors of
    /// the token endpoint.
    pub async fn revoke(&self) -> Result<()> {
        self.shared.authenticator.revoke().await
    }

    /// The key of this client's service account in a [token store](crate::TokenStore). `None` if the credential is not a
    /// service account.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), atlas_migration_sdk::TokenStoreError> {
    /// use atlas_migration_sdk::{Client, Credentials, MemoryTokenStore, TokenStore};
    ///
    /// let store = MemoryTokenStore::default();
    /// let credentials = Credentials::service_account("mdb_sa_id_…", "mdb_sa_sk_…");
    /// let client = Client::builder().credentials(credentials).token_store(store.clone()).build()?;
    /// if let Some(key) = client.token_key() {
    ///     let expires_at = store.load(&key).await?.map(|stored| stored.expires_at);
    ///     println!("{expires_at:?}");
    /// }
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn token_key(&self) -> Option<TokenKey> {
        self.shared.authenticator.token_key()
    }

    pub(crate) fn polling(&self) -> Polling {
        self.polling
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }
}
