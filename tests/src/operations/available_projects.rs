//! The source projects of a linked organization.

use super::{Call, Content};
use crate::reply::Refusal;
use crate::world::World;

/// The projects, or none where there is no link.
pub(super) fn list(world: &mut World, call: &Call<'_>) -> Result<Content, Refusal> {
    let linked = world.organization(call.id("orgId")).is_some_and(|one| !one.link_tokens.is_empty());
    Ok(Content::List(if linked { world.available_projects.clone() } else { Vec::new() }))
}
