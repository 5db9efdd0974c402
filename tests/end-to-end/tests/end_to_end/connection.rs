//! What happens before and between replies: no server, no connection or answer in time, a client that is handed in.

use std::time::{Duration, Instant};

use atlas_emulator::{Emulator, Fault, FaultKind};
use atlas_migration_sdk::{CredentialKind, ErrorKind};
use tokio::net::TcpListener;

use crate::common::{EACH_CREDENTIAL, api_requests, builder, org};

#[tokio::test]
async fn no_server_was_never_sent() {
    let emulator = Emulator::start().await.unwrap();
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nobody = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    for kind in EACH_CREDENTIAL {
        let client = builder(&emulator, kind).base_url(&nobody).build().unwrap();
        let error = org(&emulator, &client).create_link_token([]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connect, "{kind:?}");
        assert!(error.was_not_processed());
        assert!(error.to_string().contains("Nothing was sent"), "{error}");
        assert!(std::error::Error::source(&error).is_some());
    }
}

#[tokio::test]
async fn no_answer_in_time() {
    let emulator = Emulator::start().await.unwrap();
    // Accepts, and never answers.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let short = Duration::from_millis(50);
    let long = Duration::from_secs(60);
    for (a_try, total, part) in [
        (short, long, "no whole reply within 0.05 s, the limit for one request"),
        (long, short, "not done within 0.05 s, the limit for a whole call"),
    ] {
        let builder = builder(&emulator, CredentialKind::AccessToken).base_url(&url);
        let client = builder.attempt_timeout(a_try).operation_timeout(total).build().unwrap();
        let error = org(&emulator, &client).create_link_token([]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert!(error.is_timeout() && !error.was_not_processed());
        assert!(error.to_string().contains(part), "{error}");
        assert!(error.to_string().contains("It may have happened"), "{error}");
    }
}

#[tokio::test]
async fn a_reply_that_stops_in_its_middle_keeps_its_status() {
    let emulator = Emulator::start().await.unwrap();
    let (short, long) = (Duration::from_millis(300), Duration::from_secs(60));
    for (a_try, total, part) in [(short, long, "one request"), (long, short, "a whole call")] {
        let builder = builder(&emulator, CredentialKind::AccessToken);
        let client = builder.attempt_timeout(a_try).operation_timeout(total).build().unwrap();
        let _held = emulator.inject(Fault::new(FaultKind::SlowBody));
        let error = org(&emulator, &client).create_link_token([]).await.unwrap_err();
        assert_eq!((error.kind(), error.status()), (ErrorKind::Timeout, Some(201)), "{error}");
        assert!(error.to_string().contains(part) && error.may_have_taken_effect(), "{error}");
    }
}

#[tokio::test]
async fn nothing_is_sent_when_no_time_is_left() {
    for kind in EACH_CREDENTIAL {
        let emulator = Emulator::start().await.unwrap();
        let client = builder(&emulator, kind).operation_timeout(Duration::ZERO).build().unwrap();
        let error = org(&emulator, &client).create_link_token([]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout, "{kind:?}");
        assert!(error.was_not_processed() && !error.may_have_taken_effect(), "{kind:?}: {error}");
        assert!(error.to_string().ends_with("not done within 0 s, the limit for a whole call"), "{error}");
        assert_eq!(api_requests(&emulator), 0);
    }
}

/// That connecting to this URL ends with its own limit, with each credential.
async fn connecting_takes_too_long(url: &str) {
    let emulator = Emulator::start().await.unwrap();
    for kind in EACH_CREDENTIAL {
        let builder = builder(&emulator, kind).base_url(url);
        let client = builder.connect_timeout(Duration::from_millis(50)).build().unwrap();
        let began = Instant::now();
        let error = org(&emulator, &client).create_link_token([]).await.unwrap_err();
        // The next limit is that of a try, 30 s.
        assert!(began.elapsed() < Duration::from_secs(20), "{error}");
        assert_eq!(error.kind(), ErrorKind::Connect, "{kind:?}: {error:?}");
        assert!(
            error.is_timeout() && error.was_not_processed() && !error.may_have_taken_effect(),
            "{kind:?}"
        );
        assert!(error.to_string().contains("could not connect in time. Nothing was sent"), "{error}");
    }
}

#[tokio::test]
async fn no_handshake_in_time() {
    // The system accepts, and nobody greets: the handshake of TLS belongs to connecting.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    connecting_takes_too_long(&format!("https://{}", silent.local_addr().unwrap())).await;
}

/// Linux lets a connection wait without an answer when the listener's queue is full, as an address does behind which
/// there is nothing. Elsewhere it may be refused.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn no_connection_in_time() {
    let full = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    full.bind(&std::net::SocketAddr::from(([127, 0, 0, 1], 0)).into()).unwrap();
    full.listen(0).unwrap();
    let address = full.local_addr().unwrap().as_socket().unwrap();
    let mut queue = Vec::new();
    while let Ok(waiting) = std::net::TcpStream::connect_timeout(&address, Duration::from_millis(50)) {
        queue.push(waiting);
        assert!(queue.len() < 100, "the queue has no end");
    }
    connecting_takes_too_long(&format!("http://{address}")).await;
}

#[tokio::test]
async fn a_base_url_with_a_slash_and_a_client_of_one_s_own() {
    let emulator = Emulator::start().await.unwrap();
    let http =
        reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
    for kind in EACH_CREDENTIAL {
        let builder = builder(&emulator, kind).base_url(format!("{}/", emulator.base_url()));
        let client = builder.http_client(http.clone()).build().unwrap();
        org(&emulator, &client).available_projects().await.unwrap();
    }
    assert!(api_requests(&emulator) >= 3);
    assert!(emulator.requests().iter().all(|request| !request.target.contains("//")));
}
