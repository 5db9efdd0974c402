//! Versions of the API: which one is asked for, which one answered, and what is said of its end.

use std::time::{Duration, SystemTime};

use atlas_emulator::Emulator;
use atlas_migration_sdk::{CredentialKind, Date, ErrorKind, operations};
use serde_json::json;

use crate::common::{bearer, builder, org, project};

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

#[tokio::test]
async fn another_date_is_sent_and_the_reply_says_which_answered() {
    let emulator = Emulator::start().await.unwrap();
    let client =
        builder(&emulator, CredentialKind::AccessToken).api_version(date("2024-11-13")).build().unwrap();
    let reply = org(&emulator, &client).create_link_token([]).send().await.unwrap();
    assert_eq!(reply.metadata.api_version(), Some(date("2023-01-01")));
    let requests = emulator.requests();
    let sent = requests.last().unwrap();
    assert_eq!(sent.header("accept"), Some("application/vnd.atlas.2024-11-13+json"));
    // The body is that of the version that is known, whatever a later one may look like.
    assert_eq!(sent.header("content-type"), Some("application/vnd.atlas.2023-01-01+json"));
    assert_eq!(reply.metadata.sunset(), None);
    assert_eq!(reply.metadata.requests(), 1);
    assert!(reply.metadata.duration() > Duration::ZERO);
}

#[tokio::test]
async fn a_date_before_the_schema_is_refused_unsent() {
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
async fn an_older_body_through_the_table_comes_with_its_sunset() {
    let emulator = Emulator::builder().today(date("2026-01-01")).start().await.unwrap();
    let body = json!({
        "source": {"clusterName": "s", "groupId": "5f9ad6b7e1c2a3041d0e9b11", "managedAuthentication": true, "ssl": true},
        "destination": {"clusterName": "d", "groupId": emulator.project_id(), "hostnameSchemaType": "PUBLIC"},
        "migrationHosts": ["vm001.example.com"],
        "dropEnabled": true,
    });
    let request = bearer(&emulator)
        .request(&operations::VALIDATE_GROUP_LIVE_MIGRATIONS)
        .parameter("groupId", emulator.project_id())
        .api_version(date("2023-01-01"))
        .json(&body);
    let reply = request.send().await.unwrap();
    assert_eq!(reply.metadata.api_version(), Some(date("2023-01-01")));
    assert_eq!(reply.value["status"], "PENDING");
    let sunset = reply.metadata.sunset().unwrap();
    assert_eq!(sunset, SystemTime::UNIX_EPOCH + Duration::from_secs(21_000 * 24 * 3600));
    assert!(reply.metadata.deprecation().unwrap() < sunset);
}
