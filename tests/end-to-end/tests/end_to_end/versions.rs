//! Versions of the API: the requested one, the one of the response, and its sunset.

use std::time::{Duration, SystemTime};

use atlas_emulator::Emulator;
use atlas_migration_sdk::{CredentialKind, Date, ErrorKind, operations};
use serde_json::json;

use crate::common::{bearer, builder, org, project};

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

#[tokio::test]
async fn custom_date_is_sent_and_the_response_has_its_version() {
    let emulator = Emulator::start().await.unwrap();
    let client =
        builder(&emulator, CredentialKind::AccessToken).api_version(date("2024-11-13")).build().unwrap();
    let response = org(&emulator, &client).create_link_token([]).send().await.unwrap();
    assert_eq!(response.metadata.api_version(), Some(date("2023-01-01")));
    let requests = emulator.requests();
    let sent = requests.last().unwrap();
    assert_eq!(sent.header("accept"), Some("application/vnd.atlas.2024-11-13+json"));
    // The body is in the newest known version, even if the server has a later one.
    assert_eq!(sent.header("content-type"), Some("application/vnd.atlas.2023-01-01+json"));
    assert_eq!(response.metadata.sunset(), None);
    assert_eq!(response.metadata.requests(), 1);
    assert!(response.metadata.duration() > Duration::ZERO);
}

#[tokio::test]
async fn date_before_the_schema_is_rejected_before_sending() {
    let emulator = Emulator::start().await.unwrap();
    for (version, operation) in [("2022-12-31", "read"), ("2024-05-29", "write")] {
        let client =
            builder(&emulator, CredentialKind::AccessToken).api_version(date(version)).build().unwrap();
        let error = match operation {
            "read" => org(&emulator, &client).available_projects().await.unwrap_err(),
            _ => {
                let plan = crate::operations::plan();
                project(&emulator, &client).migrate(&plan).await.unwrap_err()
            }
        };
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert!(error.to_string().contains(&format!("{version} is older than")), "{error}");
    }
    assert!(emulator.requests().is_empty());
}

#[tokio::test]
async fn older_body_version_has_a_sunset() {
    let emulator = Emulator::builder().today(date("2026-01-01")).start().await.unwrap();
    emulator.set_linked(true);
    let body = json!({
        "source": {"clusterName": emulator.source_cluster(), "groupId": emulator.source_project_id(), "managedAuthentication": true, "ssl": true},
        "destination": {"clusterName": "d", "groupId": emulator.project_id(), "hostnameSchemaType": "PUBLIC"},
        "migrationHosts": [emulator.migration_host()],
        "dropEnabled": true,
    });
    let request = bearer(&emulator)
        .request(&operations::VALIDATE_GROUP_LIVE_MIGRATIONS)
        .parameter("groupId", emulator.project_id())
        .api_version(date("2023-01-01"))
        .json(&body);
    let response = request.send().await.unwrap();
    assert_eq!(response.metadata.api_version(), Some(date("2023-01-01")));
    assert_eq!(response.value["status"], "PENDING");
    let sunset = response.metadata.sunset().unwrap();
    assert_eq!(sunset, SystemTime::UNIX_EPOCH + Duration::from_secs(21_000 * 24 * 3600));
    assert!(response.metadata.deprecation().unwrap() < sunset);
}
