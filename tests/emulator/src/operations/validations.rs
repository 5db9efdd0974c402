//! Starting a validation, and reading it.

use super::body::Plan;
use super::{Call, Content, value};
use crate::jobs::Validation;
use crate::journal::Effect;
use crate::reply::Refusal;
use crate::world::World;
use crate::{random, unknown};

pub(super) fn start(world: &mut World, call: &Call<'_>) -> Result<Content, Refusal> {
    let plan = Plan::read(&call.request.body, call.body_version(world)?, call.operation)?;
    let now = world.clock.now();
    world.check_hosts(&plan.migration_hosts)?;
    let validation = Validation {
        id: random::id(),
        project_id: call.id("groupId").to_owned(),
        source_project_id: plan.source_project_id,
        migration_hosts: plan.migration_hosts,
        started: now,
        course: world.settings.validation_course.clone(),
        pinned: None,
    };
    let shown = value(&validation.shown(now));
    world.record_effect(Effect::ValidationStarted(validation.id.clone()));
    world.jobs.validations.insert(validation.id.clone(), validation);
    Ok(Content::One(shown))
}

pub(super) fn get(world: &mut World, call: &Call<'_>) -> Result<Content, Refusal> {
    let (id, now) = (call.id("validationId"), world.clock.now());
    let validation = world.jobs.validations.get(id).filter(|one| one.project_id == call.id("groupId"));
    validation
        .map(|one| Content::One(value(&one.shown(now))))
        .ok_or_else(|| unknown::job_not_found("validation", id).into())
}
