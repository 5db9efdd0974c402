//! Creating a link-token, and removing the link with all its tokens.

use hyper::StatusCode;
use serde_json::json;

use super::body::LinkTokenRequest;
use super::{Call, Content};
use crate::error_body::ApiError;
use crate::journal::Effect;
use crate::reply::Refusal;
use crate::world::World;
use crate::{json, unknown};

pub(super) fn create(world: &mut World, call: &Call<'_>) -> Result<Content, Refusal> {
    call.body_version(world)?;
    json::read::<LinkTokenRequest>(&call.request.body)?;
    let (org_id, token) = (call.id("orgId"), unknown::link_token());
    if let Some(organization) = world.organization(org_id) {
        organization.link_tokens.push(token.clone());
    }
    world.record_effect(Effect::LinkTokenCreated(org_id.to_owned()));
    Ok(Content::One(json!({"linkToken": token})))
}

pub(super) fn delete(world: &mut World, call: &Call<'_>) -> Result<Content, Refusal> {
    let org_id = call.id("orgId");
    let running = world.projects_with_running_migrations(org_id).join(", ");
    if !running.is_empty() {
        let detail =
            format!("Cannot delete the organization link while migrations run in the projects {running}.");
        let code = "CANNOT_DELETE_ORG_ACTIVE_LIVE_MIGRATION_ATLAS_ORG_LINK";
        return Err(ApiError::new(StatusCode::CONFLICT, code, detail).parameters([json!(running)]).into());
    }
    match world.organization(org_id) {
        Some(organization) if !organization.link_tokens.is_empty() => organization.link_tokens.clear(),
        _ => {
            let detail = "Could not find the requested external organization link.";
            return Err(ApiError::new(StatusCode::NOT_FOUND, "UNEXPECTED_ERROR", detail).into());
        }
    }
    world.record_effect(Effect::LinkDeleted(org_id.to_owned()));
    Ok(Content::Empty)
}
