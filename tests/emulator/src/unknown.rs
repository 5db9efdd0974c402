//! What is not known of the real server, in one place: each item is an assumption, made so that the emulator can
//! answer at all. Somebody who learns the truth corrects it here and nowhere else. A client must not rely on any of it.
//!
//! Some assumptions have no item, because they are the order of the steps in [`crate::api`]: that a path which does
//! not exist is told before the credentials are looked at; that a refused credential, and so a digest challenge, costs
//! no rate budget; and that the version is negotiated before ids, roles, parameters and the body are looked at. One
//! more is the key of the buckets there: that a path with other ids in it has the same bucket. And validations and
//! migrations are started here whether or not the organization is linked to the source that they name: Atlas surely
//! refuses them without a link, but not known is how, and a test of one call should not have to tell the whole story.

use std::num::IntErrorKind;
use std::time::Duration;

use atlas_migration_sdk::{Date, Operation, Version};
use hyper::StatusCode;
use hyper::header::{ALLOW, WWW_AUTHENTICATE};
use serde_json::{Value, json};

use crate::config::{MissingRole, Role};
use crate::error_body::ApiError;
use crate::jobs::MigrationState;
use crate::random;
use crate::reply::Reply;

/// How long a digest nonce serves. Nobody has published it; five minutes is what Apache httpd does.
pub(crate) const NONCE_LIFETIME: Duration = Duration::from_secs(300);

/// How long a bucket takes to fill again. The recorded replies show its size, not its speed.
pub(crate) const RATE_WINDOW: Duration = Duration::from_secs(60);

/// How many requests a bucket holds. Recorded for link-tokens only; the others are assumed to be like them.
pub(crate) const RATE_CAPACITY: u32 = 500;

/// The largest request body. That there is a limit is likely, its size is not known.
pub(crate) const MAX_BODY: usize = 1 << 20;

/// The words of the OAuth error for a wrong client id or secret. The code is that of RFC 6749; the exact body is
/// not known.
pub(crate) const INVALID_CLIENT: &str = "The client id or the client secret is wrong.";

/// A new link-token. Neither its form nor its lifetime is known; here it is opaque and does not end. That a second
/// one stands beside the first is also an assumption.
pub(crate) fn link_token() -> String {
    random::token()
}

/// The reply to a bearer token that is unknown, revoked or at its end. It comes without `errorCode`, because a
/// 401 without one has been reported, and with the challenge that RFC 6750 asks for.
pub(crate) fn bearer_refused() -> Reply {
    let detail = "You are not authorized for this resource.";
    let error = ApiError::new(StatusCode::UNAUTHORIZED, "", detail).without_code();
    error.reply().header(WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"")
}

/// The reply to a caller without the role. A 401 with `NOT_ORG_GROUP_CREATOR` is documented for one such case; for
/// these operations neither the status nor the code is known, so a test can ask for either.
pub(crate) fn missing_role(role: Role, answer: MissingRole) -> Reply {
    let (status, code) = match answer {
        MissingRole::Forbidden => (StatusCode::FORBIDDEN, "USER_UNAUTHORIZED"),
        MissingRole::Unauthorized => (StatusCode::UNAUTHORIZED, "NOT_ORG_GROUP_CREATOR"),
    };
    ApiError::new(status, code, format!("The current user does not have the role {}.", role.title())).reply()
}

/// The reply to an organization that does not exist. For a project the code is known, for an organization it is not.
pub(crate) fn org_not_found(id: &str) -> Reply {
    resource_not_found(&format!("organization {id}"))
}

/// The reply to a migration or validation that does not exist; the code is assumed.
pub(crate) fn job_not_found(kind: &str, id: &str) -> Reply {
    resource_not_found(&format!("{kind} {id}"))
}

/// The reply to a path that no operation has.
pub(crate) fn no_such_path(path: &str) -> Reply {
    resource_not_found(path)
}

fn resource_not_found(what: &str) -> Reply {
    let detail = format!("Cannot find resource {what}.");
    ApiError::new(StatusCode::NOT_FOUND, "RESOURCE_NOT_FOUND", detail).parameters([json!(what)]).reply()
}

/// The reply to a method that the path does not have.
pub(crate) fn method_not_allowed(allowed: &[&str]) -> Reply {
    let detail = "The HTTP method is not allowed for this resource.";
    let error = ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", detail);
    error.reply().header(ALLOW, allowed.join(", "))
}

/// The reply to a query parameter whose value does not fit. A parameter that the operation does not have is
/// ignored.
pub(crate) fn bad_query_parameter(name: &str, expected: &str) -> Reply {
    let detail = format!("Query parameter {name} must be {expected}.");
    ApiError::new(StatusCode::BAD_REQUEST, "QUERY_PARAM_PARSE_ERROR", detail)
        .parameters([json!(name)])
        .reply()
}

/// A number that 64 bits do not hold counts as the nearest that they do: nobody has published a largest page.
pub(crate) fn beyond_64_bits(kind: &IntErrorKind) -> Option<i64> {
    match kind {
        IntErrorKind::PosOverflow => Some(i64::MAX),
        IntErrorKind::NegOverflow => Some(i64::MIN),
        _ => None,
    }
}

/// The reply to a body that is not JSON.
pub(crate) fn not_json(problem: &str) -> Reply {
    let detail = format!("Received JSON is malformed: {problem}.");
    ApiError::new(StatusCode::BAD_REQUEST, "MALFORMED_JSON", detail).reply()
}

/// The reply to a body with a field that is unknown, missing or of the wrong type. That it is a 400 is documented
/// for unknown fields; the code, and that `badRequestDetail` names the field, are assumed.
pub(crate) fn bad_field(field: &str, problem: &str) -> Reply {
    let detail = format!("Invalid attribute {field} specified.");
    let error = ApiError::new(StatusCode::BAD_REQUEST, "VALIDATION_ERROR", detail);
    error.parameters([json!(field)]).field(field, problem).reply()
}

/// The reply to a body of a type that is neither JSON nor a version of the request.
pub(crate) fn bad_content_type() -> Reply {
    let detail = "The Content-Type is neither JSON nor a version of this request.";
    ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE", detail).reply()
}

/// The reply to a body that is too large.
pub(crate) fn body_too_large() -> Reply {
    let detail = format!("The request body is larger than {MAX_BODY} bytes.");
    ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE", detail).reply()
}

/// The reply to a cutover of a migration that is not ready.
pub(crate) fn not_ready_for_cutover(id: &str) -> Reply {
    let detail = format!("Migration {id} is not ready for cutover.");
    ApiError::new(StatusCode::BAD_REQUEST, "MIGRATION_NOT_READY_FOR_CUTOVER", detail)
        .parameters([json!(id)])
        .reply()
}

/// The reply to a validation or migration for a migration host that has a job. That a host serves one job at a time
/// is documented; how a second is refused, and that a validation is such a job, is assumed.
pub(crate) fn host_busy(host: &str) -> Reply {
    let detail = format!("Migration host {host} is already running a validation or a migration.");
    ApiError::new(StatusCode::CONFLICT, "MIGRATION_HOST_BUSY", detail).parameters([json!(host)]).reply()
}

/// Where a migration stands between its cutover and its end. That the lag is told only before the cutover is
/// documented; that the status stays `WORKING`, and that it is not ready a second time, is assumed.
pub(crate) fn state_during_cutover() -> MigrationState {
    MigrationState::new("WORKING")
}

/// The realm of Ops Manager's digest challenges; here another than Atlas's, so that a client cannot mix them up.
pub(crate) const OPS_MANAGER_REALM: &str = "Ops Manager Public API";

/// The reply of Ops Manager to a link-token that Atlas did not make, or does not know any more.
pub(crate) fn link_token_refused() -> Reply {
    let detail = "The link-token is invalid or has expired.";
    ApiError::new(StatusCode::BAD_REQUEST, "INVALID_LINK_TOKEN", detail).reply()
}

/// The reply of Ops Manager to a removal of the link where there is none.
pub(crate) fn source_not_linked() -> Reply {
    let detail = "The organization is not linked to Atlas.";
    ApiError::new(StatusCode::NOT_FOUND, "MIGRATION_LINK_NOT_FOUND", detail).reply()
}

/// The status of a successful removal of the link in Ops Manager. That there is no body is documented.
pub(crate) const UNLINKED: StatusCode = StatusCode::NO_CONTENT;

/// Whether Ops Manager accepts a link-token while it is linked, and so exchanges its link for another.
pub(crate) const LINK_CAN_BE_EXCHANGED: bool = true;

/// The reply of Ops Manager to a second link, where it does not accept it.
pub(crate) fn source_already_linked() -> Reply {
    let detail = "The organization is already linked to Atlas.";
    ApiError::new(StatusCode::CONFLICT, "MIGRATION_LINK_EXISTS", detail).reply()
}

/// A 503 of the server itself. That it may come, with `Retry-After` or without, is known; its body is not.
pub(crate) fn service_unavailable() -> Reply {
    let detail = "The service is temporarily unavailable.";
    ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "SERVICE_UNAVAILABLE", detail).reply()
}

/// Whether a second cutover of the same migration is answered like the first. It changes nothing either way.
pub(crate) const REPEATED_CUTOVER_SUCCEEDS: bool = true;

/// The reply of an operation whose behaviour nobody has written here yet.
pub(crate) fn not_emulated(operation: &Operation) -> Reply {
    let detail = format!("The emulator knows {} from the table, but not what it does.", operation.id);
    ApiError::new(StatusCode::NOT_IMPLEMENTED, "NOT_EMULATED", detail).reply()
}

/// A bare array in an envelope: wrapped like one resource. An error and a reply without a body are left as they are.
pub(crate) fn enveloped_list(status: StatusCode, items: Vec<Value>) -> Value {
    json!({"content": items, "status": status.as_u16()})
}

/// The day on which a version became deprecated: the date of the one that replaced it.
pub(crate) fn deprecated_since(successor: &Version) -> Date {
    successor.date
}

/// The value of `X-Java-Method`. The header is known, its values are not; no client should read it.
pub(crate) fn java_method(operation: &Operation) -> String {
    format!("EmulatedResource::{}", operation.id)
}
