//! The source side: the three calls by which Ops Manager or Cloud Manager is linked to Atlas with a link-token.
//!
//! It listens on a port of its own and has a realm, a key and nonces of its own, as another host has. Its routes are
//! not in the operation table: they belong to another product with another API, and the fragment describes Atlas.

use hyper::StatusCode;
use serde::Deserialize;
use serde_json::json;

use crate::auth::{self, Nonces};
use crate::journal::Effect;
use crate::reply::{Refusal, Reply};
use crate::request::Request;
use crate::world::World;
use crate::{json, seed, unknown};

const ORGANIZATIONS: &str = "/api/public/v1.0/orgs/";

/// The state of the source.
#[derive(Debug, Default)]
pub(crate) struct OpsManager {
    pub(crate) nonces: Nonces,
    /// The link-token that it was linked with; the link holds as long as Atlas knows the token.
    pub(crate) link_token: Option<String>,
}

/// Answers the request.
pub(crate) fn answer(world: &mut World, request: &Request) -> Reply {
    perform(world, request).unwrap_or_else(Reply::from).with_common_headers()
}

fn perform(world: &mut World, request: &Request) -> Result<Reply, Refusal> {
    let route = request.path().strip_prefix(ORGANIZATIONS).and_then(|rest| rest.split_once('/'));
    let (org_id, is_status) = match route {
        Some((org_id, "liveExport/migrationLink")) => (org_id, false),
        Some((org_id, "liveExport/migrationLink/status")) => (org_id, true),
        _ => return Err(unknown::no_such_path(request.path()).into()),
    };
    auth::authenticate_at_source(world, request)?;
    if org_id != seed::SOURCE_ORG_ID {
        return Err(unknown::org_not_found(org_id).into());
    }
    match (request.method.as_str(), is_status) {
        ("GET", true) => Ok(status(world)),
        ("POST", false) => link(world, request),
        ("DELETE", false) => unlink(world),
        (_, true) => Err(unknown::method_not_allowed(&["GET"]).into()),
        (_, false) => Err(unknown::method_not_allowed(&["POST", "DELETE"]).into()),
    }
}

fn status(world: &World) -> Reply {
    let status = if world.is_synced() { "SYNCED" } else { "NOT_SYNCED" };
    Reply::json(StatusCode::OK, &json!({"status": status}))
}

/// The body of a link.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct LinkRequest {
    link_token: String,
}

fn link(world: &mut World, request: &Request) -> Result<Reply, Refusal> {
    let token = json::read::<LinkRequest>(&request.body)?.link_token;
    let known = world.organizations.iter().any(|organization| organization.link_tokens.contains(&token));
    if !known {
        return Err(unknown::link_token_refused().into());
    }
    // The same token again changes nothing, so it is no effect either.
    if world.ops_manager.link_token.as_ref() != Some(&token) {
        if world.is_synced() && !unknown::LINK_CAN_BE_EXCHANGED {
            return Err(unknown::source_already_linked().into());
        }
        world.ops_manager.link_token = Some(token);
        world.record_effect(Effect::SourceLinked(seed::SOURCE_ORG_ID.to_owned()));
    }
    Ok(status(world))
}

fn unlink(world: &mut World) -> Result<Reply, Refusal> {
    if !world.is_synced() {
        return Err(unknown::source_not_linked().into());
    }
    world.ops_manager.link_token = None;
    world.record_effect(Effect::SourceUnlinked(seed::SOURCE_ORG_ID.to_owned()));
    Ok(Reply::empty(unknown::UNLINKED))
}
