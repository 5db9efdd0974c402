//! The OAuth endpoints: `POST /api/oauth/token` and `POST /api/oauth/revoke`.

use std::net::IpAddr;
use std::time::Duration;

use hyper::header::{CACHE_CONTROL, WWW_AUTHENTICATE};
use hyper::{Method, StatusCode};
use serde::Serialize;

use crate::assumptions;
use crate::auth::basic_credentials;
use crate::http::{ErrorResponse, Request, Response, TOKEN_PATH, add_retry_after, token_rate_limited};
use crate::state::{Effect, State};

/// Responds to `POST /api/oauth/token`.
pub(super) fn issue_token(state: &mut State, request: &Request) -> Result<Response, ErrorResponse> {
    require_post(request)?;
    let (client, secret) =
        basic_credentials(request).ok_or_else(|| invalid_client(assumptions::INVALID_CLIENT))?;
    check_rate_limit(state, request.client, &client)?;
    check_client(state, &client, &secret)?;
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
    let now = state.clock.now();
    if state.tokens.count_active(now) >= state.settings.active_token_limit {
        return Err(too_many_tokens(state.settings.active_token_limit));
    }
    #[derive(Serialize)]
    struct Body {
        access_token: String,
        expires_in: u64,
        token_type: &'static str,
    }
    let access_token = state.issue_access_token();
    state.record_effect(Effect::AccessTokenIssued);
    let expires_in = state.settings.token_lifetime.as_secs();
    let body = Body { access_token, expires_in, token_type: "Bearer" };
    Ok(Response::json(StatusCode::OK, &body).header(CACHE_CONTROL, "no-store"))
}

/// Responds to `POST /api/oauth/revoke`. An unknown token gets the same response as a valid one, by RFC 7009.
pub(super) fn revoke_token(state: &mut State, request: &Request) -> Result<Response, ErrorResponse> {
    require_post(request)?;
    let (client, secret) =
        basic_credentials(request).ok_or_else(|| invalid_client(assumptions::INVALID_CLIENT))?;
    check_client(state, &client, &secret)?;
    let Some(token) = request.form("token") else {
        return Err(oauth_error(StatusCode::BAD_REQUEST, "invalid_request", "token is missing"));
    };
    state.tokens.revoke(&token);
    Ok(Response::empty(StatusCode::OK))
}

fn require_post(request: &Request) -> Result<(), ErrorResponse> {
    if request.method == Method::POST {
        Ok(())
    } else {
        Err(assumptions::method_not_allowed(&["POST"]).into())
    }
}

fn check_client(state: &State, client: &str, secret: &str) -> Result<(), ErrorResponse> {
    let account = &state.settings.service_account;
    if account.id != client || account.secret != secret {
        return Err(invalid_client(assumptions::INVALID_CLIENT));
    }
    match state.settings.secret_lifetime {
        Some(lifetime) if state.clock.now() >= lifetime => Err(invalid_client(assumptions::EXPIRED_SECRET)),
        _ => Ok(()),
    }
}

/// Limits the requests per minute of each address and client.
fn check_rate_limit(state: &mut State, address: IpAddr, client: &str) -> Result<(), ErrorResponse> {
    let limit = state.settings.token_requests_per_minute;
    let now = state.clock.now();
    // Unknown clients share a bucket, so that invented names cannot fill the memory.
    let client = if client == state.settings.service_account.id { client } else { "" };
    match state.tokens.bucket(address, client).take(limit, Duration::from_secs(60), now) {
        Ok(_) => Ok(()),
        Err(delay) => {
            let response = token_rate_limited(TOKEN_PATH, limit);
            let with_delay = state.settings.token_retry_after;
            Err(if with_delay { add_retry_after(response, delay) } else { response }.into())
        }
    }
}

fn too_many_tokens(limit: usize) -> ErrorResponse {
    let description =
        format!("The service account has {limit} active tokens; revoke one or wait until one ends.");
    oauth_error(StatusCode::FORBIDDEN, "access_denied", &description)
}

fn invalid_client(description: &str) -> ErrorResponse {
    let response: Response = oauth_error(StatusCode::UNAUTHORIZED, "invalid_client", description).into();
    response.header(WWW_AUTHENTICATE, "Basic realm=\"Service Accounts\"").into()
}

/// An OAuth error, in which `error` is a string.
fn oauth_error(status: StatusCode, error: &str, description: &str) -> ErrorResponse {
    #[derive(Serialize)]
    struct Body<'a> {
        error: &'a str,
        error_description: &'a str,
    }
    Response::json(status, &Body { error, error_description: description }).into()
}
