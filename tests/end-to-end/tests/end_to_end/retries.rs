//! Retries: which requests are repeated, after which delay, and which are never sent twice.

use std::future;
use std::time::{Duration, Instant, SystemTime};

use atlas_emulator::{CannedResponse, Effect, Emulator};
use atlas_migration_sdk::{
    Backoff, BoxFuture, Client, Clock, CredentialKind, ErrorKind, RetryPolicy, RetryState,
};
use futures_util::future::join_all;

use crate::common::{EACH_CREDENTIAL, ManualClock, api_error, api_requests, builder, org, project};
use crate::operations::plan;

fn retrying(emulator: &Emulator, kind: CredentialKind) -> (Client, ManualClock) {
    let clock = ManualClock::new();
    let client = builder(emulator, kind).retry(Backoff::default()).clock(clock.clone()).build().unwrap();
    (client, clock)
}

/// Canned responses for the next requests with a credential. The first digest request has none and gets a challenge.
fn fail_next(emulator: &Emulator, kind: CredentialKind, responses: impl IntoIterator<Item = CannedResponse>) {
    let first = usize::from(kind == CredentialKind::ApiKey);
    for (index, response) in responses.into_iter().enumerate() {
        emulator.override_next(response.skip(if index == 0 { first } else { 0 }));
    }
}

#[tokio::test]
async fn read_is_retried_until_success_or_the_last_attempt() {
    for kind in EACH_CREDENTIAL {
        for (failures, succeeds) in [(1, true), (3, true), (4, false)] {
            let emulator = Emulator::start().await.unwrap();
            let (client, clock) = retrying(&emulator, kind);
            fail_next(&emulator, kind, (0..failures).map(|_| CannedResponse::new(502)));
            let result = org(&emulator, &client).available_projects().await;
            assert_eq!(result.is_ok(), succeeds, "{kind:?} {failures}");
            let delays = clock.delays();
            assert_eq!(delays.len(), failures.min(3));
            for (index, delay) in delays.iter().enumerate() {
                assert!(*delay <= Duration::from_millis(500 << index), "{delays:?}");
            }
            if let Err(error) = result {
                assert!(!error.may_have_taken_effect());
            }
        }
    }
}

#[tokio::test]
async fn create_is_not_retried_after_a_lost_or_ambiguous_response() {
    for kind in EACH_CREDENTIAL {
        for response in [
            CannedResponse::new(500),
            CannedResponse::new(502),
            CannedResponse::new(503).header("Retry-After", "1"),
        ] {
            let emulator = Emulator::start().await.unwrap();
            let (client, clock) = retrying(&emulator, kind);
            fail_next(&emulator, kind, [response]);
            let error = org(&emulator, &client).create_link_token([]).await.unwrap_err();
            assert!(error.may_have_taken_effect() && !error.was_not_processed(), "{kind:?}");
            assert!(
                error.to_string().contains("The operation may have taken effect, and was not repeated"),
                "{error}"
            );
            assert!(clock.delays().is_empty());
            assert!(emulator.link_tokens().is_empty());
        }
    }
}

#[tokio::test]
async fn create_is_retried_after_an_error_without_effect() {
    for kind in EACH_CREDENTIAL {
        let emulator = Emulator::start().await.unwrap();
        let (client, clock) = retrying(&emulator, kind);
        fail_next(&emulator, kind, [api_error(429).header("Retry-After", "7"), api_error(429)]);
        org(&emulator, &client).create_link_token([]).await.unwrap();
        assert_eq!(emulator.link_tokens().len(), 1, "{kind:?}");
        let delays = clock.delays();
        assert_eq!((delays.len(), delays[0]), (2, Duration::from_secs(7)));
        let created =
            emulator.effects().iter().filter(|effect| matches!(effect, Effect::LinkTokenCreated(_))).count();
        assert_eq!(created, 1);
    }
}

#[tokio::test]
async fn delay_beyond_the_deadline_fails_at_once() {
    let emulator = Emulator::start().await.unwrap();
    let (client, clock) = retrying(&emulator, CredentialKind::AccessToken);
    emulator.override_next(CannedResponse::new(429).header("Retry-After", "120"));
    let error = org(&emulator, &client).available_projects().await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(120)));
    assert!(clock.delays().is_empty());
}

#[tokio::test]
async fn retried_delete_reports_that_it_may_have_taken_effect() {
    let emulator = Emulator::start().await.unwrap();
    emulator.set_linked(true);
    let (client, _) = retrying(&emulator, CredentialKind::AccessToken);
    // The gateway loses the first response, and the second attempt finds nothing.
    emulator.override_next(CannedResponse::new(504));
    emulator.set_linked(false);
    let error = org(&emulator, &client).delete_link_tokens().await.unwrap_err();
    assert!(error.is_not_found() && error.may_have_taken_effect());
    assert!(
        error.to_string().contains("An earlier attempt, whose response was lost, may have taken effect"),
        "{error}"
    );
    assert_eq!(api_requests(&emulator), 2);

    // An attempt without an effect follows.
    emulator.override_next(CannedResponse::new(504));
    emulator.override_next(api_error(429));
    let error = org(&emulator, &client).delete_link_tokens().await.unwrap_err();
    assert!(error.is_not_found() && error.may_have_taken_effect(), "{error}");
    assert_eq!(api_requests(&emulator), 5);

    emulator.set_linked(true);
    emulator.override_next(CannedResponse::new(504));
    org(&emulator, &client).delete_link_tokens().await.unwrap();
    assert!(emulator.link_tokens().is_empty());
}

/// A clock that stands still, and on which every delay but zero is endless.
#[derive(Debug)]
struct StoppedClock(Instant);

impl Clock for StoppedClock {
    fn now(&self) -> Instant {
        self.0
    }

    fn system_time(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<()> {
        if duration.is_zero() { Box::pin(future::ready(())) } else { Box::pin(future::pending()) }
    }
}

/// A policy that repeats everything that the client allows, once, after this delay.
#[derive(Debug)]
struct Once(Duration);

impl RetryPolicy for Once {
    fn next_delay(&self, state: &RetryState<'_>) -> Option<Duration> {
        (state.attempts < 2).then_some(self.0)
    }
}

/// The second attempt is not sent.
#[tokio::test]
async fn deadline_between_two_attempts_does_not_hide_that_the_first_may_have_taken_effect() {
    let cases = [
        // The delay of the throttle would end after the deadline.
        (Duration::ZERO, "60", "the next request can be sent in 1 s"),
        // It ends after the deadline.
        (Duration::ZERO, "60000", "not completed within 0.9 s, the limit for the whole operation"),
        // So does the delay before the retry.
        (Duration::from_millis(1), "0", "not completed within 0.9 s, the limit for the whole operation"),
    ];
    let calls = cases.map(async |(delay, rate_limit, part)| {
        let emulator = Emulator::start().await.unwrap();
        let builder = builder(&emulator, CredentialKind::AccessToken).retry(Once(delay));
        let client = builder.clock(StoppedClock(Instant::now())).build().unwrap();
        let deletion = || org(&emulator, &client).delete_link_tokens().timeout(Duration::from_millis(900));
        let used_up = CannedResponse::new(204).header("RateLimit-Limit", rate_limit);
        emulator.override_next(used_up.header("RateLimit-Remaining", "0"));
        deletion().await.unwrap();
        emulator.override_next(CannedResponse::new(504));
        let error = deletion().await.unwrap_err();
        assert_eq!((error.kind(), api_requests(&emulator)), (ErrorKind::Timeout, 2), "{error}");
        assert!(error.may_have_taken_effect() && !error.was_not_processed(), "{error}");
        let text = error.to_string();
        assert!(text.contains(part), "{text}");
        assert!(
            text.contains("An earlier attempt, whose response was lost, may have taken effect"),
            "{text}"
        );
    });
    join_all(calls).await;
}

#[tokio::test]
async fn token_endpoint_rate_limit_is_retried_after_its_delay() {
    let emulator = Emulator::start().await.unwrap();
    let (client, clock) = retrying(&emulator, CredentialKind::ServiceAccount);
    emulator.override_next(CannedResponse::new(429).header("Retry-After", "9").on_oauth());
    org(&emulator, &client).create_link_token([]).await.unwrap();
    assert_eq!(clock.delays(), [Duration::from_secs(9)]);
    assert_eq!(api_requests(&emulator), 1);
}

#[tokio::test]
async fn unreadable_success_is_not_retried() {
    let emulator = Emulator::start().await.unwrap();
    let (client, _) = retrying(&emulator, CredentialKind::AccessToken);
    let json = "application/vnd.atlas.2024-05-30+json";
    emulator.override_next(CannedResponse::new(201).header("Content-Type", json).body("{\"_id\":7}"));
    let error = project(&emulator, &client).migrate(&plan()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidResponse);
    assert!(error.may_have_taken_effect());
    assert!(error.to_string().contains("The operation has taken effect"), "{error}");
    assert_eq!(emulator.requests().len(), 1);
}

#[tokio::test]
async fn calls_slow_down_before_the_rate_limit_is_reached() {
    let emulator = Emulator::builder().rate_limit(60, Duration::from_secs(60)).start().await.unwrap();
    let (client, clock) = retrying(&emulator, CredentialKind::AccessToken);
    let org = org(&emulator, &client);
    for _ in 0..58 {
        org.available_projects().await.unwrap();
    }
    // After the first response with less than a tenth of the limit left, calls are a second apart.
    let delays = clock.delays();
    assert!(
        (1..=4).contains(&delays.len()) && delays.iter().all(|delay| *delay == Duration::from_secs(1)),
        "{delays:?}"
    );
}

#[tokio::test]
async fn call_that_the_throttle_would_delay_beyond_its_deadline_fails_at_once() {
    let emulator = Emulator::builder().rate_limit(60, Duration::from_secs(60)).start().await.unwrap();
    let (client, _) = retrying(&emulator, CredentialKind::AccessToken);
    for _ in 0..56 {
        org(&emulator, &client).available_projects().await.unwrap();
    }
    let clock = ManualClock::new();
    let builder = builder(&emulator, CredentialKind::AccessToken).clock(clock.clone());
    let client = builder.operation_timeout(Duration::from_millis(500)).build().unwrap();
    let org = org(&emulator, &client);
    // The first response shows that the rate limit is almost used up, and the first call after it is sent at once.
    org.available_projects().await.unwrap();
    org.available_projects().await.unwrap();
    for _ in 0..18 {
        let error = org.available_projects().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout);
        assert!(error.was_not_processed() && error.to_string().contains("can be sent in 1 s"), "{error}");
    }
    assert_eq!((clock.delays().len(), api_requests(&emulator)), (0, 58));
    // Those calls are not in the queue.
    clock.advance(Duration::from_secs(1));
    org.available_projects().await.unwrap();
}
