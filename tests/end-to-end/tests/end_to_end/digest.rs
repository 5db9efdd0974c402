//! Digest authentication: how many requests it takes, with which challenges, with concurrent calls.

use std::time::Duration;

use atlas_emulator::{
    CannedResponse, Challenge, CredentialKind as SentCredential, DigestAlgorithm, Effect, Emulator,
    EmulatorBuilder, Fault, FaultKind,
};
use atlas_migration_sdk::{Backoff, CredentialKind, Error, ErrorKind};
use futures_util::future::join_all;

use crate::common::{ManualClock, api_error, builder, client, count_with_status, org};

async fn calls(emulator: &Emulator, org: &atlas_migration_sdk::Org, count: usize) {
    for _ in 0..count {
        org.available_projects().await.unwrap();
    }
    assert!(emulator.requests().len() >= count);
}

#[tokio::test]
async fn one_hundred_calls_need_one_challenge() {
    let emulator = Emulator::builder().strict_nc(true).start().await.unwrap();
    let org = org(&emulator, &client(&emulator, CredentialKind::ApiKey));
    calls(&emulator, &org, 100).await;
    assert_eq!((count_with_status(&emulator, 401), emulator.requests().len()), (1, 101));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_calls_need_one_challenge_and_reuse_no_count() {
    let emulator = Emulator::builder().strict_nc(true).start().await.unwrap();
    let org = org(&emulator, &client(&emulator, CredentialKind::ApiKey));
    let results = join_all((0..64).map(|_| {
        let org = org.clone();
        tokio::spawn(async move { org.available_projects().await.map(drop) })
    }));
    for result in results.await {
        result.unwrap().unwrap();
    }
    assert_eq!((count_with_status(&emulator, 401), emulator.requests().len()), (1, 65));
}

#[tokio::test]
async fn expired_nonce_needs_one_more_request() {
    let emulator = Emulator::builder().nonce_lifetime(Duration::from_secs(60)).start().await.unwrap();
    let org = org(&emulator, &client(&emulator, CredentialKind::ApiKey));
    calls(&emulator, &org, 2).await;
    emulator.advance(Duration::from_secs(61));
    calls(&emulator, &org, 2).await;
    emulator.expire_nonces();
    calls(&emulator, &org, 2).await;
    assert_eq!((count_with_status(&emulator, 401), emulator.requests().len()), (3, 9));
}

#[tokio::test]
async fn supported_challenges() {
    for (name, challenges, one_header) in [
        ("MD5", vec![Challenge::md5()], false),
        ("SHA-256", vec![Challenge::sha256()], false),
        ("MD5 without qop", vec![Challenge::md5().without_qop()], false),
        ("SHA-256 without qop", vec![Challenge::sha256().without_qop()], false),
        (
            "unknown parameters",
            vec![Challenge::md5().parameter("charset", "UTF-8").parameter("future", "1")],
            false,
        ),
        ("two in two headers", vec![Challenge::md5(), Challenge::sha256()], false),
        ("two in one header", vec![Challenge::md5(), Challenge::sha256()], true),
    ] {
        let builder = Emulator::builder().challenges(challenges.clone()).single_challenge_header(one_header);
        let emulator = builder.start().await.unwrap();
        let org = org(&emulator, &client(&emulator, CredentialKind::ApiKey));
        calls(&emulator, &org, 3).await;
        assert_eq!(emulator.requests().len(), 4, "{name}");
        let requests = emulator.requests();
        assert_eq!(requests[3].credential, SentCredential::Digest, "{name}");
        let sent = requests[3].header("authorization").unwrap();
        assert_eq!(
            sent.contains("SHA-256"),
            name.contains("SHA-256") || name.starts_with("two"),
            "{name}: {sent}"
        );
    }
}

/// 64 callers make this many calls each. Returns the number of requests, none of which fails.
async fn requests_of_64_callers(emulator: EmulatorBuilder, calls: usize) -> usize {
    let emulator = emulator.rate_limit(u32::MAX, Duration::from_secs(60)).start().await.unwrap();
    let org = org(&emulator, &client(&emulator, CredentialKind::ApiKey));
    let callers = join_all((0..64).map(|_| {
        let org = org.clone();
        tokio::spawn(async move {
            for _ in 0..calls {
                org.available_projects().await?;
            }
            Ok::<_, Error>(())
        })
    }));
    for result in callers.await {
        result.unwrap().unwrap();
    }
    assert_eq!(count_with_status(&emulator, 200), 64 * calls);
    emulator.requests().len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_calls_outside_of_the_nonce_window_get_nonces_of_their_own() {
    for window in [2, 16, 100] {
        let requests = requests_of_64_callers(Emulator::builder().nonce_window(window), 10).await;
        // One challenge for the first call, and then about one for each caller.
        assert!((641..=640 + 128).contains(&requests), "{requests} requests with a window of {window}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_calls_with_one_time_nonces_succeed() {
    let requests = requests_of_64_callers(Emulator::builder().one_time_nonces(true), 10).await;
    assert!(requests <= 2 * 640 + 1, "{requests} requests");
}

#[tokio::test]
async fn wrong_key_is_refused_after_one_new_nonce() {
    for emulator in [Emulator::builder(), Emulator::builder().one_time_nonces(true)] {
        let emulator = emulator.start().await.unwrap();
        let org = org(&emulator, &client(&emulator, CredentialKind::ApiKey));
        calls(&emulator, &org, 2).await;
        emulator.clear_journal();
        emulator.override_next(
            CannedResponse::new(401)
                .header("www-authenticate", r#"Digest realm="MMS Public API", nonce="a", qop="auth""#),
        );
        emulator.override_next(
            CannedResponse::new(401)
                .header("www-authenticate", r#"Digest realm="MMS Public API", nonce="b", qop="auth""#),
        );
        let error = org.available_projects().await.unwrap_err();
        assert!(error.is_unauthenticated() && error.to_string().contains("private key"), "{error}");
        assert_eq!(emulator.requests().len(), 2);
    }
}

#[tokio::test]
async fn a_call_that_is_no_longer_polled_does_not_block_others() {
    let emulator = Emulator::start().await.unwrap();
    let client = builder(&emulator, CredentialKind::ApiKey).clock(ManualClock::new()).build().unwrap();
    let org = org(&emulator, &client);
    let mut begun = std::pin::pin!(org.available_projects().into_future());
    tokio::select! {
        biased;
        _ = begun.as_mut() => panic!("it ends without the network"),
        () = std::future::ready(()) => {}
    }
    let others = join_all((0..8).map(|_| org.available_projects().into_future()));
    for result in tokio::time::timeout(Duration::from_secs(10), others).await.expect("the calls wait") {
        result.unwrap();
    }
    begun.await.unwrap();
}

#[test]
fn a_runtime_that_is_no_longer_driven_does_not_block_others() {
    let driven = tokio::runtime::Runtime::new().unwrap();
    let abandoned = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let emulator = driven.block_on(Emulator::start()).unwrap();
    let client = builder(&emulator, CredentialKind::ApiKey).clock(ManualClock::new()).build().unwrap();
    let org = org(&emulator, &client);
    let mut begun = Box::pin(org.available_projects().into_future());
    abandoned.block_on(async { assert!(futures_util::poll!(begun.as_mut()).is_pending()) });
    let other = async { tokio::time::timeout(Duration::from_secs(10), org.available_projects()).await };
    driven.block_on(other).expect("the call waits").unwrap();
}

#[tokio::test]
async fn challenge_is_requested_without_the_body() {
    let emulator = Emulator::start().await.unwrap();
    let org = org(&emulator, &client(&emulator, CredentialKind::ApiKey));
    org.create_link_token([]).await.unwrap();
    let requests = emulator.requests();
    assert_eq!((requests[0].status, requests[0].header("content-length")), (401, Some("0")));
    assert!(requests[0].body.is_empty() && !requests[1].body.is_empty());
    assert_eq!(requests[0].header("content-type"), requests[1].header("content-type"));
}

#[tokio::test]
async fn lost_request_for_a_challenge_is_repeated() {
    for fault in [FaultKind::ResetAfterEffect, FaultKind::BadGatewayAfterEffect] {
        let emulator = Emulator::start().await.unwrap();
        let client = builder(&emulator, CredentialKind::ApiKey).retry(Backoff::default());
        let org = org(&emulator, &client.clock(ManualClock::new()).build().unwrap());
        emulator.inject(Fault::new(fault));
        org.create_link_token([]).await.unwrap();
        assert_eq!(emulator.effects(), [Effect::LinkTokenCreated(emulator.org_id().to_owned())], "{fault}");
    }
    // Without a body the request is complete, and a server that requires no credential would process it.
    let emulator = Emulator::start().await.unwrap();
    let org = org(&emulator, &client(&emulator, CredentialKind::ApiKey));
    emulator.inject(Fault::new(FaultKind::ResetAfterEffect));
    let error = org.delete_link_tokens().await.unwrap_err();
    assert_eq!((error.kind(), error.may_have_taken_effect()), (ErrorKind::Transport, true), "{error}");
}

#[tokio::test]
async fn request_is_sent_with_its_body_if_the_server_requires_it_before_the_credential() {
    for status in [400, 411, 415, 200] {
        let emulator = Emulator::start().await.unwrap();
        let org = org(&emulator, &client(&emulator, CredentialKind::ApiKey));
        emulator.override_next(CannedResponse::new(status));
        org.create_link_token([]).await.unwrap();
        let requests = emulator.requests();
        let statuses: Vec<_> = requests.iter().map(|request| request.status).collect();
        assert_eq!(statuses, [status, 401, 201]);
        assert!(requests[0].body.is_empty() && !requests[1].body.is_empty());
    }
    // The response to the request with its body is the outcome. It may have taken effect.
    for (status, may_have_taken_effect) in [(415, false), (500, true)] {
        let emulator = Emulator::start().await.unwrap();
        let org = org(&emulator, &client(&emulator, CredentialKind::ApiKey));
        emulator.override_next(CannedResponse::new(411));
        emulator.override_next(api_error(status));
        let error = org.create_link_token([]).await.unwrap_err();
        assert_eq!((error.status(), emulator.requests().len()), (Some(status), 2));
        assert_eq!(error.may_have_taken_effect(), may_have_taken_effect, "{error}");
    }
    // Other responses would be the same with the body.
    let emulator = Emulator::start().await.unwrap();
    let org = org(&emulator, &client(&emulator, CredentialKind::ApiKey));
    emulator.override_next(CannedResponse::new(404));
    let error = org.create_link_token([]).await.unwrap_err();
    assert_eq!((error.status(), emulator.requests().len()), (Some(404), 1));
}

#[tokio::test]
async fn error_names_challenges_that_cannot_be_answered() {
    let session = DigestAlgorithm::Other("MD5-sess".to_owned());
    for (challenges, offers) in [
        (vec![Challenge::md5().qop("auth-int")], "Digest with MD5 and qop auth-int"),
        (vec![Challenge::digest(session)], "Digest with MD5-sess and qop auth"),
        (
            vec![Challenge::other_scheme("Negotiate YII="), Challenge::other_scheme("NTLM TlRMTVNTUAAC")],
            "Negotiate, NTLM",
        ),
        (vec![], "its response has no challenge"),
    ] {
        let emulator = Emulator::builder().challenges(challenges).start().await.unwrap();
        let org = org(&emulator, &client(&emulator, CredentialKind::ApiKey));
        let error = org.available_projects().await.unwrap_err();
        let text = error.to_string();
        assert_eq!((error.status(), emulator.requests().len()), (Some(401), 1));
        assert!(text.contains(offers) && !text.contains("private key"), "{text}");
    }
}

#[tokio::test]
async fn description_of_challenges_is_truncated_after_redaction() {
    const KEY: &str = "planted-private-key";
    for length in (50..500).step_by(9) {
        let challenges = [Challenge::other_scheme("x".repeat(length)), Challenge::other_scheme(KEY)];
        let emulator =
            Emulator::builder().api_key("public", KEY).challenges(challenges).start().await.unwrap();
        let org = org(&emulator, &client(&emulator, CredentialKind::ApiKey));
        let text = org.available_projects().await.unwrap_err().to_string();
        assert!(!text.contains("planted") && text.len() < 700, "{text}");
    }
}

#[tokio::test]
async fn other_schemes_in_the_same_header_and_lower_case_names() {
    let lower_case = DigestAlgorithm::Other("md5".to_owned());
    let unknown = [Challenge::other_scheme("Negotiate YII="), Challenge::digest(lower_case)];
    let emulator =
        Emulator::builder().challenges(unknown).single_challenge_header(true).start().await.unwrap();
    let org = org(&emulator, &client(&emulator, CredentialKind::ApiKey));
    // The emulator accepts no credentials for this challenge: that there are some is enough.
    org.available_projects().await.unwrap_err();
    assert_eq!(emulator.requests()[1].credential, SentCredential::Digest);
}

#[tokio::test]
async fn large_realms_are_answered_within_a_limit() {
    for (size, expected) in
        [(5_000, None), (100_000, Some("Digest with realm, nonce and opaque of 100032 bytes"))]
    {
        let emulator = Emulator::builder().realm("x".repeat(size)).start().await.unwrap();
        let org = org(&emulator, &client(&emulator, CredentialKind::ApiKey));
        let error = org.available_projects().await.err().map(|error| error.to_string());
        assert_eq!(error.is_some(), expected.is_some(), "{error:?}");
        assert!(error.is_none_or(|error| error.contains(expected.unwrap())));
    }
}

#[tokio::test]
async fn a_server_that_calls_every_nonce_stale_gets_a_limited_number_of_requests() {
    let emulator = Emulator::start().await.unwrap();
    let org = org(&emulator, &client(&emulator, CredentialKind::ApiKey));
    for nonce in 0..9 {
        let challenge = format!(r#"Digest realm="r", nonce="{nonce}", qop="auth", stale=true"#);
        emulator.override_next(CannedResponse::new(401).header("www-authenticate", &challenge));
    }
    assert!(org.available_projects().await.unwrap_err().is_unauthenticated());
    assert_eq!(emulator.requests().len(), 5);
}

#[tokio::test]
async fn no_request_for_a_challenge_has_a_body() {
    let emulator = Emulator::start().await.unwrap();
    let org = org(&emulator, &client(&emulator, CredentialKind::ApiKey));
    for nonce in 0..9 {
        // The same `opaque` for all calls, so that the call requests a challenge of its own.
        let challenge = format!(r#"Digest realm="r", nonce="{nonce}", opaque="o", qop="auth", stale=true"#);
        emulator.override_next(CannedResponse::new(401).header("www-authenticate", &challenge));
    }
    assert!(org.create_link_token([]).await.unwrap_err().is_unauthenticated());
    let requests = emulator.requests();
    let (without, with): (Vec<_>, Vec<_>) =
        requests.iter().partition(|request| request.credential == SentCredential::None);
    // Also later ones than the first.
    assert!(without.len() > 1 && without.iter().all(|request| request.body.is_empty()));
    assert!(!with.is_empty() && with.iter().all(|request| !request.body.is_empty()));
}
