//! A base URL with a path, like that of a gateway: every request goes below it. The emulator has no path, so this
//! module has its own server, which records the requests.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use atlas_emulator::Emulator;
use atlas_migration_sdk::{Client, CredentialKind};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::{Request, Response, StatusCode, header};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use crate::common::{EACH_CREDENTIAL, builder, org};

const PREFIX: &str = "/gate%20way/x";

/// A request: its method and target, and its `Authorization` header.
type Recorded = (String, Option<String>);

/// The minimum that each kind of credential needs: a challenge, an access token, an empty list.
fn respond(request: &Request<Incoming>) -> Response<Full<Bytes>> {
    let response = Response::builder().header(header::CONTENT_TYPE, "application/vnd.atlas.2023-01-01+json");
    let (response, body) = if request.uri().path().ends_with("/api/oauth/token") {
        (response, r#"{"access_token":"t","expires_in":3600,"token_type":"Bearer"}"#)
    } else if request.headers().contains_key(header::AUTHORIZATION) {
        (response, "[]")
    } else {
        let challenge = r#"Digest realm="r", nonce="n", qop="auth", algorithm=MD5"#;
        (response.status(StatusCode::UNAUTHORIZED).header(header::WWW_AUTHENTICATE, challenge), "{}")
    };
    response.body(Full::from(body)).unwrap()
}

/// Starts the server. Returns its URL and the recorded requests.
async fn gateway() -> (String, Arc<Mutex<Vec<Recorded>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let noted = Arc::<Mutex<Vec<Recorded>>>::default();
    let notes = Arc::clone(&noted);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let notes = Arc::clone(&notes);
            let service = hyper::service::service_fn(move |request: Request<Incoming>| {
                let sender = request.headers().get(header::AUTHORIZATION);
                let sender = sender.map(|value| value.to_str().unwrap().to_owned());
                notes.lock().unwrap().push((format!("{} {}", request.method(), request.uri()), sender));
                std::future::ready(Ok::<_, Infallible>(respond(&request)))
            });
            let connection =
                hyper_util::server::conn::auto::Builder::new(hyper_util::rt::TokioExecutor::new());
            tokio::spawn(async move {
                let _ = connection.serve_connection(TokioIo::new(stream), service).await;
            });
        }
    });
    (url, noted)
}

#[tokio::test]
async fn requests_go_below_the_path_of_the_base_url() {
    let emulator = Emulator::start().await.unwrap();
    let projects =
        format!("{PREFIX}/api/atlas/v2/orgs/{}/liveMigrations/availableProjects", emulator.org_id());
    let list = format!("GET {projects}");
    for kind in EACH_CREDENTIAL {
        let (url, noted) = gateway().await;
        let client: Client = builder(&emulator, kind).base_url(format!("{url}{PREFIX}/")).build().unwrap();
        assert_eq!(org(&emulator, &client).available_projects().await.unwrap(), []);
        if kind == CredentialKind::ServiceAccount {
            client.revoke().await.unwrap();
        }
        let noted = noted.lock().unwrap().clone();
        let asked: Vec<_> = noted.iter().map(|(line, _)| line.as_str()).collect();
        let token = format!("POST {PREFIX}/api/oauth/token");
        let revoke = format!("POST {PREFIX}/api/oauth/revoke");
        match kind {
            CredentialKind::ServiceAccount => assert_eq!(asked, [&token, &list, &revoke]),
            CredentialKind::ApiKey => {
                assert_eq!(asked, [&list, &list]);
                // The signed target is that of the request line, byte for byte.
                let signed = noted[1].1.as_deref().unwrap();
                assert!(signed.contains(&format!("uri=\"{projects}\"")), "{signed}");
            }
            _ => assert_eq!(asked, [&list]),
        }
    }
}
