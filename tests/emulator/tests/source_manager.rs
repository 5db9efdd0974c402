//! Cloud Manager: linking, link status, unlinking, and the effect in Atlas.

use atlas_emulator::{CannedResponse, CredentialKind, Effect, Fault, FaultKind};
use serde_json::json;

use crate::digest::{Key, parameter};
use crate::{Client, Response};

const LINK_TOKENS: &str = "/orgs/{org}/liveMigrations/linkTokens";
const PROJECTS: &str = "/orgs/{org}/liveMigrations/availableProjects";

fn link(client: &Client) -> String {
    format!("/api/public/v1.0/orgs/{}/liveExport/migrationLink", client.emulator.source_org_id())
}

async fn create_token(client: &Client) -> String {
    let created = client.call_with("POST", LINK_TOKENS, "{}").await.json();
    json!({"linkToken": created["linkToken"]}).to_string()
}

async fn projects(client: &Client) -> usize {
    client.call("GET", PROJECTS).await.json().as_array().unwrap().len()
}

#[track_caller]
fn assert_status(response: &Response, status: &str) {
    assert_eq!((response.status, response.json()), (200, json!({"status": status})));
    assert_eq!(response.header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn source_is_linked_and_unlinked() {
    let client = Client::start().await;
    let (source, path) = (Key::source_manager(&client), link(&client));
    let status = format!("{path}/status");
    assert_status(&source.call("GET", &status, "").await, "NOT_SYNCED");
    assert_eq!(source.call("DELETE", &path, "").await.status, 404);

    let body = create_token(&client).await;
    assert_status(&source.call("POST", &path, &body).await, "SYNCED");
    assert_status(&source.call("POST", &path, &body).await, "SYNCED");
    assert_status(&source.call("GET", &status, "").await, "SYNCED");
    assert_eq!((projects(&client).await, client.emulator.is_linked()), (1, true));

    let removed = source.call("DELETE", &path, "").await;
    assert_eq!((removed.status, removed.text.as_str()), (204, ""));
    assert_status(&source.call("GET", &status, "").await, "NOT_SYNCED");
    assert_eq!((projects(&client).await, client.emulator.is_linked()), (0, false));
    let (org, source_org) = (client.emulator.org_id().to_owned(), client.emulator.source_org_id().to_owned());
    let effects = [
        Effect::LinkTokenCreated(org),
        Effect::SourceLinked(source_org.clone()),
        Effect::SourceUnlinked(source_org),
    ];
    assert_eq!(client.emulator.effects(), effects, "the second link with the same token changed nothing");
}

#[tokio::test]
async fn deleting_the_link_in_atlas_unlinks_the_source() {
    let client = Client::start().await;
    let (source, path) = (Key::source_manager(&client), link(&client));
    let body = create_token(&client).await;
    assert_status(&source.call("POST", &path, &body).await, "SYNCED");
    assert_eq!(client.call("DELETE", LINK_TOKENS).await.status, 204);
    assert_status(&source.call("GET", &format!("{path}/status"), "").await, "NOT_SYNCED");
    let rejected = source.call("POST", &path, &body).await;
    rejected.assert_error(400, "INVALID_LINK_TOKEN");
    assert_eq!(projects(&client).await, 0);
}

#[tokio::test]
async fn invalid_requests_are_rejected() {
    let client = Client::start().await;
    let (source, path) = (Key::source_manager(&client), link(&client));
    let elsewhere = path.replace(client.emulator.source_org_id(), client.emulator.org_id());
    for (method, path, body, status, code) in [
        ("POST", path.as_str(), r#"{"linkToken":"made up"}"#, 400, "INVALID_LINK_TOKEN"),
        ("POST", path.as_str(), r#"{"linkToken":1}"#, 400, "VALIDATION_ERROR"),
        ("POST", path.as_str(), r#"{"token":"x"}"#, 400, "VALIDATION_ERROR"),
        ("POST", path.as_str(), r#"["x"]"#, 400, "VALIDATION_ERROR"),
        ("POST", path.as_str(), "", 400, "MALFORMED_JSON"),
        ("POST", elsewhere.as_str(), r#"{"linkToken":"x"}"#, 404, "RESOURCE_NOT_FOUND"),
        ("PUT", path.as_str(), "", 405, "METHOD_NOT_ALLOWED"),
    ] {
        source.call(method, path, body).await.assert_error(status, code);
    }
    // An unknown path is rejected before the credentials are checked, as in Atlas.
    for path in ["/api/atlas/v2/orgs", "/api/public/v1.0/orgs/x", "/"] {
        Response::of(source.bare("GET", path)).await.assert_error(404, "RESOURCE_NOT_FOUND");
    }
    assert_eq!(client.emulator.effects(), []);
}

#[tokio::test]
async fn realm_key_and_nonces_differ_from_those_of_atlas() {
    let client = Client::start().await;
    let (source, atlas) = (Key::source_manager(&client), Key::atlas(&client));
    let status = format!("{}/status", link(&client));
    let challenge = Response::of(source.bare("GET", &status)).await;
    let realm = parameter(challenge.header("www-authenticate").unwrap(), "realm").to_owned();
    assert_eq!(realm, "Cloud Manager Public API");
    // Neither an API key nor a token of Atlas is accepted.
    let wrong = Key { public: atlas.public, private: atlas.private, ..Key::source_manager(&client) };
    assert_eq!(Response::of(wrong.signed(&challenge, "GET", &status)).await.status, 401);
    assert_eq!(Response::of(source.bare("GET", &status).bearer_auth(&client.token)).await.status, 401);
    assert_eq!(Response::of(source.signed(&challenge, "GET", &status)).await.status, 200);
    let kinds: Vec<_> = client.emulator.requests().iter().map(|request| request.credential).collect();
    assert_eq!(
        kinds,
        [CredentialKind::None, CredentialKind::Digest, CredentialKind::Bearer, CredentialKind::Digest]
    );
}

#[tokio::test]
async fn faults_apply_to_source_manager() {
    let client = Client::start().await;
    let (source, path) = (Key::source_manager(&client), link(&client));
    let body = create_token(&client).await;
    let fault = Fault::new(FaultKind::EmptyErrorAfterEffect).on_source_manager().on_method("POST");
    client.emulator.inject(fault.with_credentials());
    assert_eq!(source.call("POST", &path, &body).await.status, 500);
    assert_status(&source.call("GET", &format!("{path}/status"), "").await, "SYNCED");
    let linked = client.emulator.recorded_effects().pop().unwrap();
    assert_eq!(client.emulator.faults()[0].request, Some(linked.request));

    client.emulator.override_next(CannedResponse::new(503).on_source_manager());
    assert_eq!(client.call("GET", "/orgs").await.status, 200);
    assert_eq!(Response::of(source.bare("DELETE", &path)).await.status, 503);

    client.emulator.inject(Fault::new(FaultKind::ResetOnAccept).on_source_manager());
    let other = reqwest::Client::builder().no_proxy().build().unwrap();
    assert!(other.get(client.url("/orgs")).send().await.is_ok(), "Atlas is not affected");
    assert!(other.get(client.emulator.source_manager_url()).send().await.is_err());
}
