//! Many callers share one client while its token expires or its nonce changes.

use std::sync::Arc;

use atlas_emulator::Emulator;
use atlas_migration_sdk::{CredentialKind, Error};
use tokio::sync::Barrier;

use crate::common::{client, org, token_requests};

const CALLERS: usize = 200;

/// Every caller makes a call, waits for `change`, and makes another call.
async fn calls(
    emulator: &Emulator,
    kind: CredentialKind,
    change: impl FnOnce(&Emulator),
) -> Vec<Result<(), Error>> {
    let client = client(emulator, kind);
    let barrier = Arc::new(Barrier::new(CALLERS + 1));
    let mut callers = tokio::task::JoinSet::new();
    for _ in 0..CALLERS {
        let (org, barrier) = (org(emulator, &client), Arc::clone(&barrier));
        callers.spawn(async move {
            let before = org.available_projects().await.map(drop);
            barrier.wait().await;
            barrier.wait().await;
            before?;
            org.available_projects().await.map(drop)
        });
    }
    barrier.wait().await;
    change(emulator);
    barrier.wait().await;
    callers.join_all().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn token_expires_between_calls() {
    let emulator = Emulator::start().await.unwrap();
    let results = calls(&emulator, CredentialKind::ServiceAccount, |emulator| {
        assert_eq!(token_requests(emulator), 1);
        emulator.clear_journal();
        emulator.expire_tokens();
    });
    assert!(results.await.iter().all(Result::is_ok));
    assert_eq!(token_requests(&emulator), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nonce_changes_between_calls() {
    let emulator = Emulator::builder().strict_nc(true).start().await.unwrap();
    let results = calls(&emulator, CredentialKind::ApiKey, Emulator::expire_nonces);
    assert!(results.await.iter().all(Result::is_ok));
}
