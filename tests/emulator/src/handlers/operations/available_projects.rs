//! The source projects of a linked organization.

use super::call::{Call, Content};
use crate::http::ErrorResponse;
use crate::state::State;

/// The projects; empty if no source is linked. A link-token alone is not a link: the source must have used it.
pub(super) fn list(state: &mut State, call: &Call<'_>) -> Result<Content, ErrorResponse> {
    let linked = state.is_linked_to(call.id("orgId"));
    Ok(Content::List(if linked { state.available_projects.clone() } else { Vec::new() }))
}
