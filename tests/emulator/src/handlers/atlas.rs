//! Atlas: the steps from a request to its response.

use atlas_migration_sdk::Version;
use hyper::StatusCode;
use hyper::header::HeaderName;
use serde_json::json;

use super::oauth;
use super::operations::{self, Call};
use crate::assumptions;
use crate::auth::{authenticate, check_address, check_role};
use crate::http::{
    ErrorResponse, Parameters, REVOKE_PATH, Request, Response, Route, Routes, TOKEN_PATH, add_age_headers,
    add_rate_headers, add_retry_after, negotiate, rate_limited, retry_seconds,
};
use crate::state::State;
use crate::values::ApiError;

const X_JAVA_METHOD: HeaderName = HeaderName::from_static("x-java-method");

/// Responds to the request.
pub(crate) fn respond(state: &mut State, routes: &Routes, request: &Request) -> Response {
    let response = match request.path() {
        TOKEN_PATH => oauth::issue_token(state, request),
        REVOKE_PATH => oauth::revoke_token(state, request),
        _ => routes.find(request).and_then(|route| check_caller(state, request, &route)),
    };
    response.unwrap_or_else(Response::from).with_common_headers()
}

/// Checks credentials, access list, project and rate limit. They come before everything else in the request.
fn check_caller(state: &mut State, request: &Request, route: &Route) -> Result<Response, ErrorResponse> {
    authenticate(state, request)?;
    check_address(&state.settings, request.client)?;
    check_project(state, request, route)?;
    let remaining = check_rate_limit(state, request, route)?;
    let response = check_version(state, request, route).unwrap_or_else(Response::from);
    let response = response.header(X_JAVA_METHOD, assumptions::java_method(route.operation));
    Ok(add_rate_headers(response, state.settings.rate_capacity, remaining))
}

/// Rejects a project that does not exist. The recorded response has no rate headers, so this comes before the rate limit.
fn check_project(state: &State, request: &Request, route: &Route) -> Result<(), ErrorResponse> {
    // An invalid path is rejected later.
    let Ok(parameters) = Parameters::from_path(route, request.path()) else { return Ok(()) };
    match parameters.text("groupId") {
        Some(id) if !state.has_project(id) => {
            let detail = format!("No group with ID {id} exists.");
            let error =
                ApiError::new(StatusCode::NOT_FOUND, "GROUP_NOT_FOUND", detail).parameters([json!(id)]);
            Err(Response::from(error).header(X_JAVA_METHOD, assumptions::java_method(route.operation)).into())
        }
        _ => Ok(()),
    }
}

/// Takes one request from the bucket of the operation's path, which all operations of that path share.
fn check_rate_limit(state: &mut State, request: &Request, route: &Route) -> Result<u32, ErrorResponse> {
    let path = request.path();
    state.take_from_bucket(route.operation.path).map_err(|delay| {
        let (capacity, window) = (state.settings.rate_capacity, state.settings.rate_window);
        let response = rate_limited(path, retry_seconds(delay), capacity, window);
        add_retry_after(response, delay).into()
    })
}

/// Negotiates the version, and executes the operation in it.
fn check_version(state: &mut State, request: &Request, route: &Route) -> Result<Response, ErrorResponse> {
    let versions = route.operation.response_versions;
    let accept = request.header_list(hyper::header::ACCEPT);
    let version = negotiate(versions, accept.as_deref(), state.clock.today())?;
    let response = execute(state, request, route, version).unwrap_or_else(Response::from);
    Ok(add_age_headers(response, version, versions))
}

/// Checks ids, role and parameters, and executes the operation.
fn execute(
    state: &mut State,
    request: &Request,
    route: &Route,
    version: &'static Version,
) -> Result<Response, ErrorResponse> {
    let mut parameters = Parameters::from_path(route, request.path())?;
    check_organization(state, &parameters)?;
    check_role(&state.settings, route.operation)?;
    parameters.read_query(route.operation, request)?;
    let call = Call { request, operation: route.operation, version, parameters };
    operations::execute(state, &call)
}

fn check_organization(state: &mut State, parameters: &Parameters) -> Result<(), ErrorResponse> {
    match parameters.text("orgId") {
        Some(id) if state.organization(id).is_none() => Err(assumptions::org_not_found(id).into()),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use hyper::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
    use proptest::prelude::*;

    use super::*;
    use crate::state::{Clock, Settings};
    use crate::values::fixtures;

    /// Text that is often almost valid.
    fn almost_valid(valid: &'static [&'static str]) -> impl Strategy<Value = String> {
        let valid = proptest::sample::select(valid);
        prop_oneof![
            6 => valid.clone().prop_map(str::to_owned),
            1 => (valid, "[ -~]{0,20}").prop_map(|(valid, rest)| format!("{valid}{rest}")),
            1 => "[ -~]{0,40}",
        ]
    }

    /// A method and a target, most of the time those of an operation.
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
                "{orgId}" if id.is_empty() => fixtures::ORG_ID,
                "{groupId}" if id.is_empty() => fixtures::PROJECT_ID,
                variable if variable.starts_with('{') => &id,
                fixed => fixed,
            });
            (method, format!("{}?{query}", segments.collect::<Vec<_>>().join("/")))
        })
    }

    fn headers() -> impl Strategy<Value = [String; 3]> {
        let accept =
            almost_valid(&["application/vnd.atlas.2024-11-13+json", "application/vnd.atlas.2023-01-01+json"]);
        let authorization = almost_valid(&[
            "Bearer ",
            "Basic ",
            "Digest ",
            r#"Digest username="emulator", realm="MMS Public API", uri="/", nonce="x", qop=auth, nc=00000001, cnonce="#,
        ]);
        let content_type = almost_valid(&["application/json", "application/vnd.atlas.2023-01-01+json", ""]);
        [accept.boxed(), authorization.boxed(), content_type.boxed()]
    }

    fn body() -> impl Strategy<Value = Vec<u8>> {
        let text = almost_valid(&[
            "{",
            r#"{"accessListIps":["#,
            r#"{"accessListIps":[]}"#,
            r#"{"source":{},"destination":{"#,
            "grant_type=client_credentials",
        ]);
        prop_oneof![4 => text.prop_map(String::into_bytes), 1 => proptest::collection::vec(any::<u8>(), 0..40)]
    }

    // Enough cases that each operation is also reached with a valid request.
    proptest! {
        #![proptest_config(ProptestConfig { cases: 2048, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_request_panics_or_fails(
            (method, target) in target(),
            headers in headers(),
            body in body(),
            with_token in proptest::bool::weighted(0.8),
        ) {
            let mut state = State::new(Settings::default(), Clock::new(1.0, None), 1, String::new());
            // What HTTP itself does not allow never reaches the handler.
            let (Ok(method), Ok(uri)) = (method.parse(), target.parse()) else { return Ok(()) };
            let mut map = HeaderMap::new();
            for (name, value) in [ACCEPT, AUTHORIZATION, CONTENT_TYPE].into_iter().zip(headers) {
                map.insert(name, HeaderValue::from_str(&value).unwrap());
            }
            if with_token {
                let token = state.issue_access_token();
                map.insert(AUTHORIZATION, HeaderValue::from_str(&format!("Bearer {token}")).unwrap());
            }
            let request = Request { method, uri, headers: map, body: body.into(), client: Ipv4Addr::LOCALHOST.into() };
            let response = respond(&mut state, &Routes::new().unwrap(), &request);
            // A test of its own fails for an operation without a handler, whose response is a 501.
            let expected = (200..500).contains(&response.status.as_u16()) || response.status == StatusCode::NOT_IMPLEMENTED;
            prop_assert!(expected, "{}", response.status);
        }
    }
}
