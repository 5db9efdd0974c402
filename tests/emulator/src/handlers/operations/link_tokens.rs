//! Creating a link-token, and deleting the link with all its tokens.

use hyper::StatusCode;
use serde_json::json;

use super::body::LinkTokenRequest;
use super::call::{Call, Content};
use crate::assumptions;
use crate::http::{ErrorResponse, from_json};
use crate::state::{Effect, State};
use crate::values::ApiError;

pub(super) fn create(state: &mut State, call: &Call<'_>) -> Result<Content, ErrorResponse> {
    call.body_version(state)?;
    from_json::<LinkTokenRequest>(&call.request.body)?;
    let (org_id, token) = (call.id("orgId"), assumptions::link_token());
    if let Some(organization) = state.organization(org_id) {
        organization.link_tokens.push(token.clone());
    }
    state.record_effect(Effect::LinkTokenCreated(org_id.to_owned()));
    Ok(Content::One(json!({"linkToken": token})))
}

pub(super) fn delete(state: &mut State, call: &Call<'_>) -> Result<Content, ErrorResponse> {
    let org_id = call.id("orgId");
    let running = state.projects_with_running_migrations(org_id).join(", ");
    if !running.is_empty() {
        let detail =
            format!("Cannot delete the organization link while migrations run in the projects {running}.");
        let code = "CANNOT_DELETE_ORG_ACTIVE_LIVE_MIGRATION_ATLAS_ORG_LINK";
        return Err(ApiError::new(StatusCode::CONFLICT, code, detail).parameters([json!(running)]).into());
    }
    match state.organization(org_id) {
        Some(organization) if !organization.link_tokens.is_empty() => organization.link_tokens.clear(),
        _ => {
            let detail = "Could not find the requested external organization link.";
            return Err(ApiError::new(StatusCode::NOT_FOUND, "UNEXPECTED_ERROR", detail).into());
        }
    }
    state.record_effect(Effect::LinkDeleted(org_id.to_owned()));
    Ok(Content::Empty)
}
