//! Whether the source of a validation or migration is available to the organization.

use serde_json::Value;

use super::body::Plan;
use super::call::Call;
use crate::assumptions;
use crate::http::ErrorResponse;
use crate::state::State;

/// Rejects a plan without a link to the source, or with a cluster or migration host that the source does not have.
pub(super) fn check_available(state: &State, call: &Call<'_>, plan: &Plan) -> Result<(), ErrorResponse> {
    if !state.settings.require_available_source {
        return Ok(());
    }
    let org_id = state.org_of(call.id("groupId"));
    if !state.is_linked_to(org_id) {
        return Err(assumptions::org_not_linked(org_id).into());
    }
    let has_id = |project: &&Value| project["projectId"] == plan.source_project_id.as_str();
    let Some(project) = state.available_projects.iter().find(has_id) else {
        return Err(assumptions::source_project_not_found(&plan.source_project_id).into());
    };
    if !array(&project["deployments"]).iter().any(|one| one["name"] == plan.source_cluster.as_str()) {
        return Err(assumptions::source_cluster_not_found(&plan.source_cluster).into());
    }
    let is_available =
        |host: &&String| array(&project["migrationHosts"]).iter().any(|one| one == host.as_str());
    match plan.migration_hosts.iter().find(|host| !is_available(host)) {
        Some(host) => Err(assumptions::migration_host_not_found(host).into()),
        None => Ok(()),
    }
}

/// The items; none if it is not an array, because a test may have set anything.
fn array(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
