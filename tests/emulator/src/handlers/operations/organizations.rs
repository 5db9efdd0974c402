//! Organizations: the list in pages, and one of them.

use serde_json::{Value, json};

use super::call::{Call, Content};
use super::paging;
use crate::assumptions;
use crate::http::ErrorResponse;
use crate::state::{Organization, State};

pub(super) fn list(state: &mut State, call: &Call<'_>) -> Result<Content, ErrorResponse> {
    let prefix = call.parameters.text("name").unwrap_or_default().to_lowercase();
    let matching: Vec<&Organization> =
        state.organizations.iter().filter(|one| one.name.to_lowercase().starts_with(&prefix)).collect();
    Ok(paging::page(state, call, &matching, |one| to_result(one, &state.base_url)))
}

pub(super) fn get(state: &mut State, call: &Call<'_>) -> Result<Content, ErrorResponse> {
    let id = call.id("orgId");
    let organization = state.organizations.iter().find(|one| one.id == id);
    let organization = organization.ok_or_else(|| assumptions::org_not_found(id))?;
    Ok(Content::One(to_result(organization, &state.base_url)))
}

fn to_result(organization: &Organization, base_url: &str) -> Value {
    let Organization { id, name, .. } = organization;
    json!({
        "id": id,
        "isDeleted": false,
        "links": [{"href": format!("{base_url}/api/atlas/v2/orgs/{id}"), "rel": "self"}],
        "name": name,
        "skipDefaultAlertsSettings": false,
    })
}
