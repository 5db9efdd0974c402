//! The OAuth endpoints: `POST /api/oauth/token` and `POST /api/oauth/revoke`, and the access tokens that are out.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::Duration;

use hyper::header::{CACHE_CONTROL, WWW_AUTHENTICATE};
use hyper::{Method, StatusCode};
use serde::Serialize;

use super::basic;
use crate::clock::Moment;
use crate::journal::Effect;
use crate::rate_limit::{Bucket, retry_after, tokens_refused};
use crate::reply::{Refusal, Reply};
use crate::request::Request;
use crate::world::World;
use crate::{random, unknown};

pub(crate) const TOKEN_PATH: &str = "/api/oauth/token";
pub(crate) const REVOKE_PATH: &str = "/api/oauth/revoke";

/// The access tokens that are out, and how many requests the token endpoint had of whom.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    /// The tokens and when they end.
    active: HashMap<String, Moment>,
    buckets: HashMap<(IpAddr, String), Bucket>,
}

impl Tokens {
    /// A new token.
    pub(crate) fn mint(&mut self, now: Moment, lifetime: Duration) -> String {
        let token = random::token();
        self.active.insert(token.clone(), now.saturating_add(lifetime));
        token
    }

    /// Whether the token was handed out, and has neither ended nor been revoked.
    pub(crate) fn is_active(&self, token: &str, now: Moment) -> bool {
        self.active.get(token).is_some_and(|end| now < *end)
    }

    /// How many tokens are active. Those that ended are forgotten.
    pub(crate) fn count(&mut self, now: Moment) -> usize {
        self.active.retain(|_, end| now < *end);
        self.active.len()
    }

    /// Revokes the token, if it is one.
    pub(crate) fn revoke(&mut self, token: &str) {
        self.active.remove(token);
    }

    /// Ends all tokens. To the emulator an ended token and a revoked one are the same.
    pub(crate) fn clear(&mut self) {
        self.active.clear();
    }
}

/// Answers `POST /api/oauth/token`.
pub(crate) fn issue(world: &mut World, request: &Request) -> Result<Reply, Refusal> {
    only_post(request)?;
    let (client, secret) = basic::credentials(request).ok_or_else(invalid_client)?;
    within_rate(world, request.client, &client)?;
    knows(world, &client, &secret)?;
    match request.form("grant_type").as_deref() {
        Some("client_credentials") => {}
        Some(_) => {
            return Err(oauth_error(
                StatusCode::BAD_REQUEST,
                "unsupported_grant_type",
                "only client_credentials",
            ));
        }
        None => return Err(oauth_error(StatusCode::BAD_REQUEST, "invalid_request", "grant_type is missing")),
    }
    let (now, lifetime) = (world.clock.now(), world.settings.token_lifetime);
    if world.tokens.count(now) >= world.settings.active_token_limit {
        return Err(too_many_tokens(world.settings.active_token_limit));
    }
    #[derive(Serialize)]
    struct Body {
        access_token: String,
        expires_in: u64,
        token_type: &'static str,
    }
    let access_token = world.tokens.mint(now, world.clock.of_the_world(lifetime));
    world.record_effect(Effect::AccessTokenIssued);
    let body = Body { access_token, expires_in: lifetime.as_secs(), token_type: "Bearer" };
    Ok(Reply::json(StatusCode::OK, &body).header(CACHE_CONTROL, "no-store"))
}

/// Answers `POST /api/oauth/revoke`. A token that is none is answered like one that was, by RFC 7009.
pub(crate) fn revoke(world: &mut World, request: &Request) -> Result<Reply, Refusal> {
    only_post(request)?;
    let (client, secret) = basic::credentials(request).ok_or_else(invalid_client)?;
    knows(world, &client, &secret)?;
    let Some(token) = request.form("token") else {
        return Err(oauth_error(StatusCode::BAD_REQUEST, "invalid_request", "token is missing"));
    };
    world.tokens.revoke(&token);
    Ok(Reply::empty(StatusCode::OK))
}

fn only_post(request: &Request) -> Result<(), Refusal> {
    if request.method == Method::POST { Ok(()) } else { Err(unknown::method_not_allowed(&["POST"]).into()) }
}

fn knows(world: &World, client: &str, secret: &str) -> Result<(), Refusal> {
    let account = &world.settings.service_account;
    if account.id == client && account.secret == secret { Ok(()) } else { Err(invalid_client()) }
}

/// Ten requests a minute for each address and client.
fn within_rate(world: &mut World, address: IpAddr, client: &str) -> Result<(), Refusal> {
    let limit = world.settings.token_requests_per_minute;
    let now = world.clock.now();
    // Only known clients get a bucket, so that made-up names cannot fill the memory; the others share one.
    let key = if client == world.settings.service_account.id { client } else { "" };
    let bucket = world.tokens.buckets.entry((address, key.to_owned())).or_default();
    match bucket.take(limit, Duration::from_secs(60), now) {
        Ok(_) => Ok(()),
        Err(wait) => Err(retry_after(tokens_refused(TOKEN_PATH, limit), wait).into()),
    }
}

fn too_many_tokens(limit: usize) -> Refusal {
    let description =
        format!("The service account has {limit} active tokens; revoke one or wait until one ends.");
    oauth_error(StatusCode::FORBIDDEN, "access_denied", &description)
}

fn invalid_client() -> Refusal {
    let reply: Reply =
        oauth_error(StatusCode::UNAUTHORIZED, "invalid_client", unknown::INVALID_CLIENT).into();
    reply.header(WWW_AUTHENTICATE, "Basic realm=\"Service Accounts\"").into()
}

/// An OAuth error, whose `error` is a string.
fn oauth_error(status: StatusCode, error: &str, description: &str) -> Refusal {
    #[derive(Serialize)]
    struct Body<'a> {
        error: &'a str,
        error_description: &'a str,
    }
    Reply::json(status, &Body { error, error_description: description }).into()
}
