//! Retries: what is sent again, after what wait, and what is never sent twice.

use std::time::Duration;

use atlas_emulator::{CannedResponse, Effect, Emulator};
use atlas_migration_sdk::{Backoff, Client, CredentialKind, ErrorKind};

use crate::common::{EACH_CREDENTIAL, MovedClock, api_requests, builder, org, project};
use crate::operations::plan;

fn retrying(emulator: &Emulator, kind: CredentialKind) -> (Client, MovedClock) {
    let clock = MovedClock::new();
    let client = builder(emulator, kind).retry(Backoff::default()).clock(clock.clone()).build().unwrap();
    (client, clock)
}

/// Canned replies for the requests that carry a credential: the first digest request only earns a challenge.
fn fail_next(emulator: &Emulator, kind: CredentialKind, replies: impl IntoIterator<Item = CannedResponse>) {
    let first = usize::from(kind == CredentialKind::ApiKey);
    for (at, reply) in replies.into_iter().enumerate() {
        emulator.override_next(reply.skip(if at == 0 { first } else { 0 }));
    }
}

#[tokio::test]
async fn reading_is_repeated_until_it_succeeds_or_the_tries_are_used_up() {
    for kind in EACH_CREDENTIAL {
        for (failures, succeeds) in [(1, true), (3, true), (4, false)] {
            let emulator = Emulator::start().await.unwrap();
            let (client, clock) = retrying(&emulator, kind);
            fail_next(&emulator, kind, (0..failures).map(|_| CannedResponse::new(502)));
            let result = org(&emulator, &client).available_projects().await;
            assert_eq!(result.is_ok(), succeeds, "{kind:?} {failures}");
            let waits = clock.waits();
            assert_eq!(waits.len(), failures.min(3));
            for (at, wait) in waits.iter().enumerate() {
                assert!(*wait <= Duration::from_millis(500 << at), "{waits:?}");
            }
            if let Err(error) = result {
                assert!(!error.may_have_taken_effect());
            }
        }
    }
}

#[tokio::test]
async fn creating_is_never_repeated_after_a_lost_or_unclear_reply() {
    for kind in EACH_CREDENTIAL {
        for reply in [
            CannedResponse::new(500),
            CannedResponse::new(502),
            CannedResponse::new(503).header("Retry-After", "1"),
        ] {
            let emulator = Emulator::start().await.unwrap();
            let (client, clock) = retrying(&emulator, kind);
            fail_next(&emulator, kind, [reply]);
            let error = org(&emulator, &client).create_link_token([]).await.unwrap_err();
            assert!(error.may_have_taken_effect() && !error.was_not_processed(), "{kind:?}");
            assert!(
                error.to_string().contains("It may have happened, and was not asked for again"),
                "{error}"
            );
            assert!(clock.waits().is_empty());
            assert!(emulator.link_tokens().is_empty());
        }
    }
}

#[tokio::test]
async fn creating_is_repeated_after_a_refusal_that_did_nothing() {
    for kind in EACH_CREDENTIAL {
        let emulator = Emulator::start().await.unwrap();
        let (client, clock) = retrying(&emulator, kind);
        fail_next(
            &emulator,
            kind,
            [CannedResponse::new(429).header("Retry-After", "7"), CannedResponse::new(429)],
        );
        org(&emulator, &client).create_link_token([]).await.unwrap();
        assert_eq!(emulator.link_tokens().len(), 1, "{kind:?}");
        let waits = clock.waits();
        assert_eq!((waits.len(), waits[0]), (2, Duration::from_secs(7)));
        let created =
            emulator.effects().iter().filter(|effect| matches!(effect, Effect::LinkTokenCreated(_))).count();
        assert_eq!(created, 1);
    }
}

#[tokio::test]
async fn a_wait_past_the_deadline_fails_at_once() {
    let emulator = Emulator::start().await.unwrap();
    let (client, clock) = retrying(&emulator, CredentialKind::AccessToken);
    emulator.override_next(CannedResponse::new(429).header("Retry-After", "120"));
    let error = org(&emulator, &client).available_projects().await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(120)));
    assert!(clock.waits().is_empty());
}

#[tokio::test]
async fn a_delete_that_may_have_happened_is_repeated_and_says_so() {
    let emulator = Emulator::start().await.unwrap();
    emulator.set_linked(true);
    let (client, _) = retrying(&emulator, CredentialKind::AccessToken);
    // The gateway loses the reply of the first, and the second finds nothing.
    emulator.override_next(CannedResponse::new(504));
    emulator.set_linked(false);
    let error = org(&emulator, &client).delete_link_tokens().await.unwrap_err();
    assert!(error.is_not_found() && error.may_have_taken_effect());
    assert!(error.to_string().contains("An earlier try, whose reply was lost, may have done it"), "{error}");
    assert_eq!(api_requests(&emulator), 2);

    emulator.set_linked(true);
    emulator.override_next(CannedResponse::new(504));
    org(&emulator, &client).delete_link_tokens().await.unwrap();
    assert!(emulator.link_tokens().is_empty());
}

#[tokio::test]
async fn the_token_endpoint_s_refusal_is_waited_out() {
    let emulator = Emulator::start().await.unwrap();
    let (client, clock) = retrying(&emulator, CredentialKind::ServiceAccount);
    emulator.override_next(CannedResponse::new(429).header("Retry-After", "9").on_oauth());
    org(&emulator, &client).create_link_token([]).await.unwrap();
    assert_eq!(clock.waits(), [Duration::from_secs(9)]);
    assert_eq!(api_requests(&emulator), 1);
}

#[tokio::test]
async fn a_success_that_cannot_be_read_is_not_asked_for_again() {
    let emulator = Emulator::start().await.unwrap();
    let (client, _) = retrying(&emulator, CredentialKind::AccessToken);
    let json = "application/vnd.atlas.2024-05-30+json";
    emulator.override_next(CannedResponse::new(201).header("Content-Type", json).body("{\"_id\":7}"));
    let error = project(&emulator, &client).migrate(&plan()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidResponse);
    assert!(error.may_have_taken_effect());
    assert!(error.to_string().contains("What was asked for happened"), "{error}");
    assert_eq!(emulator.requests().len(), 1);
}

#[tokio::test]
async fn many_calls_slow_down_before_they_are_refused() {
    let emulator = Emulator::builder().rate_limit(60, Duration::from_secs(60)).start().await.unwrap();
    let (client, clock) = retrying(&emulator, CredentialKind::AccessToken);
    let org = org(&emulator, &client);
    for _ in 0..58 {
        org.available_projects().await.unwrap();
    }
    // From the first reply with less than a tenth left, calls leave a second apart.
    let waits = clock.waits();
    assert!(
        (1..=4).contains(&waits.len()) && waits.iter().all(|wait| *wait == Duration::from_secs(1)),
        "{waits:?}"
    );
}
