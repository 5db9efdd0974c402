//! Cloud Manager, or Ops Manager: the three calls that link the source to Atlas with a link-token.
//!
//! It has its own port, realm, API key and nonces, because it is another host. Its routes are not in the operation
//! table: they belong to the API of another product, and the fragment describes Atlas.

use hyper::StatusCode;
use serde::Deserialize;
use serde_json::json;

use crate::assumptions;
use crate::auth::authenticate_at_source_manager;
use crate::http::{ErrorResponse, Request, Response, from_json};
use crate::state::{Effect, State};
use crate::values::fixtures;

const ORGANIZATIONS: &str = "/api/public/v1.0/orgs/";

/// Responds to the request.
pub(crate) fn respond(state: &mut State, request: &Request) -> Response {
    execute(state, request).unwrap_or_else(Response::from).with_common_headers()
}

fn execute(state: &mut State, request: &Request) -> Result<Response, ErrorResponse> {
    let route = request.path().strip_prefix(ORGANIZATIONS).and_then(|rest| rest.split_once('/'));
    let (org_id, is_status) = match route {
        Some((org_id, "liveExport/migrationLink")) => (org_id, false),
        Some((org_id, "liveExport/migrationLink/status")) => (org_id, true),
        _ => return Err(assumptions::path_not_found(request.path()).into()),
    };
    authenticate_at_source_manager(state, request)?;
    if org_id != fixtures::SOURCE_ORG_ID {
        return Err(assumptions::org_not_found(org_id).into());
    }
    match (request.method.as_str(), is_status) {
        ("GET", true) => Ok(status(state)),
        ("POST", false) => link(state, request),
        ("DELETE", false) => unlink(state),
        (_, true) => Err(assumptions::method_not_allowed(&["GET"]).into()),
        (_, false) => Err(assumptions::method_not_allowed(&["POST", "DELETE"]).into()),
    }
}

fn status(state: &State) -> Response {
    let status = if state.is_linked() { "SYNCED" } else { "NOT_SYNCED" };
    Response::json(StatusCode::OK, &json!({"status": status}))
}

/// The body of a request to link.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct LinkRequest {
    link_token: String,
}

fn link(state: &mut State, request: &Request) -> Result<Response, ErrorResponse> {
    let token = from_json::<LinkRequest>(&request.body)?.link_token;
    if !state.is_link_token(&token) {
        return Err(assumptions::invalid_link_token().into());
    }
    // The same token again changes nothing, so it is not an effect.
    if state.source_manager.link_token.as_ref() != Some(&token) {
        if state.is_linked() && !assumptions::LINK_CAN_BE_REPLACED {
            return Err(assumptions::source_already_linked().into());
        }
        state.source_manager.link_token = Some(token);
        state.record_effect(Effect::SourceLinked(fixtures::SOURCE_ORG_ID.to_owned()));
    }
    Ok(status(state))
}

fn unlink(state: &mut State) -> Result<Response, ErrorResponse> {
    if !state.is_linked() {
        return Err(assumptions::source_not_linked().into());
    }
    state.source_manager.link_token = None;
    state.record_effect(Effect::SourceUnlinked(fixtures::SOURCE_ORG_ID.to_owned()));
    Ok(Response::empty(assumptions::UNLINKED))
}
