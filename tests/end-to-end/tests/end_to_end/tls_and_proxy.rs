//! TLS with a custom certificate authority, and a proxy from the environment.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use atlas_emulator::Emulator;
use atlas_migration_sdk::{Backoff, Client, CredentialKind, ErrorKind, NoRetry, Secret, SourceManager};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::common::{ManualClock, bearer, builder, credentials, example, org, tls_acceptor};

/// A TLS server for `localhost` that forwards to this address. Returns its URL and the PEM of its certificate
/// authority.
pub(crate) async fn tls_in_front_of(address: String) -> (String, String) {
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
        let clock = ManualClock::new();
        let retrying = builder().retry(Backoff::default()).clock(clock.clone()).build().unwrap();
        let error = org(&emulator, &retrying).create_link_token([]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::CertificateRejected, "{error}");
        assert!(error.was_not_processed() && clock.delays().is_empty());
        let text = error.to_string();
        for part in ["certificate was rejected", "Nothing was sent", "root store", "root_certificates_pem"] {
            assert!(text.contains(part), "{text}");
        }
        // rustls and OpenSSL.
        let reasons = ["invalid peer certificate: UnknownIssuer", "certificate verify failed"];
        let has_reason = reasons.iter().any(|reason| text.contains(reason));
        assert!(has_reason || cfg!(not(target_os = "linux")), "{text}");

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
    assert_eq!(error.kind(), ErrorKind::CertificateRejected, "{error}");
    assert!(error.to_string().contains("to `SourceManagerBuilder::root_certificates_pem`."), "{error}");
    org(builder().root_certificates_pem(authority).build().unwrap()).status().await.unwrap();
}

#[tokio::test]
async fn certificate_authority_of_the_source_is_taken_from_the_environment() {
    let emulator = Emulator::start().await.unwrap();
    let (url, authority) = tls_in_front_of(address(emulator.source_manager_url())).await;
    let token = org(&emulator, &bearer(&emulator)).create_link_token([]).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let [token_file, ca_file] = ["link-token", "ca.pem"].map(|name| folder.path().join(name));
    std::fs::write(&token_file, token.expose_secret()).unwrap();
    std::fs::write(&ca_file, authority).unwrap();
    let (public, private) = emulator.source_manager_api_key();
    let link = |ca_file: &Path| {
        let mut command = example("link");
        command.arg(&token_file).env("SOURCE_MANAGER_URL", &url);
        command.env("SOURCE_MANAGER_ORG_ID", emulator.source_org_id());
        command.env("SOURCE_MANAGER_PUBLIC_API_KEY", public).env("SOURCE_MANAGER_PRIVATE_API_KEY", private);
        command.env("SOURCE_MANAGER_CA_CERTIFICATE", ca_file).output()
    };
    let unknown = link(Path::new("")).await.unwrap();
    let text = String::from_utf8_lossy(&unknown.stderr);
    assert!(!unknown.status.success() && text.contains("kind CertificateRejected"), "{text}");
    assert!(text.contains("the root store of the system or to SOURCE_MANAGER_CA_CERTIFICATE."), "{text}");
    let known = link(&ca_file).await.unwrap();
    assert!(known.status.success(), "{}", String::from_utf8_lossy(&known.stderr));
    assert_eq!(String::from_utf8_lossy(&known.stdout), "SYNCED\n");
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

#[tokio::test]
async fn certificate_for_another_name_is_rejected() {
    let emulator = Emulator::start().await.unwrap();
    let (url, authority) = tls_in_front_of(address(emulator.base_url())).await;
    let builder = builder(&emulator, CredentialKind::AccessToken).root_certificates_pem(authority);
    let client = builder.base_url(url.replace("localhost", "127.0.0.1")).build().unwrap();
    let error = org(&emulator, &client).available_projects().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::CertificateRejected, "{error}");
}

#[tokio::test]
async fn https_to_a_port_for_http_is_named() {
    let emulator = Emulator::start().await.unwrap();
    let url = format!("https://{}", address(emulator.base_url()));
    let client = builder(&emulator, CredentialKind::AccessToken).base_url(url).build().unwrap();
    let error = org(&emulator, &client).available_projects().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert!(error.to_string().contains("this may be a port for http"), "{error} {error:?}");
}

#[tokio::test]
async fn proxy_that_cannot_be_used_is_an_error_instead_of_a_direct_connection() {
    let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut command = example("create_link_token");
    for name in
        ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "https_proxy", "http_proxy", "all_proxy", "REQUEST_METHOD"]
    {
        command.env_remove(name);
    }
    let output = command
        .arg(folder.path().join("link-token"))
        .env("https_proxy", "htp://planted:8080")
        // Not a loopback address to the client, but the local machine.
        .env("MONGODB_ATLAS_BASE_URL", format!("https://0.0.0.0:{}", server.local_addr().unwrap().port()))
        .env("MONGODB_ATLAS_ACCESS_TOKEN", "planted")
        .env("MONGODB_ATLAS_ORG_ID", "4888442a3354817a7320eb61")
        .output();
    let output = tokio::select! {
        output = output => output.unwrap(),
        _ = server.accept() => panic!("the client connected directly"),
    };
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && text.contains("https_proxy is not the URL of a proxy"), "{text}");
    assert!(!text.contains("planted"), "{text}");
}
