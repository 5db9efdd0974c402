//! Digest on the wire: how many round trips, against which challenges, safely at once.

use std::time::Duration;

use atlas_emulator::{Challenge, CredentialKind as Seen, Emulator};
use atlas_migration_sdk::CredentialKind;
use futures_util::future::join_all;

use crate::common::{answered, client, org};

async fn calls(emulator: &Emulator, org: &atlas_migration_sdk::Org, count: usize) {
    for _ in 0..count {
        org.available_projects().await.unwrap();
    }
    assert!(emulator.requests().len() >= count);
}

#[tokio::test]
async fn a_hundred_calls_earn_one_challenge() {
    let emulator = Emulator::builder().strict_nc(true).start().await.unwrap();
    let org = org(&emulator, &client(&emulator, CredentialKind::ApiKey));
    calls(&emulator, &org, 100).await;
    assert_eq!((answered(&emulator, 401), emulator.requests().len()), (1, 101));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_four_calls_at_once_earn_one_challenge_and_repeat_no_count() {
    let emulator = Emulator::builder().strict_nc(true).start().await.unwrap();
    let org = org(&emulator, &client(&emulator, CredentialKind::ApiKey));
    let results = join_all((0..64).map(|_| {
        let org = org.clone();
        tokio::spawn(async move { org.available_projects().await.map(drop) })
    }));
    for result in results.await {
        result.unwrap().unwrap();
    }
    assert_eq!((answered(&emulator, 401), emulator.requests().len()), (1, 65));
}

#[tokio::test]
async fn a_nonce_that_expired_costs_one_round_trip() {
    let emulator = Emulator::builder().nonce_lifetime(Duration::from_secs(60)).start().await.unwrap();
    let org = org(&emulator, &client(&emulator, CredentialKind::ApiKey));
    calls(&emulator, &org, 2).await;
    emulator.advance(Duration::from_secs(61));
    calls(&emulator, &org, 2).await;
    emulator.expire_nonces();
    calls(&emulator, &org, 2).await;
    assert_eq!((answered(&emulator, 401), emulator.requests().len()), (3, 9));
}

#[tokio::test]
async fn every_challenge_that_a_server_may_pose() {
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
        assert_eq!(requests[3].credential, Seen::Digest, "{name}");
        let sent = requests[3].header("authorization").unwrap();
        assert_eq!(
            sent.contains("SHA-256"),
            name.contains("SHA-256") || name.starts_with("two"),
            "{name}: {sent}"
        );
    }
}
