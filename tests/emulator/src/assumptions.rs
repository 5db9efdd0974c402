//! What is not known about the real server, in one place: each item is an assumption, without which the emulator could
//! not respond at all. When the facts become known, this is the only file to correct. A client must not rely on any of
//! it.
//!
//! Some assumptions have no item here, because they are the order of the steps in `handlers/atlas.rs`: a path that does
//! not exist is rejected before the credentials are checked; rejected credentials, and so a digest challenge, take
//! nothing from the rate limit; a project that does not exist is rejected before the rate limit; and the version is
//! negotiated before other ids, roles, parameters and the body are checked. Another one is the key of the rate limit's
//! buckets there: paths that differ only in their ids share a bucket.

use std::num::IntErrorKind;
use std::time::Duration;

use atlas_migration_sdk::{Date, Operation, Version};
use hyper::StatusCode;
use hyper::header::{ALLOW, WWW_AUTHENTICATE};
use serde_json::{Value, json};

use crate::values::{ApiError, MissingRole, Role, random};

/// How long a digest nonce is valid. Nothing is published; five minutes is the default of Apache httpd.
pub(crate) const NONCE_LIFETIME: Duration = Duration::from_secs(300);

/// How long a bucket takes to refill. The recorded responses show its size, not its rate.
pub(crate) const RATE_WINDOW: Duration = Duration::from_secs(60);

/// How many requests a bucket holds. Recorded for link-tokens only; the other paths are assumed to have the same.
pub(crate) const RATE_CAPACITY: u32 = 500;

/// The largest request body. There probably is a limit; its size is not known.
pub(crate) const MAX_BODY: usize = 1 << 20;

/// Whether the 429 of the token endpoint has `Retry-After`. No such response is known; the rate in its parameters is.
pub(crate) const TOKEN_RETRY_AFTER: bool = false;

/// The description in the OAuth error for an invalid client id or secret. The code is that of RFC 6749; the exact body
/// is not known.
pub(crate) const INVALID_CLIENT: &str = "The client id or the client secret is wrong.";

/// The description in the OAuth error for a client secret that has expired. That secrets expire is documented; it is
/// assumed that the response differs from that for a wrong secret only here, and that tokens stay valid.
pub(crate) const EXPIRED_SECRET: &str = "The client secret has expired.";

/// The realm of Cloud Manager's digest challenges. It differs from Atlas's, so that a client cannot confuse them.
pub(crate) const SOURCE_MANAGER_REALM: &str = "Cloud Manager Public API";

/// The status of a successful removal of the link in Cloud Manager. That there is no body is documented.
pub(crate) const UNLINKED: StatusCode = StatusCode::NO_CONTENT;

/// Whether Cloud Manager accepts a link-token while it is linked, and so replaces its link.
pub(crate) const LINK_CAN_BE_REPLACED: bool = true;

/// Whether a second cutover of the same migration gets the same response as the first. It changes nothing either way.
pub(crate) const REPEATED_CUTOVER_SUCCEEDS: bool = true;

/// The status of a migration between the start of its cutover and its end. It is documented that the lag is reported
/// before the cutover only; it is assumed that the status stays the same and that `readyForCutover` is false again.
pub(crate) const STATUS_DURING_CUTOVER: &str = "WORKING";

/// A new link-token. Neither its format nor its lifetime is known; here it is opaque and does not expire. It is also
/// assumed that a second link-token does not replace the first.
pub(crate) fn link_token() -> String {
    random::token()
}

/// The error for a bearer token that is unknown, revoked or expired. It has no `errorCode`, because a 401 without one
/// has been reported, and the challenge that RFC 6750 requires.
pub(crate) fn invalid_bearer_token() -> ApiError {
    ApiError::without_code(StatusCode::UNAUTHORIZED, "You are not authorized for this resource.")
        .header(WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"")
}

/// The error for a credential without the required role. A 401 with `NOT_ORG_GROUP_CREATOR` is documented for one such
/// case; for these operations neither the status nor the code is known, so a test can choose either.
pub(crate) fn missing_role(role: Role, response: MissingRole) -> ApiError {
    let (status, code) = match response {
        MissingRole::Forbidden => (StatusCode::FORBIDDEN, "USER_UNAUTHORIZED"),
        MissingRole::Unauthorized => (StatusCode::UNAUTHORIZED, "NOT_ORG_GROUP_CREATOR"),
    };
    ApiError::new(status, code, format!("The current user does not have the role {}.", role.title()))
}

/// The error for an organization that does not exist. For a project the code is known, for an organization it is not.
pub(crate) fn org_not_found(id: &str) -> ApiError {
    resource_not_found(&format!("organization {id}"))
}

/// The error for a migration or validation that does not exist; the code is assumed.
pub(crate) fn job_not_found(kind: &str, id: &str) -> ApiError {
    resource_not_found(&format!("{kind} {id}"))
}

/// The error for a path of no operation.
pub(crate) fn path_not_found(path: &str) -> ApiError {
    resource_not_found(path)
}

fn resource_not_found(resource: &str) -> ApiError {
    let detail = format!("Cannot find resource {resource}.");
    ApiError::new(StatusCode::NOT_FOUND, "RESOURCE_NOT_FOUND", detail).parameters([json!(resource)])
}

/// The error for a method that the path does not have.
pub(crate) fn method_not_allowed(allowed: &[&str]) -> ApiError {
    let detail = "The HTTP method is not allowed for this resource.";
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", detail)
        .header(ALLOW, allowed.join(", "))
}

/// The error for a query parameter with an invalid value. A parameter that the operation does not have is ignored.
pub(crate) fn invalid_query_parameter(name: &str, expected: &str) -> ApiError {
    let detail = format!("Query parameter {name} must be {expected}.");
    ApiError::new(StatusCode::BAD_REQUEST, "QUERY_PARAM_PARSE_ERROR", detail).parameters([json!(name)])
}

/// A number outside the range of 64 bits counts as the nearest one within it: no largest page is published.
pub(crate) fn outside_64_bits(kind: &IntErrorKind) -> Option<i64> {
    match kind {
        IntErrorKind::PosOverflow => Some(i64::MAX),
        IntErrorKind::NegOverflow => Some(i64::MIN),
        _ => None,
    }
}

/// The error for a body that is not JSON.
pub(crate) fn malformed_json(problem: &str) -> ApiError {
    let detail = format!("Received JSON is malformed: {problem}.");
    ApiError::new(StatusCode::BAD_REQUEST, "MALFORMED_JSON", detail)
}

/// The error for a body with a field that is unknown, missing or of the wrong type. The status 400 is documented for
/// unknown fields; the code, and that `badRequestDetail` names the field, are assumed.
pub(crate) fn invalid_field(field: &str, problem: &str) -> ApiError {
    let detail = format!("Invalid attribute {field} specified.");
    let error = ApiError::new(StatusCode::BAD_REQUEST, "VALIDATION_ERROR", detail);
    error.parameters([json!(field)]).field(field, problem)
}

/// The error for a body whose type is neither JSON nor a version of the request.
pub(crate) fn unsupported_content_type() -> ApiError {
    let detail = "The Content-Type is neither JSON nor a version of this request.";
    ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE", detail)
}

/// The error for a body that is too large.
pub(crate) fn body_too_large() -> ApiError {
    let detail = format!("The request body is larger than {MAX_BODY} bytes.");
    ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE", detail)
}

/// The error for the cutover of a migration that is not ready.
pub(crate) fn not_ready_for_cutover(id: &str) -> ApiError {
    let detail = format!("Migration {id} is not ready for cutover.");
    ApiError::new(StatusCode::BAD_REQUEST, "MIGRATION_NOT_READY_FOR_CUTOVER", detail).parameters([json!(id)])
}

/// The error for a validation or migration on a migration host that is busy. It is documented that a host runs one job
/// at a time; the error for a second one, and that a validation is such a job, are assumed.
pub(crate) fn host_busy(host: &str) -> ApiError {
    let detail = format!("Migration host {host} is already running a validation or a migration.");
    ApiError::new(StatusCode::CONFLICT, "MIGRATION_HOST_BUSY", detail).parameters([json!(host)])
}

/// The error for a validation or migration if the organization of its project is not linked to a source. It is
/// documented that Atlas rejects it; the error is assumed. So are the three errors below: Atlas might accept such a
/// request, and the job might fail.
pub(crate) fn org_not_linked(org_id: &str) -> ApiError {
    let detail = format!("Organization {org_id} is not linked to a source.");
    ApiError::new(StatusCode::BAD_REQUEST, "SOURCE_NOT_LINKED", detail).parameters([json!(org_id)])
}

/// The error for a source project that is not among the available ones.
pub(crate) fn source_project_not_found(id: &str) -> ApiError {
    let detail = format!("Source project {id} is not available to this organization.");
    ApiError::new(StatusCode::BAD_REQUEST, "SOURCE_PROJECT_NOT_FOUND", detail).parameters([json!(id)])
}

/// The error for a source cluster that the source project does not have.
pub(crate) fn source_cluster_not_found(name: &str) -> ApiError {
    let detail = format!("The source project has no deployment named {name}.");
    ApiError::new(StatusCode::BAD_REQUEST, "SOURCE_CLUSTER_NOT_FOUND", detail).parameters([json!(name)])
}

/// The error for a migration host that the source project does not have.
pub(crate) fn migration_host_not_found(host: &str) -> ApiError {
    let detail = format!("The source project has no migration host {host}.");
    ApiError::new(StatusCode::BAD_REQUEST, "MIGRATION_HOST_NOT_FOUND", detail).parameters([json!(host)])
}

/// Cloud Manager's error for a link-token that Atlas did not create or has deleted.
pub(crate) fn invalid_link_token() -> ApiError {
    let detail = "The link-token is invalid or has expired.";
    ApiError::new(StatusCode::BAD_REQUEST, "INVALID_LINK_TOKEN", detail)
}

/// Cloud Manager's error for the removal of a link that does not exist.
pub(crate) fn source_not_linked() -> ApiError {
    let detail = "The organization is not linked to Atlas.";
    ApiError::new(StatusCode::NOT_FOUND, "MIGRATION_LINK_NOT_FOUND", detail)
}

/// Cloud Manager's error for a second link, if [`LINK_CAN_BE_REPLACED`] is false.
pub(crate) fn source_already_linked() -> ApiError {
    let detail = "The organization is already linked to Atlas.";
    ApiError::new(StatusCode::CONFLICT, "MIGRATION_LINK_EXISTS", detail)
}

/// A 503 of the server itself. It is known that it occurs, with `Retry-After` and without; its body is not known.
pub(crate) fn service_unavailable() -> ApiError {
    let detail = "The service is temporarily unavailable.";
    ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "SERVICE_UNAVAILABLE", detail)
}

/// The error for an operation that the emulator does not implement yet.
pub(crate) fn not_emulated(operation: &Operation) -> ApiError {
    let detail =
        format!("The emulator has no behavior for {}: its `HANDLERS` lack the operation.", operation.id);
    ApiError::new(StatusCode::NOT_IMPLEMENTED, "NOT_EMULATED", detail)
}

/// An array in an envelope: wrapped like a single resource. An error and a response without a body have no envelope.
pub(crate) fn enveloped_list(status: StatusCode, items: Vec<Value>) -> Value {
    json!({"content": items, "status": status.as_u16()})
}

/// The day on which a version became deprecated: the date of the version that replaced it.
pub(crate) fn deprecated_since(successor: &Version) -> Date {
    successor.date
}

/// The value of `X-Java-Method`. The header is known, its values are not; no client should read it.
pub(crate) fn java_method(operation: &Operation) -> String {
    format!("EmulatedResource::{}", operation.id)
}
