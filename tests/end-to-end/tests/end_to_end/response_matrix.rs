//! Every kind of status with every kind of body, on operations of each kind: success only where it is documented, no
//! statement about the operation from a response that is not one of the API, and nothing sent twice.

use atlas_emulator::{CannedResponse, Emulator};
use atlas_migration_sdk::{Client, CredentialKind, Error, ErrorKind, MigrationId, Operation, operations};

use crate::common::{EACH_CREDENTIAL, Eager, api_requests, builder, org, project};

/// The statuses that HTTP defines, and some that it does not, without 1xx.
const STATUSES: [u16; 49] = [
    200, 201, 202, 203, 204, 205, 206, 207, 226, 299, 300, 301, 302, 303, 304, 307, 308, 399, 400, 401, 402,
    403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 415, 418, 421, 422, 425, 429, 431, 451, 499, 500,
    501, 502, 503, 504, 511, 520, 599,
];

const VENDOR: &str = "application/vnd.atlas.2023-01-01+json;charset=utf-8";

/// Who sends the body, and what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Body {
    /// What the API sends with the status: the value of the operation, nothing, or an error.
    Atlas,
    /// The same as `application/json`.
    PlainJson,
    /// The same as `text/plain`.
    WrongMediaType,
    Html,
    /// An empty body, with the media type of a page.
    EmptyHtml,
    Empty,
    /// JSON of a gateway.
    OtherJson,
    /// JSON of a web framework, with names that Atlas uses too.
    SimilarJson,
}

const BODIES: [Body; 8] = [
    Body::Atlas,
    Body::PlainJson,
    Body::WrongMediaType,
    Body::Html,
    Body::EmptyHtml,
    Body::Empty,
    Body::OtherJson,
    Body::SimilarJson,
];

/// One operation of each kind, with the body of its success.
const OPERATIONS: [(&Operation, &str); 5] = [
    (&operations::LIST_ORG_LIVE_MIGRATION_AVAILABLE_PROJECTS, "[]"),
    (&operations::CREATE_ORG_LIVE_MIGRATION_LINK_TOKEN, r#"{"linkToken":"t"}"#),
    (&operations::CREATE_GROUP_LIVE_MIGRATION, r#"{"_id":"6296fb4c7c7aa997cf94e9a8","status":"NEW"}"#),
    (&operations::DELETE_ORG_LIVE_MIGRATION_LINK_TOKENS, ""),
    (&operations::CUTOVER_GROUP_LIVE_MIGRATION, ""),
];

fn response(status: u16, body: Body, success: &str) -> CannedResponse {
    let of_api = match status {
        200..=299 => success.to_owned(),
        _ => format!(r#"{{"detail":"d","error":{status},"errorCode":"A_CODE","reason":"r"}}"#),
    };
    let (content_type, body) = match body {
        Body::Atlas => (VENDOR, of_api),
        Body::PlainJson => ("application/json", of_api),
        Body::WrongMediaType => ("text/plain", of_api),
        Body::Html => ("text/html", "<html>log in</html>".to_owned()),
        Body::EmptyHtml => ("text/html", String::new()),
        Body::Empty => ("", String::new()),
        Body::OtherJson => ("application/json", r#"{"message":"no route"}"#.to_owned()),
        Body::SimilarJson => (
            "application/json",
            r#"{"error":"Not Found","detail":"Not Found","reason":"x","status":404}"#.to_owned(),
        ),
    };
    let response = CannedResponse::new(status).body(body);
    if content_type.is_empty() { response } else { response.header("Content-Type", content_type) }
}

/// What the caller should see, implemented independently of the SDK.
#[derive(Debug, PartialEq, Eq)]
enum Expected {
    Success,
    /// The API responded, and rejected the request.
    Rejected,
    /// The API responded, and may have executed the request.
    Failed,
    /// The response of the API cannot be read.
    Unreadable,
    Foreign,
}

fn expected(operation: &Operation, status: u16, body: Body) -> Expected {
    // HTTP allows no body with these.
    let body = match (status, body) {
        (204 | 304, Body::Html) => Body::EmptyHtml,
        _ => body,
    };
    let without_body = matches!(status, 204 | 304);
    match (status, operation.has_response_body) {
        (200..=299, true) => match body {
            Body::Atlas if without_body => Expected::Unreadable,
            Body::Atlas => Expected::Success,
            Body::PlainJson if !without_body => Expected::Success,
            _ => Expected::Foreign,
        },
        (200..=299, false) => match body {
            Body::Atlas | Body::PlainJson | Body::Empty if operation.success.contains(&status) => {
                Expected::Success
            }
            Body::OtherJson | Body::SimilarJson if operation.success.contains(&status) && without_body => {
                Expected::Success
            }
            _ => Expected::Foreign,
        },
        _ => match (body, status) {
            // The form of an error is sufficient: nothing else sends it.
            (Body::Atlas | Body::PlainJson | Body::WrongMediaType, _) if !without_body => match status {
                408 | 499 => Expected::Failed,
                400..=498 => Expected::Rejected,
                _ => Expected::Failed,
            },
            _ => Expected::Foreign,
        },
    }
}

async fn call(emulator: &Emulator, client: &Client, operation: &Operation) -> Result<(), Error> {
    let id: MigrationId = "6296fb4c7c7aa997cf94e9a8".parse().unwrap();
    match operation.id {
        "listOrgLiveMigrationAvailableProjects" => org(emulator, client).available_projects().await.map(drop),
        "createOrgLiveMigrationLinkToken" => org(emulator, client).create_link_token([]).await.map(drop),
        "createGroupLiveMigration" => {
            project(emulator, client).migrate(&crate::operations::plan()).await.map(drop)
        }
        "deleteOrgLiveMigrationLinkTokens" => org(emulator, client).delete_link_tokens().await,
        "cutoverGroupLiveMigration" => project(emulator, client).migration(id).cut_over().await.map(drop),
        other => panic!("no call of {other}"),
    }
}

#[tokio::test]
async fn only_documented_responses_of_the_api_count() {
    let emulator = Emulator::start().await.unwrap();
    let client = builder(&emulator, CredentialKind::AccessToken).retry(Eager).build().unwrap();
    for (operation, success) in OPERATIONS {
        for status in STATUSES {
            for body in BODIES {
                let name = format!("{} {status} {body:?}", operation.id);
                for _ in 0..2 {
                    emulator.override_next(response(status, body, success));
                }
                emulator.clear_journal();
                let result = call(&emulator, &client, operation).await;
                let sent = api_requests(&emulator);
                let expected = expected(operation, status, body);
                check(&name, operation, &result, &expected, status);

                // Reading the value is not part of an attempt.
                let read = operation.has_response_body
                    && (200..=299).contains(&status)
                    && status != 204
                    && matches!(body, Body::OtherJson | Body::SimilarJson);
                let repeated = match expected {
                    Expected::Success | Expected::Unreadable => false,
                    Expected::Rejected => true,
                    Expected::Failed | Expected::Foreign => operation.idempotent && !read,
                };
                assert_eq!(sent, 1 + usize::from(repeated), "{name}");
                if !repeated {
                    // Takes the second response.
                    let _ = call(&emulator, &client, operation).await;
                }
            }
        }
    }
}

fn check(name: &str, operation: &Operation, result: &Result<(), Error>, expected: &Expected, status: u16) {
    let Err(error) = result else {
        return assert_eq!(*expected, Expected::Success, "{name}");
    };
    let kind = match expected {
        Expected::Success => panic!("{name}: {error}"),
        Expected::Rejected | Expected::Failed => ErrorKind::Api,
        Expected::Unreadable => ErrorKind::InvalidResponse,
        Expected::Foreign => ErrorKind::ForeignResponse,
    };
    assert_eq!((error.kind(), error.status()), (kind, Some(status)), "{name}: {error}");
    assert_eq!(error.operation(), Some(operation), "{name}");
    let is_read = operation.method == atlas_migration_sdk::Method::Get;
    assert_eq!(error.may_have_taken_effect(), !is_read && *expected != Expected::Rejected, "{name}: {error}");
    assert!(!error.was_not_processed(), "{name}");
    let text = error.to_string();
    if error.may_have_taken_effect() {
        assert!(!text.to_lowercase().contains("try again"), "{name}: {text}");
        assert!(text.contains("taken effect"), "{name}: {text}");
    }
    assert!(!text.contains("has taken effect") || *expected == Expected::Unreadable, "{name}: {text}");
    let predicates = [
        (error.is_unauthenticated(), status == 401),
        (error.is_missing_role(), status == 403),
        (error.is_not_found(), status == 404),
        (error.is_conflict(), status == 409),
        (error.is_version_unavailable(), matches!(status, 406 | 410)),
        (error.is_rate_limited(), status == 429),
    ];
    for (predicate, about_status) in predicates {
        assert_eq!(predicate, kind == ErrorKind::Api && about_status, "{name}: {text}");
    }
    if kind == ErrorKind::ForeignResponse {
        assert_eq!(error.code(), None, "{name}");
        for part in ["not a response of the API", "proxy"] {
            assert!(text.contains(part), "{name}: {text}");
        }
        if let Some(content_type) = error.header("content-type").filter(|_| !text.contains("has no body")) {
            assert!(text.contains(content_type), "{name}: {text}");
        }
    }
}

/// A 401 that is not one of the API is no reason to repeat a request with an effect.
#[tokio::test]
async fn page_with_401_is_not_a_rejected_credential() {
    for kind in EACH_CREDENTIAL {
        let emulator = Emulator::start().await.unwrap();
        let client = builder(&emulator, kind).build().unwrap();
        let org = org(&emulator, &client);
        org.available_projects().await.unwrap();
        emulator.clear_journal();
        let page = CannedResponse::new(401).header("WWW-Authenticate", "Basic realm=\"Network\"");
        emulator.override_next(page.header("Content-Type", "text/html").body("<html>"));
        let error = org.create_link_token([]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ForeignResponse, "{kind:?} {error}");
        assert!(error.to_string().contains("says nothing about the credential"), "{error}");
        assert_eq!(emulator.requests().len(), 1, "{kind:?}");
    }
}
