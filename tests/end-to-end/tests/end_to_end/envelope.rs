//! Envelopes and indentation: requested, unwrapped, and the status in the envelope respected.

use atlas_emulator::{CannedResponse, Emulator};
use atlas_migration_sdk::{CredentialKind, ErrorKind};
use futures_util::TryStreamExt as _;

use crate::common::{bearer, builder, org, project};

#[tokio::test]
async fn envelopes_are_unwrapped() {
    let emulator = Emulator::builder().organizations(3).start().await.unwrap();
    let client = builder(&emulator, CredentialKind::AccessToken).envelope(true).pretty(true).build().unwrap();
    let org = org(&emulator, &client);
    let token = org.create_link_token([]).send().await.unwrap();
    assert_eq!(emulator.link_tokens(), [token.value.expose_secret()]);
    assert!(emulator.requests().last().unwrap().target.ends_with("?envelope=true&pretty=true"));
    org.available_projects().await.unwrap();
    let organizations: Vec<_> = client.organizations().page_size(2).stream().try_collect().await.unwrap();
    assert_eq!(organizations.len(), 3);
    // The client requests indented responses from the operations that support it.
    org.delete_link_tokens().await.unwrap();
    assert!(emulator.requests().last().unwrap().target.ends_with("/linkTokens?envelope=true"));
}

#[tokio::test]
async fn status_in_the_envelope_is_respected() {
    let emulator = Emulator::start().await.unwrap();
    let body = r#"{"status":404,"content":{"error":404,"errorCode":"RESOURCE_NOT_FOUND","detail":"Cannot find it."}}"#;
    emulator.override_next(CannedResponse::new(200).header("Content-Type", "application/json").body(body));
    let error = org(&emulator, &bearer(&emulator)).create_link_token([]).envelope(true).await.unwrap_err();
    assert!(error.is_not_found());
    assert_eq!(error.detail(), Some("Cannot find it."));
}

/// What an operation without a value returns in an envelope is not known.
#[tokio::test]
async fn envelope_without_a_value() {
    let emulator = Emulator::start().await.unwrap();
    let org = org(&emulator, &bearer(&emulator));
    let version = "application/vnd.atlas.2023-01-01+json";
    for (media_type, body, succeeds) in [
        ("application/json", r#"{"status":204}"#, true),
        ("application/json", r#"{"status":204,"content":{}}"#, true),
        ("application/json", r#"{"status":204,"content":null}"#, true),
        (version, r#"{"status":204,"content":{"new":1}}"#, true),
        ("application/json", r#"{"status":204,"content":{"new":1}}"#, false),
        ("application/json", r#"{"status":200,"content":{}}"#, false),
        (version, r#"{"status":201}"#, false),
        ("text/html", r#"{"status":204}"#, false),
    ] {
        emulator.override_next(CannedResponse::new(200).header("Content-Type", media_type).body(body));
        let result = org.delete_link_tokens().envelope(true).await;
        assert_eq!(result.is_ok(), succeeds, "{media_type} {body}: {result:?}");
        if let Err(error) = result {
            assert_eq!(error.kind(), ErrorKind::ForeignResponse, "{error}");
        }
    }
}

#[tokio::test]
async fn error_in_an_envelope_is_unwrapped_and_a_401_renews_the_token() {
    let emulator = Emulator::start().await.unwrap();
    let client = builder(&emulator, CredentialKind::ServiceAccount).envelope(true).build().unwrap();
    let org = org(&emulator, &client);
    let enveloped = |outside: u16, inside: u16| {
        let body = format!(r#"{{"status":{inside},"content":{{"error":{inside},"detail":"inside"}}}}"#);
        CannedResponse::new(outside).header("Content-Type", "application/json").body(body)
    };
    emulator.override_next(enveloped(404, 404));
    let error = org.available_projects().await.unwrap_err();
    assert_eq!((error.status(), error.detail()), (Some(404), Some("inside")));
    emulator.override_next(enveloped(500, 200));
    assert_eq!(org.create_link_token([]).await.unwrap_err().status(), Some(500));
    emulator.override_next(enveloped(200, 401));
    org.available_projects().await.unwrap();
    assert_eq!(crate::common::token_requests(&emulator), 2);
}

#[tokio::test]
async fn envelope_without_a_request_for_one() {
    let emulator = Emulator::start().await.unwrap();
    let org = org(&emulator, &bearer(&emulator));
    org.available_projects().envelope(false).await.unwrap();
    assert!(!emulator.requests().last().unwrap().target.contains('?'));
    let plain = org.create_link_token([]).pretty(true).await.unwrap();
    assert!(emulator.link_tokens().iter().any(|token| token == plain.expose_secret()));

    let error = org.delete_link_tokens().pretty(true).await.unwrap_err();
    assert!(error.was_not_processed());
    assert!(error.to_string().contains("has no parameter `pretty`"), "{error}");
    let validation = "507f1f77bcf86cd799439011".parse().unwrap();
    let error =
        project(&emulator, &bearer(&emulator)).validation(validation).get().pretty(true).await.unwrap_err();
    assert!(error.was_not_processed());
}
