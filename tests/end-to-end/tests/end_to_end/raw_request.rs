//! Requests by operation: checked against the operation table before they are sent.

use atlas_emulator::{CannedResponse, Emulator};
use atlas_migration_sdk::{ErrorKind, RawRequest, operations};
use serde_json::json;

use crate::common::bearer;
use crate::operations::raw_request;

#[tokio::test]
async fn invalid_requests_are_rejected_before_sending() {
    let emulator = Emulator::start().await.unwrap();
    let client = bearer(&emulator);
    let list = || client.request(&operations::LIST_ORGS);
    let create = || client.request(&operations::CREATE_ORG_LIVE_MIGRATION_LINK_TOKEN);
    let id = emulator.org_id();
    let cases: Vec<(RawRequest, &str)> = vec![
        (list().parameter("na\u{202e}me\n", "x"), "there is no parameter `na me `;"),
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

#[tokio::test]
async fn response_of_another_server_is_no_success() {
    let emulator = Emulator::start().await.unwrap();
    let client = bearer(&emulator);
    for operation in operations::ALL {
        let page = CannedResponse::new(200).header("Content-Type", "text/html").body("<html>");
        let empty = CannedResponse::new(200);
        for response in [page, empty] {
            emulator.override_next(response);
            let error = raw_request(&emulator, &client, operation).await.unwrap_err();
            assert_eq!((error.kind(), error.status()), (ErrorKind::ForeignResponse, Some(200)), "{error}");
        }
        let unexpected =
            CannedResponse::new(299).header("Content-Type", "application/json").body(r#"{"new":1}"#);
        emulator.override_next(unexpected);
        let result = raw_request(&emulator, &client, operation).await;
        assert_eq!(result.is_ok(), operation.has_response_body, "{}: {result:?}", operation.id);
    }
}

/// The envelope of an error is opened in any case, because its status decides.
#[tokio::test]
async fn text_of_a_response_is_as_received() {
    let emulator = Emulator::start().await.unwrap();
    let client = bearer(&emulator);
    let get = |envelope: bool| {
        client
            .request(&operations::GET_ORG)
            .parameter("orgId", emulator.org_id())
            .parameter("envelope", envelope)
    };
    let json = |body: &str| CannedResponse::new(200).header("Content-Type", "application/json").body(body);
    for (envelope, body) in [
        (false, "{ \"name\": \"b\",\n \"a\": 1.0 }"),
        (true, "{\"status\": 200, \"content\": {\"name\": \"b\"}}"),
        (true, "{\"name\": \"without an envelope\"}"),
    ] {
        emulator.override_next(json(body));
        let response = get(envelope).send_text().await.unwrap();
        assert_eq!(response.value, body);
        assert_eq!(response.metadata.status(), 200);
        assert!(response.metadata.headers().any(|header| header == ("content-type", "application/json")));
    }

    emulator.override_next(json(r#"{"status":404,"content":{"error":404,"errorCode":"ORG_NOT_FOUND"}}"#));
    assert!(get(true).send_text().await.unwrap_err().is_not_found());
    for body in [&b"{\"a\":"[..], b"{\"a\": \"\xff\"}"] {
        let response =
            CannedResponse::new(200).header("Content-Type", "application/vnd.atlas.2023-01-01+json");
        emulator.override_next(response.body(body));
        assert_eq!(get(false).send_text().await.unwrap_err().kind(), ErrorKind::InvalidResponse);
    }

    emulator.set_linked(true);
    let delete = client.request(&operations::DELETE_ORG_LIVE_MIGRATION_LINK_TOKENS);
    let response = delete.parameter("orgId", emulator.org_id()).send_text().await.unwrap();
    assert_eq!((response.metadata.status(), &*response.value), (204, ""));
}

/// A second request would be another effect.
#[tokio::test]
async fn a_request_that_was_polled_is_not_sent_again() {
    let emulator = Emulator::start().await.unwrap();
    let client = bearer(&emulator);
    let mut request = client.request(&operations::LIST_ORGS);
    (&mut request).await.unwrap();
    let error = request.send_text().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert_eq!(emulator.requests().len(), 1);
}
