//! Previews: what they show is what is sent, except for secrets.

use atlas_emulator::Emulator;
use atlas_migration_sdk::plan::{Destination, MigrationPlan, Source};
use atlas_migration_sdk::{Client, Credentials, ErrorKind, RequestPreview, Secret, operations};
use serde_json::{Value, json};

use crate::common::{EACH_CREDENTIAL, builder, client, org, project};
use crate::operations::{plan, raw_request};

#[tokio::test]
async fn a_preview_of_each_operation_is_what_is_sent() {
    for kind in EACH_CREDENTIAL {
        for operation in operations::ALL {
            let emulator = Emulator::start().await.unwrap();
            let request = raw_request(&emulator, &client(&emulator, kind), operation);
            let preview = request.preview().unwrap();
            assert!(emulator.requests().is_empty());
            request.await.unwrap();
            let requests = emulator.requests();
            let sent = requests.iter().rfind(|request| request.operation == Some(operation.id)).unwrap();
            assert_eq!(preview.operation(), *operation);
            assert_eq!(preview.method().as_str(), sent.method);
            assert_eq!(preview.url(), format!("{}{}", emulator.base_url(), sent.target));
            for (name, value) in preview.headers() {
                assert_eq!(sent.header(name), Some(value.as_str()), "{name}");
            }
            assert_eq!(preview.body(), serde_json::from_slice::<Value>(&sent.body).ok().as_ref());
        }
    }
}

#[tokio::test]
async fn a_preview_contains_no_secret() {
    let emulator = Emulator::start().await.unwrap();
    let ((id, secret), (public, key), token) =
        (emulator.service_account(), emulator.api_key(), emulator.access_token());
    for (credentials, own) in [
        (Credentials::service_account(id, secret), secret),
        (Credentials::api_key(public, key), key),
        (Credentials::access_token(token.as_str()), &token),
    ] {
        let client =
            Client::builder().base_url(emulator.base_url()).credentials(credentials).build().unwrap();
        // The secrets of the client and of the plan, also in fields where they do not belong.
        let source = "5f9ad6b7e1c2a3041d0e9b11".parse().unwrap();
        let source = Source::with_user(source, "orders", "pw planted", "planted");
        let plan = MigrationPlan::new(source, Destination::public("d"), format!("host {own}"));
        let preview = project(&emulator, &client).migrate(&plan).preview().unwrap();
        let shown = format!("{preview} {preview:?} {}", preview.to_curl());
        assert!(!shown.contains("planted") && !shown.contains(own), "{shown}");
        assert_eq!(preview.body().unwrap()["source"]["username"], "pw [redacted]");
        assert_eq!(preview.body().unwrap()["source"]["password"], "[redacted]");
        assert_eq!(preview.body().unwrap()["migrationHosts"][0], "host [redacted]");
    }
    let client = client(&emulator, EACH_CREDENTIAL[2]);
    let request = client.request(&operations::CREATE_ORG_LIVE_MIGRATION_LINK_TOKEN);
    let request = request.parameter("orgId", emulator.org_id());
    let preview = request.json(&json!({"password": ["planted"], "accessListIps": ["planted"]})).preview();
    assert_eq!(
        preview.unwrap().body(),
        Some(&json!({"password": "[redacted]", "accessListIps": ["[redacted]"]}))
    );
}

#[tokio::test]
async fn how_a_preview_is_shown() {
    let emulator = Emulator::start().await.unwrap();
    let client = builder(&emulator, EACH_CREDENTIAL[1]).envelope(true).build().unwrap();
    let preview = project(&emulator, &client).migrate(&plan()).preview().unwrap();
    let shown = |preview: &RequestPreview| preview.to_string().replace(emulator.base_url(), "https://atlas");
    let text = shown(&preview);
    let head = "POST https://atlas/api/atlas/v2/groups/64b1f0a2c3d4e5f60718293b/liveMigrations?envelope=true\n\
                accept: application/vnd.atlas.2024-05-30+json\n\
                content-type: application/vnd.atlas.2024-05-30+json\n\n{\n  \"destination\": {";
    assert!(text.starts_with(head), "{text}");
    assert!(text.contains("\"password\": \"[redacted]\""), "{text}");
    let preview = org(&emulator, &client).delete_link_tokens().preview().unwrap();
    assert_eq!(
        preview.to_curl().replace(emulator.base_url(), "https://atlas"),
        "curl --request DELETE \
         'https://atlas/api/atlas/v2/orgs/64b1f0a2c3d4e5f60718293a/liveMigrations/linkTokens?envelope=true' \\\n  \
         --digest --user \"$MONGODB_ATLAS_PUBLIC_API_KEY:$MONGODB_ATLAS_PRIVATE_API_KEY\" \\\n  \
         --header 'accept: application/vnd.atlas.2023-01-01+json'"
    );
}

#[tokio::test]
async fn an_invalid_request_has_no_preview() {
    let emulator = Emulator::start().await.unwrap();
    let client = client(&emulator, EACH_CREDENTIAL[2]);
    let source = Source::with_username("5f9ad6b7e1c2a3041d0e9b11".parse().unwrap(), "s", "migrator");
    let plan = MigrationPlan::new(source, Destination::public("d"), "h");
    let error = project(&emulator, &client).migrate(&plan).preview().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(error.to_string().contains("no password for the source's user"), "{error}");
    let error = client.request(&operations::LIST_ORGS).parameter("pageNum", 0).preview().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);

    let mut request = org(&emulator, &client).available_projects();
    request = request.pretty(true);
    (&mut request).await.unwrap();
    let error = request.preview().unwrap_err().to_string();
    assert!(error.contains("polled already"), "{error}");

    let plan = plan.source_password(Secret::new("planted"));
    assert!(project(&emulator, &client).migrate(&plan).preview().is_ok());
}
