//! The text of an error: what failed, why, and what to do about it.

use std::fmt;

use reqwest::header::LOCATION;

use super::connect::Cause;
use super::{Effect, ErrorCode, ErrorKind, ErrorResponse, Inner};
use crate::values::credentials::CredentialKind;
use crate::values::operation::Method;
use crate::values::setting_names::SettingNames;

pub(super) fn write(error: &Inner, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if let Some(operation) = error.operation {
        write!(f, "{} failed: ", operation.short_name.unwrap_or(operation.id))?;
    }
    write_cause(error, f)?;
    if let Some(help) = help(error) {
        write!(f, ". {help}")?;
    }
    if let Some(warning) = warning(error) {
        write!(f, ". {warning}")?;
    }
    Ok(())
}

fn write_cause(error: &Inner, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str(match error.kind {
        ErrorKind::TokenRejected => "the token endpoint rejected the service account: ",
        ErrorKind::TokenRateLimited => "too many access tokens were requested: ",
        ErrorKind::TokenLimitReached => {
            "the service account has reached the limit of 100 active access tokens: "
        }
        _ => "",
    })?;
    let Some(response) = &error.response else { return f.write_str(&error.message) };
    match (error.kind, error.message.as_str()) {
        (_, "") => write_response(error, response, f),
        // Where the response comes from is more important than what is wrong with its content.
        (ErrorKind::ForeignResponse, message) => {
            write_response(error, response, f)?;
            write!(f, "; {message}")
        }
        (_, message) => {
            write!(f, "{message}: ")?;
            write_response(error, response, f)
        }
    }
}

fn write_response(error: &Inner, response: &ErrorResponse, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{}", response.status.as_u16())?;
    match (&response.code, &response.oauth_error) {
        // This code contains less information than the status.
        (Some(ErrorCode::UnexpectedError) | None, None) => {
            let reason = response.reason.as_deref().or(response.status.canonical_reason());
            write!(f, " {}", reason.unwrap_or_default())?;
        }
        (Some(code), _) => write!(f, " {code}")?,
        (None, Some(error)) => write!(f, " {error}")?,
    }
    // An OAuth error is what the token endpoint should send, and needs no description.
    let is_expected = response.oauth_error.is_some() && error.kind != ErrorKind::ForeignResponse;
    let description = response.body_description.as_ref().filter(|_| !is_expected);
    for part in [description, response.detail.as_ref()].into_iter().flatten() {
        write!(f, ": {}", part.trim_end_matches('.'))?;
    }
    for violation in &response.violations {
        write!(f, "; {}: {}", violation.field, violation.description.trim_end_matches('.'))?;
    }
    Ok(())
}

/// What the reader can do about the error, as a sentence.
fn help(error: &Inner) -> Option<String> {
    match error.kind {
        ErrorKind::TokenRejected => Some(
            "Check the client id and the client secret, that the secret has not expired, and that the base URL is that \
             of the Atlas in which the service account was created"
                .to_owned(),
        ),
        ErrorKind::TokenRateLimited => Some(wait(error)),
        ErrorKind::TokenLimitReached => Some(
            "Revoke tokens that are no longer used, or wait until they expire, an hour after they were issued; share \
             one Client instead of building one for each call"
                .to_owned(),
        ),
        ErrorKind::Connect | ErrorKind::CertificateRejected if error.by_custom_client => Some(format!(
            "{}. The custom HTTP client may have followed a redirect before: build it with `redirect::Policy::none()`",
            help_to_connect(error)
        )),
        ErrorKind::Connect | ErrorKind::CertificateRejected => {
            // Earlier attempts may have sent something.
            let nothing_sent = if error.earlier == Effect::None { "Nothing was sent. " } else { "" };
            Some(format!("{nothing_sent}{}", help_to_connect(error)))
        }
        ErrorKind::ForeignResponse => Some(help_for_foreign(error, error.response.as_ref()?)),
        ErrorKind::Redirected => Some(format!(
            "Build it with `redirect::Policy::none()`, and set {} to the address of the API",
            error.names.url
        )),
        ErrorKind::TokenEndpoint => match error.response.as_ref()? {
            response if response.is_api_error || response.oauth_error.is_some() => {
                help_for_token_endpoint(error, response)
            }
            response => Some(help_for_foreign(error, response)),
        },
        ErrorKind::Api => help_for_response(error, error.response.as_ref()?),
        ErrorKind::Transport => match error.source.as_deref().map(|source| Cause::of(source)) {
            Some(Cause::NoHttp) => Some(help_to_connect(error)),
            _ => None,
        },
        ErrorKind::RuntimeStopped => {
            Some("Keep the runtime on which calls begin running until they have completed".to_owned())
        }
        ErrorKind::Configuration
        | ErrorKind::InvalidRequest
        | ErrorKind::TokenStore
        | ErrorKind::Timeout
        | ErrorKind::InvalidResponse
        | ErrorKind::ResponseTooLarge
        | ErrorKind::JobFailed
        | ErrorKind::JobExpired
        | ErrorKind::JobStateUnknown => None,
    }
}

fn help_to_connect(error: &Inner) -> String {
    let SettingNames { url, root_certificates, .. } = error.names;
    match error.source.as_deref().map_or(Cause::Other, |source| Cause::of(source)) {
        Cause::Certificate(_) => format!(
            "If a server or a proxy in your company has a certificate authority of its own, add that to the root store of \
             the system or to {root_certificates}. Otherwise check {url} and the clock of the system"
        ),
        Cause::NoTls => format!("Check the scheme and the port of {url}: this may be a port for http"),
        Cause::NoHttp => format!("Check the scheme and the port of {url}: this may be a port for https"),
        Cause::ProxyCredentials => PROXY_CREDENTIALS.to_owned(),
        Cause::ProxyRefused => {
            format!("Check {url}, and ask the administrator of the proxy to allow its host")
        }
        Cause::FileDescriptors => {
            "Raise the limit of open file descriptors (`ulimit -n`), close those that are not \
             used, or lower `ClientBuilder::max_concurrent_requests`"
                .to_owned()
        }
        Cause::Other => format!("Check {url}, the network and the proxy"),
    }
}

/// What the caller must know before repeating the call: that it may have taken effect, and how to check that.
fn warning(error: &Inner) -> Option<String> {
    let operation = error.operation?;
    if operation.method == Method::Get {
        return None;
    }
    let effect = error.effect();
    let what = match (error.earlier, effect) {
        (_, Effect::Certain) => "The operation has taken effect",
        (Effect::None, Effect::None) => return None,
        (Effect::None, Effect::Possible) => "The operation may have taken effect, and was not repeated",
        (_, Effect::None) => "An earlier attempt, whose response was lost, may have taken effect",
        (_, Effect::Possible) => "The operation may have taken effect",
    };
    Some(match operation.after_lost_response {
        Some(advice) => format!("{what}. {}", advice.trim_end_matches('.')),
        None => what.to_owned(),
    })
}

/// Without advice about the operation, which was not sent: neither its ids nor its role are the reason.
fn help_for_token_endpoint(error: &Inner, response: &ErrorResponse) -> Option<String> {
    match (response.status.as_u16(), &response.code) {
        (_, Some(code)) if code.is_about_access_list() => help_for_response(error, response),
        (500..=599, _) => help_for_response(error, response),
        (404, _) => Some("Check that the base URL is that of the Atlas API".to_owned()),
        _ => None,
    }
}

fn help_for_response(error: &Inner, response: &ErrorResponse) -> Option<String> {
    match (response.status.as_u16(), &response.code) {
        (_, Some(ErrorCode::IpAddressNotOnAccessList | ErrorCode::ApiKeyAccessListAccessDenied)) => {
            Some(add_to_access_list(error, response))
        }
        (_, Some(ErrorCode::OrgRequiresAccessList)) => Some(format!(
            "The organization requires an access list. {}",
            add_to_access_list(error, response)
        )),
        // Ids are validated before they are sent, so that the base URL must be the reason.
        (400, Some(ErrorCode::PathParamParseError)) => {
            Some(format!("Check {}: its path may contain too much", error.names.url))
        }
        (401, Some(ErrorCode::NotOrgGroupCreator)) | (403, _) => Some(missing_role(error)),
        (401, _) if !error.message.is_empty() => {
            Some(format!("Check {} and the proxy, or use other credentials", error.names.url))
        }
        (401, _) => Some(invalid_credential(error)),
        (404, Some(ErrorCode::GroupNotFound)) => {
            Some("Check the project id, and that the credential has access to the project".to_owned())
        }
        (404, Some(ErrorCode::ResourceNotFound)) => Some(format!("Check the ids and {}", error.names.url)),
        (406, _) => Some("Request another API version, or none, which means the newest".to_owned()),
        (409, Some(ErrorCode::CannotDeleteLinkDuringMigration)) => {
            Some("Cut over the running migration, or wait until it has ended".to_owned())
        }
        (409, Some(ErrorCode::MigrationHostBusy)) => Some(
            "A migration host runs one job at a time: wait until its running validation or migration has ended, or \
             use another host"
                .to_owned(),
        ),
        (410, _) => Some("Request a newer API version".to_owned()),
        (429, _) => Some(wait(error)),
        (500..=599, _) if error.may_have_taken_effect() => Some("The server failed".to_owned()),
        (500..=599, _) => Some("The server failed; try again later".to_owned()),
        _ => None,
    }
}

const PROXY_CREDENTIALS: &str =
    "Set them in the URL of the proxy: `HTTPS_PROXY=http://user:password@proxy.example.com:8080`";

/// What may have sent a response in place of the API, and what to check.
fn help_for_foreign(error: &Inner, response: &ErrorResponse) -> String {
    let sender = "This is not a response of the API";
    let url = error.names.url;
    match response.status.as_u16() {
        300..=399 if response.headers.contains_key(LOCATION) => format!(
            "{sender}. Redirects are not followed, because they would send the credential to another server: set {url} \
             to the address of the API, and check for a proxy or a captive portal"
        ),
        401 => {
            format!("{sender}, and says nothing about the credential: check for a proxy, and {url}")
        }
        403 => format!("{sender}, and says nothing about permissions: check for a proxy, and {url}"),
        404 => format!("{sender}, and says nothing about the resource: check {url}, and for a proxy"),
        407 => format!("{sender}, but of a proxy that requires credentials. {PROXY_CREDENTIALS}"),
        408 | 429 | 500..=599 if error.may_have_taken_effect() => {
            format!("{sender}, but of a proxy or a gateway")
        }
        408 | 429 | 500..=599 => format!("{sender}, but of a proxy or a gateway. {}", wait(error)),
        _ => format!(
            "{sender}: check for a proxy, for a captive portal (the login page of a network), and {url}"
        ),
    }
}

/// The advice to wait. It does not recommend another try if the operation may have taken effect.
fn wait(error: &Inner) -> String {
    let delay = error.retry_after().map(|delay| delay.as_secs_f64().ceil());
    match (delay, error.may_have_taken_effect()) {
        (Some(delay), false) => format!("Try again in {delay} s"),
        (None, false) => "Try again later".to_owned(),
        (Some(delay), true) => format!("Wait {delay} s before the next request"),
        (None, true) => "Wait before the next request".to_owned(),
    }
}

fn add_to_access_list(error: &Inner, response: &ErrorResponse) -> String {
    let address = response.denied_address().unwrap_or("your address");
    let (credential, place) = match error.credential {
        Some(CredentialKind::ApiKey) => ("API key", error.names.api_keys),
        Some(CredentialKind::ServiceAccount) => {
            ("service account", "Atlas, organization, Applications, Service Accounts")
        }
        Some(CredentialKind::AccessToken) | None => ("credential", "Atlas, organization, Applications"),
    };
    format!("Add {address} to the API access list of the {credential} ({place})")
}

fn missing_role(error: &Inner) -> String {
    match error.operation.and_then(|operation| operation.required_role) {
        Some(role) => format!("The operation needs the role {role}: grant it to the credential"),
        None => "The credential lacks a permission that the operation needs".to_owned(),
    }
}

fn invalid_credential(error: &Inner) -> String {
    match error.credential {
        Some(CredentialKind::ApiKey) => {
            let SettingNames { public_key, private_key, api_keys, .. } = error.names;
            return format!(
                "Check {public_key} and {private_key}, and that the key still exists ({api_keys})"
            );
        }
        Some(CredentialKind::ServiceAccount) => {
            "A new access token was rejected too: check that the service account belongs to the organization"
        }
        Some(CredentialKind::AccessToken) => {
            "The access token is invalid, has expired or was revoked: use a new one"
        }
        None => "Check the credential",
    }
    .to_owned()
}

#[cfg(test)]
mod tests;
