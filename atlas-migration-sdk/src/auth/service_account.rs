//! The token endpoint: fetching and revoking a service account's access token (RFC 6749 section 4.4, RFC 7009).

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderValue};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::bearer::bearer;
use super::token_store::TokenKey;
use crate::error::{Error, ErrorKind, ErrorResponse, Result, redacted};
use crate::http::{BaseUrl, Http, Received, RequestLimit, receive};
use crate::values::TRACING_TARGET;
use crate::values::clock::Clock;
use crate::values::content_type::ContentType;
use crate::values::credentials::looks_like_a_secret;
use crate::values::secret::Secret;

/// The lifetime of a token if the response does not contain it: what Atlas documents.
const DEFAULT_LIFETIME: Duration = Duration::from_secs(3600);
/// The smallest lifetime that has an effect. A smaller one would exceed the limit of ten token requests a minute.
const MIN_LIFETIME: Duration = Duration::from_secs(10);
/// The largest lifetime that has an effect. A token that is valid for longer is renewed nevertheless.
const MAX_LIFETIME: Duration = Duration::from_secs(24 * 3600);

/// The message if a proxy, a captive portal or another server responds.
const FOREIGN: &str = "something other than the token endpoint responded";

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
    /// The `Authorization` header of the token.
    pub(crate) header: HeaderValue,
    pub(crate) lifetime: Duration,
}

/// The response of RFC 6749 section 5.1. Without `Debug`, because it contains a secret.
#[derive(Deserialize)]
struct TokenResponse<'a> {
    access_token: Secret,
    #[serde(default)]
    token_type: Option<String>,
    /// Not parsed with the rest: an unusual lifetime is not worth a failed call.
    #[serde(borrow, default)]
    expires_in: Option<&'a RawValue>,
}

/// The lifetime of a token, within bounds: a number of seconds, also with a fraction or as text. Anything else is
/// ignored.
fn lifetime(expires_in: Option<&RawValue>) -> Duration {
    let seconds = expires_in.and_then(|value| value.get().trim_matches('"').trim().parse::<f64>().ok());
    seconds.filter(|seconds| !seconds.is_nan()).map_or(DEFAULT_LIFETIME, |seconds| {
        Duration::from_secs_f64(seconds.clamp(MIN_LIFETIME.as_secs_f64(), MAX_LIFETIME.as_secs_f64()))
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

    /// What identifies the service account in a token store.
    pub(crate) fn key(&self) -> TokenKey {
        TokenKey::new(self.endpoint.base_url.as_str(), &self.client_id)
    }

    pub(crate) fn client_secret(&self) -> &str {
        self.client_secret.expose_secret()
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        &*self.endpoint.clock
    }

    /// The time limit of a request to the token endpoint.
    pub(crate) fn attempt_timeout(&self) -> Duration {
        self.endpoint.attempt_timeout
    }

    /// Fetches a token. Events report the start and the outcome, because calls wait for it.
    pub(crate) async fn fetch(&self) -> Result<IssuedToken> {
        tracing::debug!(target: TRACING_TARGET, "fetching an access token");
        let started = self.clock().now();
        let result = self.request_token().await;
        let duration_ms = self.clock().now().saturating_duration_since(started).as_millis() as u64;
        match &result {
            Ok(issued) => tracing::info!(
                target: TRACING_TARGET,
                duration_ms,
                lifetime_s = issued.lifetime.as_secs(),
                "fetched an access token"
            ),
            Err(error) => tracing::warn!(
                target: TRACING_TARGET,
                duration_ms,
                status = error.status(),
                error = ?error.kind(),
                "fetching an access token failed"
            ),
        }
        result
    }

    async fn request_token(&self) -> Result<IssuedToken> {
        let (received, basic) = self.post("token", &[("grant_type", "client_credentials")]).await?;
        if !received.status.is_success() {
            return Err(self.error(received, &basic, ""));
        }
        let unusable = |reason: String| {
            let response = ErrorResponse::without_body(received.status, HeaderMap::clone(&received.headers));
            Error::new(ErrorKind::TokenEndpoint, reason).with_response(response)
        };
        let response: TokenResponse<'_> = match serde_json::from_slice(&received.body) {
            Ok(response) => response,
            // Not the text of serde's error, which may repeat what it read.
            Err(error) if error.is_data() => {
                return Err(unusable(format!(
                    "the response of the token endpoint has no usable access token: a field is missing or of another \
                     type (line {}, column {})",
                    error.line(),
                    error.column()
                )));
            }
            Err(_) => return Err(self.foreign(received, &basic, "")),
        };
        if let Some(kind) = response.token_type.filter(|kind| !kind.eq_ignore_ascii_case("bearer")) {
            let kind = redacted(&kind, &self.secrets(&basic, response.access_token.expose_secret()));
            let kind: String = kind.chars().filter(char::is_ascii_alphanumeric).take(20).collect();
            return Err(unusable(format!("the token endpoint issued a token of the unknown type {kind}")));
        }
        let header = bearer(&response.access_token).map_err(|reason| {
            unusable(format!("the access token that the token endpoint issued {reason}"))
        })?;
        Ok(IssuedToken { token: response.access_token, header, lifetime: lifetime(response.expires_in) })
    }

    /// Revokes a token.
    pub(crate) async fn revoke(&self, token: &Secret) -> Result<()> {
        let form = [("token", token.expose_secret()), ("token_type_hint", "access_token")];
        let (received, basic) = self.post("revoke", &form).await?;
        if !received.status.is_success() {
            return Err(self.error(received, &basic, token.expose_secret()));
        }
        // RFC 7009 section 2.2: the content is of no interest. A page of a proxy is no success, though.
        let is_page = ContentType::of(&received.headers) == ContentType::Other;
        let is_json = || serde_json::from_slice::<IgnoredAny>(&received.body).is_ok();
        if !is_page && (received.body.is_empty() || is_json()) {
            Ok(())
        } else {
            Err(self.foreign(received, &basic, token.expose_secret()))
        }
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
        let has_content =
            !received.body.is_empty() || ContentType::of(&received.headers) == ContentType::Other;
        let response = self.read(received, basic, token);
        let limit_reached = response.oauth_error.as_deref() == Some("access_denied");
        let is_json = response.is_api_error || response.oauth_error.is_some();
        let (kind, message) = match response.status {
            status if has_content && !is_json && status != StatusCode::NOT_FOUND => {
                (ErrorKind::TokenEndpoint, FOREIGN)
            }
            StatusCode::TOO_MANY_REQUESTS => (ErrorKind::TokenRateLimited, ""),
            StatusCode::FORBIDDEN if limit_reached => (ErrorKind::TokenLimitReached, ""),
            StatusCode::UNAUTHORIZED if is_json => (ErrorKind::TokenRejected, ""),
            status if status.is_client_error() && response.oauth_error.is_some() => {
                (ErrorKind::TokenRejected, "")
            }
            status if status.is_server_error() => (ErrorKind::TokenEndpoint, "the token endpoint failed"),
            StatusCode::NOT_FOUND => (ErrorKind::TokenEndpoint, "there is no token endpoint at the base URL"),
            _ if is_json => (ErrorKind::TokenEndpoint, "the token endpoint rejected the request"),
            _ => (ErrorKind::TokenEndpoint, FOREIGN),
        };
        Error::new(kind, message).with_response(response)
    }

    /// The error for a response that cannot be one of the token endpoint, although its status is that of a success.
    fn foreign(&self, received: Received, basic: &Secret, token: &str) -> Error {
        Error::new(ErrorKind::TokenEndpoint, FOREIGN).with_response(self.read(received, basic, token))
    }

    fn read(&self, received: Received, basic: &Secret, token: &str) -> ErrorResponse {
        let now = self.endpoint.clock.system_time();
        let secrets = self.secrets(basic, token);
        ErrorResponse::read(received.status, *received.headers, &received.body, now, &secrets)
    }

    /// The secrets of a request, which the response may repeat.
    fn secrets<'a>(&'a self, basic: &'a Secret, token: &'a str) -> [&'a str; 4] {
        [self.client_secret(), self.suspicious_client_id(), basic.expose_secret(), token]
    }
}

impl fmt::Debug for AccountTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccountTokens([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lifetime_is_bounded() {
        for (expires_in, expected) in [
            ("3600", 3600.0),
            ("3599.5", 3599.5),
            ("\"600\"", 600.0),
            ("\" 600.5 \"", 600.5),
            ("null", 3600.0),
            ("\"soon\"", 3600.0),
            ("\"NaN\"", 3600.0),
            ("[7]", 3600.0),
            ("true", 3600.0),
            ("0", 10.0),
            ("-1", 10.0),
            ("0.1", 10.0),
            ("86401", 86400.0),
            ("18446744073709551615", 86400.0),
            ("99999999999999999999999999", 86400.0),
            ("1e999", 86400.0),
            ("\"inf\"", 86400.0),
        ] {
            let body = format!(r#"{{"access_token":"t","expires_in":{expires_in}}}"#);
            let response: TokenResponse<'_> = serde_json::from_str(&body).unwrap();
            assert_eq!(lifetime(response.expires_in).as_secs_f64(), expected, "{expires_in}");
        }
        let response: TokenResponse<'_> = serde_json::from_str(r#"{"access_token":"t"}"#).unwrap();
        assert_eq!(lifetime(response.expires_in), DEFAULT_LIFETIME);
    }
}
