//! The server: HTTP/2, canned responses, the journal, shutdown.

use std::sync::{Arc, Mutex};

use atlas_emulator::{CannedResponse, CredentialKind, Emulator};

use crate::{Client, Response};

#[tokio::test]
async fn http_2_is_supported() {
    let mut client = Client::start().await;
    client.http = reqwest::Client::builder().no_proxy().http2_prior_knowledge().build().unwrap();
    let response = client.request("GET", "/orgs").send().await.unwrap();
    assert_eq!((response.status().as_u16(), response.version()), (200, reqwest::Version::HTTP_2));
}

#[tokio::test]
async fn canned_responses_are_sent_in_order_and_unchanged() {
    let client = Client::start().await;
    client
        .emulator
        .override_next(CannedResponse::new(502).header("Content-Type", "text/html").body("<h1>Bad</h1>"));
    client.emulator.override_next(CannedResponse::new(500));
    let gateway = client.call("GET", "/orgs").await;
    assert_eq!((gateway.status, gateway.text.as_str()), (502, "<h1>Bad</h1>"));
    assert_eq!(gateway.header("content-type"), Some("text/html"));
    assert_eq!(gateway.header("x-frame-options"), None);
    let empty = client.call("GET", "/orgs").await;
    assert_eq!((empty.status, empty.text.as_str()), (500, ""));
    assert_eq!(client.call("GET", "/orgs").await.status, 200);
}

#[tokio::test]
async fn debug_output_of_the_journal_shows_no_secrets() {
    let observed = Arc::new(Mutex::new(Vec::new()));
    let observer = Arc::clone(&observed);
    let builder =
        Emulator::builder().on_request(move |request| observer.lock().unwrap().push(request.status));
    let client = Client::of(builder.start().await.unwrap());
    let body = r#"{"accessListIps":["203.0.113.7"]}"#;
    client.call_with("POST", "/orgs/{org}/liveMigrations/linkTokens?pretty=true", body).await;
    Response::of(client.http.get(client.url("/nowhere"))).await;
    let [posted, not_found] = client.emulator.requests().try_into().unwrap();
    assert_eq!(
        (posted.method.as_str(), posted.status, posted.credential),
        ("POST", 201, CredentialKind::Bearer)
    );
    assert!(posted.target.ends_with("/linkTokens?pretty=true"));
    assert_eq!(posted.operation, Some("createOrgLiveMigrationLinkToken"));
    assert_eq!(posted.body, body);
    assert_eq!(posted.header("authorization"), Some(format!("Bearer {}", client.token).as_str()));
    assert_eq!(
        (not_found.operation, not_found.status, not_found.credential),
        (None, 404, CredentialKind::None)
    );
    assert_eq!((posted.connection, not_found.connection, client.emulator.connection_count()), (1, 1, 1));
    assert_eq!(*observed.lock().unwrap(), [201, 404]);
    let shown = format!("{posted:?} {:?}", client.emulator);
    for secret in [client.token.as_str(), "203.0.113.7", client.emulator.service_account().1] {
        assert!(!shown.contains(secret), "{shown}");
    }
    client.emulator.clear_journal();
    assert!(client.emulator.requests().is_empty());
}

#[tokio::test]
async fn drop_and_shutdown_close_every_connection() {
    for dropped in [true, false] {
        let client = Client::start().await;
        // An idle connection must not keep the server alive.
        assert_eq!(client.call("GET", "/orgs").await.status, 200);
        let (url, http, address) = (client.url("/orgs"), client.http.clone(), client.emulator.address());
        if dropped {
            drop(client);
            // The runtime aborts the server at the next opportunity.
            tokio::task::yield_now().await;
        } else {
            client.emulator.shutdown().await;
        }
        assert!(http.get(url).send().await.is_err(), "dropped: {dropped}");
        assert!(tokio::net::TcpStream::connect(address).await.is_err(), "dropped: {dropped}");
    }
}

#[tokio::test]
async fn only_loopback_addresses_are_allowed() {
    let rejected = Emulator::builder().address("0.0.0.0:0".parse().unwrap()).start().await.unwrap_err();
    assert!(rejected.to_string().contains("loopback"), "{rejected}");
    let first = Emulator::start().await.unwrap();
    let taken = Emulator::builder().address(first.address()).start().await.unwrap_err();
    assert_eq!(taken.kind(), std::io::ErrorKind::AddrInUse);
}
