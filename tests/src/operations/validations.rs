//! Starting a validation, and reading it.

use super::body::Plan;
use super::{Call, Content, value};
use crate::jobs::Validation;
use crate::journal::Effect;
use crate::reply::Refusal;
use crate::world::World;
use crate::{random, unknown};

pub(super) fn start(world: &mut World, call: &Call<'_>) -> Result<Content, Refusal> {
    let plan = Plan::read(&call.request.body, call.body_version(world)?)?;
    let validation = Validation {
        id: random::id(),
        error_message: None,
        project_id: call.id("groupId").to_owned(),
        source_project_id: plan.source_project_id,
        status: Some("PENDING".to_owned()),
    };
    let shown = value(&validation);
    world.journal.effect(Effect::ValidationStarted(validation.id.clone()));
    world.validations.insert(validation.id.clone(), validation);
    Ok(Content::One(shown))
}

pub(super) fn get(world: &mut World, call: &Call<'_>) -> Result<Content, Refusal> {
    let id = call.id("validationId");
    let validation = world.validations.get(id).filter(|one| one.project_id == call.id("groupId"));
    validation
        .map(|one| Content::One(value(one)))
        .ok_or_else(|| unknown::job_not_found("validation", id).into())
}
