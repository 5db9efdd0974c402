//! Versions, envelopes, and the headers of a response.

use atlas_emulator::Emulator;
use serde_json::json;

use crate::{Client, Response};

const PLAN: &str = r#"{
    "source": {"clusterName": "orders", "groupId": "5f9ad6b7e1c2a3041d0e9b11", "managedAuthentication": true, "ssl": true},
    "destination": {"clusterName": "c", "groupId": "64b1f0a2c3d4e5f60718293b", "hostnameSchemaType": "PUBLIC"},
    "migrationHosts": ["host"], "DROP": true
}"#;

async fn migrate(client: &Client, accept: &str, drop: &str) -> Response {
    let accept = format!("application/vnd.atlas.{accept}+json");
    let request = client.http.post(client.url("/groups/{project}/liveMigrations")).bearer_auth(&client.token);
    // Two lines of a header form one list.
    let request = request.header("Accept", "text/html").header("Accept", accept);
    Response::of(request.body(PLAN.replace("DROP", drop))).await
}

#[tokio::test]
async fn requested_version_is_served() {
    // The test starts several migrations of one host.
    let builder = Emulator::builder().today("2026-11-01".parse().unwrap()).one_job_per_host(false);
    let builder = builder.require_available_source(false);
    let client = Client::of(builder.start().await.unwrap());
    let old = migrate(&client, "2023-01-01", "dropEnabled").await;
    assert_eq!(old.status, 201, "{}", old.text);
    assert_eq!(old.header("content-type"), Some("application/vnd.atlas.2023-01-01+json;charset=utf-8"));
    assert_eq!(old.header("sunset"), Some("Thu, 1 Jul 2027 00:00:00 GMT"));
    assert_eq!(old.header("deprecation"), Some("Thu, 30 May 2024 00:00:00 GMT"));
    let new = migrate(&client, "2024-11-13", "dropDestinationData").await;
    assert_eq!(new.status, 201, "{}", new.text);
    assert_eq!(new.header("content-type"), Some("application/vnd.atlas.2024-05-30+json;charset=utf-8"));
    assert_eq!(new.header("sunset"), None);
    migrate(&client, "2024-11-13", "dropEnabled").await.assert_error(400, "VALIDATION_ERROR");
    let invalid = migrate(&client, "2022-11-13", "dropEnabled").await;
    invalid.assert_error(406, "INVALID_VERSION_DATE");
    assert_eq!(invalid.json()["parameters"], json!([]));
    client.emulator.set_today("2027-07-01".parse().unwrap());
    migrate(&client, "2023-01-01", "dropEnabled").await.assert_error(410, "VERSION_GONE");
    assert_eq!(migrate(&client, "2024-05-30", "dropDestinationData").await.status, 201);
}

#[tokio::test]
async fn every_response_has_the_common_headers() {
    let client = Client::start().await;
    let response = client.call("DELETE", "/orgs/{org}/liveMigrations/linkTokens").await;
    for (name, value) in [
        ("server", "mdbws"),
        ("x-frame-options", "DENY"),
        ("x-content-type-options", "nosniff"),
        ("strict-transport-security", "max-age=31536000; includeSubdomains;"),
        ("x-java-method", "EmulatedResource::deleteOrgLiveMigrationLinkTokens"),
        ("ratelimit-limit", "500"),
        ("ratelimit-remaining", "499"),
    ] {
        assert_eq!(response.header(name), Some(value), "{name}");
    }
}

#[tokio::test]
async fn envelope_and_pretty_are_optional() {
    let client = Client::start().await;
    let path = "/orgs/{org}/liveMigrations/linkTokens";
    let one = client.call_with("POST", &format!("{path}?envelope=true"), "{}").await.json();
    assert_eq!(one["status"], 201);
    assert!(one["content"]["linkToken"].is_string());
    let page = client.call("GET", "/orgs?envelope=true&pretty=true").await;
    assert_eq!((&page.json()["status"], &page.json()["totalCount"]), (&json!(200), &json!(1)));
    assert!(page.text.starts_with("{\n  \"links\" : ["), "{}", page.text);
    client.emulator.set_linked(true);
    let list = client.call("GET", "/orgs/{org}/liveMigrations/availableProjects?envelope=true").await.json();
    assert_eq!(list["content"][0]["name"], "Shop");
    let none = client.call("DELETE", &format!("{path}?envelope=true")).await;
    assert_eq!((none.status, none.text.as_str()), (204, ""));
    client.call("GET", "/orgs?envelope=yes").await.assert_error(400, "QUERY_PARAM_PARSE_ERROR");
}
