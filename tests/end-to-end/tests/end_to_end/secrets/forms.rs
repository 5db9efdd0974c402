//! Secrets that a server repeats in another form or at a later time, and texts that would change a terminal.

use std::time::Duration;

use atlas_emulator::{CannedResponse, Emulator, MigrationState};
use atlas_migration_sdk::plan::{Destination, MigrationPlan, Source};
use atlas_migration_sdk::{
    Client, CredentialKind, Credentials, LinkStatus, LinkToken, NoRetry, Secret, SourceManager,
};
use serde_json::json;

use super::Output;
use crate::common::{ManualClock, bearer, builder, client, org, project, token_requests};

/// A password that JSON and URLs have to encode, and its encoded forms.
const PASSWORD: &str = "planted \"form\"\\/é%";
const FORMS: [&str; 6] = [
    PASSWORD,
    r#"planted \"form\"\\/é%"#,
    r#"planted \u0022form\u0022\u005c\/\u00e9%"#,
    "planted%20%22form%22%5C%2F%C3%A9%25",
    "planted+%22form%22%5c%2f%c3%a9%25",
    "%70lanted%20%22form%22%5C/%C3%A9%25",
];

fn error(detail: &str) -> CannedResponse {
    let body = json!({
        "error": 400,
        "detail": detail,
        "reason": detail,
        "parameters": [detail, {detail: detail}],
        "badRequestDetail": {"fields": [{"field": detail, "description": detail}]},
    });
    CannedResponse::new(400).body(body.to_string())
}

/// Every text of an error.
fn shown(error: &atlas_migration_sdk::Error) -> String {
    let mut output = Output::default();
    output.error(error);
    output.show(error.parameters());
    output.show(error.field_violations());
    output.show(&(error.detail(), error.reason(), error.code()));
    output.0.concat()
}

#[tokio::test]
async fn encoded_secrets_are_redacted() {
    let emulator = Emulator::builder().require_available_source(false).start().await.unwrap();
    let project = project(&emulator, &bearer(&emulator));
    let source = "5f9ad6b7e1c2a3041d0e9b11".parse().unwrap();
    let source = Source::with_user(source, "s", "u", Secret::new(PASSWORD));
    let plan = MigrationPlan::new(source, Destination::public("d"), "h");
    for form in FORMS {
        emulator.override_next(error(&format!("source={form}&x")));
        let error = project.migrate(&plan).await.unwrap_err();
        assert_eq!(error.detail(), Some("source=[redacted]&x"), "{form}");
        assert_eq!(error.parameters()[0], json!("source=[redacted]&x"));
        assert!(!shown(&error).contains("form"), "{form}: {}", shown(&error));
    }
    let validation = project.validate(&plan).await.unwrap();
    for form in FORMS {
        emulator.set_validation(&validation.id().to_string(), Some("FAILED"), Some(form));
        let result = validation.get().await.unwrap();
        assert_eq!(result.error_message.as_deref(), Some("[redacted]"));
        assert!(!shown(&validation.wait().await.unwrap_err()).contains("form"), "{form}");
    }
}

#[tokio::test]
async fn every_token_that_was_in_use_is_redacted() {
    let emulator = Emulator::builder().time_scale(0.0).start().await.unwrap();
    let clock = ManualClock::new();
    let client = builder(&emulator, CredentialKind::ServiceAccount).clock(clock.clone()).build().unwrap();
    let org = org(&emulator, &client);
    let mut tokens = Vec::new();
    for _ in 0..5 {
        org.available_projects().await.unwrap();
        let used = emulator.requests().last().unwrap().header("authorization").map(str::to_owned);
        tokens.push(used.unwrap().trim_start_matches("Bearer ").to_owned());
        clock.advance(Duration::from_secs(3600));
        emulator.expire_tokens();
        emulator.advance(Duration::from_secs(60));
    }
    client.revoke().await.unwrap();
    assert_eq!(token_requests(&emulator), 5);
    for token in tokens {
        emulator.override_next(error(&token));
        let error = org.available_projects().await.unwrap_err();
        assert_eq!(error.detail(), Some("[redacted]"));
        assert!(!shown(&error).contains(&token));
    }
}

#[tokio::test]
async fn an_id_that_may_be_a_secret_is_redacted() {
    // The secret of another kind of account, in the place of an id.
    let id = "planted-in-place-of-an-id-4711";
    let emulator = Emulator::builder().service_account(id, "x").api_key(id, "x").start().await.unwrap();
    let client = |credentials: &Credentials| {
        let builder = Client::builder().base_url(emulator.base_url()).credentials(credentials.clone());
        builder.retry(NoRetry).build().unwrap()
    };
    let service_account = Credentials::service_account(id, "x");
    for credentials in [&service_account, &Credentials::api_key(id, "x")] {
        let org = org(&emulator, &client(credentials));
        org.available_projects().await.unwrap();
        emulator.override_next(error(id));
        let error = org.available_projects().await.unwrap_err();
        assert_eq!(error.detail(), Some("[redacted]"));
        assert!(!shown(&error).contains("planted"), "{error}");
    }
    let body = format!(r#"{{"error":"invalid_client","error_description":"no client {id}"}}"#);
    emulator.override_next(CannedResponse::new(401).body(body).on_oauth());
    let error = org(&emulator, &client(&service_account)).available_projects().await.unwrap_err();
    assert_eq!(error.detail(), Some("no client [redacted]"));
    assert!(!shown(&error).contains("planted"), "{error}");
}

#[tokio::test]
async fn a_link_status_does_not_repeat_a_secret() {
    let emulator = Emulator::start().await.unwrap();
    let (public, private) = emulator.source_manager_api_key();
    let source = SourceManager::ops_manager(emulator.source_manager_url(), public, Secret::new(private))
        .configure(|builder| builder.retry(NoRetry))
        .build()
        .unwrap()
        .org(emulator.source_org_id().parse().unwrap());
    source.status().await.unwrap();
    let token = LinkToken::new("planted-link/token");
    for text in ["planted-link/token", r"planted-link\/token", "planted-link%2Ftoken"] {
        let body = json!({"status": format!("LINKED BY {text} {private}")}).to_string();
        emulator.override_next(CannedResponse::new(200).body(body.clone()).on_source_manager());
        let status = source.link(&token).await.unwrap();
        assert_eq!(status, LinkStatus::Unknown("LINKED BY [redacted] [redacted]".to_owned()));
        emulator.override_next(CannedResponse::new(200).body(body).on_source_manager());
        let status = source.status().await.unwrap();
        assert!(!format!("{status} {status:?}").contains(private), "{status}");
    }
}

#[tokio::test]
async fn no_text_of_a_server_controls_a_terminal() {
    let builder = Emulator::builder().require_available_source(false).time_scale(0.0);
    let emulator = builder.start().await.unwrap();
    let client = bearer(&emulator);
    let (org, project) = (org(&emulator, &client), project(&emulator, &client));
    let unsafe_text = "a\u{1b}[2J\u{7}\r\n\u{9b}31m\u{202e}b\u{2066}c\u{2028}d\u{7f}e";
    let check = |text: &str| {
        let layout = |c: char| {
            c.is_control() || ('\u{2028}'..='\u{202e}').contains(&c) || ('\u{2066}'..='\u{2069}').contains(&c)
        };
        assert!(text.contains('a') && !text.contains(layout), "{text:?}");
    };
    emulator.override_next(error(unsafe_text));
    let error = org.available_projects().await.unwrap_err();
    check(&error.to_string());
    check(error.detail().unwrap());
    check(error.reason().unwrap());
    check(error.parameters()[0].as_str().unwrap());
    check(error.parameters()[1].as_object().unwrap().keys().next().unwrap());
    check(&error.field_violations()[0].field);
    check(&error.field_violations()[0].description);
    let body = json!({"error": 400, "errorCode": unsafe_text}).to_string();
    emulator.override_next(CannedResponse::new(400).body(body));
    check(org.available_projects().await.unwrap_err().code().unwrap().as_str());

    let state = MigrationState::new(unsafe_text);
    let migration = project.migration(emulator.add_migration(state).parse().unwrap());
    let error = migration.wait_until_complete(|_| ()).await.unwrap_err();
    check(&error.to_string());
    check(error.job_state().unwrap());
    let validation = project.validate(&super::plan()).await.unwrap();
    emulator.set_validation(&validation.id().to_string(), Some("FAILED"), Some(unsafe_text));
    check(validation.get().await.unwrap().error_message.as_deref().unwrap());
    check(&validation.wait().await.unwrap_err().to_string());
}

#[tokio::test]
async fn responses_in_place_of_the_token_endpoint_are_redacted() {
    let emulator = Emulator::start().await.unwrap();
    let client = || client(&emulator, CredentialKind::ServiceAccount);
    let using_token = client();
    org(&emulator, &using_token).available_projects().await.unwrap();
    let requests = emulator.requests();
    let [basic, token] = ["Basic ", "Bearer "].map(|scheme| {
        let sent = requests.iter().filter_map(|request| request.header("authorization"));
        sent.filter_map(|value| value.strip_prefix(scheme)).next().unwrap()
    });
    let secret = emulator.service_account().1;
    for repeated in [basic, token, secret] {
        let page = json!({"error": repeated, "detail": repeated, "reason": repeated}).to_string();
        let media_type = format!("text/{repeated}");
        let page = CannedResponse::new(200).header("content-type", &media_type).body(page).on_oauth();
        emulator.override_next(page);
        let error = using_token.revoke().await.unwrap_err();
        assert!(!shown(&error).contains(repeated), "{error}");
    }
    let kind = json!({"access_token": "planted0issued", "token_type": "planted0issued"}).to_string();
    for (media_type, body, planted) in [
        (format!("text/{basic}"), "<html>", basic),
        ("application/json".to_owned(), &*kind, "planted0issued"),
    ] {
        let response = CannedResponse::new(200).header("content-type", &media_type).body(body).on_oauth();
        emulator.override_next(response);
        let error = org(&emulator, &client()).available_projects().await.unwrap_err();
        assert!(!shown(&error).contains(planted), "{error}");
    }
}
