//! The token endpoint: fetching and revoking a service account's access token (RFC 6749 section 4.4, RFC 7009).

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderValue};
use serde::Deserialize;

use crate::error::{Error, ErrorKind, ErrorResponse, Result};
use crate::http::{BaseUrl, Http, Received, RequestLimit, receive};
use crate::values::clock::Clock;
use crate::values::credentials::looks_like_a_secret;
use crate::values::secret::Secret;

/// The lifetime of a token if the response does not contain it: what Atlas documents.
const DEFAULT_LIFETIME: Duration = Duration::from_secs(3600);

/// The token endpoint, for any service account.
pub(crate) struct TokenEndpoint {
    pub(crate) http: Http,
    pub(crate) base_url: BaseUrl,
    pub(crate) attempt_timeout: Duration,
    pub(crate) max_response_size: usize,
    pub(crate) clock: Arc<dyn Clock>,
}

/// The token endpoint for one service account.
pub(crate) struct AccountTokens {
    endpoint: TokenEndpoint,
    client_id: String,
    client_secret: Secret,
}

/// A token that the endpoint issued.
pub(crate) struct IssuedToken {
    pub(crate) token: Secret,
    pub(crate) lifetime: Duration,
}

/// The response of RFC 6749 section 5.1. Without `Debug`, because it contains a secret.
#[derive(Deserialize)]
struct TokenResponse {
    access_token: Secret,
    #[serde(default)]
    token_type: Option<String>,
    #[serde(default, deserialize_with = "seconds")]
    expires_in: Option<u64>,
}

/// A number of seconds, also as text. Anything else is ignored: the lifetime is not worth a failed call.
fn seconds<'de, D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Option<u64>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Seconds {
        Number(u64),
        Text(String),
        Other(serde::de::IgnoredAny),
    }
    Ok(match Seconds::deserialize(deserializer)? {
        Seconds::Number(seconds) => Some(seconds),
        Seconds::Text(text) => text.trim().parse().ok(),
        Seconds::Other(_) => None,
    })
}

impl TokenEndpoint {
    pub(crate) fn for_account(self, client_id: String, client_secret: Secret) -> AccountTokens {
        AccountTokens { endpoint: self, client_id, client_secret }
    }
}

impl AccountTokens {
    /// The client id, if it may be a secret in the wrong place, or an empty text.
    pub(crate) fn suspicious_client_id(&self) -> &str {
        if looks_like_a_secret(&self.client_id) { &self.client_id } else { "" }
    }

    pub(crate) fn client_secret(&self) -> &str {
        self.client_secret.expose_secret()
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.endpoint.clock
    }

    /// Fetches a token.
    pub(crate) async fn fetch(&self) -> Result<IssuedToken> {
        let (received, basic) = self.post("token", &[("grant_type", "client_credentials")]).await?;
        if !received.status.is_success() {
            return Err(self.error(received, &basic, ""));
        }
        let response: TokenResponse = serde_json::from_slice(&received.body).map_err(|error| {
            // Not the text of serde's error, which may repeat what it read.
            Error::new(
                ErrorKind::InvalidResponse,
                format!(
                    "the response of the token endpoint cannot be read: {} at byte {}",
                    category(&error),
                    error.column()
                ),
            )
        })?;
        if let Some(kind) = response.token_type.filter(|kind| !kind.eq_ignore_ascii_case("bearer")) {
            let kind: String = kind.chars().filter(char::is_ascii_alphanumeric).take(20).collect();
            return Err(Error::new(
                ErrorKind::InvalidResponse,
                format!("the token endpoint issued a token of the unknown type {kind}"),
            ));
        }
        let lifetime = response.expires_in.map_or(DEFAULT_LIFETIME, Duration::from_secs);
        Ok(IssuedToken { token: response.access_token, lifetime })
    }

    /// Revokes a token.
    pub(crate) async fn revoke(&self, token: &Secret) -> Result<()> {
        let form = [("token", token.expose_secret()), ("token_type_hint", "access_token")];
        let (received, basic) = self.post("revoke", &form).await?;
        if received.status.is_success() {
            return Ok(());
        }
        Err(self.error(received, &basic, token.expose_secret()))
    }

    /// Sends the form. Returns the response and the Basic credential that was sent, which the response might repeat.
    async fn post(&self, path: &str, form: &[(&str, &str)]) -> Result<(Received, Secret)> {
        let url = self.endpoint.base_url.join(&format!("/api/oauth/{path}"));
        let mut request = self
            .endpoint
            .http
            .post(url)
            .header(ACCEPT, HeaderValue::from_static("application/json"))
            .basic_auth(&self.client_id, Some(self.client_secret.expose_secret()))
            .form(form)
            .build()
            .map_err(Error::in_transit)?;
        let mut basic = Secret::new("");
        if let Some(value) = request.headers_mut().get_mut(AUTHORIZATION) {
            value.set_sensitive(true);
            basic = Secret::new(value.to_str().unwrap_or_default().trim_start_matches("Basic "));
        }
        let limit = RequestLimit::after(self.endpoint.attempt_timeout);
        let received =
            receive(self.endpoint.http.execute(request), limit, self.endpoint.max_response_size).await?;
        Ok((received, basic))
    }

    fn error(&self, received: Received, basic: &Secret, token: &str) -> Error {
        let secrets = [self.client_secret(), basic.expose_secret(), token];
        let now = self.endpoint.clock.system_time();
        let response = ErrorResponse::read(received.status, *received.headers, &received.body, now, &secrets);
        let limit_reached = response.oauth_error.as_deref() == Some("access_denied");
        let (kind, message) = match response.status {
            StatusCode::TOO_MANY_REQUESTS => (ErrorKind::TokenRateLimited, ""),
            StatusCode::FORBIDDEN if limit_reached => (ErrorKind::TokenLimitReached, ""),
            StatusCode::UNAUTHORIZED => (ErrorKind::TokenRejected, ""),
            status if status.is_client_error() && response.oauth_error.is_some() => {
                (ErrorKind::TokenRejected, "")
            }
            status if status.is_server_error() => (ErrorKind::TokenEndpoint, "the token endpoint failed"),
            // Something else responded: the base URL is wrong, or there is a proxy.
            _ => (ErrorKind::TokenEndpoint, "there is no token endpoint at the base URL"),
        };
        Error::new(kind, message).with_response(response)
    }
}

fn category(error: &serde_json::Error) -> &'static str {
    match error.classify() {
        serde_json::error::Category::Eof => "it ends too early",
        serde_json::error::Category::Syntax => "it is not JSON",
        serde_json::error::Category::Data | serde_json::error::Category::Io => {
            "a field is missing or of another type"
        }
    }
}

impl fmt::Debug for AccountTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccountTokens([redacted])")
    }
}
