//! Secrets: planted wherever one is possible, then searched for in all output.

mod echoes;
mod forms;
mod panics;

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use atlas_emulator::{CannedResponse, Emulator};
use atlas_migration_sdk::plan::{Destination, MigrationPlan, Source};
use atlas_migration_sdk::{Client, Credentials, Secret, operations};
use tracing_subscriber::fmt::MakeWriter;

use crate::common::{org, project};

const CLIENT_ID: &str = "mdb_sa_id_planted00000000000000000";
const CLIENT_SECRET: &str = "planted-client-secret";
const PUBLIC_KEY: &str = "plantedpub";
const PRIVATE_KEY: &str = "planted-private-key";
const PASSWORD: &str = "planted-source-password";
const ECHO: &str = "planted-echo";

/// Everything that was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Collected output to search.
#[derive(Default)]
struct Output(Vec<String>);

impl Output {
    fn show(&mut self, what: &(impl std::fmt::Debug + ?Sized)) {
        self.0.push(format!("{what:?} {what:#?}"));
    }

    fn error(&mut self, error: &atlas_migration_sdk::Error) {
        self.show(error);
        let mut next: Option<&dyn std::error::Error> = Some(error);
        while let Some(error) = next {
            self.0.push(error.to_string());
            next = error.source();
        }
    }

    #[track_caller]
    fn assert_contains_none_of(&self, secrets: &[String]) {
        for text in &self.0 {
            for secret in secrets {
                assert!(!text.contains(secret.as_str()), "`{secret}` is in the output: {text}");
            }
        }
    }
}

fn plan() -> MigrationPlan {
    let source = "5f9ad6b7e1c2a3041d0e9b11".parse().unwrap();
    let source = Source::with_user(source, "s", "u", Secret::new(PASSWORD));
    MigrationPlan::new(source, Destination::public("d"), "h")
}

#[tokio::test]
async fn no_output_contains_a_secret() {
    let log = Log::default();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(log.clone()).finish();
    tracing::subscriber::set_global_default(subscriber).unwrap();
    tracing::trace!("the log works");

    let emulator = Emulator::builder()
        .service_account(CLIENT_ID, CLIENT_SECRET)
        .api_key(PUBLIC_KEY, PRIVATE_KEY)
        .require_available_source(false)
        .start()
        .await
        .unwrap();
    let token = emulator.access_token();
    let mut output = Output::default();
    for (name, credentials) in [
        ("service account", Credentials::service_account(CLIENT_ID, Secret::new(CLIENT_SECRET))),
        ("API key", Credentials::api_key(PUBLIC_KEY, Secret::new(PRIVATE_KEY))),
        ("access token", Credentials::access_token(Secret::new(token.clone()))),
    ] {
        output.show(&credentials);
        let builder = Client::builder().base_url(emulator.base_url()).credentials(credentials);
        output.show(&builder);
        let client = builder.build().unwrap();
        output.show(&client);
        let org = org(&emulator, &client);
        output.show(&org.create_link_token([]));
        output.show(&org.create_link_token([]).send().await.unwrap());
        output.show(&plan());
        output.show(&plan().to_json());
        let project = project(&emulator, &client);
        output.show(&project.migrate(&plan()));
        let _ = project.migrate(&plan()).send().await.map(|response| output.show(&response));
        let raw = client.request(&operations::CREATE_GROUP_LIVE_MIGRATION);
        output.show(&raw.parameter("groupId", PASSWORD).json(&plan()));
        let misplaced =
            client.request(&operations::LIST_ORGS).parameter("pageNum", PASSWORD).await.unwrap_err();
        output.error(&misplaced);

        // A server that repeats the credential in every part of an error that is shown.
        let used =
            emulator.requests().into_iter().rev().find_map(|request| {
                request.header("authorization")?.strip_prefix("Bearer ").map(str::to_owned)
            });
        let own = if name == "API key" { PRIVATE_KEY.to_owned() } else { used.unwrap() };
        let body = format!(
            r#"{{"error":400,"detail":"{own}","reason":"{own}","parameters":["{own}"],
                "badRequestDetail":{{"fields":[{{"field":"{own}","description":"{own}"}}]}}}}"#
        );
        let echo = CannedResponse::new(400).header("X-Error-Code", &own).body(body);
        emulator.override_next(echo);
        let error = org.available_projects().await.unwrap_err();
        assert_eq!((error.detail(), error.reason()), (Some("[redacted]"), Some("[redacted]")), "{name}");
        assert_eq!(error.code().unwrap().as_str(), "[redacted]");
        output.error(&error);
        output.show(error.parameters());
        output.show(error.field_violations());
        emulator
            .override_next(CannedResponse::new(500).header("Content-Type", &format!("text/{own}")).body("x"));
        output.error(&org.create_link_token([]).await.unwrap_err());
        // Secrets of the request body are redacted too.
        let echo = CannedResponse::new(400)
            .body(format!(r#"{{"error":400,"detail":"the password {PASSWORD} is wrong"}}"#));
        emulator.override_next(echo);
        let error = project.migrate(&plan()).await.unwrap_err();
        assert_eq!(error.detail(), Some("the password [redacted] is wrong"));
        output.error(&error);
        let echo = CannedResponse::new(400).body(format!(r#"{{"error":400,"detail":"{PASSWORD}"}}"#));
        emulator.override_next(echo);
        let body = serde_json::json!({"source": {"password": PASSWORD}});
        let raw = client
            .request(&operations::CREATE_GROUP_LIVE_MIGRATION)
            .parameter("groupId", emulator.project_id());
        let error = raw.json(&body).await.unwrap_err();
        assert_eq!(error.detail(), Some("[redacted]"));
        output.error(&error);
        // Bodies that cannot be read are never shown.
        for (status, body) in
            [(200, format!(r#"{{"linkToken":["{ECHO}"]}}"#)), (502, format!("<p>{ECHO}</p>"))]
        {
            emulator.override_next(CannedResponse::new(status).body(body));
            output.error(&org.create_link_token([]).await.unwrap_err());
        }
        output.error(
            &client.org("000000000000000000000000".parse().unwrap()).available_projects().await.unwrap_err(),
        );
    }
    let mut secrets: Vec<String> =
        [CLIENT_SECRET, PRIVATE_KEY, PASSWORD, ECHO].into_iter().map(str::to_owned).collect();
    secrets.push(token);
    secrets.extend(emulator.link_tokens());
    for request in emulator.requests() {
        // The tokens that the client fetched.
        secrets.extend(
            request
                .header("authorization")
                .and_then(|value| value.strip_prefix("Bearer "))
                .map(str::to_owned),
        );
    }
    assert!(secrets.len() > 8, "{}", secrets.len());
    let log = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(log.contains("the log works") && log.contains("atlas_call"), "nothing was logged");
    output.0.push(log);
    output.assert_contains_none_of(&secrets);
}

#[tokio::test]
async fn token_endpoint_error_is_redacted() {
    let emulator = Emulator::builder().service_account(CLIENT_ID, CLIENT_SECRET).start().await.unwrap();
    // The base64 of the Basic credentials.
    let basic = "bWRiX3NhX2lkX3BsYW50ZWQwMDAwMDAwMDAwMDAwMDAwMDpwbGFudGVkLWNsaWVudC1zZWNyZXQ=";
    let body = format!(r#"{{"error":"invalid_client","error_description":"{CLIENT_SECRET} in {basic}"}}"#);
    emulator.override_next(CannedResponse::new(401).body(body).on_oauth());
    let credentials = Credentials::service_account(CLIENT_ID, Secret::new(CLIENT_SECRET));
    let client = Client::builder().base_url(emulator.base_url()).credentials(credentials).build().unwrap();
    let error = org(&emulator, &client).available_projects().await.unwrap_err();
    assert_eq!(emulator.requests()[0].header("authorization"), Some(format!("Basic {basic}").as_str()));
    assert_eq!(error.detail(), Some("[redacted] in [redacted]"));
    let mut output = Output::default();
    output.error(&error);
    output.assert_contains_none_of(&[CLIENT_SECRET.to_owned(), basic.to_owned()]);
}

/// The search finds a secret if there is one.
#[test]
#[should_panic(expected = "is in the output")]
fn search_finds_a_secret() {
    let output = Output(vec![format!("a log line with {PASSWORD}")]);
    output.assert_contains_none_of(&[PASSWORD.to_owned()]);
}
