//! What a request would send, for people and without secrets.

use std::fmt;

use reqwest::header::HeaderMap;
use serde_json::Value;

use crate::error::{REDACTED, printable, redacted_value, without_secrets};
use crate::generated::operations;
use crate::values::credentials::CredentialKind;
use crate::values::operation::{Method, Operation};

/// What a request would send, without credentials and with secrets redacted. Created by
/// [`Request::preview`](crate::Request::preview) and [`RawRequest::preview`](crate::RawRequest::preview).
///
/// Its `Display` has the form of an HTTP request, with an indented body.
///
/// ```
/// use atlas_migration_sdk::{Client, Credentials};
///
/// let client = Client::builder().credentials(Credentials::access_token("secret")).build()?;
/// let org = client.org("32b6e34b3d91647abb20e7b8".parse()?);
///
/// let preview = org.create_link_token(["203.0.113.7".parse()?]).preview()?;
/// assert!(preview.url().ends_with("/api/atlas/v2/orgs/32b6e34b3d91647abb20e7b8/liveMigrations/linkTokens"));
/// assert_eq!(preview.body().unwrap()["accessListIps"][0], "203.0.113.7");
/// println!("{preview}\n\n{}", preview.to_curl());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct RequestPreview {
    operation: &'static Operation,
    url: String,
    headers: Vec<(String, String)>,
    body: Option<Value>,
    credential: CredentialKind,
}

impl RequestPreview {
    pub(super) fn new(
        operation: &'static Operation,
        request: &reqwest::Request,
        credential: CredentialKind,
        secrets: &[&str],
    ) -> Self {
        let body = request.body().and_then(reqwest::Body::as_bytes);
        Self {
            operation,
            url: printable(&without_secrets(request.url().as_str(), secrets)),
            headers: headers(request.headers()),
            // The body was serialized by this crate.
            body: body.map(|body| redacted_body(serde_json::from_slice(body).unwrap_or_default(), secrets)),
            credential,
        }
    }

    /// The operation.
    #[must_use]
    pub fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// The method.
    #[must_use]
    pub fn method(&self) -> Method {
        self.operation.method
    }

    /// The URL with its query.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The headers with their names in lower case, without `authorization`.
    #[must_use]
    pub fn headers(&self) -> &[(String, String)] {
        &self.headers
    }

    /// The body, with `[redacted]` in place of each secret.
    #[must_use]
    pub fn body(&self) -> Option<&Value> {
        self.body.as_ref()
    }

    /// The request as a command line of curl for a POSIX shell.
    ///
    /// It refers to the credential by the environment variables from which
    /// [`Client::from_env`](crate::Client::from_env) reads it. curl cannot fetch the access token of a service account:
    /// for one, the command line uses `MONGODB_ATLAS_ACCESS_TOKEN`. Replace each `[redacted]` before you run it.
    #[must_use]
    pub fn to_curl(&self) -> String {
        let mut line = format!("curl --request {} {}", self.method(), quoted(&self.url));
        line.push_str(match self.credential {
            CredentialKind::ApiKey => {
                " \\\n  --digest --user \"$MONGODB_ATLAS_PUBLIC_API_KEY:$MONGODB_ATLAS_PRIVATE_API_KEY\""
            }
            CredentialKind::ServiceAccount | CredentialKind::AccessToken => {
                " \\\n  --header \"Authorization: Bearer $MONGODB_ATLAS_ACCESS_TOKEN\""
            }
        });
        for (name, value) in &self.headers {
            line.push_str(&format!(" \\\n  --header {}", quoted(&format!("{name}: {value}"))));
        }
        if let Some(body) = &self.body {
            line.push_str(&format!(" \\\n  --data {}", quoted(&body.to_string())));
        }
        line
    }
}

impl fmt::Display for RequestPreview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method(), self.url)?;
        for (name, value) in &self.headers {
            write!(f, "\n{name}: {value}")?;
        }
        match &self.body {
            Some(body) => write!(f, "\n\n{body:#}"),
            None => Ok(()),
        }
    }
}

/// The headers as text. Those of this crate are ASCII.
fn headers(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &reqwest::header::HeaderValue| value.to_str().unwrap_or_default().to_owned();
    headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect()
}

/// The body without the fields that are secrets, and without the secrets of the call in other fields.
fn redacted_body(mut body: Value, secrets: &[&str]) -> Value {
    redact_fields(&mut body);
    redacted_value(&body, secrets)
}

/// Replaces the values of the fields that are secrets.
fn redact_fields(value: &mut Value) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(redact_fields),
        Value::Object(fields) => {
            for (name, value) in fields {
                if operations::SECRET_NAMES.contains(&name.as_str()) && !value.is_null() {
                    *value = REDACTED.into();
                } else {
                    redact_fields(value);
                }
            }
        }
        _ => {}
    }
}

/// The text as one argument of a POSIX shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_argument_is_quoted() {
        assert_eq!(quoted("a $b `c` \\"), "'a $b `c` \\'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
    }

    #[test]
    fn secrets_of_the_body_are_redacted() {
        let body = serde_json::json!({
            "password": "planted", "linkToken": {"a": 1}, "username": "a planted b", "number": 4711,
            "list": [{"password": null}, true],
        });
        let expected = serde_json::json!({
            "password": "[redacted]", "linkToken": "[redacted]", "username": "a [redacted] b",
            "number": "[redacted]", "list": [{"password": null}, true],
        });
        assert_eq!(redacted_body(body, &["planted", "4711"]), expected);
    }
}
