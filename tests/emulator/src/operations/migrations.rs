//! Starting a migration, reading it, cutting it over.

use super::body::Plan;
use super::{Call, Content, value};
use crate::jobs::Migration;
use crate::journal::Effect;
use crate::reply::Refusal;
use crate::world::World;
use crate::{random, unknown};

pub(super) fn start(world: &mut World, call: &Call<'_>) -> Result<Content, Refusal> {
    let plan = Plan::read(&call.request.body, call.body_version(world)?, call.operation)?;
    let now = world.clock.now();
    world.check_hosts(&plan.migration_hosts)?;
    let migration = Migration {
        id: random::id(),
        project_id: call.id("groupId").to_owned(),
        migration_hosts: plan.migration_hosts,
        started: now,
        course: world.settings.migration_course.clone(),
        cut_over: None,
        pinned: None,
    };
    let shown = value(&migration.shown(now));
    world.record_effect(Effect::MigrationStarted(migration.id.clone()));
    world.jobs.migrations.insert(migration.id.clone(), migration);
    Ok(Content::One(shown))
}

pub(super) fn get(world: &mut World, call: &Call<'_>) -> Result<Content, Refusal> {
    let now = world.clock.now();
    find(world, call).map(|migration| Content::One(value(&migration.shown(now))))
}

pub(super) fn cut_over(world: &mut World, call: &Call<'_>) -> Result<Content, Refusal> {
    let now = world.clock.now();
    let migration = find(world, call)?;
    if migration.cut_over.is_some() && unknown::REPEATED_CUTOVER_SUCCEEDS {
        return Ok(Content::Empty);
    }
    if !migration.state(now).ready_for_cutover {
        return Err(unknown::not_ready_for_cutover(&migration.id).into());
    }
    migration.begin_cutover(now);
    let effect = Effect::CutoverBegun(migration.id.clone());
    world.record_effect(effect);
    Ok(Content::Empty)
}

fn find<'w>(world: &'w mut World, call: &Call<'_>) -> Result<&'w mut Migration, Refusal> {
    let id = call.id("liveMigrationId");
    let migration = world.jobs.migrations.get_mut(id).filter(|one| one.project_id == call.id("groupId"));
    migration.ok_or_else(|| unknown::job_not_found("migration", id).into())
}
