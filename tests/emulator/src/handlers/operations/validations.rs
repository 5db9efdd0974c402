//! Starting and reading a validation.

use super::body::Plan;
use super::call::{Call, Content, to_value};
use super::source;
use crate::assumptions;
use crate::http::ErrorResponse;
use crate::state::{Effect, State, Validation};
use crate::values::random;

pub(super) fn start(state: &mut State, call: &Call<'_>) -> Result<Content, ErrorResponse> {
    let plan = Plan::read(&call.request.body, call.body_version(state)?, call.operation)?;
    source::check_available(state, call, &plan)?;
    let now = state.clock.now();
    if let Some(host) = state.busy_host(&plan.migration_hosts) {
        return Err(assumptions::host_busy(host).into());
    }
    let validation = Validation {
        id: random::id(),
        project_id: call.id("groupId").to_owned(),
        source_project_id: plan.source_project_id,
        migration_hosts: plan.migration_hosts,
        started: now,
        timeline: state.settings.validation_timeline.clone(),
        fixed_state: None,
    };
    let body = to_value(&validation.to_body(now));
    state.record_effect(Effect::ValidationStarted(validation.id.clone()));
    state.jobs.validations.insert(validation.id.clone(), validation);
    Ok(Content::One(body))
}

pub(super) fn get(state: &mut State, call: &Call<'_>) -> Result<Content, ErrorResponse> {
    let (id, now) = (call.id("validationId"), state.clock.now());
    let validation = state.jobs.validations.get(id).filter(|one| one.project_id == call.id("groupId"));
    validation
        .map(|one| Content::One(to_value(&one.to_body(now))))
        .ok_or_else(|| assumptions::job_not_found("validation", id).into())
}
