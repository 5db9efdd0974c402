//! Authentication and authorization: access tokens, API keys over digest, access lists, roles.

mod access;
mod basic;
mod digest;

use hyper::header::{AUTHORIZATION, WWW_AUTHENTICATE};

pub(crate) use self::access::{check_address, check_role};
pub(crate) use self::basic::basic_credentials;
use self::digest::{Credentials, Expectation};
use crate::assumptions;
use crate::http::{ErrorResponse, Request, Response, digest_challenge_body};
use crate::state::{DigestRealm, Moment, NonceStatus, Nonces, Settings, State};
use crate::values::{Challenge, CredentialKind};

/// The kind of the request's credential, valid or not.
pub(crate) fn credential_kind(request: &Request) -> CredentialKind {
    if !request.headers.contains_key(AUTHORIZATION) {
        return CredentialKind::None;
    }
    let kinds = [
        ("Basic", CredentialKind::Basic),
        ("Digest", CredentialKind::Digest),
        ("Bearer", CredentialKind::Bearer),
    ];
    let found = kinds.into_iter().find(|(scheme, _)| credential_of_scheme(request, scheme).is_some());
    found.map_or(CredentialKind::Other, |(_, kind)| kind)
}

/// Authenticates a request to Atlas.
pub(crate) fn authenticate(state: &mut State, request: &Request) -> Result<(), ErrorResponse> {
    match credential_kind(request) {
        CredentialKind::Bearer => check_bearer(state, request),
        _ => check_digest(
            &state.settings,
            &state.settings.atlas,
            &mut state.nonces,
            state.clock.now(),
            request,
        ),
    }
}

/// Authenticates a request to Cloud Manager, which accepts digest credentials only.
pub(crate) fn authenticate_at_source_manager(
    state: &mut State,
    request: &Request,
) -> Result<(), ErrorResponse> {
    let (settings, nonces) = (&state.settings, &mut state.source_manager.nonces);
    check_digest(settings, &settings.source_manager, nonces, state.clock.now(), request)
}

fn check_bearer(state: &State, request: &Request) -> Result<(), ErrorResponse> {
    let token = credential_of_scheme(request, "Bearer").unwrap_or_default();
    if state.tokens.is_active(token, state.clock.now()) {
        Ok(())
    } else {
        Err(assumptions::invalid_bearer_token().into())
    }
}

/// Accepts digest credentials for this realm. The error is a challenge.
fn check_digest(
    settings: &Settings,
    realm: &DigestRealm,
    nonces: &mut Nonces,
    now: Moment,
    request: &Request,
) -> Result<(), ErrorResponse> {
    let credentials = credential_of_scheme(request, "Digest").and_then(Credentials::parse);
    let expected = Expectation {
        challenges: &settings.challenges,
        realm: &realm.name,
        username: &realm.api_key.public,
        password: &realm.api_key.private,
        method: request.method.as_str(),
        target: request.target(),
    };
    let status = credentials
        .as_ref()
        .and_then(|credentials| credentials.verify(&expected))
        .map(|proof| nonces.check(proof.nonce, proof.nc, now, &settings.nonces));
    if status == Some(NonceStatus::Valid) {
        return Ok(());
    }
    let nonce = nonces.issue(now, &settings.nonces);
    Err(challenge(settings, &realm.name, &nonce, status == Some(NonceStatus::Stale)))
}

/// The 401 with a new nonce.
fn challenge(settings: &Settings, realm: &str, nonce: &str, stale: bool) -> ErrorResponse {
    let render = |challenge: &Challenge| challenge.render(realm, nonce, stale);
    let mut values: Vec<String> = settings.challenges.iter().map(render).collect();
    if settings.single_challenge_header {
        values = vec![values.join(", ")];
    }
    let add = |response: Response, value| response.header(WWW_AUTHENTICATE, value);
    values.into_iter().fold(digest_challenge_body(), add).into()
}

/// The part of `Authorization` after the scheme, if it is this scheme, in upper or lower case.
fn credential_of_scheme<'r>(request: &'r Request, scheme: &str) -> Option<&'r str> {
    let (found, rest) = request.header(AUTHORIZATION)?.split_once(' ')?;
    found.eq_ignore_ascii_case(scheme).then(|| rest.trim())
}

#[cfg(test)]
mod tests;
