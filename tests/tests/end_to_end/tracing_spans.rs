//! What a listener is told of a call: a span for it, a span for each try, and nothing but the fields that are meant.

use std::io;
use std::sync::{Arc, Mutex};

use atlas_emulator::{CannedReply, Emulator};
use atlas_migration_sdk::{Backoff, CredentialKind};
use tracing::instrument::WithSubscriber as _;
use tracing_subscriber::fmt::format::FmtSpan;

use crate::common::{MovedClock, builder, org};

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_span_for_the_call_and_one_for_each_try() {
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(FmtSpan::CLOSE)
        .with_writer(move || writer.clone())
        .without_time()
        .with_ansi(false)
        .finish();
    let emulator = Emulator::start().await.unwrap();
    let builder =
        builder(&emulator, CredentialKind::AccessToken).retry(Backoff::default()).clock(MovedClock::new());
    let org = org(&emulator, &builder.build().unwrap());
    async {
        emulator.override_next(CannedReply::new(503).header("Retry-After", "7"));
        org.available_projects().await.unwrap();
        emulator.override_next(CannedReply::new(404));
        org.available_projects().await.unwrap_err();
        // As a try, a success; as a call, none.
        emulator.override_next(CannedReply::new(200).body("<html>"));
        org.available_projects().await.unwrap_err();
    }
    .with_subscriber(subscriber)
    .await;
    let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    let closed: Vec<_> =
        text.lines().filter_map(|line| line.trim().strip_suffix(": atlas_migration_sdk: close")).collect();
    // The fields that a span began with, then those it was given; a try names its call.
    let call = "atlas_call{operation=\"listOrgLiveMigrationAvailableProjects\"";
    assert_eq!(
        closed,
        [
            format!("DEBUG {call}}}:atlas_try{{attempt=1 wait_ms=0 status=503}}"),
            format!("DEBUG {call}}}:atlas_try{{attempt=2 wait_ms=7000 status=200}}"),
            format!("INFO {call} status=200 requests=2}}"),
            format!("DEBUG {call}}}:atlas_try{{attempt=1 wait_ms=0 status=404}}"),
            format!("INFO {call} error=Api status=404 requests=1}}"),
            format!("DEBUG {call}}}:atlas_try{{attempt=1 wait_ms=0 status=200}}"),
            format!("INFO {call} error=InvalidReply status=200 requests=1}}"),
        ]
    );
}
