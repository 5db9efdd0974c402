//! The list of projects, in pages.

use serde_json::{Value, json};

use super::call::{Call, Content};
use super::paging;
use crate::http::ErrorResponse;
use crate::state::{Project, State};

pub(super) fn list(state: &mut State, call: &Call<'_>) -> Result<Content, ErrorResponse> {
    Ok(paging::page(state, call, &state.projects, |one| to_result(one, &state.base_url)))
}

fn to_result(project: &Project, base_url: &str) -> Value {
    let Project { id, org_id, name } = project;
    json!({
        "clusterCount": 1,
        "created": "2024-01-01T00:00:00Z",
        "id": id,
        "links": [{"href": format!("{base_url}/api/atlas/v2/groups/{id}"), "rel": "self"}],
        "name": name,
        "orgId": org_id,
        "tags": [],
    })
}
