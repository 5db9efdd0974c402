//! The way of a request through the emulator's rules, from the raw request to the reply.

use hyper::StatusCode;
use hyper::header::HeaderName;
use serde_json::json;

use crate::auth::{self, token};
use crate::error_body::ApiError;
use crate::parameters::Parameters;
use crate::rate_limit::{rate_headers, retry_after, retry_seconds};
use crate::reply::{Refusal, Reply};
use crate::request::Request;
use crate::router::Route;
use crate::script::Action;
use crate::world::World;
use crate::{access, operations, unknown, version};

const X_JAVA_METHOD: HeaderName = HeaderName::from_static("x-java-method");

/// An answer, and the operation that gave it, where the request was for one.
pub(crate) struct Answer {
    pub(crate) reply: Reply,
    pub(crate) operation: Option<&'static str>,
}

/// Answers the request.
pub(crate) fn answer(world: &mut World, request: &Request) -> Answer {
    let route = world.routes.find(request);
    let operation = route.as_ref().ok().map(|route| route.operation.id);
    let reply = match (world.script.next(request.path()), request.path()) {
        (Some(Action::Reply(reply)), _) => return Answer { reply, operation },
        (None, token::TOKEN_PATH) => token::issue(world, request),
        (None, token::REVOKE_PATH) => token::revoke(world, request),
        (None, _) => route.and_then(|route| admit(world, request, &route)),
    };
    Answer { reply: reply.unwrap_or_else(Reply::from).with_common_headers(), operation }
}

/// Credentials, access list and rate limit: what the caller must pass before the request is looked at.
fn admit(world: &mut World, request: &Request, route: &Route) -> Result<Reply, Refusal> {
    if unknown::CHALLENGE_COSTS_BUDGET {
        take(world, request)?;
    }
    auth::authenticate(world, request)?;
    access::check_address(&world.settings, request.client)?;
    let remaining = take(world, request)?;
    let reply = serve(world, request, route).unwrap_or_else(Reply::from);
    let reply = reply.header(X_JAVA_METHOD, unknown::java_method(route.operation));
    Ok(rate_headers(reply, world.settings.rate_capacity, remaining))
}

fn take(world: &mut World, request: &Request) -> Result<u32, Refusal> {
    let path = request.path();
    world.take_from_bucket(path).map_err(|wait| {
        let (capacity, window) = (world.settings.rate_capacity, world.settings.rate_window.as_secs());
        let detail = format!("Resource {path} is limited to {capacity} requests every {window} seconds.");
        let parameters =
            [json!(path), json!(retry_seconds(wait)), json!(capacity), json!(capacity), json!(window)];
        let error = ApiError::new(StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED_TOKEN_BUCKET", detail);
        let reply = retry_after(error.parameters(parameters).reply(), wait);
        rate_headers(reply, capacity, 0).into()
    })
}

/// Version, and within it the operation.
fn serve(world: &mut World, request: &Request, route: &Route) -> Result<Reply, Refusal> {
    let versions = route.operation.response_versions;
    let accept = request.header_list(hyper::header::ACCEPT);
    let version = version::negotiate(versions, accept.as_deref(), world.clock.today())?;
    let reply = perform(world, request, route, version).unwrap_or_else(Reply::from);
    Ok(version::age_headers(reply, version, versions))
}

/// Ids, what they name, role, parameters, and then what the operation does.
fn perform(
    world: &mut World,
    request: &Request,
    route: &Route,
    version: &'static atlas_migration_sdk::Version,
) -> Result<Reply, Refusal> {
    let mut parameters = Parameters::of_path(route, request.path())?;
    check_existence(world, &parameters)?;
    access::check_role(&world.settings, route.operation)?;
    parameters.read_query(route.operation, request)?;
    let call = operations::Call { request, operation: route.operation, version, parameters };
    call.perform(world)
}

fn check_existence(world: &mut World, parameters: &Parameters) -> Result<(), Refusal> {
    if let Some(id) = parameters.text("orgId")
        && world.organization(id).is_none()
    {
        return Err(unknown::org_not_found(id).into());
    }
    match parameters.text("groupId") {
        Some(id) if !world.has_project(id) => {
            let detail = format!("No group with ID {id} exists.");
            let error = ApiError::new(StatusCode::NOT_FOUND, "GROUP_NOT_FOUND", detail);
            Err(error.parameters([json!(id)]).into())
        }
        _ => Ok(()),
    }
}
