//! Starting a migration, reading it, cutting it over.

use super::body::Plan;
use super::{Call, Content, value};
use crate::jobs::{Migration, MigrationState};
use crate::journal::Effect;
use crate::reply::Refusal;
use crate::world::World;
use crate::{random, unknown};

pub(super) fn start(world: &mut World, call: &Call<'_>) -> Result<Content, Refusal> {
    let plan = Plan::read(&call.request.body, call.body_version(world)?)?;
    let migration = Migration {
        id: random::id(),
        project_id: call.id("groupId").to_owned(),
        migration_hosts: plan.migration_hosts,
        state: MigrationState::new("NEW"),
        cut_over: false,
    };
    let shown = value(&migration);
    world.journal.effect(Effect::MigrationStarted(migration.id.clone()));
    world.migrations.insert(migration.id.clone(), migration);
    Ok(Content::One(shown))
}

pub(super) fn get(world: &mut World, call: &Call<'_>) -> Result<Content, Refusal> {
    find(world, call).map(|migration| Content::One(value(migration)))
}

pub(super) fn cut_over(world: &mut World, call: &Call<'_>) -> Result<Content, Refusal> {
    let migration = find(world, call)?;
    if migration.cut_over && unknown::REPEATED_CUTOVER_SUCCEEDS {
        return Ok(Content::Empty);
    }
    if !migration.state.ready_for_cutover {
        return Err(unknown::not_ready_for_cutover(&migration.id).into());
    }
    migration.state = MigrationState::new("COMPLETE");
    migration.cut_over = true;
    let effect = Effect::CutoverBegun(migration.id.clone());
    world.journal.effect(effect);
    Ok(Content::Empty)
}

fn find<'w>(world: &'w mut World, call: &Call<'_>) -> Result<&'w mut Migration, Refusal> {
    let id = call.id("liveMigrationId");
    let migration = world.migrations.get_mut(id).filter(|one| one.project_id == call.id("groupId"));
    migration.ok_or_else(|| unknown::job_not_found("migration", id).into())
}
