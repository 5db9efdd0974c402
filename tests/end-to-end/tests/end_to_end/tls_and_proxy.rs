//! TLS with a custom certificate authority, and a proxy from the environment.

use std::process::Stdio;
use std::time::Duration;

use atlas_emulator::Emulator;
use atlas_migration_sdk::{Client, CredentialKind, ErrorKind, NoRetry, Secret, SourceManager};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::common::{credentials, example, org, tls_acceptor};

/// A TLS server for `localhost` that forwards to this address. Returns its URL and the PEM of its certificate
/// authority.
async fn tls_in_front_of(address: String) -> (String, String) {
    let (acceptor, authority) = tls_acceptor(&[]);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let (acceptor, address) = (acceptor.clone(), address.clone());
            tokio::spawn(async move {
                // A client that does not trust the certificate disconnects here.
                let Ok(mut client) = acceptor.accept(client).await else { return };
                let Ok(mut server) = TcpStream::connect(address).await else { return };
                let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
            });
        }
    });
    (url, authority)
}

fn address(url: &str) -> String {
    url.trim_start_matches("http://").to_owned()
}

#[tokio::test]
async fn certificates_are_checked_and_an_authority_can_be_added() {
    let emulator = Emulator::start().await.unwrap();
    let (url, authority) = tls_in_front_of(address(emulator.base_url())).await;
    for kind in [CredentialKind::ServiceAccount, CredentialKind::ApiKey] {
        let builder =
            || Client::builder().base_url(&url).credentials(credentials(&emulator, kind)).retry(NoRetry);
        let error = org(&emulator, &builder().build().unwrap()).create_link_token([]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
        assert!(error.was_not_processed());

        let client = builder().root_certificates_pem(authority.clone()).build().unwrap();
        org(&emulator, &client).create_link_token([]).await.unwrap();
    }
    assert_eq!(emulator.link_tokens().len(), 2);
}

#[tokio::test]
async fn ops_manager_has_its_own_certificate_authority() {
    let emulator = Emulator::start().await.unwrap();
    let (url, authority) = tls_in_front_of(address(emulator.source_manager_url())).await;
    let (public, private) = emulator.source_manager_api_key();
    let builder = || {
        SourceManager::ops_manager(&url, public, Secret::new(private))
            .configure(|builder| builder.retry(NoRetry))
    };
    let org = |source_manager: SourceManager| source_manager.org(emulator.source_org_id().parse().unwrap());
    let error = org(builder().build().unwrap()).status().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
    org(builder().root_certificates_pem(authority).build().unwrap()).status().await.unwrap();
}

#[tokio::test]
async fn proxy_is_taken_from_the_environment() {
    let proxy = TcpListener::bind("127.0.0.1:0").await.unwrap();
    // In its own process, because the tests of a process share the environment.
    let folder = tempfile::tempdir().unwrap();
    let mut child = example("create_link_token")
        .arg(folder.path().join("link-token"))
        .env("HTTPS_PROXY", format!("http://{}", proxy.local_addr().unwrap()))
        .env_remove("NO_PROXY")
        .env_remove("no_proxy")
        .env("MONGODB_ATLAS_BASE_URL", "https://atlas.invalid")
        .env("MONGODB_ATLAS_ACCESS_TOKEN", "planted")
        .env("MONGODB_ATLAS_ORG_ID", "4888442a3354817a7320eb61")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let limit = Duration::from_secs(300);
    let (connection, _) = tokio::time::timeout(limit, proxy.accept()).await.unwrap().unwrap();
    let mut lines = BufReader::new(connection).lines();
    let first = lines.next_line().await.unwrap().unwrap();
    assert_eq!(first, "CONNECT atlas.invalid:443 HTTP/1.1");
    while let Some(line) = lines.next_line().await.unwrap().filter(|line| !line.is_empty()) {
        assert!(!line.contains("planted"), "the proxy received the credential");
    }
    child.kill().await.unwrap();
}
