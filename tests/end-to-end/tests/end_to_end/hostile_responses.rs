//! Responses that no document describes: the result is a value or a clear error, never a panic, and the status is kept.

use std::time::Duration;

use atlas_emulator::{CannedResponse, Emulator, Fault, FaultKind};
use atlas_migration_sdk::model::MigrationStatus;
use atlas_migration_sdk::{Backoff, CredentialKind, Error, ErrorKind, MigrationId, operations};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::common::{ManualClock, bearer, builder, count_with_status, org, project};

const VERSION: &str = "application/vnd.atlas.2023-01-01+json;charset=utf-8";
const MIGRATION: &str = "6296fb4c7c7aa997cf94e9a8";

fn json(status: u16, body: impl Into<Vec<u8>>) -> CannedResponse {
    CannedResponse::new(status).header("Content-Type", VERSION).body(body)
}

#[tokio::test]
async fn html_and_empty_errors_keep_status_headers_and_operation() {
    let emulator = Emulator::start().await.unwrap();
    let org = org(&emulator, &bearer(&emulator));
    for (response, status, part) in [
        (json(418, r#"{"error":418}"#), 418, "teapot"),
        (
            CannedResponse::new(502).header("Content-Type", "text/html").body("<html>planted</html>"),
            502,
            "text/html of 20 bytes",
        ),
        (CannedResponse::new(500), 500, "no body"),
        (
            CannedResponse::new(403).header("Content-Type", "text/html").body("<html>planted</html>"),
            403,
            "text/html",
        ),
        (json(500, "[\"planted\"]"), 500, "of 11 bytes"),
        (json(500, "{\"planted"), 500, "of 9 bytes"),
        (json(418, "{}"), 418, "of 2 bytes"),
    ] {
        emulator.override_next(response.header("X-Request-Id", "42"));
        let error = org.create_link_token([]).await.unwrap_err();
        // JSON of which the rest is lost may be an error of the API.
        let kind = if ["teapot", "of 9 bytes"].contains(&part) {
            ErrorKind::Api
        } else {
            ErrorKind::ForeignResponse
        };
        assert_eq!((error.kind(), error.status()), (kind, Some(status)));
        assert_eq!(error.header("x-request-id"), Some("42"));
        assert_eq!(error.operation().unwrap().id, "createOrgLiveMigrationLinkToken");
        let text = format!("{error} {error:?}");
        assert!(text.contains(part) && !text.contains("planted"), "{text}");
    }
}

#[tokio::test]
async fn any_2xx_with_a_value_is_success() {
    let emulator = Emulator::start().await.unwrap();
    let org = org(&emulator, &bearer(&emulator));
    for status in [200, 201, 202, 203, 299] {
        emulator.override_next(json(status, r#"{"linkToken":"t","new":{"field":1}}"#));
        let response = org.create_link_token([]).send().await.unwrap();
        assert_eq!((response.metadata.status(), response.value.expose_secret()), (status, "t"));
    }
}

#[tokio::test]
async fn unknown_values_and_fields_are_accepted() {
    let emulator = Emulator::start().await.unwrap();
    let project = project(&emulator, &bearer(&emulator));
    let id: MigrationId = MIGRATION.parse().unwrap();
    for (body, status) in [
        (r#"{"status":"PAUSED","future":[1]}"#, Some("PAUSED")),
        (r#"{"status":null,"migrationHosts":null,"lagTimeSeconds":null,"readyForCutover":null}"#, None),
        (r#"{"_id":null,"status":"WORKING","migrationHosts":["a","b"]}"#, Some("WORKING")),
        ("{}", None),
    ] {
        emulator.override_next(json(200, body));
        let migration = project.migration(id).get().await.unwrap();
        assert_eq!(migration.status.as_ref().map(MigrationStatus::as_str), status, "{body}");
    }
}

#[tokio::test]
async fn unreadable_success_names_the_position_and_shows_no_content() {
    let emulator = Emulator::start().await.unwrap();
    let org = org(&emulator, &bearer(&emulator));
    for (body, part) in [
        (r#"{"linkToken":47114711}"#, "a field of another type (line 1, column"),
        (r#"{"token":"planted"}"#, "lacks a field"),
        (r#"{"linkToken":"planted"#, "ends too early"),
        ("<html>planted", "is not JSON"),
        ("", "ends too early"),
    ] {
        emulator.override_next(json(201, body));
        let error = org.create_link_token([]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidResponse);
        assert!(!error.was_not_processed());
        let text = format!("{error} {error:?}");
        assert!(text.contains(part) && text.contains("reported success"), "{text}");
        assert!(text.contains("The operation has taken effect"), "{text}");
        assert!(!text.contains("planted") && !text.contains("4711"), "{text}");

        // Without a media type of Atlas, the response may be that of another server.
        let plain = CannedResponse::new(201).header("Content-Type", "application/json; charset=utf-8");
        emulator.override_next(plain.body(body));
        let error = org.create_link_token([]).await.unwrap_err();
        assert_eq!((error.kind(), error.status()), (ErrorKind::ForeignResponse, Some(201)));
        let text = format!("{error} {error:?}");
        assert!(text.contains(part) || body.is_empty(), "{text}");
        assert!(text.contains("The operation may have taken effect"), "{text}");
        assert!(!text.contains("planted") && !text.contains("4711"), "{text}");
    }
}

#[tokio::test]
async fn invalid_id_in_a_response() {
    let emulator = Emulator::start().await.unwrap();
    emulator.override_next(json(200, r#"{"_id":"nonsense"}"#));
    let error =
        project(&emulator, &bearer(&emulator)).migration(MIGRATION.parse().unwrap()).get().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidResponse);
}

#[tokio::test]
async fn response_over_the_size_limit_is_not_read() {
    let emulator = Emulator::start().await.unwrap();
    let client = builder(&emulator, CredentialKind::AccessToken).max_response_size(1000);
    let project = project(&emulator, &client.build().unwrap());
    let id: MigrationId = MIGRATION.parse().unwrap();
    emulator.override_next(json(200, format!(r#"{{"x":"{}"}}"#, "y".repeat(990))));
    assert!(project.migration(id).get().await.is_ok());
    emulator.override_next(json(200, format!(r#"{{"x":"{}"}}"#, "y".repeat(993))));
    let error = project.migration(id).get().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ResponseTooLarge);
    assert!(error.to_string().contains("larger than 1000 bytes"), "{error}");
}

/// A server whose first response has this head and this invalid body, and whose next one is a success. Returns its URL.
async fn first_response_invalid(head: &str, damage: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let success = r#"{"linkToken":"t"}"#;
    let success = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{success}", success.len());
    let responses = [format!("HTTP/1.1 {head}\r\n{damage}"), success];
    tokio::spawn(async move {
        for response in responses {
            let (mut connection, _) = listener.accept().await.unwrap();
            assert_ne!(connection.read(&mut [0; 1 << 14]).await.unwrap(), 0);
            connection.write_all(response.as_bytes()).await.unwrap();
        }
    });
    address
}

/// Errors that end too early, with a length and in chunks, and errors over 1000 bytes, likewise. All are JSON as far as
/// they can be read.
fn invalid_bodies() -> [String; 4] {
    let large = format!("{{\"detail\":\"{}\"}}", "x".repeat(1500 - 13));
    [
        "Content-Length: 64\r\n\r\n{\"error\"".to_owned(),
        "Transfer-Encoding: chunked\r\n\r\n8\r\n{\"error\"\r\n".to_owned(),
        format!("Content-Length: 1500\r\n\r\n{large}"),
        format!("Transfer-Encoding: chunked\r\n\r\n5dc\r\n{large}\r\n0\r\n\r\n"),
    ]
    .map(|rest| format!("Content-Type: application/json\r\n{rest}"))
}

#[tokio::test]
async fn error_status_counts_even_if_the_body_is_invalid() {
    let emulator = Emulator::start().await.unwrap();
    for damage in invalid_bodies() {
        let call = async |head: &str, creates: bool| -> (Result<(), Error>, Vec<Duration>) {
            let clock = ManualClock::new();
            let client = builder(&emulator, CredentialKind::AccessToken)
                .base_url(first_response_invalid(head, &damage).await)
                .retry(Backoff::default())
                .clock(clock.clone())
                .max_response_size(1000)
                .build()
                .unwrap();
            let result = if creates {
                org(&emulator, &client).create_link_token([]).await.map(drop)
            } else {
                client.request(&operations::LIST_ORGS).await.map(drop)
            };
            (result, clock.delays())
        };

        let (rejected, _) = call("403 Forbidden\r\nX-Request-Id: 42", true).await;
        let rejected = rejected.unwrap_err();
        assert_eq!((rejected.kind(), rejected.status()), (ErrorKind::Api, Some(403)), "{rejected}");
        assert!(!rejected.may_have_taken_effect() && !rejected.to_string().contains("no body"), "{rejected}");
        assert_eq!(rejected.header("x-request-id"), Some("42"));

        let (limited, delays) = call("429 Too Many Requests\r\nRetry-After: 7", true).await;
        limited.unwrap();
        assert_eq!(delays, [Duration::from_secs(7)]);

        let (unavailable, delays) = call("503 Service Unavailable\r\nRetry-After: 9", false).await;
        unavailable.unwrap();
        assert_eq!(delays, [Duration::from_secs(9)]);
        let unavailable = call("503 Service Unavailable", true).await.0.unwrap_err();
        assert_eq!((unavailable.kind(), unavailable.status()), (ErrorKind::Api, Some(503)));
        assert!(unavailable.may_have_taken_effect());
    }
}

#[tokio::test]
async fn head_of_a_page_counts_even_if_the_body_is_invalid() {
    let emulator = Emulator::start().await.unwrap();
    for damage in invalid_bodies() {
        let damage = damage.replace("application/json", "text/html");
        for status in ["200 OK", "204 No Content", "403 Forbidden", "429 Too Many Requests"] {
            let client = builder(&emulator, CredentialKind::AccessToken)
                .base_url(first_response_invalid(status, &damage).await)
                .retry(Backoff::default())
                .max_response_size(1000)
                .build()
                .unwrap();
            let error = org(&emulator, &client).create_link_token([]).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::ForeignResponse, "{status} {error}");
            assert_eq!(error.status(), status[..3].parse().ok(), "{error}");
            assert!(error.to_string().contains("The operation may have taken effect"), "{error}");
        }
    }
}

#[tokio::test]
async fn challenge_of_a_401_counts_even_if_the_body_is_invalid() {
    for fault in [FaultKind::TruncatedBody, FaultKind::TruncatedChunkedBody, FaultKind::OversizedBody] {
        for kind in [CredentialKind::ServiceAccount, CredentialKind::ApiKey] {
            let emulator = Emulator::start().await.unwrap();
            let client = builder(&emulator, kind).max_response_size(1 << 20).build().unwrap();
            org(&emulator, &client).available_projects().await.unwrap();
            let before = count_with_status(&emulator, 401);
            emulator.revoke_all_tokens();
            emulator.expire_nonces();
            emulator.inject(Fault::new(fault).body_size(2 << 20));
            org(&emulator, &client).create_link_token([]).await.unwrap();
            assert_eq!(
                (emulator.faults().len(), count_with_status(&emulator, 401)),
                (1, before + 1),
                "{fault} {kind:?}"
            );
        }
    }
}

#[tokio::test]
async fn byte_order_mark_before_json_is_skipped() {
    let emulator = Emulator::start().await.unwrap();
    let client = builder(&emulator, CredentialKind::ServiceAccount).build().unwrap();
    let org = org(&emulator, &client);
    let token = format!("\u{feff}{{\"access_token\":\"{}\"}}", emulator.access_token());
    emulator.override_next(CannedResponse::new(200).body(token).on_oauth());
    emulator.override_next(json(201, "\u{feff}{\"linkToken\":\"t\"}"));
    assert_eq!(org.create_link_token([]).await.unwrap().expose_secret(), "t");
    emulator.override_next(json(201, "\u{feff}{\"status\":201,\"content\":{\"linkToken\":\"u\"}}"));
    assert_eq!(org.create_link_token([]).envelope(true).await.unwrap().expose_secret(), "u");
    emulator.override_next(json(404, "\u{feff}{\"error\":404,\"errorCode\":\"RESOURCE_NOT_FOUND\"}"));
    let error = org.available_projects().await.unwrap_err();
    assert_eq!(error.code().map(ToString::to_string).as_deref(), Some("RESOURCE_NOT_FOUND"));
    emulator.override_next(json(200, "\u{feff}{\"results\":[]}"));
    assert_eq!(client.request(&operations::LIST_ORGS).await.unwrap()["results"], serde_json::json!([]));
    // Only one, and only at the beginning.
    emulator.override_next(json(201, "\u{feff}\u{feff}{\"linkToken\":\"t\"}"));
    assert_eq!(org.create_link_token([]).await.unwrap_err().kind(), ErrorKind::InvalidResponse);
}
