//! The source's side of the link: Cloud Manager or Ops Manager.
//!
//! This is another server with other keys, with digest authentication and plain JSON. Its three operations are not in
//! the fragment, which describes Atlas. They are defined here, with the same types, and are sent in the same way.

mod environment;
mod link_status;
mod operations;

use std::sync::Arc;

use serde::Serialize;

use crate::call::{Request, RequestParts, read_json};
use crate::client::environment::process;
use crate::client::{Client, ClientBuilder};
use crate::error::Result;
use crate::flow::SourceService;
use crate::http::PlainHttp;
use crate::values::credentials::Credentials;
use crate::values::ids::SourceOrgId;
use crate::values::operation::Operation;
use crate::values::secret::{LinkToken, Secret};
use crate::values::setting_names::SettingNames;
pub use environment::SourceManagerVariables;
use link_status::LinkResponse;
pub use link_status::LinkStatus;
use operations::{LINK, LINK_STATUS, UNLINK};

/// The base URL of Cloud Manager. Its API has the paths of Ops Manager's.
const CLOUD_MANAGER: &str = "https://cloud.mongodb.com";

/// How errors name the settings that are not from the environment.
const SOURCE_NAMES: SettingNames = SettingNames {
    url: "the URL of Cloud Manager or Ops Manager",
    public_key: "the public key",
    private_key: "the private key of the source",
    root_certificates: "`SourceManagerBuilder::root_certificates_pem`",
    api_keys: "Cloud Manager or Ops Manager, not Atlas",
};

/// A client of Cloud Manager or Ops Manager, for the source's side of a link.
///
/// Atlas takes migrations from deployments that Cloud Manager monitors. Sources in Ops Manager are supported only below
/// MongoDB 6.0, and deprecated.
///
/// ```no_run
/// # async fn example(token: atlas_migration_sdk::LinkToken) -> Result<(), Box<dyn std::error::Error>> {
/// use atlas_migration_sdk::SourceManager;
///
/// let source_manager = SourceManager::cloud_manager("public key", "private key").build()?;
/// let source = source_manager.org("5f9ad6b7e1c2a3041d0e9b10".parse()?);
/// source.link(&token).await?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct SourceManager {
    client: Client,
}

/// Builds a [`SourceManager`]. Created by [`SourceManager::cloud_manager`] and [`SourceManager::ops_manager`].
#[derive(Debug)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct SourceManagerBuilder {
    inner: ClientBuilder,
}

impl SourceManager {
    /// A client of Cloud Manager, with an API key of the source organization there. That is not a key of Atlas.
    pub fn cloud_manager(
        public_key: impl Into<String>,
        private_key: impl Into<Secret>,
    ) -> SourceManagerBuilder {
        Self::ops_manager(CLOUD_MANAGER, public_key, private_key)
    }

    /// A client of the Ops Manager at this URL, with an API key of the source organization there. That is not a key of
    /// Atlas.
    ///
    /// The URL is that of the server, without `/api/public/v1.0`: https, or http to `localhost`, 127.0.0.0/8 or
    /// `[::1]`. For http to another host, such as the default port 8080 of Ops Manager, call
    /// [`allow_unencrypted_link_token`](SourceManagerBuilder::allow_unencrypted_link_token).
    ///
    /// ```no_run
    /// use atlas_migration_sdk::SourceManager;
    ///
    /// let builder = SourceManager::ops_manager("https://ops.example.com:8443", "public key", "private key")
    ///     .root_certificates_pem(std::fs::read("ops-manager-ca.pem")?);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn ops_manager(
        url: impl Into<String>,
        public_key: impl Into<String>,
        private_key: impl Into<Secret>,
    ) -> SourceManagerBuilder {
        SourceManagerBuilder::new(url, Credentials::api_key(public_key, private_key))
    }

    /// Creates a client with the API key and the URL from the environment.
    ///
    /// | for | variables |
    /// |---|---|
    /// | API key | `SOURCE_MANAGER_PUBLIC_API_KEY`, `SOURCE_MANAGER_PRIVATE_API_KEY` |
    /// | URL of an Ops Manager | `SOURCE_MANAGER_URL`; if it is not set, the source is in Cloud Manager |
    /// | [organization](Self::org_from_env) | `SOURCE_MANAGER_ORG_ID` |
    /// | path of a file with additional certificate authorities in PEM | `SOURCE_MANAGER_CA_CERTIFICATE` |
    ///
    /// If neither the key nor the URL is set, the variables of mongocli count: `MCLI_PUBLIC_API_KEY`,
    /// `MCLI_PRIVATE_API_KEY`, for Ops Manager `MCLI_OPS_MANAGER_URL` and `MCLI_OPS_MANAGER_CA_CERTIFICATE`, and
    /// `MCLI_ORG_ID` unless `SOURCE_MANAGER_ORG_ID` is set. `MCLI_SERVICE` must be `cloud-manager` or `ops-manager` then,
    /// because the default of mongocli is Atlas. `MCLI_OPS_MANAGER_SKIP_VERIFY` has no effect: certificates are always
    /// checked. An empty variable counts as not set.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration), with the names of the variables that are missing
    /// or invalid, and without their values. A file that cannot be read is one too.
    ///
    /// ```no_run
    /// # async fn example() -> Result<(), atlas_migration_sdk::Error> {
    /// use atlas_migration_sdk::SourceManager;
    ///
    /// let source = SourceManager::from_env()?.org_from_env()?;
    /// println!("{}", source.status().await?);
    /// # Ok(()) }
    /// ```
    pub fn from_env() -> Result<Self> {
        SourceManagerBuilder::from_env()?.build()
    }

    /// The names of the environment variables that [`from_env`](Self::from_env) and [`org_from_env`](Self::org_from_env)
    /// read: those of this crate, or those of mongocli.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if a variable on which that depends is not UTF-8.
    ///
    /// ```no_run
    /// let variables = atlas_migration_sdk::SourceManager::variables()?;
    /// println!("The source organization is that of {}.", variables.org);
    /// # Ok::<(), atlas_migration_sdk::Error>(())
    /// ```
    pub fn variables() -> Result<SourceManagerVariables> {
        environment::variables(&process())
    }

    /// Returns a handle for the organization in `SOURCE_MANAGER_ORG_ID`, or in the variable of mongocli. Sends nothing.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if the variable is not set, or not an id.
    pub fn org_from_env(&self) -> Result<SourceOrg> {
        environment::org_id(&process()).map(|id| self.org(id))
    }

    /// Returns a handle for an organization. Sends nothing.
    #[must_use]
    pub fn org(&self, id: SourceOrgId) -> SourceOrg {
        SourceOrg { client: self.client.clone(), id }
    }
}

impl SourceManagerBuilder {
    fn new(url: impl Into<String>, credentials: Credentials) -> Self {
        let builder = Client::builder().base_url(url).credentials(credentials).names(SOURCE_NAMES);
        Self { inner: builder.plain_http(PlainHttp::LoopbackUnlessAllowed) }
    }

    /// Creates a builder with the API key and the URL from the environment, as [`SourceManager::from_env`] reads them.
    ///
    /// # Errors
    ///
    /// As [`SourceManager::from_env`].
    pub fn from_env() -> Result<Self> {
        environment::settings(&process(), None).map(Self::with_settings)
    }

    /// Creates a builder with the other settings of [`SourceManager::from_env`], and with this API key in place of that of
    /// the environment.
    ///
    /// # Errors
    ///
    /// As [`SourceManager::from_env`], except that the environment need not have a key.
    ///
    /// ```no_run
    /// # fn ask(question: &str) -> String { unimplemented!() }
    /// use atlas_migration_sdk::SourceManagerBuilder;
    ///
    /// let (public, private) = (ask("Public key:"), ask("Private key:"));
    /// let source_manager = SourceManagerBuilder::from_env_with_api_key(public, private)?.build()?;
    /// # Ok::<(), atlas_migration_sdk::Error>(())
    /// ```
    pub fn from_env_with_api_key(
        public_key: impl Into<String>,
        private_key: impl Into<Secret>,
    ) -> Result<Self> {
        let api_key = Credentials::api_key(public_key, private_key);
        environment::settings(&process(), Some(api_key)).map(Self::with_settings)
    }

    fn with_settings(settings: environment::Settings) -> Self {
        let mut builder = Self::new(settings.url, settings.credentials);
        builder.inner = builder.inner.names(settings.names);
        match settings.root_certificates {
            Some(pem) => builder.root_certificates_pem(pem),
            None => builder,
        }
    }

    /// Allows http to any host, for an Ops Manager without https in a network that you trust. Default: only to this
    /// machine.
    ///
    /// Without encryption, anyone on the network can read the link-token, with which a source organization links itself to
    /// your Atlas organization, and can change requests and responses. The private key is not sent: digest authentication
    /// sends a hash of it.
    ///
    /// ```
    /// use atlas_migration_sdk::SourceManager;
    ///
    /// let builder = SourceManager::ops_manager("http://ops.internal:8080", "public key", "private key")
    ///     .allow_unencrypted_link_token();
    /// ```
    pub fn allow_unencrypted_link_token(mut self) -> Self {
        self.inner = self.inner.plain_http(PlainHttp::AnyHost);
        self
    }

    /// Trusts additional certificate authorities: one or more certificates in PEM. Default: only those of the system.
    pub fn root_certificates_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.inner = self.inner.root_certificates_pem(pem);
        self
    }

    /// Changes other settings, such as time limits, retries and the clock. Their defaults are those of
    /// [`ClientBuilder`].
    ///
    /// Changes of the base URL and the credentials have no effect.
    pub fn configure(mut self, change: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Self {
        self.inner = self.inner.configure_for_same_server(change);
        self
    }

    /// Builds the client. Sends nothing.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if a setting is invalid.
    pub fn build(self) -> Result<SourceManager> {
        Ok(SourceManager { client: self.inner.build()? })
    }
}

/// An organization of Cloud Manager or Ops Manager. Created by [`SourceManager::org`].
#[derive(Clone, Debug)]
pub struct SourceOrg {
    client: Client,
    id: SourceOrgId,
}

impl SourceOrg {
    /// The organization's id.
    #[must_use]
    pub fn id(&self) -> SourceOrgId {
        self.id
    }

    /// The service in which the organization is, for [`LinkSource`](crate::flow::LinkSource).
    ///
    /// ```
    /// use atlas_migration_sdk::SourceManager;
    /// use atlas_migration_sdk::flow::SourceService;
    ///
    /// let source = SourceManager::cloud_manager("public key", "private key").build()?;
    /// let source = source.org("5f9ad6b7e1c2a3041d0e9b10".parse()?);
    /// assert_eq!(source.service(), SourceService::CloudManager);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn service(&self) -> SourceService {
        match self.client.shared().base_url.as_str().trim_end_matches('/') {
            CLOUD_MANAGER => SourceService::CloudManager,
            url => SourceService::OpsManager(url.to_owned()),
        }
    }

    /// Links the organization to the Atlas organization in which the link-token was created.
    ///
    /// One link-token is sufficient for all deployments of the organization. Not repeated after a lost response; read
    /// the [`status`](Self::status) then.
    ///
    /// # Errors
    ///
    /// Those of every call; see [`Error`](crate::Error).
    pub fn link(&self, token: &LinkToken) -> Request<LinkStatus> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Body {
            link_token: LinkToken,
        }
        // Serializing a struct with one string cannot fail.
        let body = serde_json::to_vec(&Body { link_token: token.clone() }).unwrap_or_default();
        let token = Secret::new(token.expose_secret());
        self.request(&LINK, Some(body), self.read_status(Some(token.clone()))).redacting([token])
    }

    /// Reads whether the organization is linked.
    ///
    /// # Errors
    ///
    /// Those of every call; see [`Error`](crate::Error).
    pub fn status(&self) -> Request<LinkStatus> {
        self.request(&LINK_STATUS, None, self.read_status(None))
    }

    /// Reads the status of the link. An unknown one may be any text, and so may repeat a secret of the call.
    fn read_status(
        &self,
        secret: Option<Secret>,
    ) -> impl FnOnce(&[u8]) -> Result<LinkStatus> + Send + 'static {
        let shared = Arc::clone(self.client.shared());
        move |body| {
            let LinkResponse { status } = read_json(body)?;
            Ok(match status {
                LinkStatus::Unknown(status) => {
                    LinkStatus::Unknown(shared.authenticator.without_secrets(&status, secret.as_ref()))
                }
                known => known,
            })
        }
    }

    /// Deletes the link.
    ///
    /// # Errors
    ///
    /// Those of every call; see [`Error`](crate::Error).
    pub fn unlink(&self) -> Request<()> {
        self.request(&UNLINK, None, |_| Ok(()))
    }

    fn request<T>(
        &self,
        operation: &'static Operation,
        body: Option<Vec<u8>>,
        read: impl FnOnce(&[u8]) -> Result<T> + Send + 'static,
    ) -> Request<T>
    where
        T: 'static,
    {
        let path = operation.path.replace("{orgId}", &self.id.to_string());
        let mut request = RequestParts::new(path);
        if let Some(body) = body {
            request = request.body(body);
        }
        Request::new(Arc::clone(self.client.shared()), operation, request, read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_constructor_has_its_server() {
        let base_url = |builder: SourceManagerBuilder| {
            // A client of the caller's own, because the library may have been compiled without a TLS back end.
            let builder = builder.configure(|builder| builder.http_client(reqwest::Client::new()));
            builder.build().unwrap().client.shared().base_url.as_str().to_owned()
        };
        assert_eq!(base_url(SourceManager::cloud_manager("public", "private")), "https://cloud.mongodb.com");
        let ops_manager = SourceManager::ops_manager("https://ops.example.com:8443/", "public", "private");
        assert_eq!(base_url(ops_manager), "https://ops.example.com:8443");
        let ops_manager = SourceManager::ops_manager("http://ops.internal:8080", "public", "private");
        assert_eq!(base_url(ops_manager.allow_unencrypted_link_token()), "http://ops.internal:8080");
    }

    #[tokio::test]
    async fn http_to_another_host_needs_an_explicit_choice() {
        let ops_manager = || SourceManager::ops_manager("http://ops.internal:8080", "public", "planted");
        // A closure may return another builder than the one that it gets.
        let configured = ops_manager().configure(|_| Client::builder());
        for builder in [ops_manager(), configured] {
            let text = builder.build().unwrap_err().to_string();
            assert!(text.contains("SourceManagerBuilder::allow_unencrypted_link_token"), "{text}");
            assert!(!text.contains("credential") && !text.contains("planted"), "{text}");
        }
        let allowed = ops_manager().allow_unencrypted_link_token().configure(|_| Client::builder());
        allowed.build().unwrap();
    }
}
