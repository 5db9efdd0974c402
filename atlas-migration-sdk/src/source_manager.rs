//! The source's side of the link: Cloud Manager or Ops Manager.
//!
//! This is another server with other keys, with digest authentication and plain JSON. Its three operations are not in
//! the fragment, which describes Atlas. They are defined here, with the same types, and are sent in the same way.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::call::{Request, RequestParts, read_json};
use crate::client::{Client, ClientBuilder};
use crate::error::Result;
use crate::values::credentials::Credentials;
use crate::values::ids::SourceOrgId;
use crate::values::operation::{Method, Operation, Parameter, ParameterKind, ParameterLocation};
use crate::values::secret::{LinkToken, Secret};

/// The base URL of Cloud Manager. Its API has the paths of Ops Manager's.
const CLOUD_MANAGER: &str = "https://cloud.mongodb.com";

const LINK_PATH: &str = "/api/public/v1.0/orgs/{orgId}/liveExport/migrationLink";

static LINK: Operation = Operation {
    id: "createMigrationLink",
    summary: "Link a source organization to an Atlas organization",
    method: Method::Post,
    // Whether a second request with the same token has a further effect is not known.
    idempotent: false,
    after_lost_response: Some("Read the status of the link: `SYNCED` shows that the organization is linked."),
    ..SOURCE_OPERATION
};

static LINK_STATUS: Operation = Operation {
    id: "getMigrationLinkStatus",
    summary: "Read whether a source organization is linked",
    method: Method::Get,
    path: "/api/public/v1.0/orgs/{orgId}/liveExport/migrationLink/status",
    idempotent: true,
    ..SOURCE_OPERATION
};

static UNLINK: Operation = Operation {
    id: "deleteMigrationLink",
    summary: "Remove the link of a source organization",
    method: Method::Delete,
    has_response_body: false,
    // That there is no body is documented, but not the status.
    success: &[200, 204],
    // A repeated request has no further effect.
    idempotent: true,
    after_lost_response: Some(
        "Read the status of the link: `NOT_SYNCED` shows that it is deleted. Deleting again has no further effect.",
    ),
    ..SOURCE_OPERATION
};

/// The common fields of the operations. They have no versions, because the version is in the path.
const SOURCE_OPERATION: Operation = Operation {
    id: "",
    short_name: None,
    go_sdk_name: "",
    atlas_cli: "",
    summary: "",
    method: Method::Get,
    path: LINK_PATH,
    parameters: &[Parameter {
        name: "orgId",
        location: ParameterLocation::Path,
        required: true,
        kind: ParameterKind::Id("SourceOrgId"),
        description: "The source organization.",
    }],
    request_versions: &[],
    response_versions: &[],
    has_response_body: true,
    success: &[200],
    errors: &[],
    required_role: None,
    idempotent: false,
    after_lost_response: None,
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
    /// `[::1]`.
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
        let credentials = Credentials::api_key(public_key, private_key);
        SourceManagerBuilder { inner: Client::builder().base_url(url).credentials(credentials) }
    }

    /// Returns a handle for an organization. Sends nothing.
    #[must_use]
    pub fn org(&self, id: SourceOrgId) -> SourceOrg {
        SourceOrg { client: self.client.clone(), id }
    }
}

impl SourceManagerBuilder {
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
        let request = self
            .request(&LINK, Some(body), |body| read_json(body).map(|response: LinkResponse| response.status));
        request.redacting([Secret::new(token.expose_secret())])
    }

    /// Reads whether the organization is linked.
    ///
    /// # Errors
    ///
    /// Those of every call; see [`Error`](crate::Error).
    pub fn status(&self) -> Request<LinkStatus> {
        self.request(&LINK_STATUS, None, |body| read_json(body).map(|response: LinkResponse| response.status))
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
        read: fn(&[u8]) -> Result<T>,
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

/// Whether a source organization is linked. A state that this version of the crate does not know is kept.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LinkStatus {
    /// Linked: `SYNCED`.
    Synced,
    /// Not linked: `NOT_SYNCED`.
    NotSynced,
    /// A state that this version of the crate does not know.
    Unknown(String),
}

impl LinkStatus {
    /// The state as the server sends it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Synced => "SYNCED",
            Self::NotSynced => "NOT_SYNCED",
            Self::Unknown(state) => state,
        }
    }
}

impl fmt::Display for LinkStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<String> for LinkStatus {
    fn from(state: String) -> Self {
        match state.as_str() {
            "SYNCED" => Self::Synced,
            "NOT_SYNCED" => Self::NotSynced,
            _ => Self::Unknown(state),
        }
    }
}

#[derive(Deserialize)]
struct LinkResponse {
    #[serde(deserialize_with = "link_status")]
    status: LinkStatus,
}

fn link_status<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> std::result::Result<LinkStatus, D::Error> {
    String::deserialize(deserializer).map(LinkStatus::from)
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
    }
}
