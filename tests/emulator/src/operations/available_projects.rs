//! The source projects of a linked organization.

use super::{Call, Content};
use crate::reply::Refusal;
use crate::world::World;

/// The projects, or none where no source is linked. A link-token alone is no link: the source must have used it.
pub(super) fn list(world: &mut World, call: &Call<'_>) -> Result<Content, Refusal> {
    let linked = world.source_of(call.id("orgId")).is_some();
    Ok(Content::List(if linked { world.available_projects.clone() } else { Vec::new() }))
}
