//! Starting, reading and cutting over a migration.

use super::body::Plan;
use super::call::{Call, Content, to_value};
use super::source;
use crate::assumptions;
use crate::http::ErrorResponse;
use crate::state::{Effect, Migration, State};
use crate::values::random;

pub(super) fn start(state: &mut State, call: &Call<'_>) -> Result<Content, ErrorResponse> {
    let plan = Plan::read(&call.request.body, call.body_version(state)?, call.operation)?;
    source::check_available(state, call, &plan)?;
    let now = state.clock.now();
    if let Some(host) = state.busy_host(&plan.migration_hosts) {
        return Err(assumptions::host_busy(host).into());
    }
    let migration = Migration {
        id: random::id(),
        project_id: call.id("groupId").to_owned(),
        migration_hosts: plan.migration_hosts,
        started: now,
        timeline: state.settings.migration_timeline.clone(),
        cutover_started: None,
        fixed_state: None,
    };
    let body = to_value(&migration.to_body(now));
    state.record_effect(Effect::MigrationStarted(migration.id.clone()));
    state.jobs.migrations.insert(migration.id.clone(), migration);
    Ok(Content::One(body))
}

pub(super) fn get(state: &mut State, call: &Call<'_>) -> Result<Content, ErrorResponse> {
    let now = state.clock.now();
    find(state, call).map(|migration| Content::One(to_value(&migration.to_body(now))))
}

pub(super) fn cut_over(state: &mut State, call: &Call<'_>) -> Result<Content, ErrorResponse> {
    let now = state.clock.now();
    let migration = find(state, call)?;
    if migration.cutover_started.is_some() && assumptions::REPEATED_CUTOVER_SUCCEEDS {
        return Ok(Content::Empty);
    }
    if !migration.state(now).ready_for_cutover {
        return Err(assumptions::not_ready_for_cutover(&migration.id).into());
    }
    migration.start_cutover(now);
    let effect = Effect::CutoverStarted(migration.id.clone());
    state.record_effect(effect);
    Ok(Content::Empty)
}

fn find<'s>(state: &'s mut State, call: &Call<'_>) -> Result<&'s mut Migration, ErrorResponse> {
    let id = call.id("liveMigrationId");
    let migration = state.jobs.migrations.get_mut(id).filter(|one| one.project_id == call.id("groupId"));
    migration.ok_or_else(|| assumptions::job_not_found("migration", id).into())
}
