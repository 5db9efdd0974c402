//! Exchanges with the real server: the client returns what each response contains, and the emulator sends the same
//! response to the same request.
//!
//! Each file contains a request and its response, written from what is known of recorded and reported ones. `{any}`
//! stands for a text that differs each time or whose words are not known, `{org}` and `{project}` for ids. One of the
//! [`OPTIONAL_HEADERS`] that a response does not list is absent; where that is not known, the file follows the
//! emulator's assumptions.

use std::time::Duration;

use atlas_emulator::{CannedResponse, Emulator, MigrationState, MissingRole, Role};
use atlas_migration_sdk::{CredentialKind, Error, Operation, operations};
use serde_json::Value;

use crate::common::{bearer, client, org};
use crate::operations::raw_request;

/// Headers that some responses have. A client behaves differently without them.
const OPTIONAL_HEADERS: [&str; 8] = [
    "deprecation",
    "location",
    "ratelimit-limit",
    "ratelimit-remaining",
    "retry-after",
    "sunset",
    "www-authenticate",
    "x-error-code",
];

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("recorded/", $name, ".http")))),*]
    };
}

const FILES: &[(&str, &str)] = files![
    "access_list_required",
    "access_token_issued",
    "address_not_on_access_list",
    "digest_challenge",
    "invalid_path",
    "invalid_version",
    "link_deleted",
    "link_in_use",
    "link_not_found",
    "link_token_created",
    "project_not_found",
    "rate_limited",
    "role_missing",
    "token_endpoint_rate_limited",
    "too_many_access_tokens",
    "unauthorized_without_code",
    "version_removed",
];

/// An emulator in the state in which it sends this response.
async fn start(name: &str) -> Emulator {
    let builder = Emulator::builder().client_address([192, 0, 2, 1].into());
    let builder = match name {
        "access_list_required" => builder.require_access_list(true),
        "address_not_on_access_list" => builder.access_list([]),
        "rate_limited" => builder.rate_limit(0, Duration::from_secs(60)),
        "role_missing" => builder.roles([Role::OrganizationMember]).missing_role(MissingRole::Unauthorized),
        "token_endpoint_rate_limited" => builder.token_requests_per_minute(0),
        "too_many_access_tokens" => builder.active_token_limit(0),
        "version_removed" => builder.today("2027-07-01".parse().unwrap()),
        _ => builder,
    };
    let emulator = builder.start().await.unwrap();
    emulator.set_linked(matches!(name, "link_deleted" | "link_in_use"));
    if name == "link_in_use" {
        _ = emulator.add_migration(MigrationState::ready());
    }
    emulator
}

/// A recorded exchange.
struct Exchange {
    name: &'static str,
    request: Message,
    response: Message,
}

impl Exchange {
    fn all(emulator: &Emulator) -> Vec<Self> {
        let read = |&(name, text): &(&'static str, &str)| {
            let text = text.replace("{org}", emulator.org_id()).replace("{project}", emulator.project_id());
            let (request, response) = text.split_once("\n\n").unwrap();
            Self { name, request: Message::parse(request), response: Message::parse(response) }
        };
        FILES.iter().map(read).collect()
    }

    /// Method and path.
    fn target(&self) -> (&str, &str) {
        self.request.line.split_once(' ').unwrap()
    }

    /// The operation of the request; `None` is the token endpoint.
    fn operation(&self) -> Option<&'static Operation> {
        let (method, path) = self.target();
        let matches = |template: &str| {
            let mut segments = template.split('/').zip(path.split('/'));
            template.split('/').count() == path.split('/').count()
                && segments.all(|(expected, segment)| expected == segment || expected.starts_with('{'))
        };
        let mut operations = operations::ALL.iter().copied();
        operations.find(|operation| operation.method.as_str() == method && matches(operation.path))
    }
}

/// A message: its first line, headers and body.
struct Message {
    line: String,
    headers: Vec<(String, String)>,
    body: String,
}

impl Message {
    fn parse(text: &str) -> Self {
        let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
        let (line, headers) = head.split_once('\n').unwrap_or((head, ""));
        let headers = headers.lines().map(|line| line.split_once(": ").unwrap());
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Self { line: line.to_owned(), headers, body: body.trim_end().to_owned() }
    }

    fn status(&self) -> u16 {
        self.line.strip_prefix("HTTP ").unwrap().parse().unwrap()
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(one, _)| one == name).map(|(_, value)| value.as_str())
    }
}

/// Whether the text is the pattern, in which `{any}` stands for any text.
fn matches(pattern: &str, text: &str) -> bool {
    let Some((before, after)) = pattern.split_once("{any}") else { return pattern == text };
    let Some(rest) = text.strip_prefix(before) else { return false };
    (0..=rest.len()).any(|length| rest.get(length..).is_some_and(|rest| matches(after, rest)))
}

#[test]
fn pattern_matches_any_text_only_at_a_placeholder() {
    for (pattern, text, expected) in [
        ("a", "a", true),
        ("a", "ab", false),
        ("a{any}c", "abc", true),
        ("a{any}c", "acbc", true),
        ("a{any}c", "abcd", false),
        ("a{any}c", "xabc", false),
        ("a{any}", "abc", true),
        ("{any},{any}]", "1,2]", true),
    ] {
        assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
    }
}

#[tokio::test]
async fn emulator_responds_as_recorded() {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    // All emulators have the same ids.
    for exchange in Exchange::all(&Emulator::start().await.unwrap()) {
        let (name, request, recorded) = (exchange.name, &exchange.request, &exchange.response);
        let emulator = start(name).await;
        let (method, path) = exchange.target();
        let url = format!("{}{path}", emulator.base_url());
        let mut sent = http.request(method.parse().unwrap(), url);
        sent = match (exchange.operation(), request.header("authorization")) {
            (None, _) => {
                let (id, secret) = emulator.service_account();
                sent.basic_auth(id, Some(secret)).form(&[("grant_type", "client_credentials")])
            }
            (_, Some("none")) => sent,
            (_, Some(other)) => sent.header("authorization", other),
            (_, None) => sent.bearer_auth(emulator.access_token()),
        };
        if let Some(accept) = request.header("accept") {
            sent = sent.header("accept", accept);
        }
        if method == "POST" && exchange.operation().is_some() {
            sent = sent.body("{}");
        }
        let response = sent.send().await.unwrap();
        assert_eq!(response.status(), recorded.status(), "{name}");
        for (header, value) in &recorded.headers {
            let found = response.headers().get(header).map(|value| value.to_str().unwrap());
            assert!(found.is_some_and(|found| matches(value, found)), "{name}: {header}: {found:?}");
        }
        for header in OPTIONAL_HEADERS {
            let has = response.headers().contains_key(header);
            assert_eq!(has, recorded.header(header).is_some(), "{name}: {header}");
        }
        let body = response.text().await.unwrap();
        assert!(matches(&recorded.body, &body), "{name}: {body}");
    }
}

/// Checks that the error contains what the recorded body contains.
#[track_caller]
fn assert_contains_everything(name: &str, error: &Error, recorded: &Message, body: &str) {
    assert_eq!(error.status(), Some(recorded.status()), "{name}: {error}");
    let body: Value = serde_json::from_str(body).unwrap();
    // The errors of OAuth have other members.
    if body["error"].is_number() {
        assert_eq!(error.code().map(|code| code.as_str()), body["errorCode"].as_str(), "{name}");
        assert_eq!(error.detail(), body["detail"].as_str(), "{name}");
        assert_eq!(error.reason(), body["reason"].as_str(), "{name}");
        let parameters = body["parameters"].as_array().map_or(&[][..], Vec::as_slice);
        assert_eq!(error.parameters(), parameters, "{name}");
    } else {
        let code = body["error"].as_str().unwrap();
        assert!(error.to_string().contains(code), "{name}: {error}");
    }
}

#[tokio::test]
async fn client_returns_what_was_recorded() {
    for exchange in Exchange::all(&Emulator::start().await.unwrap()) {
        let (name, recorded) = (exchange.name, &exchange.response);
        let emulator = Emulator::start().await.unwrap();
        let body = recorded.body.replace("{any}", "7");
        let mut canned = CannedResponse::new(recorded.status()).body(body.clone());
        for (header, value) in &recorded.headers {
            canned = canned.header(header, &value.replace("{any}", "7"));
        }
        let result = match exchange.operation() {
            Some(operation) => {
                emulator.override_next(canned);
                let expected: Value = serde_json::from_str(&body).unwrap_or_default();
                let value = raw_request(&emulator, &bearer(&emulator), operation).await;
                value.map(|value| assert_eq!(value, expected, "{name}"))
            }
            None => {
                emulator.override_next(canned.on_oauth());
                // The emulator does not accept the recorded token.
                emulator.override_next(CannedResponse::new(204));
                let client = client(&emulator, CredentialKind::ServiceAccount);
                let deleted = org(&emulator, &client).delete_link_tokens().await;
                deleted.map(|()| {
                    let sent = emulator.requests().pop().unwrap();
                    assert_eq!(sent.header("authorization"), Some("Bearer 7"), "{name}");
                })
            }
        };
        match result {
            Ok(()) => assert!(recorded.status() < 300, "{name}"),
            Err(error) => {
                assert!(recorded.status() >= 300, "{name}: {error}");
                assert_contains_everything(name, &error, recorded, &body);
            }
        }
    }
}
