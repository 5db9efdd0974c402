//! The way of a request through the emulator's rules, from the raw request to the reply.

use atlas_migration_sdk::Version;
use hyper::StatusCode;
use hyper::header::HeaderName;
use serde_json::json;

use crate::auth::{self, token};
use crate::error_body::ApiError;
use crate::parameters::Parameters;
use crate::rate_limit::{self, rate_headers, retry_after};
use crate::reply::{Refusal, Reply};
use crate::request::Request;
use crate::router::Route;
use crate::world::World;
use crate::{access, operations, unknown, version};

const X_JAVA_METHOD: HeaderName = HeaderName::from_static("x-java-method");

/// Answers the request.
pub(crate) fn answer(world: &mut World, request: &Request) -> Reply {
    let reply = match request.path() {
        token::TOKEN_PATH => token::issue(world, request),
        token::REVOKE_PATH => token::revoke(world, request),
        _ => world.routes.find(request).and_then(|route| admit(world, request, &route)),
    };
    reply.unwrap_or_else(Reply::from).with_common_headers()
}

/// Credentials, access list and rate limit: what the caller must pass before the request is looked at.
fn admit(world: &mut World, request: &Request, route: &Route) -> Result<Reply, Refusal> {
    auth::authenticate(world, request)?;
    access::check_address(&world.settings, request.client)?;
    let remaining = take(world, request, route)?;
    let reply = serve(world, request, route).unwrap_or_else(Reply::from);
    let reply = reply.header(X_JAVA_METHOD, unknown::java_method(route.operation));
    Ok(rate_headers(reply, world.settings.rate_capacity, remaining))
}

/// Takes one from the bucket of the operation's path, which the operations of that path share.
fn take(world: &mut World, request: &Request, route: &Route) -> Result<u32, Refusal> {
    let path = request.path();
    world.take_from_bucket(route.operation.path).map_err(|wait| {
        let (capacity, window) = (world.settings.rate_capacity, world.settings.rate_window);
        let reply = rate_limit::bucket_empty(path, rate_limit::retry_seconds(wait), capacity, window);
        retry_after(reply, wait).into()
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
    version: &'static Version,
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

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use hyper::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
    use proptest::prelude::*;

    use super::*;
    use crate::config::EmulatorBuilder;
    use crate::router::Routes;

    /// Text that is often nearly right.
    fn nearly(right: &'static [&'static str]) -> impl Strategy<Value = String> {
        let right = proptest::sample::select(right);
        prop_oneof![
            6 => right.clone().prop_map(str::to_owned),
            1 => (right, "[ -~]{0,20}").prop_map(|(right, rest)| format!("{right}{rest}")),
            1 => "[ -~]{0,40}",
        ]
    }

    /// A method and a target, mostly of an operation.
    fn target() -> impl Strategy<Value = (String, String)> {
        let operations = atlas_migration_sdk::operations::ALL.iter();
        let known = operations.map(|operation| (operation.method.as_str(), operation.path));
        let known: Vec<_> =
            known.chain([("POST", "/api/oauth/token"), ("POST", "/api/oauth/revoke")]).collect();
        let known = proptest::sample::select(known);
        let method = prop_oneof![4 => Just(String::new()), 1 => "[A-Z]{1,8}"];
        let id = prop_oneof![3 => Just(String::new()), 1 => "[a-f0-9]{24}", 1 => "[!$-.0->@-z]{0,30}"];
        let query =
            "((pageNum|itemsPerPage|envelope|pretty|name)=(true|false|[0-9]{1,20}|[%a-z]{0,5})&){0,3}";
        (known, method, id, query).prop_map(|((right, path), method, id, query)| {
            let method = if method.is_empty() { right.to_owned() } else { method };
            let segments = path.split('/').map(|segment| match segment {
                "{orgId}" if id.is_empty() => crate::seed::ORG_ID,
                "{groupId}" if id.is_empty() => crate::seed::PROJECT_ID,
                variable if variable.starts_with('{') => &id,
                fixed => fixed,
            });
            (method, format!("{}?{query}", segments.collect::<Vec<_>>().join("/")))
        })
    }

    fn headers() -> impl Strategy<Value = [String; 3]> {
        let accept =
            nearly(&["application/vnd.atlas.2024-11-13+json", "application/vnd.atlas.2023-01-01+json"]);
        let authorization = nearly(&[
            "Bearer ",
            "Basic ",
            "Digest ",
            r#"Digest username="emulator", realm="MMS Public API", uri="/", nonce="x", qop=auth, nc=00000001, cnonce="#,
        ]);
        let content_type = nearly(&["application/json", "application/vnd.atlas.2023-01-01+json", ""]);
        [accept.boxed(), authorization.boxed(), content_type.boxed()]
    }

    fn body() -> impl Strategy<Value = Vec<u8>> {
        let text = nearly(&[
            "{",
            r#"{"accessListIps":["#,
            r#"{"accessListIps":[]}"#,
            r#"{"source":{},"destination":{"#,
            "grant_type=client_credentials",
        ]);
        prop_oneof![4 => text.prop_map(String::into_bytes), 1 => proptest::collection::vec(any::<u8>(), 0..40)]
    }

    proptest! {
        // So many that each operation is also reached with everything right.
        #![proptest_config(ProptestConfig::with_cases(2048))]

        #[test]
        fn answers_whatever_comes(
            (method, target) in target(),
            headers in headers(),
            body in body(),
            with_token in proptest::bool::weighted(0.8),
        ) {
            let mut world = World::new(&EmulatorBuilder::default(), Routes::new().unwrap(), String::new());
            // What HTTP itself does not allow never comes this far.
            let (Ok(method), Ok(uri)) = (method.parse(), target.parse()) else { return Ok(()) };
            let mut map = HeaderMap::new();
            for (name, value) in [ACCEPT, AUTHORIZATION, CONTENT_TYPE].into_iter().zip(headers) {
                map.insert(name, HeaderValue::from_str(&value).unwrap());
            }
            if with_token {
                let token = world.tokens.mint(world.clock.now(), std::time::Duration::from_secs(1));
                map.insert(AUTHORIZATION, HeaderValue::from_str(&format!("Bearer {token}")).unwrap());
            }
            let request = Request { method, uri, headers: map, body: body.into(), client: Ipv4Addr::LOCALHOST.into() };
            let reply = answer(&mut world, &request);
            prop_assert!((200..500).contains(&reply.status.as_u16()), "{}", reply.status);
        }
    }
}
