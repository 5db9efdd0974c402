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
        CredentialKind::Digest => digest(world, request),
        _ => Err(challenge(world, false)),
    }
}

fn bearer(world: &World, request: &Request) -> Result<(), Refusal> {
    let token = after_scheme(request, "Bearer").unwrap_or_default();
    if world.tokens.is_active(token, world.clock.now()) {
        Ok(())
    } else {
        Err(unknown::bearer_refused().into())
    }
}

fn digest(world: &mut World, request: &Request) -> Result<(), Refusal> {
    let settings = &world.settings;
    let credentials = after_scheme(request, "Digest").and_then(Credentials::parse);
    let expected = Expectation {
        challenges: &settings.challenges,
        realm: &settings.realm,
        username: &settings.api_key.public,
        password: &settings.api_key.private,
        method: request.method.as_str(),
        target: request.target(),
    };
    let proof = credentials.as_ref().and_then(|credentials| credentials.verify(&expected));
    let Some(proof) = proof else { return Err(challenge(world, false)) };
    let now = world.clock.now();
    match world.nonces.judge(&proof, now, settings.nonce_lifetime, settings.strict_nc) {
        Verdict::Good => Ok(()),
        Verdict::Stale => Err(challenge(world, true)),
        Verdict::Replayed => Err(challenge(world, false)),
    }
}

/// The 401 with a new nonce.
fn challenge(world: &mut World, stale: bool) -> Refusal {
    let settings = &world.settings;
    let nonce = world.nonces.issue(world.clock.now(), settings.nonce_lifetime);
    let render = |challenge: &Challenge| challenge.render(&settings.realm, &nonce, stale);
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
