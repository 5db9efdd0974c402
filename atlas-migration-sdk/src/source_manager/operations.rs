//! The operations on the link of a source organization, in the form of the operation table.

use crate::values::operation::{Method, Operation, Parameter, ParameterKind, ParameterLocation};

const LINK_PATH: &str = "/api/public/v1.0/orgs/{orgId}/liveExport/migrationLink";

pub(super) static LINK: Operation = Operation {
    id: "createMigrationLink",
    summary: "Link a source organization to an Atlas organization",
    method: Method::Post,
    // Whether a second request with the same token has a further effect is not known.
    idempotent: false,
    after_lost_response: Some(
        "Read the status of the link: `SYNCED` shows that the organization is linked, by this request or an earlier \
         one. If it stays `NOT_SYNCED`, link again with the same link-token.",
    ),
    ..SOURCE_OPERATION
};

pub(super) static LINK_STATUS: Operation = Operation {
    id: "getMigrationLinkStatus",
    summary: "Read whether a source organization is linked",
    method: Method::Get,
    path: "/api/public/v1.0/orgs/{orgId}/liveExport/migrationLink/status",
    idempotent: true,
    ..SOURCE_OPERATION
};

pub(super) static UNLINK: Operation = Operation {
    id: "deleteMigrationLink",
    summary: "Remove the link of a source organization",
    method: Method::Delete,
    has_response_body: false,
    // That there is no body is documented, but not the status.
    success: &[200, 204],
    // A repeated request has no further effect.
    idempotent: true,
    after_lost_response: Some(
        "Read the status of the link: `NOT_SYNCED` shows that it is deleted. Deleting again has no further effect.",
    ),
    ..SOURCE_OPERATION
};

/// The common fields of the operations. They have no versions, because the version is in the path.
const SOURCE_OPERATION: Operation = Operation {
    id: "",
    short_name: None,
    go_sdk_name: "",
    atlas_cli: "",
    tag: None,
    summary: "",
    description: "",
    method: Method::Get,
    path: LINK_PATH,
    parameters: &[Parameter {
        name: "orgId",
        location: ParameterLocation::Path,
        required: true,
        kind: ParameterKind::Id("SourceOrgId"),
        description: "The source organization.",
    }],
    request_versions: &[],
    response_versions: &[],
    has_response_body: true,
    success: &[200],
    errors: &[],
    required_role: None,
    idempotent: false,
    after_lost_response: None,
};
