//! The compared clients: the SDK, and the same requests with plain reqwest.

use std::time::Duration;

use atlas_migration_sdk::model::AvailableProject;
use atlas_migration_sdk::{
    AccessListEntry, Client, CredentialKind, Credentials, LinkToken, Org, OrgId, Secret,
};
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use serde::{Deserialize, Serialize};

pub(crate) const ORG: &str = "4888442a3354817a7320eb61";
const TOKEN: &str = "static";
const MEDIA_TYPE: HeaderValue = HeaderValue::from_static("application/vnd.atlas.2023-01-01+json");

pub(crate) type Error = Box<dyn std::error::Error + Send + Sync>;
pub(crate) type Result<T, E = Error> = std::result::Result<T, E>;

/// The called operations: one with a request body, and one with a larger response.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Operation {
    CreateLinkToken,
    AvailableProjects,
}

/// A configured client.
#[derive(Clone)]
pub(crate) enum TestClient {
    Sdk(Org),
    Bare(Bare),
}

impl TestClient {
    pub(crate) fn sdk(base_url: &str, credential: CredentialKind) -> Result<Self> {
        let credentials = match credential {
            CredentialKind::ServiceAccount => {
                Credentials::service_account("mdb_sa_id_static", Secret::new("x"))
            }
            CredentialKind::ApiKey => Credentials::api_key("static", Secret::new("x")),
            _ => Credentials::access_token(Secret::new(TOKEN)),
        };
        let client = Client::builder().base_url(base_url).credentials(credentials).build()?;
        Ok(Self::Sdk(client.org(ORG.parse()?)))
    }

    pub(crate) fn bare(base_url: &str, credential: CredentialKind) -> Result<Self> {
        Ok(Self::Bare(Bare::new(base_url, credential)?))
    }

    pub(crate) async fn call(&self, operation: Operation, entry: AccessListEntry) -> Result<()> {
        match (self, operation) {
            (Self::Sdk(org), Operation::CreateLinkToken) => drop(org.create_link_token([entry]).await?),
            (Self::Sdk(org), Operation::AvailableProjects) => drop(org.available_projects().await?),
            (Self::Bare(bare), Operation::CreateLinkToken) => drop(bare.create_link_token(entry).await?),
            (Self::Bare(bare), Operation::AvailableProjects) => drop(bare.available_projects().await?),
        }
        Ok(())
    }
}

/// Plain reqwest: no redirects, no proxy, the SDK's timeouts, and defaults for the rest. Its credential is a prepared
/// header, for digest one with the length of real credentials, so that both clients send the same number of bytes.
#[derive(Clone)]
pub(crate) struct Bare {
    http: reqwest::Client,
    base_url: String,
    org: OrgId,
    authorization: HeaderValue,
}

#[derive(Serialize)]
struct LinkTokenRequest {
    #[serde(rename = "accessListIps")]
    access_list_ips: Vec<AccessListEntry>,
}

#[derive(Deserialize)]
struct LinkTokenResponse {
    #[serde(rename = "linkToken")]
    link_token: LinkToken,
}

impl Bare {
    fn new(base_url: &str, credential: CredentialKind) -> Result<Self> {
        let authorization = match credential {
            CredentialKind::ApiKey => concat!(
                r#"Digest username="static", realm="MMS Public API", uri="/api/atlas/v2/orgs/4888442a3354817a7320eb61"#,
                r#"/liveMigrations/linkTokens", nonce="QFk7ZVhvN0cwUVpUMWZ5bEJqT2ZNQ0ls", algorithm=MD5, nc=00000001, "#,
                r#"cnonce="0123456789abcdef0123456789abcdef", qop=auth, response="0123456789abcdef0123456789abcdef""#,
            )
            .to_owned(),
            _ => format!("Bearer {TOKEN}"),
        };
        let mut authorization = HeaderValue::try_from(authorization)?;
        authorization.set_sensitive(true);
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .connect_timeout(Duration::from_secs(10))
            .timeout(Duration::from_secs(30))
            .user_agent("atlas-migration-sdk/0.1.0")
            .build()?;
        Ok(Self { http, base_url: base_url.to_owned(), org: ORG.parse()?, authorization })
    }

    async fn create_link_token(&self, entry: AccessListEntry) -> reqwest::Result<LinkToken> {
        let response: LinkTokenResponse = self
            .http
            .post(format!("{}/api/atlas/v2/orgs/{}/liveMigrations/linkTokens", self.base_url, self.org))
            .header(AUTHORIZATION, self.authorization.clone())
            .header(ACCEPT, MEDIA_TYPE)
            .header(CONTENT_TYPE, MEDIA_TYPE)
            .json(&LinkTokenRequest { access_list_ips: vec![entry] })
            .send()
            .await?
            .error_for_status()?
            .json()
            .await?;
        Ok(response.link_token)
    }

    async fn available_projects(&self) -> reqwest::Result<Vec<AvailableProject>> {
        self.http
            .get(format!("{}/api/atlas/v2/orgs/{}/liveMigrations/availableProjects", self.base_url, self.org))
            .header(AUTHORIZATION, self.authorization.clone())
            .header(ACCEPT, MEDIA_TYPE)
            .send()
            .await?
            .error_for_status()?
            .json()
            .await
    }
}
