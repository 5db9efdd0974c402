//! Who calls: an access token, an API key over digest, or nobody, who gets a challenge.

mod basic;
mod challenge;
mod digest;
mod nonces;
pub(crate) mod token;

use hyper::header::{AUTHORIZATION, WWW_AUTHENTICATE};

pub use self::challenge::{Challenge, DigestAlgorithm};
use self::digest::{Credentials, Expectation};
pub(crate) use self::nonces::Nonces;
use self::nonces::Verdict;
use crate::clock::Moment;
use crate::config::{DigestSide, Settings};
use crate::error_body;
use crate::journal::CredentialKind;
use crate::reply::{Refusal, Reply};
use crate::request::Request;
use crate::unknown;
use crate::world::World;

/// Whether the path belongs to the OAuth endpoints.
pub(crate) fn is_oauth_path(path: &str) -> bool {
    path.starts_with("/api/oauth/")
}

/// The kind of credential that the request comes with, right or wrong.
pub(crate) fn kind(request: &Request) -> CredentialKind {
    if !request.headers.contains_key(AUTHORIZATION) {
        return CredentialKind::None;
    }
    let kinds = [
        ("Basic", CredentialKind::Basic),
        ("Digest", CredentialKind::Digest),
        ("Bearer", CredentialKind::Bearer),
    ];
    let found = kinds.into_iter().find(|(scheme, _)| after_scheme(request, scheme).is_some());
    found.map_or(CredentialKind::Other, |(_, kind)| kind)
}

/// Lets a request to the API pass, or says why not.
pub(crate) fn authenticate(world: &mut World, request: &Request) -> Result<(), Refusal> {
    match kind(request) {
        CredentialKind::Bearer => bearer(world, request),
        _ => digest(&world.settings, &world.settings.atlas, &mut world.nonces, world.clock.now(), request),
    }
}

/// Lets a request to Ops Manager pass, or says why not. It takes nothing but digest credentials.
pub(crate) fn authenticate_at_source(world: &mut World, request: &Request) -> Result<(), Refusal> {
    let (settings, nonces) = (&world.settings, &mut world.ops_manager.nonces);
    digest(settings, &settings.ops_manager, nonces, world.clock.now(), request)
}

fn bearer(world: &World, request: &Request) -> Result<(), Refusal> {
    let token = after_scheme(request, "Bearer").unwrap_or_default();
    if world.tokens.is_active(token, world.clock.now()) {
        Ok(())
    } else {
        Err(unknown::bearer_refused().into())
    }
}

/// Digest credentials of this side's key and realm, or a challenge.
fn digest(
    settings: &Settings,
    side: &DigestSide,
    nonces: &mut Nonces,
    now: Moment,
    request: &Request,
) -> Result<(), Refusal> {
    let credentials = after_scheme(request, "Digest").and_then(Credentials::parse);
    let expected = Expectation {
        challenges: &settings.challenges,
        realm: &side.realm,
        username: &side.api_key.public,
        password: &side.api_key.private,
        method: request.method.as_str(),
        target: request.target(),
    };
    let verdict = credentials
        .as_ref()
        .and_then(|credentials| credentials.verify(&expected))
        .map(|proof| nonces.judge(&proof, now, settings.nonce_lifetime, settings.strict_nc));
    if verdict == Some(Verdict::Good) {
        return Ok(());
    }
    let nonce = nonces.issue(now, settings.nonce_lifetime);
    Err(challenge(settings, &side.realm, &nonce, verdict == Some(Verdict::Stale)))
}

/// The 401 with a new nonce.
fn challenge(settings: &Settings, realm: &str, nonce: &str, stale: bool) -> Refusal {
    let render = |challenge: &Challenge| challenge.render(realm, nonce, stale);
    let mut texts: Vec<String> = settings.challenges.iter().map(render).collect();
    if settings.one_challenge_header {
        texts = vec![texts.join(", ")];
    }
    let add = |reply: Reply, text| reply.header(WWW_AUTHENTICATE, text);
    texts.into_iter().fold(error_body::digest_challenge(), add).into()
}

#[cfg(test)]
mod tests;

/// What follows the scheme in `Authorization`, where it is this one, in upper or lower case.
fn after_scheme<'r>(request: &'r Request, scheme: &str) -> Option<&'r str> {
    let (found, rest) = request.header(AUTHORIZATION)?.split_once(' ')?;
    found.eq_ignore_ascii_case(scheme).then(|| rest.trim())
}
