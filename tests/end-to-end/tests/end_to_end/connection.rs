//! Connections: no server, timeouts, incomplete responses, a caller-supplied client.

use std::time::{Duration, Instant};

use atlas_emulator::{Emulator, Fault, FaultKind};
use atlas_migration_sdk::{CredentialKind, ErrorKind};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::common::{EACH_CREDENTIAL, api_requests, bearer, builder, org};

#[tokio::test]
async fn refused_connection_sends_nothing() {
    let emulator = Emulator::start().await.unwrap();
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let unused = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    for kind in EACH_CREDENTIAL {
        let client = builder(&emulator, kind).base_url(&unused).build().unwrap();
        let error = org(&emulator, &client).create_link_token([]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connect, "{kind:?}");
        assert!(error.was_not_processed());
        assert!(error.to_string().contains("Nothing was sent"), "{error}");
        assert!(std::error::Error::source(&error).is_some());
    }
}

#[tokio::test]
async fn missing_response_times_out() {
    let emulator = Emulator::start().await.unwrap();
    // Accepts connections, but never responds.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let short = Duration::from_millis(50);
    let long = Duration::from_secs(60);
    for (attempt, total, part) in [
        (short, long, "no complete response within 0.05 s, the limit for one attempt"),
        (long, short, "not completed within 0.05 s, the limit for the whole operation"),
    ] {
        let builder = builder(&emulator, CredentialKind::AccessToken).base_url(&url);
        let client = builder.attempt_timeout(attempt).operation_timeout(total).build().unwrap();
        let error = org(&emulator, &client).create_link_token([]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert!(error.is_timeout() && !error.was_not_processed());
        assert!(error.to_string().contains(part), "{error}");
        assert!(error.to_string().contains("The operation may have taken effect"), "{error}");
    }
}

#[tokio::test]
async fn timeout_in_the_body_keeps_the_status() {
    let emulator = Emulator::start().await.unwrap();
    let (short, long) = (Duration::from_millis(300), Duration::from_secs(60));
    for (attempt, total, part) in [(short, long, "one attempt"), (long, short, "the whole operation")] {
        let builder = builder(&emulator, CredentialKind::AccessToken);
        let client = builder.attempt_timeout(attempt).operation_timeout(total).build().unwrap();
        let _held = emulator.inject(Fault::new(FaultKind::SlowBody));
        let error = org(&emulator, &client).create_link_token([]).await.unwrap_err();
        assert_eq!((error.kind(), error.status()), (ErrorKind::Timeout, Some(201)), "{error}");
        assert!(error.to_string().contains(part) && error.may_have_taken_effect(), "{error}");
    }
}

#[tokio::test]
async fn zero_timeout_sends_nothing() {
    for kind in EACH_CREDENTIAL {
        let emulator = Emulator::start().await.unwrap();
        let client = builder(&emulator, kind).operation_timeout(Duration::ZERO).build().unwrap();
        let error = org(&emulator, &client).create_link_token([]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout, "{kind:?}");
        assert!(error.was_not_processed() && !error.may_have_taken_effect(), "{kind:?}: {error}");
        assert!(
            error.to_string().ends_with("not completed within 0 s, the limit for the whole operation"),
            "{error}"
        );
        assert_eq!(api_requests(&emulator), 0);
    }
}

/// Checks that connecting to this URL ends with the connect timeout, with each credential.
async fn assert_connect_times_out(url: &str) {
    let emulator = Emulator::start().await.unwrap();
    for kind in EACH_CREDENTIAL {
        let builder = builder(&emulator, kind).base_url(url);
        let client = builder.connect_timeout(Duration::from_millis(50)).build().unwrap();
        let start = Instant::now();
        let error = org(&emulator, &client).create_link_token([]).await.unwrap_err();
        // The next timeout is that of an attempt, 30 s.
        assert!(start.elapsed() < Duration::from_secs(20), "{error}");
        assert_eq!(error.kind(), ErrorKind::Connect, "{kind:?}: {error:?}");
        assert!(
            error.is_timeout() && error.was_not_processed() && !error.may_have_taken_effect(),
            "{kind:?}"
        );
        assert!(error.to_string().contains("could not connect in time. Nothing was sent"), "{error}");
    }
}

#[tokio::test]
async fn handshake_times_out() {
    // The operating system accepts the connection, but there is no TLS handshake, which is part of connecting.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    assert_connect_times_out(&format!("https://{}", silent.local_addr().unwrap())).await;
}

/// On Linux a connection attempt gets no reply when the listener's queue is full, like one to an address without a
/// host. Other systems may refuse it.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn connection_attempt_times_out() {
    let full = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    full.bind(&std::net::SocketAddr::from(([127, 0, 0, 1], 0)).into()).unwrap();
    full.listen(0).unwrap();
    let address = full.local_addr().unwrap().as_socket().unwrap();
    let mut queue = Vec::new();
    while let Ok(waiting) = std::net::TcpStream::connect_timeout(&address, Duration::from_millis(50)) {
        queue.push(waiting);
        assert!(queue.len() < 100, "the queue never fills");
    }
    assert_connect_times_out(&format!("http://{address}")).await;
}

/// A server that responds to the first bytes of each connection with these, and closes it. Returns its address.
async fn responding_with(bytes: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    tokio::spawn(async move {
        while let Ok((mut connection, _)) = listener.accept().await {
            let _ = connection.read(&mut [0; 1 << 14]).await;
            let _ = connection.write_all(bytes).await;
        }
    });
    address
}

#[tokio::test]
async fn http_to_a_port_for_https_is_named() {
    let emulator = Emulator::start().await.unwrap();
    // A fatal alert of TLS, which is the response to anything that is not TLS.
    let address = responding_with(b"\x15\x03\x03\x00\x02\x02\x0a").await;
    let builder = builder(&emulator, CredentialKind::AccessToken).base_url(format!("http://{address}"));
    let error = org(&emulator, &builder.build().unwrap()).create_link_token([]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport);
    let text = error.to_string();
    assert!(text.contains("the response is not HTTP. Check the scheme and the port"), "{text}");
    assert!(text.contains("may be a port for https") && text.contains("may have taken effect"), "{text}");
}

#[tokio::test]
async fn refusal_of_a_proxy_is_named() {
    let emulator = Emulator::start().await.unwrap();
    for (response, part) in [
        (
            &b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"[..],
            "requires credentials (407). Set them in the URL",
        ),
        (&b"HTTP/1.1 403 Forbidden\r\n\r\n"[..], "the proxy refused to connect to the server"),
    ] {
        let proxy = format!("http://{}", responding_with(response).await);
        let http = reqwest::Client::builder().proxy(reqwest::Proxy::all(proxy).unwrap()).build().unwrap();
        let builder = builder(&emulator, CredentialKind::AccessToken).base_url("https://atlas.invalid");
        let client = builder.http_client(http).build().unwrap();
        let error = org(&emulator, &client).create_link_token([]).await.unwrap_err();
        assert_eq!((error.kind(), error.status()), (ErrorKind::Connect, None), "{error}");
        assert!(error.to_string().contains(part), "{error}");
    }
}

#[tokio::test]
async fn trailing_slash_and_custom_client_are_supported() {
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

/// Exhausts the file descriptors of the process, and makes a call. Run by the test below, in a process of its own.
#[cfg(unix)]
#[tokio::test]
#[ignore = "uses up all file descriptors of the process"]
async fn call_without_a_file_descriptor() {
    let emulator = Emulator::start().await.unwrap();
    let client = bearer(&emulator);
    let mut files = Vec::new();
    while let Ok(file) = std::fs::File::open("/dev/null") {
        files.push(file);
    }
    let error = org(&emulator, &client).create_link_token([]).await.unwrap_err();
    drop(files);
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert!(error.was_not_processed());
    let text = error.to_string();
    for part in ["too many files and connections are open", "Nothing was sent", "`ulimit -n`"] {
        assert!(text.contains(part), "{text}");
    }
    assert!(!text.contains("base URL"), "{text}");
}

#[cfg(unix)]
#[tokio::test]
async fn missing_file_descriptors_are_named() {
    let test = std::env::current_exe().unwrap();
    let output = tokio::process::Command::new("sh")
        .args([
            "-c",
            "ulimit -n 100; exec \"$0\" --ignored --exact connection::call_without_a_file_descriptor",
        ])
        .arg(test)
        .output()
        .await
        .unwrap();
    let text =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
}
