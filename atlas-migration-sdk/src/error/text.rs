//! The text of an error: what failed, why, and what to do.

use std::fmt;

use super::{Effect, ErrorCode, ErrorKind, ErrorResponse, Inner};
use crate::values::credentials::CredentialKind;
use crate::values::operation::{Method, Operation};

pub(super) fn write(error: &Inner, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if let Some(operation) = error.operation {
        write!(f, "{} failed: ", operation.short_name.unwrap_or(operation.id))?;
    }
    write_why(error, f)?;
    if let Some(advice) = advice(error) {
        write!(f, ". {advice}")?;
    }
    if let Some(warning) = warning(error) {
        write!(f, ". {warning}")?;
    }
    Ok(())
}

fn write_why(error: &Inner, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str(match error.kind {
        ErrorKind::TokenRejected => "the token endpoint refused the service account: ",
        ErrorKind::TokenRateLimited => "too many access tokens were asked for: ",
        ErrorKind::TokenLimitReached => {
            "the service account has 100 active access tokens, the most it may have: "
        }
        _ => "",
    })?;
    f.write_str(&error.message)?;
    let Some(reply) = &error.reply else { return Ok(()) };
    if !error.message.is_empty() {
        f.write_str(": ")?;
    }
    write_reply(reply, f)
}

fn write_reply(reply: &ErrorResponse, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{}", reply.status.as_u16())?;
    match (&reply.code, &reply.oauth_error) {
        // This code says less than the status does.
        (Some(ErrorCode::UnexpectedError) | None, None) => {
            let reason = reply.reason.as_deref().or(reply.status.canonical_reason());
            write!(f, " {}", reason.unwrap_or_default())?;
        }
        (Some(code), _) => write!(f, " {code}")?,
        (None, Some(error)) => write!(f, " {error}")?,
    }
    if let Some(detail) = reply.detail.as_deref().or(reply.opaque_body.as_deref()) {
        write!(f, ": {}", detail.trim_end_matches('.'))?;
    }
    for violation in &reply.violations {
        write!(f, "; {}: {}", violation.field, violation.description.trim_end_matches('.'))?;
    }
    Ok(())
}

/// What the reader can do, as a sentence.
fn advice(error: &Inner) -> Option<String> {
    match error.kind {
        ErrorKind::TokenRejected => Some("Check the client id and the client secret".to_owned()),
        ErrorKind::TokenRateLimited => Some(wait(error.reply.as_ref())),
        ErrorKind::TokenLimitReached => Some(
            "Revoke tokens that are no longer used, or wait until they expire, an hour after they were made; share \
             one Client instead of building one a call"
                .to_owned(),
        ),
        ErrorKind::Connect => {
            // True of the last try only, where there were others.
            let unsent = if error.earlier == Effect::None { "Nothing was sent. " } else { "" };
            Some(format!("{unsent}Check the base URL, the network and the proxy"))
        }
        ErrorKind::Redirected => Some(
            "Build it with `redirect::Policy::none()`, and set the base URL to where the API really is".to_owned(),
        ),
        ErrorKind::Api => advice_on_answer(error, error.reply.as_ref()?),
        ErrorKind::Configuration
        | ErrorKind::InvalidRequest
        | ErrorKind::Timeout
        | ErrorKind::Transport
        | ErrorKind::InvalidResponse
        | ErrorKind::ResponseTooLarge
        | ErrorKind::JobFailed
        | ErrorKind::JobExpired
        | ErrorKind::JobStateUnknown => None,
    }
}

/// What the caller must know before he asks again: that it may have happened, and how to find out.
fn warning(error: &Inner) -> Option<String> {
    let operation = error.operation?;
    if operation.method == Method::Get {
        return None;
    }
    let effect = error.effect();
    let what = match (error.earlier, effect) {
        (_, Effect::Happened) => "What was asked for happened",
        (Effect::None, Effect::None) => return None,
        (Effect::None, Effect::Unknown) => "It may have happened, and was not asked for again",
        (_, Effect::None) => "An earlier try, whose reply was lost, may have done it",
        (_, Effect::Unknown) => "It may have happened",
    };
    Some(format!("{what}: {}", how_to_find_out(operation)))
}

/// How to find out whether an operation happened whose reply was lost.
fn how_to_find_out(operation: &Operation) -> &'static str {
    match operation.id {
        "createGroupLiveMigration" => {
            "look at the project's Live Migration page in Atlas before you start another one, which could drop the \
             destination's data again"
        }
        "validateGroupLiveMigrations" => "a second validation does no harm",
        "createOrgLiveMigrationLinkToken" => {
            "a link-token that nobody has seen can only be removed together with all links of the organization"
        }
        "deleteOrgLiveMigrationLinkTokens" => "without a link there are no available projects to list",
        "cutoverGroupLiveMigration" => "read the migration",
        _ => "look before you ask for it again",
    }
}

fn advice_on_answer(error: &Inner, reply: &ErrorResponse) -> Option<String> {
    match (reply.status.as_u16(), &reply.code) {
        (_, Some(ErrorCode::IpAddressNotOnAccessList | ErrorCode::ApiKeyAccessListAccessDenied)) => {
            Some(add_to_access_list(error.credential, reply))
        }
        (_, Some(ErrorCode::OrgRequiresAccessList)) => {
            Some(format!("The organization requires an access list. {}", add_to_access_list(error.credential, reply)))
        }
        // Ids are checked before they are sent, so that it is not they that cannot be read.
        (400, Some(ErrorCode::PathParamParseError)) => {
            Some("Check the base URL: something before the API's own path may be too much".to_owned())
        }
        (401, Some(ErrorCode::NotOrgGroupCreator)) | (403, Some(_)) => Some(missing_role(error)),
        (403, None) => Some("It does not look like an answer of Atlas; check for a proxy on the way".to_owned()),
        (401, _) => Some(bad_credential(error.credential)),
        (404, Some(ErrorCode::GroupNotFound)) => {
            Some("Check the project id, and that the credential may see the project".to_owned())
        }
        (404, Some(ErrorCode::ResourceNotFound)) => {
            // With a message of ours it is the token endpoint that was not found, and no id is in question.
            let ids = if error.message.is_empty() { "the ids, and " } else { "" };
            Some(format!("Check {ids}that the base URL leads to the Atlas API"))
        }
        (406, _) => Some("Ask for another API version, or for none, which means the newest".to_owned()),
        (409, Some(ErrorCode::CannotDeleteLinkDuringMigration)) => {
            Some("Cut the running migration over, or wait until it has ended".to_owned())
        }
        (410, _) => Some("Ask for a newer API version".to_owned()),
        (429, _) => Some(wait(Some(reply))),
        (300..=399, _) => Some(
            "Redirects are not followed, because they would carry the credential elsewhere; set the base URL to \
             where the API really is"
                .to_owned(),
        ),
        (500..=599, _) => Some("The server failed; try again later".to_owned()),
        _ => None,
    }
}

fn wait(reply: Option<&ErrorResponse>) -> String {
    match reply.and_then(|reply| reply.retry_after) {
        Some(wait) => format!("Try again in {} s", wait.as_secs()),
        None => "Try again later".to_owned(),
    }
}

fn add_to_access_list(credential: Option<CredentialKind>, reply: &ErrorResponse) -> String {
    let address = reply.denied_address().unwrap_or("your address");
    let place = match credential {
        Some(CredentialKind::ApiKey) => {
            "the API access list of the API key (Atlas, organization, Applications, API Keys)"
        }
        Some(CredentialKind::ServiceAccount) => {
            "the API access list of the service account (Atlas, organization, Applications, Service Accounts)"
        }
        Some(CredentialKind::AccessToken) | None => {
            "the API access list of the credential (Atlas, organization, Applications)"
        }
    };
    format!("Add {address} to {place}")
}

fn missing_role(error: &Inner) -> String {
    match error.operation.and_then(|operation| operation.required_role) {
        Some(role) => format!("The operation needs the role {role}: grant it to the credential"),
        None => "The credential lacks a right that the operation needs".to_owned(),
    }
}

fn bad_credential(credential: Option<CredentialKind>) -> String {
    match credential {
        Some(CredentialKind::ApiKey) => "Check the public and the private key, and that the key still exists",
        Some(CredentialKind::ServiceAccount) => {
            "A fresh access token was refused as well: check that the service account belongs to the organization"
        }
        Some(CredentialKind::AccessToken) => "The access token has expired or was revoked: give the client a new one",
        None => "Check the credential",
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use crate::error::{Effect, Error, ErrorKind};
    use crate::generated::operations::DELETE_ORG_LIVE_MIGRATION_LINK_TOKENS;

    #[test]
    fn nothing_was_sent_only_where_no_earlier_try_was() {
        for (earlier, unsent, warned) in [(Effect::None, true, false), (Effect::Unknown, false, true)] {
            let error = Error::new(ErrorKind::Connect, "could not connect").after_effect(earlier);
            let text = error.with_operation(&DELETE_ORG_LIVE_MIGRATION_LINK_TOKENS).to_string();
            assert!(text.contains("could not connect. ") && text.contains("Check the base URL"), "{text}");
            assert_eq!(text.contains("Nothing was sent"), unsent, "{text}");
            assert_eq!(
                text.contains("An earlier try, whose reply was lost, may have done it"),
                warned,
                "{text}"
            );
        }
    }
}
