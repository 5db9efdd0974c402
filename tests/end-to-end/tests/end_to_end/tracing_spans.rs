//! The spans of a call, one for the call and one for each attempt, and the events of its waits, with the documented fields
//! only.

use std::io;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, Instant, SystemTime};

use atlas_emulator::{CannedResponse, Emulator, Fault, FaultKind};
use atlas_migration_sdk::{Backoff, BoxFuture, Clock, CredentialKind, RetryPolicy, RetryState};
use tracing::Dispatch;
use tracing::instrument::WithSubscriber as _;
use tracing::subscriber::NoSubscriber;
use tracing_subscriber::fmt::format::FmtSpan;

use crate::common::{ManualClock, api_error, builder, org, project};

#[derive(Clone, Default)]
pub(crate) struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Lines {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

/// With a single subscriber, `tracing` caches for all threads whether a span or an event is enabled, by the subscriber of
/// the first thread that reaches it, which may be none. With a second subscriber, the cached value covers all of them.
static SECOND: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new(NoSubscriber::new()));

/// A subscriber at this level, and its output.
pub(crate) fn subscriber(level: tracing::Level) -> (Lines, impl tracing::Subscriber + Send + Sync) {
    LazyLock::force(&SECOND);
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(level)
        .with_span_events(FmtSpan::CLOSE)
        .with_writer(move || writer.clone())
        .without_time()
        .with_ansi(false)
        .finish();
    (lines, subscriber)
}

#[tokio::test]
async fn call_and_attempts_have_spans() {
    let (lines, subscriber) = subscriber(tracing::Level::TRACE);
    let emulator = Emulator::start().await.unwrap();
    let builder =
        builder(&emulator, CredentialKind::AccessToken).retry(Backoff::default()).clock(ManualClock::new());
    let org = org(&emulator, &builder.build().unwrap());
    async {
        emulator.override_next(CannedResponse::new(503).header("Retry-After", "7"));
        org.available_projects().await.unwrap();
        emulator.override_next(api_error(404));
        org.available_projects().await.unwrap_err();
        // A successful attempt, but a failed call.
        emulator.override_next(CannedResponse::new(200).body("<html>"));
        org.available_projects().await.unwrap_err();
    }
    .with_subscriber(subscriber)
    .await;
    let text = lines.text();
    let closed: Vec<_> =
        text.lines().filter_map(|line| line.trim().strip_suffix(": atlas_migration_sdk: close")).collect();
    // The initial fields of a span, then the recorded ones. The parent of an attempt is its call.
    let call = "atlas_call{operation=\"listOrgLiveMigrationAvailableProjects\"";
    assert_eq!(
        closed,
        [
            format!("DEBUG {call}}}:atlas_attempt{{attempt=1 delay_ms=0 status=503}}"),
            format!("DEBUG {call}}}:atlas_attempt{{attempt=2 delay_ms=7000 status=200}}"),
            format!("INFO {call} status=200 requests=2}}"),
            format!("DEBUG {call}}}:atlas_attempt{{attempt=1 delay_ms=0 status=404}}"),
            format!("INFO {call} error=Api status=404 requests=1}}"),
            format!("DEBUG {call}}}:atlas_attempt{{attempt=1 delay_ms=0 status=200}}"),
            format!("INFO {call} error=ForeignResponse status=200 requests=1}}"),
        ]
    );
}

/// The events in this output, without the spans that they are in.
fn events(text: &str) -> Vec<&str> {
    let events = text.lines().filter(|line| !line.ends_with(": close"));
    events
        .map(|line| line.split_once("atlas_migration_sdk: ").unwrap_or_else(|| panic!("{line}")).1)
        .collect()
}

#[tokio::test]
async fn every_wait_has_an_event() {
    let (lines, subscriber) = subscriber(tracing::Level::INFO);
    let emulator = Emulator::start().await.unwrap();
    let clock = ManualClock::new();
    let builder = || builder(&emulator, CredentialKind::ServiceAccount).clock(clock.clone());
    let (client, without_retries) =
        (builder().retry(Backoff::default()).build().unwrap(), builder().build().unwrap());
    // For this thread, because a token is fetched by a task of its own.
    let guard = tracing::subscriber::set_default(subscriber);
    let available = || org(&emulator, &client).available_projects();
    emulator.override_next(CannedResponse::new(401).on_oauth().body(r#"{"error":"planted"}"#));
    available().await.unwrap_err();
    // The failure is remembered for a while.
    clock.advance(Duration::from_secs(120));
    available().await.unwrap();

    emulator.override_next(CannedResponse::new(503).header("Retry-After", "7").body("planted"));
    available().await.unwrap();
    emulator.inject(Fault::new(FaultKind::ResetBeforeEffect));
    available().retry(Fixed).await.unwrap();

    // Two responses show that little is left of the rate limit. The first call after that is sent at once.
    let low = CannedResponse::new(200).header("RateLimit-Limit", "60").header("RateLimit-Remaining", "1");
    emulator.override_next(low.clone().body("[]"));
    emulator.override_next(low.body("[]"));
    for _ in 0..3 {
        available().await.unwrap();
    }

    let id = emulator.add_validation();
    emulator.set_validation(&id, Some("SUCCESS"), None);
    let job = project(&emulator, &without_retries).validation(id.parse().unwrap());
    emulator.override_next(api_error(502));
    job.wait().await.unwrap();
    drop(guard);

    let list = r#"operation="listOrgLiveMigrationAvailableProjects""#;
    let status = r#"operation="getGroupLiveMigrationValidateStatus""#;
    assert_eq!(
        events(&lines.text()),
        [
            "fetching an access token failed duration_ms=0 status=401 error=TokenRejected",
            "fetched an access token duration_ms=0 lifetime_s=3600",
            &format!(
                "the request is sent again {list} attempt=1 delay_ms=7000 status=503 error=ForeignResponse"
            ),
            &format!("the request is sent again {list} attempt=1 delay_ms=1500 error=Transport"),
            &format!(
                "the request is delayed, because the rate limit is almost used up {list} attempt=1 delay_ms=1000"
            ),
            "fetched an access token duration_ms=0 lifetime_s=3600",
            &format!("the job is read again {status} delay_ms=2000 status=502 error=Api"),
        ]
    );
}

#[tokio::test]
async fn request_that_waits_for_others_has_an_event_in_its_call() {
    let (lines, subscriber) = subscriber(tracing::Level::DEBUG);
    let emulator = Emulator::start().await.unwrap();
    let client = builder(&emulator, CredentialKind::AccessToken).max_concurrent_requests(1).build().unwrap();
    let org = org(&emulator, &client);
    let calls = futures_util::future::try_join(org.available_projects(), org.get());
    calls.with_subscriber(subscriber).await.unwrap();
    let text = lines.text();
    let event = ": the request waits, because the limit of concurrent requests is reached limit=1";
    let waiting: Vec<_> = text.lines().filter(|line| line.ends_with(event)).collect();
    let call =
        "DEBUG atlas_call{operation=\"getOrg\"}:atlas_attempt{attempt=1 delay_ms=0}: atlas_migration_sdk";
    assert_eq!(waiting.iter().map(|line| line.trim()).collect::<Vec<_>>(), [format!("{call}{event}")]);
}

/// A delay without jitter.
#[derive(Debug)]
struct Fixed;

impl RetryPolicy for Fixed {
    fn next_delay(&self, _: &RetryState<'_>) -> Option<Duration> {
        Some(Duration::from_millis(1500))
    }
}

/// A clock that logs an event when the system time is read, which happens while an error response is parsed.
#[derive(Debug)]
struct LoggingClock(ManualClock);

impl Clock for LoggingClock {
    fn now(&self) -> Instant {
        self.0.now()
    }

    fn system_time(&self) -> SystemTime {
        tracing::info!("reading the time");
        self.0.system_time()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<()> {
        self.0.sleep(duration)
    }
}

#[tokio::test]
async fn events_in_an_attempt_are_in_its_call() {
    let call = "INFO atlas_call{operation=\"listOrgLiveMigrationAvailableProjects\"}";
    for (level, spans) in [
        (tracing::Level::TRACE, format!("{call}:atlas_attempt{{attempt=1 delay_ms=0}}: ")),
        (tracing::Level::INFO, format!("{call}: ")),
    ] {
        let (lines, subscriber) = subscriber(level);
        let emulator = Emulator::start().await.unwrap();
        let clock = LoggingClock(ManualClock::new());
        let client = builder(&emulator, CredentialKind::AccessToken).clock(clock).build().unwrap();
        emulator.override_next(CannedResponse::new(401));
        let call = org(&emulator, &client).available_projects();
        call.with_subscriber(subscriber).await.unwrap_err();
        let text = lines.text();
        let event = text.lines().map(str::trim).find(|line| line.ends_with("reading the time")).unwrap();
        assert!(event.starts_with(&spans), "{level}: {event}");
    }
}
