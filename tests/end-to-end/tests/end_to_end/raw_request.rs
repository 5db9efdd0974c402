//! Requests by operation: checked against the operation table before they are sent.

use atlas_emulator::{CannedResponse, Emulator, MigrationState};
use atlas_migration_sdk::{ErrorKind, RawRequest, operations};
use serde_json::{Value, json};

use crate::common::{EACH_CREDENTIAL, bearer, client};

#[tokio::test]
async fn every_operation_can_be_requested() {
    for kind in EACH_CREDENTIAL {
        // The test starts several jobs on one host.
        let emulator = Emulator::builder().one_job_per_host(false).start().await.unwrap();
        emulator.set_linked(true);
        let client = client(&emulator, kind);
        let migration = emulator.add_migration(MigrationState::ready());
        let body = json!({
            "source": {"clusterName": "s", "groupId": "5f9ad6b7e1c2a3041d0e9b11", "managedAuthentication": true, "ssl": true},
            "destination": {"clusterName": "d", "groupId": emulator.project_id(), "hostnameSchemaType": "PUBLIC"},
            "migrationHosts": ["vm002.example.com"],
        });
        let validating = client.request(&operations::VALIDATE_GROUP_LIVE_MIGRATIONS).json(&body);
        let validation = validating.parameter("groupId", emulator.project_id()).await.unwrap();
        for operation in operations::ALL {
            let mut request = client.request(operation);
            for parameter in operation.parameters.iter().filter(|parameter| parameter.required) {
                request = match parameter.name {
                    "orgId" => request.parameter("orgId", emulator.org_id()),
                    "groupId" => request.parameter("groupId", emulator.project_id()),
                    "liveMigrationId" => request.parameter("liveMigrationId", &migration),
                    "validationId" => request.parameter("validationId", validation["_id"].as_str().unwrap()),
                    other => panic!("a new required parameter {other}"),
                };
            }
            request = match operation.id {
                "createOrgLiveMigrationLinkToken" => request.json(&json!({})),
                "createGroupLiveMigration" | "validateGroupLiveMigrations" => request.json(&body),
                _ => request,
            };
            // A running migration prevents deleting the link, and a finished one prevents the cutover.
            let deletes = operation.id == "deleteOrgLiveMigrationLinkTokens";
            let state = if deletes { MigrationState::new("COMPLETE") } else { MigrationState::ready() };
            emulator.set_migration(&migration, state);
            let response = request.send().await.unwrap_or_else(|error| panic!("{kind:?}: {error}"));
            assert!(operation.success.contains(&response.metadata.status()), "{}", operation.id);
            assert_eq!(response.value == Value::Null, !operation.has_response_body, "{}", operation.id);
        }
    }
}

#[tokio::test]
async fn invalid_requests_are_rejected_before_sending() {
    let emulator = Emulator::start().await.unwrap();
    let client = bearer(&emulator);
    let list = || client.request(&operations::LIST_ORGS);
    let create = || client.request(&operations::CREATE_ORG_LIVE_MIGRATION_LINK_TOKEN);
    let id = emulator.org_id();
    let cases: Vec<(RawRequest, &str)> = vec![
        (list().parameter("nmae", "x"), "there is no parameter `nmae`; there are: name, pageNum"),
        (list().parameter("itemsPerPage", 501), "`itemsPerPage` must be at most 500"),
        (list().parameter("pageNum", 0), "`pageNum` must be at least 1"),
        (list().parameter("pageNum", "1.5"), "`pageNum` must be a whole number"),
        (list().parameter("envelope", "yes"), "`envelope` must be `true` or `false`"),
        (list().json(&json!({})), "has no request body"),
        (create().parameter("orgId", id), "needs a body"),
        (create().json(&json!({})), "`orgId` is missing"),
        (
            create().json(&json!({})).parameter("orgId", "../secret"),
            "`orgId` is not a valid organization id: it has 9 bytes",
        ),
    ];
    for (request, part) in cases {
        let error = request.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error}");
        assert!(error.to_string().contains(part), "`{part}` is not in: {error}");
        assert!(!error.to_string().contains("secret"));
    }
    assert!(emulator.requests().is_empty());
}

#[tokio::test]
async fn text_in_the_query_is_encoded() {
    let emulator = Emulator::start().await.unwrap();
    let client = bearer(&emulator);
    client.request(&operations::LIST_ORGS).parameter("name", "a&b=c#d é").await.unwrap();
    let target = emulator.requests().last().unwrap().target.clone();
    assert_eq!(target, "/api/atlas/v2/orgs?name=a%26b%3Dc%23d+%C3%A9");
}

/// The names of secrets come from the fragment. Every text and number below them is a secret.
#[tokio::test]
async fn values_of_secret_fields_are_redacted_in_errors() {
    let emulator = Emulator::start().await.unwrap();
    let client = bearer(&emulator);
    for (body, hidden) in [
        (json!({"source": {"password": "planted-1"}}), true),
        (json!({"linkToken": "planted-1"}), true),
        (json!([{"password": ["planted-1", {"new": "planted-1"}]}]), true),
        (json!({"source": {"password": 47114711}}), true),
        (json!({"clusterName": "planted-1"}), false),
    ] {
        let echo = r#"{"error":400,"detail":"planted-1 or 47114711 is refused","parameters":["planted-1",47114711]}"#;
        emulator.override_next(CannedResponse::new(400).body(echo));
        let request = client.request(&operations::CREATE_GROUP_LIVE_MIGRATION);
        let error = request.parameter("groupId", emulator.project_id()).json(&body).await.unwrap_err();
        let shown = format!("{error} {error:?} {:?}", error.parameters());
        let planted = if body.to_string().contains("47114711") { "47114711" } else { "planted-1" };
        assert_eq!(!shown.contains(planted), hidden, "{body}: {shown}");
    }
}
