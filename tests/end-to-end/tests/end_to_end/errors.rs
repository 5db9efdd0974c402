//! Each error of the facts: what the caller sees, and that its text says what to do.

use std::time::Duration;

use atlas_emulator::{CannedResponse, Emulator, MigrationState, MissingRole, Role};
use atlas_migration_sdk::{CredentialKind, Credentials, Date, Error, ErrorCode, ErrorKind, Secret};

use crate::common::{EACH_CREDENTIAL, answered, bearer, builder, client, org, project};

#[track_caller]
fn says(error: &Error, parts: &[&str]) {
    for part in parts {
        assert!(error.to_string().contains(part), "`{part}` is not in: {error}");
    }
}

async fn create(emulator: &Emulator, client: &atlas_migration_sdk::Client) -> Result<(), Error> {
    org(emulator, client).create_link_token([]).await.map(drop)
}

#[tokio::test]
async fn a_wrong_api_key_costs_two_requests_and_no_more() {
    let emulator = Emulator::start().await.unwrap();
    let credentials = Credentials::api_key(emulator.api_key().0, Secret::new("wrong"));
    let client = builder(&emulator, CredentialKind::ApiKey).credentials(credentials).build().unwrap();
    let error = create(&emulator, &client).await.unwrap_err();
    assert!(error.is_unauthenticated() && !error.is_missing_role());
    assert_eq!((error.kind(), error.status()), (ErrorKind::Api, Some(401)));
    says(&error, &["createLinkToken failed", "401", "public and the private key"]);
    assert_eq!(answered(&emulator, 401), 2);
}

#[tokio::test]
async fn an_expired_access_token_says_so() {
    let emulator = Emulator::start().await.unwrap();
    let client = bearer(&emulator);
    emulator.expire_tokens();
    let error = create(&emulator, &client).await.unwrap_err();
    assert!(error.is_unauthenticated());
    says(&error, &["expired or was revoked", "new one"]);
    assert_eq!(emulator.requests().len(), 1);
}

#[tokio::test]
async fn a_wrong_client_secret() {
    let emulator = Emulator::start().await.unwrap();
    let credentials = Credentials::service_account(emulator.service_account().0, Secret::new("wrong"));
    let client = builder(&emulator, CredentialKind::ServiceAccount).credentials(credentials).build().unwrap();
    let error = create(&emulator, &client).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TokenRejected);
    assert!(error.is_unauthenticated() && error.was_not_processed());
    says(&error, &["token endpoint refused", "401 invalid_client", "client secret"]);
}

#[tokio::test]
async fn the_token_endpoint_s_limits() {
    let emulator = Emulator::builder().token_requests_per_minute(0).start().await.unwrap();
    let error = create(&emulator, &client(&emulator, CredentialKind::ServiceAccount)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TokenRateLimited);
    assert!(error.is_rate_limited() && error.was_not_processed() && error.retry_after().is_some());
    assert_eq!(error.code(), Some(&ErrorCode::RateLimited));
    says(&error, &["too many access tokens", "Try again in"]);

    let emulator = Emulator::builder().active_token_limit(0).start().await.unwrap();
    let error = create(&emulator, &client(&emulator, CredentialKind::ServiceAccount)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TokenLimitReached);
    says(&error, &["100 active access tokens", "access_denied", "share one Client"]);
}

#[tokio::test]
async fn an_access_list_names_the_address_and_where_to_add_it() {
    for kind in EACH_CREDENTIAL {
        let emulator = Emulator::start().await.unwrap();
        emulator.set_access_list(Some(vec!["198.51.100.0/24".parse().unwrap()]));
        emulator.set_client_address(Some("203.0.113.9".parse().unwrap()));
        let error = create(&emulator, &client(&emulator, kind)).await.unwrap_err();
        assert!(error.is_not_on_access_list() && !error.is_missing_role(), "{kind:?}");
        assert_eq!(error.code(), Some(&ErrorCode::IpAddressNotOnAccessList));
        assert_eq!(error.denied_address(), Some("203.0.113.9".parse().unwrap()));
        says(&error, &["403", "Add 203.0.113.9 to the API access list"]);
    }
}

#[tokio::test]
async fn an_organization_that_requires_an_access_list() {
    let emulator = Emulator::builder().require_access_list(true).start().await.unwrap();
    let error = create(&emulator, &bearer(&emulator)).await.unwrap_err();
    assert!(error.is_not_on_access_list());
    assert_eq!(error.code(), Some(&ErrorCode::OrgRequiresAccessList));
    says(&error, &["requires an access list", "Add 127.0.0.1"]);
}

#[tokio::test]
async fn a_missing_role_is_named_whichever_status_it_has() {
    for (answer, status) in [(MissingRole::Forbidden, 403), (MissingRole::Unauthorized, 401)] {
        for kind in EACH_CREDENTIAL {
            let emulator = Emulator::builder()
                .roles([Role::OrganizationMember])
                .missing_role(answer)
                .start()
                .await
                .unwrap();
            let error = create(&emulator, &client(&emulator, kind)).await.unwrap_err();
            assert_eq!(error.status(), Some(status));
            assert!(error.is_missing_role() && !error.is_unauthenticated(), "{kind:?} {status}");
            says(&error, &["needs the role Organization Owner"]);
            // A fresh token or nonce would not mend it, so none is asked for.
            assert_eq!(
                answered(&emulator, status),
                if kind == CredentialKind::ApiKey && status == 401 { 2 } else { 1 }
            );
        }
    }
}

#[tokio::test]
async fn not_found_and_conflict() {
    let emulator = Emulator::start().await.unwrap();
    let client = bearer(&emulator);
    let error = org(&emulator, &client).delete_link_tokens().await.unwrap_err();
    assert!(error.is_not_found());
    says(&error, &["deleteLinkTokens failed", "404 Not Found", "external organization link"]);

    let unknown = "ffffffffffffffffffffffff".parse().unwrap();
    let error = client
        .project(unknown)
        .migration("6296fb4c7c7aa997cf94e9a8".parse().unwrap())
        .get()
        .await
        .unwrap_err();
    assert_eq!(error.code(), Some(&ErrorCode::GroupNotFound));
    assert_eq!(error.parameters(), [serde_json::json!(unknown.to_string())]);
    says(&error, &["GROUP_NOT_FOUND", "Check the project id"]);

    emulator.set_linked(true);
    let _ = emulator.add_migration(MigrationState::working(5));
    let error = org(&emulator, &client).delete_link_tokens().await.unwrap_err();
    assert!(error.is_conflict());
    assert_eq!(error.code(), Some(&ErrorCode::CannotDeleteLinkDuringMigration));
    says(&error, &["409", "Cut the running migration over"]);
    assert!(!emulator.link_tokens().is_empty());
}

/// A reply as the facts tell of it, for errors that a client with checked ids and a good key does not provoke.
fn canned(status: u16, code: &str, detail: &str, parameters: &str) -> CannedResponse {
    let body = format!(
        r#"{{"detail":"{detail}","error":{status},"errorCode":"{code}","parameters":{parameters},"reason":""}}"#
    );
    CannedResponse::new(status).header("Content-Type", "application/json").body(body)
}

#[tokio::test]
async fn an_access_list_of_the_key_s_own_is_a_401_that_is_not_about_the_key() {
    let emulator = Emulator::start().await.unwrap();
    for (kind, where_to_add) in [
        (CredentialKind::ServiceAccount, "access list of the service account"),
        (CredentialKind::ApiKey, "access list of the API key"),
        (CredentialKind::AccessToken, "access list of the credential"),
    ] {
        let client = client(&emulator, kind);
        // The challenge is had, and the token too, so that the reply meets the call itself.
        create(&emulator, &client).await.unwrap();
        emulator.clear_journal();
        let detail = "203.0.113.9 may not use this key.";
        emulator.override_next(canned(401, "API_KEY_ACCESS_LIST_ACCESS_DENIED", detail, "null"));
        let error = create(&emulator, &client).await.unwrap_err();
        assert_eq!(error.code(), Some(&ErrorCode::ApiKeyAccessListAccessDenied), "{kind:?}");
        assert_eq!((error.kind(), error.status()), (ErrorKind::Api, Some(401)));
        assert!(error.is_not_on_access_list() && !error.is_unauthenticated() && !error.is_missing_role());
        assert_eq!(error.denied_address(), Some("203.0.113.9".parse().unwrap()));
        says(&error, &["createLinkToken failed", "401", "Add 203.0.113.9 to", where_to_add]);
        // A fresh token or nonce would not mend it, so none is asked for.
        assert_eq!(emulator.requests().len(), 1, "{kind:?}");
    }
}

#[tokio::test]
async fn a_path_that_the_server_cannot_read() {
    let emulator = Emulator::start().await.unwrap();
    let (path, detail) = ("/api/atlas/v2/orgs/1/liveMigrations/linkTokens", "Cannot parse the path.");
    emulator.override_next(canned(400, "PATH_PARAM_PARSE_ERROR", detail, &format!("[\"{path}\"]")));
    let error = create(&emulator, &bearer(&emulator)).await.unwrap_err();
    assert_eq!(error.code(), Some(&ErrorCode::PathParamParseError));
    assert_eq!((error.kind(), error.status()), (ErrorKind::Api, Some(400)));
    assert!(!error.is_not_found() && !error.is_unauthenticated() && !error.may_have_taken_effect());
    assert_eq!(error.parameters(), [serde_json::json!(path)]);
    says(&error, &["400 PATH_PARAM_PARSE_ERROR", detail.trim_end_matches('.'), "Check the base URL"]);
}

#[tokio::test]
async fn a_resource_that_is_not_there() {
    let emulator = Emulator::start().await.unwrap();
    let path = "/api/atlas/v2/orgs/1/liveMigrations/linkTokens";
    let detail = format!("Cannot find resource {path}.");
    emulator.override_next(canned(404, "RESOURCE_NOT_FOUND", &detail, &format!("[\"{path}\"]")));
    let error = create(&emulator, &bearer(&emulator)).await.unwrap_err();
    assert_eq!(error.code(), Some(&ErrorCode::ResourceNotFound));
    assert_eq!((error.kind(), error.status()), (ErrorKind::Api, Some(404)));
    assert!(error.is_not_found() && !error.is_missing_role() && !error.may_have_taken_effect());
    assert_eq!(error.parameters(), [serde_json::json!(path)]);
    says(&error, &["404 RESOURCE_NOT_FOUND", detail.trim_end_matches('.'), "Check the ids"]);
}

#[tokio::test]
async fn a_token_endpoint_that_is_not_there_is_no_matter_of_ids() {
    let emulator = Emulator::start().await.unwrap();
    let reply = canned(404, "RESOURCE_NOT_FOUND", "Cannot find resource /api/oauth/token.", "null");
    emulator.override_next(reply.on_oauth());
    let error = create(&emulator, &client(&emulator, CredentialKind::ServiceAccount)).await.unwrap_err();
    says(
        &error,
        &["there is no token endpoint at the base URL", "Check that the base URL leads to the Atlas API"],
    );
}

#[tokio::test]
async fn the_rate_limit_says_how_long_to_wait() {
    let emulator =
        Emulator::builder().rate_limit(1, Duration::from_secs(60)).time_scale(0.0).start().await.unwrap();
    let client = bearer(&emulator);
    let reply = org(&emulator, &client).create_link_token([]).send().await.unwrap();
    let left = reply.metadata.rate_limit().unwrap();
    assert_eq!((left.limit, left.remaining), (1, 0));
    let error = create(&emulator, &client).await.unwrap_err();
    assert!(error.is_rate_limited());
    assert_eq!(error.code(), Some(&ErrorCode::RateLimitedTokenBucket));
    let wait = error.retry_after().unwrap();
    assert!(wait > Duration::ZERO && wait <= Duration::from_secs(60), "{wait:?}");
    says(&error, &["429", &format!("Try again in {} s", wait.as_secs())]);
    assert_eq!(emulator.link_tokens().len(), 1);
}

#[tokio::test]
async fn versions_that_do_not_answer() {
    let emulator = Emulator::builder().today(Date::new(2027, 7, 2).unwrap()).start().await.unwrap();
    let operation = &atlas_migration_sdk::operations::CREATE_GROUP_LIVE_MIGRATION;
    let old = Date::new(2023, 1, 1).unwrap();
    let request = bearer(&emulator).request(operation).parameter("groupId", emulator.project_id());
    let error = request.api_version(old).json(&serde_json::json!({})).await.unwrap_err();
    assert!(error.is_version_unavailable());
    assert_eq!(error.code(), Some(&ErrorCode::VersionGone));
    says(&error, &["410", "newer API version"]);

    let reply = CannedResponse::new(406).header("Content-Type", "application/json").body(
        r#"{"detail":"Invalid accept header or version date.","error":406,"errorCode":"INVALID_VERSION_DATE"}"#,
    );
    emulator.override_next(reply);
    let error = create(&emulator, &bearer(&emulator)).await.unwrap_err();
    assert!(error.is_version_unavailable());
    assert_eq!(error.code(), Some(&ErrorCode::InvalidVersionDate));
    says(&error, &["406", "another API version"]);
}

#[tokio::test]
async fn a_bad_body_comes_with_its_fields() {
    let emulator = Emulator::start().await.unwrap();
    let operation = &atlas_migration_sdk::operations::CREATE_ORG_LIVE_MIGRATION_LINK_TOKEN;
    let request = bearer(&emulator).request(operation).parameter("orgId", emulator.org_id());
    let error = request.json(&serde_json::json!({"accessListIps": "203.0.113.7"})).await.unwrap_err();
    assert_eq!(error.status(), Some(400));
    assert!(
        error.field_violations().iter().any(|violation| violation.field.contains("accessListIps")),
        "{error}"
    );
    says(&error, &["400", "accessListIps"]);
}

#[tokio::test]
async fn a_server_error_without_a_code() {
    let emulator = Emulator::start().await.unwrap();
    let reply = CannedResponse::new(401).header("Content-Type", "application/json").body(r#"{"error":401}"#);
    emulator.override_next(reply);
    let error = create(&emulator, &bearer(&emulator)).await.unwrap_err();
    assert!(error.is_unauthenticated());
    assert_eq!(error.code(), None);

    emulator.override_next(CannedResponse::new(503).header("Retry-After", "17"));
    let migration =
        project(&emulator, &bearer(&emulator)).migration("6296fb4c7c7aa997cf94e9a8".parse().unwrap());
    let error = migration.get().await.unwrap_err();
    assert_eq!((error.status(), error.retry_after()), (Some(503), Some(Duration::from_secs(17))));
    says(&error, &["503", "try again later"]);
}
