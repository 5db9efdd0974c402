//! Each known error of the server: what the caller sees, and that the message says what to do.

use std::time::Duration;

use atlas_emulator::{CannedResponse, Emulator, MigrationState, MissingRole, Role};
use atlas_migration_sdk::{CredentialKind, Credentials, Date, Error, ErrorCode, ErrorKind, Secret};

use crate::common::{EACH_CREDENTIAL, bearer, builder, client, count_with_status, org, project};

#[track_caller]
pub(crate) fn assert_contains(error: &Error, parts: &[&str]) {
    for part in parts {
        assert!(error.to_string().contains(part), "`{part}` is not in: {error}");
    }
}

async fn create(emulator: &Emulator, client: &atlas_migration_sdk::Client) -> Result<(), Error> {
    org(emulator, client).create_link_token([]).await.map(drop)
}

#[tokio::test]
async fn wrong_api_key_sends_two_requests() {
    let emulator = Emulator::start().await.unwrap();
    let credentials = Credentials::api_key(emulator.api_key().0, Secret::new("wrong"));
    let client = builder(&emulator, CredentialKind::ApiKey).credentials(credentials).build().unwrap();
    let error = create(&emulator, &client).await.unwrap_err();
    assert!(error.is_unauthenticated() && !error.is_missing_role());
    assert_eq!((error.kind(), error.status()), (ErrorKind::Api, Some(401)));
    assert_contains(
        &error,
        &[
            "createLinkToken failed",
            "401",
            "the public key and the private key, and that the key still exists (Atlas,",
        ],
    );
    assert_eq!(count_with_status(&emulator, 401), 2);
}

#[tokio::test]
async fn expired_access_token_is_named_in_the_error() {
    let emulator = Emulator::start().await.unwrap();
    let client = bearer(&emulator);
    emulator.expire_tokens();
    let error = create(&emulator, &client).await.unwrap_err();
    assert!(error.is_unauthenticated());
    assert_contains(&error, &["is invalid, has expired or was revoked", "new one"]);
    assert_eq!(emulator.requests().len(), 1);
}

#[tokio::test]
async fn wrong_client_secret_is_named_in_the_error() {
    let emulator = Emulator::start().await.unwrap();
    let credentials = Credentials::service_account(emulator.service_account().0, Secret::new("wrong"));
    let client = builder(&emulator, CredentialKind::ServiceAccount).credentials(credentials).build().unwrap();
    let error = create(&emulator, &client).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TokenRejected);
    assert!(error.is_unauthenticated() && error.was_not_processed());
    assert_contains(
        &error,
        &["token endpoint rejected", "401 invalid_client: The client id", "has not expired", "the base URL"],
    );
}

#[tokio::test]
async fn token_endpoint_limits_are_errors_of_their_own() {
    let emulator = Emulator::builder().token_requests_per_minute(0).start().await.unwrap();
    let error = create(&emulator, &client(&emulator, CredentialKind::ServiceAccount)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TokenRateLimited);
    assert!(error.is_rate_limited() && error.was_not_processed() && error.retry_after().is_some());
    assert_eq!(error.code(), Some(&ErrorCode::RateLimited));
    assert_contains(&error, &["too many access tokens", "Try again in"]);

    let emulator = Emulator::builder().active_token_limit(0).start().await.unwrap();
    let error = create(&emulator, &client(&emulator, CredentialKind::ServiceAccount)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TokenLimitReached);
    assert_contains(&error, &["100 active access tokens", "access_denied", "share one Client"]);
}

#[tokio::test]
async fn access_list_error_names_the_address_and_the_list() {
    for kind in EACH_CREDENTIAL {
        let emulator = Emulator::start().await.unwrap();
        emulator.set_access_list(Some(vec!["198.51.100.0/24".parse().unwrap()]));
        emulator.set_client_address(Some("203.0.113.9".parse().unwrap()));
        let error = create(&emulator, &client(&emulator, kind)).await.unwrap_err();
        assert!(error.is_not_on_access_list() && !error.is_missing_role(), "{kind:?}");
        assert_eq!(error.code(), Some(&ErrorCode::IpAddressNotOnAccessList));
        assert_eq!(error.denied_address(), Some("203.0.113.9".parse().unwrap()));
        assert_contains(&error, &["403", "Add 203.0.113.9 to the API access list"]);
    }
}

#[tokio::test]
async fn organization_can_require_an_access_list() {
    let emulator = Emulator::builder().require_access_list(true).start().await.unwrap();
    let error = create(&emulator, &bearer(&emulator)).await.unwrap_err();
    assert!(error.is_not_on_access_list());
    assert_eq!(error.code(), Some(&ErrorCode::OrgRequiresAccessList));
    assert_contains(&error, &["requires an access list", "Add 127.0.0.1"]);
}

#[tokio::test]
async fn missing_role_is_named_for_either_status() {
    for (response, status) in [(MissingRole::Forbidden, 403), (MissingRole::Unauthorized, 401)] {
        for kind in EACH_CREDENTIAL {
            let emulator = Emulator::builder()
                .roles([Role::OrganizationMember])
                .missing_role(response)
                .start()
                .await
                .unwrap();
            let error = create(&emulator, &client(&emulator, kind)).await.unwrap_err();
            assert_eq!(error.status(), Some(status));
            assert!(error.is_missing_role() && !error.is_unauthenticated(), "{kind:?} {status}");
            assert_eq!(error.required_role(), Some("Organization Owner"));
            assert_contains(&error, &["needs the role Organization Owner"]);
            // A new token or nonce does not fix it, so none is requested.
            assert_eq!(
                count_with_status(&emulator, status),
                if kind == CredentialKind::ApiKey && status == 401 { 2 } else { 1 }
            );
        }
    }
}

#[tokio::test]
async fn not_found_and_conflict_have_help() {
    let emulator = Emulator::start().await.unwrap();
    let client = bearer(&emulator);
    let error = org(&emulator, &client).delete_link_tokens().await.unwrap_err();
    assert!(error.is_not_found());
    assert_contains(&error, &["deleteLinkTokens failed", "404 Not Found", "external organization link"]);

    let unknown = "ffffffffffffffffffffffff".parse().unwrap();
    let error = client
        .project(unknown)
        .migration("6296fb4c7c7aa997cf94e9a8".parse().unwrap())
        .get()
        .await
        .unwrap_err();
    assert_eq!(error.code(), Some(&ErrorCode::GroupNotFound));
    assert_eq!(error.parameters(), [serde_json::json!(unknown.to_string())]);
    assert_contains(&error, &["GROUP_NOT_FOUND", "Check the project id"]);

    emulator.set_linked(true);
    let _ = emulator.add_migration(MigrationState::working(5));
    let error = org(&emulator, &client).delete_link_tokens().await.unwrap_err();
    assert!(error.is_conflict());
    assert_eq!(error.code(), Some(&ErrorCode::CannotDeleteLinkDuringMigration));
    assert_contains(&error, &["409", "Cut over the running migration"]);
    assert!(!emulator.link_tokens().is_empty());
}

/// An error response of the server, for errors that a client with valid ids and credentials does not cause.
pub(crate) fn canned(status: u16, code: &str, detail: &str, parameters: &str) -> CannedResponse {
    let body = format!(
        r#"{{"detail":"{detail}","error":{status},"errorCode":"{code}","parameters":{parameters},"reason":""}}"#
    );
    CannedResponse::new(status).header("Content-Type", "application/json").body(body)
}

#[tokio::test]
async fn access_list_of_a_key_is_a_401_with_valid_credentials() {
    let emulator = Emulator::start().await.unwrap();
    for (kind, where_to_add) in [
        (CredentialKind::ServiceAccount, "access list of the service account"),
        (CredentialKind::ApiKey, "access list of the API key"),
        (CredentialKind::AccessToken, "access list of the credential"),
    ] {
        let client = client(&emulator, kind);
        // Fetches the challenge or the token, so that the canned response is for the next call.
        create(&emulator, &client).await.unwrap();
        emulator.clear_journal();
        let detail = "203.0.113.9 may not use this key.";
        emulator.override_next(canned(401, "API_KEY_ACCESS_LIST_ACCESS_DENIED", detail, "null"));
        let error = create(&emulator, &client).await.unwrap_err();
        assert_eq!(error.code(), Some(&ErrorCode::ApiKeyAccessListAccessDenied), "{kind:?}");
        assert_eq!((error.kind(), error.status()), (ErrorKind::Api, Some(401)));
        assert!(error.is_not_on_access_list() && !error.is_unauthenticated() && !error.is_missing_role());
        assert_eq!(error.denied_address(), Some("203.0.113.9".parse().unwrap()));
        assert_contains(&error, &["createLinkToken failed", "401", "Add 203.0.113.9 to", where_to_add]);
        // A new token or nonce does not fix it, so none is requested.
        assert_eq!(emulator.requests().len(), 1, "{kind:?}");
    }
}

#[tokio::test]
async fn path_parse_error_has_help() {
    let emulator = Emulator::start().await.unwrap();
    let (path, detail) = ("/api/atlas/v2/orgs/1/liveMigrations/linkTokens", "Cannot parse the path.");
    emulator.override_next(canned(400, "PATH_PARAM_PARSE_ERROR", detail, &format!("[\"{path}\"]")));
    let error = create(&emulator, &bearer(&emulator)).await.unwrap_err();
    assert_eq!(error.code(), Some(&ErrorCode::PathParamParseError));
    assert_eq!((error.kind(), error.status()), (ErrorKind::Api, Some(400)));
    assert!(!error.is_not_found() && !error.is_unauthenticated() && !error.may_have_taken_effect());
    assert_eq!(error.parameters(), [serde_json::json!(path)]);
    assert_contains(
        &error,
        &["400 PATH_PARAM_PARSE_ERROR", detail.trim_end_matches('.'), "Check the base URL"],
    );
}

#[tokio::test]
async fn missing_resource_has_help() {
    let emulator = Emulator::start().await.unwrap();
    let path = "/api/atlas/v2/orgs/1/liveMigrations/linkTokens";
    let detail = format!("Cannot find resource {path}.");
    emulator.override_next(canned(404, "RESOURCE_NOT_FOUND", &detail, &format!("[\"{path}\"]")));
    let error = create(&emulator, &bearer(&emulator)).await.unwrap_err();
    assert_eq!(error.code(), Some(&ErrorCode::ResourceNotFound));
    assert_eq!((error.kind(), error.status()), (ErrorKind::Api, Some(404)));
    assert!(error.is_not_found() && !error.is_missing_role() && !error.may_have_taken_effect());
    assert_eq!(error.required_role(), None);
    assert_eq!(error.parameters(), [serde_json::json!(path)]);
    assert_contains(&error, &["404 RESOURCE_NOT_FOUND", detail.trim_end_matches('.'), "Check the ids"]);
}

#[tokio::test]
async fn missing_token_endpoint_does_not_blame_the_ids() {
    let emulator = Emulator::start().await.unwrap();
    let response = canned(404, "RESOURCE_NOT_FOUND", "Cannot find resource /api/oauth/token.", "null");
    emulator.override_next(response.on_oauth());
    let error = create(&emulator, &client(&emulator, CredentialKind::ServiceAccount)).await.unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::TokenEndpoint, Some(404)));
    assert!(!error.is_not_found() && error.was_not_processed(), "{error}");
    assert_contains(
        &error,
        &["there is no token endpoint at the base URL", "Check that the base URL is that of the Atlas API"],
    );
}

/// A rejection by the token endpoint is not about the operation, which was not sent.
#[tokio::test]
async fn rejection_by_the_token_endpoint_gives_no_advice_about_the_operation() {
    for status in [400, 403, 406, 409, 410] {
        let emulator = Emulator::start().await.unwrap();
        emulator.override_next(canned(status, "PATH_PARAM_PARSE_ERROR", "No.", "null").on_oauth());
        let error = create(&emulator, &client(&emulator, CredentialKind::ServiceAccount)).await.unwrap_err();
        assert_eq!((error.kind(), error.status()), (ErrorKind::TokenEndpoint, Some(status)));
        let text = error.to_string();
        assert!(text.ends_with(": No"), "{text}");
    }
}

#[tokio::test]
async fn rate_limit_error_contains_the_delay() {
    let emulator =
        Emulator::builder().rate_limit(1, Duration::from_secs(60)).time_scale(0.0).start().await.unwrap();
    let client = bearer(&emulator);
    let response = org(&emulator, &client).create_link_token([]).send().await.unwrap();
    let left = response.metadata.rate_limit().unwrap();
    assert_eq!((left.limit, left.remaining), (1, 0));
    let error = create(&emulator, &client).await.unwrap_err();
    assert!(error.is_rate_limited());
    assert_eq!(error.code(), Some(&ErrorCode::RateLimitedTokenBucket));
    let wait = error.retry_after().unwrap();
    assert!(wait > Duration::ZERO && wait <= Duration::from_secs(60), "{wait:?}");
    assert_contains(&error, &["429", &format!("Try again in {} s", wait.as_secs())]);
    assert_eq!(emulator.link_tokens().len(), 1);
}

#[tokio::test]
async fn unavailable_versions_have_help() {
    let emulator = Emulator::builder().today(Date::new(2027, 7, 2).unwrap()).start().await.unwrap();
    let operation = &atlas_migration_sdk::operations::CREATE_GROUP_LIVE_MIGRATION;
    let old = Date::new(2023, 1, 1).unwrap();
    let request = bearer(&emulator).request(operation).parameter("groupId", emulator.project_id());
    let error = request.api_version(old).json(&serde_json::json!({})).await.unwrap_err();
    assert!(error.is_version_unavailable());
    assert_eq!(error.code(), Some(&ErrorCode::VersionGone));
    assert_contains(&error, &["410", "newer API version"]);

    let response = CannedResponse::new(406).header("Content-Type", "application/json").body(
        r#"{"detail":"Invalid accept header or version date.","error":406,"errorCode":"INVALID_VERSION_DATE"}"#,
    );
    emulator.override_next(response);
    let error = create(&emulator, &bearer(&emulator)).await.unwrap_err();
    assert!(error.is_version_unavailable());
    assert_eq!(error.code(), Some(&ErrorCode::InvalidVersionDate));
    assert_contains(&error, &["406", "another API version"]);
}

#[tokio::test]
async fn validation_error_contains_the_fields() {
    let emulator = Emulator::start().await.unwrap();
    let operation = &atlas_migration_sdk::operations::CREATE_ORG_LIVE_MIGRATION_LINK_TOKEN;
    let request = bearer(&emulator).request(operation).parameter("orgId", emulator.org_id());
    let error = request.json(&serde_json::json!({"accessListIps": "203.0.113.7"})).await.unwrap_err();
    assert_eq!(error.status(), Some(400));
    assert!(
        error.field_violations().iter().any(|violation| violation.field.contains("accessListIps")),
        "{error}"
    );
    assert_contains(&error, &["400", "accessListIps"]);
}

#[tokio::test]
async fn server_error_can_have_no_code() {
    let emulator = Emulator::start().await.unwrap();
    let response =
        CannedResponse::new(401).header("Content-Type", "application/json").body(r#"{"error":401}"#);
    emulator.override_next(response);
    let error = create(&emulator, &bearer(&emulator)).await.unwrap_err();
    assert!(error.is_unauthenticated());
    assert_eq!(error.code(), None);

    emulator.override_next(CannedResponse::new(503).header("Retry-After", "17"));
    let migration =
        project(&emulator, &bearer(&emulator)).migration("6296fb4c7c7aa997cf94e9a8".parse().unwrap());
    let error = migration.get().await.unwrap_err();
    assert_eq!((error.status(), error.retry_after()), (Some(503), Some(Duration::from_secs(17))));
    assert_contains(&error, &["503", "Try again in 17 s"]);
}
