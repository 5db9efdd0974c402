//! Digest authentication: how many requests it takes, with which challenges, with concurrent calls.

use std::time::Duration;

use atlas_emulator::{Challenge, CredentialKind as SentCredential, Emulator};
use atlas_migration_sdk::CredentialKind;
use futures_util::future::join_all;

use crate::common::{client, count_with_status, org};

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
