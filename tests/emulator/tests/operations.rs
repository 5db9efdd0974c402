//! The operations and their errors.

use std::time::Duration;

use atlas_emulator::{Effect, Emulator, MigrationState};
use serde_json::{Value, json};

use crate::Client;

const LINK_TOKENS: &str = "/orgs/{org}/liveMigrations/linkTokens";

fn plan() -> Value {
    json!({
        "source": {
            "clusterName": "orders", "groupId": "5f9ad6b7e1c2a3041d0e9b11",
            "managedAuthentication": false, "username": "u", "password": "p", "ssl": true,
        },
        "destination": {
            "clusterName": "c", "groupId": "64b1f0a2c3d4e5f60718293b", "hostnameSchemaType": "PUBLIC",
        },
        "migrationHosts": ["migration-host.example.com"],
    })
}

#[tokio::test]
async fn link_token_is_created_and_the_link_deleted() {
    let client = Client::start().await;
    let org = client.emulator.org_id().to_owned();
    let projects = "/orgs/{org}/liveMigrations/availableProjects";
    assert_eq!(client.call("GET", projects).await.json(), json!([]));
    let none = client.call("DELETE", LINK_TOKENS).await;
    none.assert_error(404, "UNEXPECTED_ERROR");
    assert_eq!(
        none.text,
        r#"{"detail":"Could not find the requested external organization link.","error":404,"errorCode":"UNEXPECTED_ERROR","parameters":null,"reason":"Not Found"}"#
    );
    let created = client.call_with("POST", LINK_TOKENS, r#"{"accessListIps":["203.0.113.7"]}"#).await;
    assert_eq!(created.status, 201);
    assert_eq!(created.header("location"), None);
    assert_eq!(created.json(), json!({"linkToken": client.emulator.link_tokens()[0]}));
    assert_eq!(client.call("GET", projects).await.json(), json!([]), "no source has used the token yet");
    let deleted = client.call("DELETE", LINK_TOKENS).await;
    assert_eq!((deleted.status, deleted.text.as_str()), (204, ""));
    assert_eq!(deleted.header("content-type"), Some("application/vnd.atlas.2023-01-01+json;charset=utf-8"));
    assert_eq!(client.emulator.effects(), [Effect::LinkTokenCreated(org.clone()), Effect::LinkDeleted(org)]);
}

#[tokio::test]
async fn link_cannot_be_deleted_while_a_migration_runs() {
    let client = Client::start().await;
    client.emulator.set_linked(true);
    let migration = client.emulator.add_migration(MigrationState::working(60));
    let rejected = client.call("DELETE", LINK_TOKENS).await;
    rejected.assert_error(409, "CANNOT_DELETE_ORG_ACTIVE_LIVE_MIGRATION_ATLAS_ORG_LINK");
    assert!(rejected.json()["detail"].as_str().unwrap().contains(client.emulator.project_id()));
    assert!(client.emulator.set_migration(&migration, MigrationState::new("FAILED")));
    assert_eq!(client.call("DELETE", LINK_TOKENS).await.status, 204);
}

#[tokio::test]
async fn validation_is_started_and_read() {
    let client = Client::start().await;
    client.emulator.set_linked(true);
    let path = "/groups/{project}/liveMigrations/validate";
    let started = client.call_with("POST", path, &plan().to_string()).await;
    assert_eq!(started.status, 200, "{}", started.text);
    let started = started.json();
    assert_eq!((&started["status"], &started["errorMessage"]), (&json!("PENDING"), &json!(null)));
    assert_eq!(started["groupId"], client.emulator.project_id());
    assert_eq!(started["sourceGroupId"], "5f9ad6b7e1c2a3041d0e9b11");
    let id = started["_id"].as_str().unwrap();
    let path = format!("{path}/{id}");
    assert_eq!(client.call("GET", &path).await.json(), started);
    assert!(client.emulator.set_validation(id, Some("FAILED"), Some("no route to the host")));
    assert_eq!(client.call("GET", &path).await.json()["errorMessage"], "no route to the host");
    assert_eq!(client.emulator.effects(), [Effect::ValidationStarted(id.to_owned())]);
}

#[tokio::test]
async fn second_cutover_has_no_effect() {
    let client = Client::start().await;
    client.emulator.set_linked(true);
    let started = client.call_with("POST", "/groups/{project}/liveMigrations", &plan().to_string()).await;
    assert_eq!(started.status, 201, "{}", started.text);
    let id = started.json()["_id"].as_str().unwrap().to_owned();
    let new = json!({
        "_id": id, "lagTimeSeconds": null, "migrationHosts": ["migration-host.example.com"], "readyForCutover": false, "status": "NEW",
    });
    assert_eq!(started.json(), new);
    let (path, cutover) = (
        format!("/groups/{{project}}/liveMigrations/{id}"),
        format!("/groups/{{project}}/liveMigrations/{id}/cutover"),
    );
    client.call("PUT", &cutover).await.assert_error(400, "MIGRATION_NOT_READY_FOR_CUTOVER");
    assert!(client.emulator.set_migration(&id, MigrationState::ready()));
    assert_eq!(client.call("GET", &path).await.json()["readyForCutover"], true);
    for _ in 0..2 {
        let response = client.call("PUT", &cutover).await;
        assert_eq!((response.status, response.text.as_str()), (202, ""));
    }
    let during = client.call("GET", &path).await.json();
    assert_eq!(
        (&during["status"], &during["readyForCutover"], &during["lagTimeSeconds"]),
        (&json!("WORKING"), &json!(false), &json!(null))
    );
    client.emulator.advance(Duration::from_secs(30));
    assert_eq!(client.call("GET", &path).await.json()["status"], "COMPLETE");
    assert_eq!(client.call("PUT", &cutover).await.status, 202, "again, without effect");
    let effects = [Effect::MigrationStarted(id.clone()), Effect::CutoverStarted(id)];
    assert_eq!(client.emulator.effects(), effects);
}

#[tokio::test]
async fn organizations_are_listed_in_pages() {
    let client = Client::of(Emulator::builder().organizations(5).start().await.unwrap());
    let page = client.call("GET", "/orgs?itemsPerPage=2&pageNum=2").await.json();
    assert_eq!((&page["totalCount"], page["results"].as_array().unwrap().len()), (&json!(5), 2));
    assert_eq!(page["results"][0]["name"], "Organization-2");
    let relations: Vec<_> =
        page["links"].as_array().unwrap().iter().map(|link| link["rel"].as_str().unwrap()).collect();
    assert_eq!(relations, ["self", "previous", "next"]);
    let next = page["links"][2]["href"].as_str().unwrap();
    let next = next.split_once("/api/atlas/v2").unwrap().1;
    let last = client.call("GET", next).await.json();
    assert_eq!(last["results"].as_array().unwrap().len(), 1);
    assert_eq!(last["links"].as_array().unwrap().len(), 2, "no next");
    let named = client.call("GET", "/orgs?name=ORGANIZATION-3&includeCount=false").await.json();
    assert_eq!(
        (&named["results"][0]["name"], &named["totalCount"]),
        (&json!("Organization-3"), &json!(null))
    );
    for beyond in ["9223372036854775807", "66665741498728768644126578049024"] {
        let page = client.call("GET", &format!("/orgs?pageNum={beyond}")).await.json();
        assert_eq!(page["results"], json!([]));
    }
    for invalid in [
        "pageNum=0",
        "pageNum=-66665741498728768644126578049024",
        "itemsPerPage=501",
        "itemsPerPage=x",
        "pageNum=",
        "includeCount=1",
    ] {
        client.call("GET", &format!("/orgs?{invalid}")).await.assert_error(400, "QUERY_PARAM_PARSE_ERROR");
    }
}

#[tokio::test]
async fn invalid_requests_are_rejected() {
    let client = Client::start().await;
    for (method, path, body, status, code) in [
        ("POST", LINK_TOKENS, "", 400, "MALFORMED_JSON"),
        ("POST", LINK_TOKENS, r#"{"accessListIps":["nowhere"]}"#, 400, "VALIDATION_ERROR"),
        ("POST", LINK_TOKENS, r#"{"comment":"x"}"#, 400, "VALIDATION_ERROR"),
        ("POST", "/orgs/x/liveMigrations/linkTokens", "{}", 400, "PATH_PARAM_PARSE_ERROR"),
        (
            "POST",
            "/orgs/64B1F0A2C3D4E5F60718293A/liveMigrations/linkTokens",
            "{}",
            400,
            "PATH_PARAM_PARSE_ERROR",
        ),
        ("POST", "/orgs/000000000000000000000000/liveMigrations/linkTokens", "{}", 404, "RESOURCE_NOT_FOUND"),
        ("POST", "/groups/000000000000000000000000/liveMigrations", "{}", 404, "GROUP_NOT_FOUND"),
        ("GET", "/groups/{project}/liveMigrations/000000000000000000000000", "", 404, "RESOURCE_NOT_FOUND"),
        (
            "GET",
            "/groups/{project}/liveMigrations/validate/000000000000000000000000",
            "",
            404,
            "RESOURCE_NOT_FOUND",
        ),
        ("GET", "/groups/{project}/liveMigrations/%2e%2e", "", 404, "RESOURCE_NOT_FOUND"),
        ("GET", "/nowhere", "", 404, "RESOURCE_NOT_FOUND"),
        ("PATCH", "/orgs", "", 405, "METHOD_NOT_ALLOWED"),
    ] {
        client.call_with(method, path, body).await.assert_error(status, code);
    }
    assert_eq!(client.emulator.effects(), []);
}
