//! A network in which something else responds to every request: the page of a captive portal or a proxy, or a web server
//! at a wrong base URL.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use atlas_emulator::Emulator;
use atlas_migration_sdk::{Client, CredentialKind, Error, ErrorKind};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::common::{EACH_CREDENTIAL, Eager, ManualClock, builder, org, project, token_requests};
use crate::operations::plan;

/// Statuses with the headers that HTTP requires for them.
const HEADS: [&str; 13] = [
    "101 Switching Protocols\r\nUpgrade: h2c",
    "200 OK",
    "201 Created",
    "202 Accepted",
    "302 Found\r\nLocation: https://login.invalid/",
    "401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"Network\"",
    "403 Forbidden",
    "404 Not Found",
    "407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"Network\"",
    "409 Conflict",
    "429 Too Many Requests",
    "503 Service Unavailable",
    "511 Network Authentication Required",
];

/// A server that responds to every request with this page. Returns its URL and how many bodies it received.
async fn portal(head: &str) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let page = "<html>log in</html>";
    let length = page.len();
    let response = format!(
        "HTTP/1.1 {head}\r\nContent-Type: text/html\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{page}"
    );
    let bodies = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&bodies);
    tokio::spawn(async move {
        while let Ok((mut connection, _)) = listener.accept().await {
            let mut request = vec![0; 1 << 14];
            let read = connection.read(&mut request).await.unwrap_or(0);
            let request = String::from_utf8_lossy(&request[..read]).to_lowercase();
            let length = request.split_once("\r\ncontent-length: ").map(|(_, rest)| rest);
            let is_empty = length.is_none_or(|length| length.starts_with("0\r\n"));
            if request.contains(" /api/atlas/") && !is_empty {
                counter.fetch_add(1, Ordering::Relaxed);
            }
            let _ = connection.write_all(response.as_bytes()).await;
        }
    });
    (url, bodies)
}

fn check(name: &str, error: &Error) {
    assert!(
        [ErrorKind::ForeignResponse, ErrorKind::TokenEndpoint].contains(&error.kind()),
        "{name}: {error}"
    );
    let text = error.to_string();
    for part in ["text/html", "not a response of the API", "proxy"] {
        assert!(text.contains(part), "{name}: `{part}` is not in: {text}");
    }
    assert_eq!(error.header("content-type"), Some("text/html"), "{name}: {text}");
    assert!(
        !error.is_not_found()
            && !error.is_conflict()
            && !error.is_missing_role()
            && !error.is_unauthenticated()
            && !error.is_version_unavailable()
            && !error.is_rate_limited()
            && !error.is_not_on_access_list(),
        "{name}: {text}"
    );
}

#[tokio::test]
async fn nothing_is_taken_for_a_response_of_the_api() {
    let emulator = Emulator::start().await.unwrap();
    for kind in EACH_CREDENTIAL {
        for head in HEADS {
            let name = format!("{kind:?} {}", head.lines().next().unwrap());
            let (url, bodies) = portal(head).await;
            let build = || {
                let builder = builder(&emulator, kind).base_url(&url).retry(Eager);
                builder.clock(ManualClock::new()).build().unwrap()
            };
            let migration = |client: &Client| {
                project(&emulator, client).migration("6296fb4c7c7aa997cf94e9a8".parse().unwrap())
            };
            // Each with a client of its own, without an earlier challenge or failure to remember.
            let create = org(&emulator, &build()).create_link_token([]).await.unwrap_err();
            let migrate = project(&emulator, &build()).migrate(&plan()).await.unwrap_err();
            let delete = org(&emulator, &build()).delete_link_tokens().await.unwrap_err();
            let cut_over = migration(&build()).cut_over().await.unwrap_err();
            let read = migration(&build()).get().await.unwrap_err();
            for error in [&create, &migrate, &delete, &cut_over, &read] {
                check(&name, error);
            }
            // Without a token or a challenge, the request for the effect is not sent.
            let may_have_happened = kind == CredentialKind::AccessToken;
            for error in [&create, &migrate] {
                assert_eq!(error.may_have_taken_effect(), may_have_happened, "{name}: {error}");
            }
            // One for each of the two, and no repeat.
            let sent = bodies.load(Ordering::Relaxed);
            assert_eq!(sent, if may_have_happened { 2 } else { 0 }, "{name}");
        }
    }
}

#[tokio::test]
async fn page_for_the_revocation_is_no_success() {
    // The emulator cannot send 101 as a final status.
    for head in HEADS.into_iter().filter(|head| !head.starts_with("101")) {
        let emulator = Emulator::start().await.unwrap();
        let client = builder(&emulator, CredentialKind::ServiceAccount).build().unwrap();
        org(&emulator, &client).available_projects().await.unwrap();
        let status: u16 = head[..3].parse().unwrap();
        let page = atlas_emulator::CannedResponse::new(status).header("Content-Type", "text/html");
        for page in [page.clone().body("<html>"), page] {
            emulator.override_next(page.on_oauth());
            let error = client.revoke().await.unwrap_err();
            assert_eq!((error.kind(), error.status()), (ErrorKind::TokenEndpoint, Some(status)), "{error}");
            // The token is no longer in the cache.
            emulator.clear_journal();
            org(&emulator, &client).available_projects().await.unwrap();
            assert_eq!(token_requests(&emulator), 1, "{head}");
        }
    }
}
