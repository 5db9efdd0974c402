//! Many calls at once: how many requests are in progress, and what happens to the calls that wait.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use atlas_emulator::{Emulator, Fault, FaultKind};
use atlas_migration_sdk::{
    Client, ClientBuilder, CredentialKind, Credentials, ErrorKind, NoRetry, Org, Request, Secret,
};
use futures_util::FutureExt as _;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use crate::common::{ManualClock, builder, count_with_status, org as org_of, token_requests};

/// A test that waits for longer fails, such as for a call that nothing completes.
const LIMIT: Duration = Duration::from_secs(20);

/// A server that responds to a request once the test permits it.
struct Server {
    url: String,
    /// The responses that the test permits.
    permitted: Semaphore,
    /// The request lines so far.
    requests: Mutex<Vec<String>>,
    /// The number of requests so far.
    received: watch::Sender<usize>,
    in_progress: AtomicUsize,
    max_in_progress: AtomicUsize,
}

impl Server {
    async fn start() -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Arc::new(Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            permitted: Semaphore::new(0),
            requests: Mutex::default(),
            received: watch::Sender::new(0),
            in_progress: AtomicUsize::new(0),
            max_in_progress: AtomicUsize::new(0),
        });
        let accepting = Arc::clone(&server);
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                let server = Arc::clone(&accepting);
                // An error means that the client closed the connection.
                tokio::spawn(async move { server.serve(connection).await });
            }
        });
        server
    }

    async fn serve(&self, connection: TcpStream) -> std::io::Result<()> {
        let mut connection = BufReader::new(connection);
        loop {
            let mut line = String::new();
            connection.read_line(&mut line).await?;
            let first = line.trim_end().to_owned();
            while line.len() > 2 {
                line.clear();
                connection.read_line(&mut line).await?;
            }
            if first.is_empty() {
                return Ok(());
            }
            self.requests.lock().unwrap().push(first);
            let now = self.in_progress.fetch_add(1, Ordering::SeqCst) + 1;
            self.max_in_progress.fetch_max(now, Ordering::SeqCst);
            self.received.send_modify(|received| *received += 1);
            self.permitted.acquire().await.unwrap().forget();
            self.in_progress.fetch_sub(1, Ordering::SeqCst);
            let head =
                "HTTP/1.1 200 OK\r\ncontent-type: application/vnd.atlas.2023-01-01+json\r\ncontent-length: 2";
            connection.write_all(format!("{head}\r\n\r\n[]").as_bytes()).await?;
        }
    }

    fn permit_all(&self) {
        self.permitted.add_permits(1 << 20);
    }

    async fn has_received(&self, count: usize) {
        let mut received = self.received.subscribe();
        let enough = tokio::time::timeout(LIMIT, received.wait_for(|received| *received >= count)).await;
        enough.expect("there are fewer requests").unwrap();
    }

    /// The organizations that the requests so far named.
    fn orgs(&self) -> Vec<usize> {
        let requests = self.requests.lock().unwrap();
        requests.iter().map(|line| line.split('/').nth(5).unwrap().parse().unwrap()).collect()
    }

    fn builder(&self) -> ClientBuilder {
        Client::builder()
            .base_url(&self.url)
            .credentials(Credentials::access_token(Secret::new("x")))
            .retry(NoRetry)
            .operation_timeout(LIMIT)
    }

    fn client(&self, max_concurrent_requests: usize) -> Client {
        self.builder().max_concurrent_requests(max_concurrent_requests).build().unwrap()
    }
}

/// An organization whose id is this number.
fn org(client: &Client, number: usize) -> Org {
    client.org(format!("{number:024}").parse().unwrap())
}

/// Begins a call, which is not polled any more unless the caller does so.
fn begin<T: 'static>(mut call: Request<T>) -> Request<T> {
    assert!((&mut call).now_or_never().is_none());
    call
}

#[tokio::test]
async fn no_more_requests_than_the_limit_are_in_progress() {
    for limit in [1, 2, 5, 100] {
        let server = Server::start().await;
        let client = server.client(limit);
        let mut calls = JoinSet::new();
        for number in 0..limit + 30 {
            calls.spawn(org(&client, number).available_projects());
        }
        server.has_received(limit).await;
        server.permit_all();
        assert!(calls.join_all().await.iter().all(Result::is_ok));
        assert_eq!(server.max_in_progress.load(Ordering::SeqCst), limit);
    }
}

#[tokio::test]
async fn calls_wait_in_the_order_in_which_they_began() {
    let server = Server::start().await;
    let client = server.client(1);
    let calls: Vec<_> = (0..50).map(|number| begin(org(&client, number).available_projects())).collect();
    server.permit_all();
    // Awaited in another order.
    for call in calls.into_iter().rev() {
        call.await.unwrap();
    }
    assert_eq!(server.orgs(), (0..50).collect::<Vec<_>>());
}

#[tokio::test]
async fn call_that_waits_until_its_deadline_is_not_sent() {
    let server = Server::start().await;
    let client = server.client(1);
    let _first = begin(org(&client, 1).available_projects());
    server.has_received(1).await;
    let error = org(&client, 2).create_link_token([]).timeout(Duration::from_millis(50)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.is_timeout() && error.was_not_processed() && !error.may_have_taken_effect());
    let text = error.to_string();
    assert!(text.contains("not sent within 0.05 s, the limit for the whole operation"), "{text}");
    assert!(text.contains("the limit of 1 concurrent requests was reached"), "{text}");
    assert_eq!(server.orgs(), [1]);
}

#[tokio::test]
async fn attempt_timeout_begins_when_the_request_is_sent() {
    let server = Server::start().await;
    let client = server.client(1);
    let first = begin(org(&client, 1).available_projects());
    let second = begin(org(&client, 2).available_projects().attempt_timeout(Duration::from_secs(1)));
    // Longer than the timeout of an attempt of the second call.
    org(&client, 3).available_projects().timeout(Duration::from_millis(1200)).await.unwrap_err();
    server.permit_all();
    first.await.unwrap();
    second.await.unwrap();
    assert_eq!(server.orgs(), [1, 2]);
}

#[tokio::test]
async fn calls_that_are_not_polled_do_not_block_others() {
    for limit in [1, 2, 3, 100] {
        let server = Server::start().await;
        let client = server.client(limit);
        let waiting: Vec<_> =
            (0..2 * limit).map(|number| begin(org(&client, number).available_projects())).collect();
        server.permit_all();
        org(&client, 1000).available_projects().await.unwrap();
        for call in waiting {
            call.await.unwrap();
        }
    }
}

#[test]
fn call_whose_runtime_is_shut_down_fails() {
    let (running, stopped) = (Runtime::new().unwrap(), Runtime::new().unwrap());
    let server = running.block_on(Server::start());
    // With one request at a time, a request is sent by a task.
    let client = server.client(1);
    let mut call = org(&client, 1).create_link_token([]);
    stopped.block_on(async {
        assert!((&mut call).now_or_never().is_none());
        server.has_received(1).await;
    });
    stopped.shutdown_background();
    let error = running.block_on(async { tokio::time::timeout(LIMIT, call).await });
    let error = error.expect("the call waits").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RuntimeStopped);
    assert!(error.may_have_taken_effect() && !error.is_timeout(), "{error}");
    assert!(error.to_string().contains("the runtime was shut down"), "{error}");
}

#[tokio::test]
async fn dropped_call_leaves_the_queue() {
    let server = Server::start().await;
    let client = server.client(1);
    let mut calls: Vec<_> = (0..5).map(|number| begin(org(&client, number).available_projects())).collect();
    server.has_received(1).await;
    drop(calls.remove(2));
    server.permit_all();
    for call in calls {
        call.await.unwrap();
    }
    assert_eq!(server.orgs(), [0, 1, 3, 4]);
}

#[tokio::test]
async fn ten_thousand_calls_at_once_are_all_answered() {
    let server = Server::start().await;
    server.permit_all();
    let client = server.builder().operation_timeout(Duration::from_secs(600)).build().unwrap();
    let mut calls = JoinSet::new();
    for number in 0..10_000 {
        calls.spawn(org(&client, number).available_projects());
    }
    let results = calls.join_all().await;
    assert_eq!(
        results.iter().filter_map(|result| result.as_ref().err()).next().map(ToString::to_string),
        None
    );
    assert_eq!(results.len(), 10_000);
    assert!(server.max_in_progress.load(Ordering::SeqCst) <= 100);
}

#[tokio::test]
async fn waiting_call_is_sent_with_the_token_that_is_valid_then() {
    let (emulator, clock) = (Emulator::start().await.unwrap(), ManualClock::new());
    let builder = builder(&emulator, CredentialKind::ServiceAccount).clock(clock.clone());
    let client = builder.max_concurrent_requests(1).build().unwrap();
    let org = org_of(&emulator, &client);
    org.available_projects().await.unwrap();
    let held = emulator.inject(Fault::new(FaultKind::SlowHeaders).with_credentials());
    let first = tokio::spawn(org.available_projects());
    held.triggered().await;
    let waiting = begin(org.available_projects());
    emulator.expire_tokens();
    clock.advance(Duration::from_secs(3600));
    held.release();
    first.await.unwrap().unwrap();
    waiting.await.unwrap();
    assert_eq!((token_requests(&emulator), count_with_status(&emulator, 401)), (2, 0));
}
