//! Access tokens that several clients share by a store, as the processes of a command line do.

mod failing;
mod files;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use atlas_emulator::{CannedResponse, Emulator};
use atlas_migration_sdk::{
    Client, ClientBuilder, CredentialKind, ErrorKind, FileTokenStore, MemoryTokenStore, Secret, StoredToken,
    TokenKey, TokenStore,
};
use tokio::task::JoinSet;

use crate::common::{
    ManualClock, api_error, api_requests, builder, count_with_status, credentials, org, token_requests,
};

/// An emulator without rate limits.
async fn emulator() -> Emulator {
    let builder = Emulator::builder().token_requests_per_minute(1_000_000);
    builder.rate_limit(1_000_000, Duration::from_secs(60)).start().await.unwrap()
}

async fn call(emulator: &Emulator, client: &Client) -> Result<(), atlas_migration_sdk::Error> {
    org(emulator, client).available_projects().await.map(drop)
}

/// Builds clients of one service account that share the connections and a token store, and nothing else.
#[derive(Clone)]
struct Clients {
    base_url: String,
    credentials: atlas_migration_sdk::Credentials,
    http: reqwest::Client,
    store: Arc<dyn TokenStore>,
}

impl Clients {
    fn new(emulator: &Emulator, store: impl TokenStore) -> Self {
        let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
        Self {
            base_url: emulator.base_url().to_owned(),
            credentials: credentials(emulator, CredentialKind::ServiceAccount),
            http: http.build().unwrap(),
            store: Arc::new(store),
        }
    }

    fn builder(&self) -> ClientBuilder {
        Client::builder()
            .base_url(&self.base_url)
            .credentials(self.credentials.clone())
            .retry(atlas_migration_sdk::NoRetry)
            .http_client(self.http.clone())
            .token_store(Arc::clone(&self.store))
    }

    /// A client, as a process that starts now.
    fn client(&self) -> Client {
        self.builder().build().unwrap()
    }

    fn client_with(&self, clock: &ManualClock) -> Client {
        self.builder().clock(clock.clone()).build().unwrap()
    }

    fn key(&self) -> TokenKey {
        self.client().token_key().unwrap()
    }

    async fn stored(&self) -> Option<StoredToken> {
        self.store.load(&self.key()).await.unwrap()
    }

    /// The results of one call of each of so many clients, which start at the same time.
    async fn many(&self, emulator: &Emulator, count: usize) -> Vec<Result<(), atlas_migration_sdk::Error>> {
        let mut calls = JoinSet::new();
        for _ in 0..count {
            let org = org(emulator, &self.client());
            calls.spawn(async move { org.available_projects().await.map(drop) });
        }
        calls.join_all().await
    }
}

/// A folder for tokens that does not exist yet, and the temporary folder around it.
fn folder() -> (tempfile::TempDir, FileTokenStore) {
    let outer = tempfile::tempdir().unwrap();
    let store = FileTokenStore::new(outer.path().join("state/tokens"));
    (outer, store)
}

/// An emulator, and clients with a store in files.
async fn with_files() -> (tempfile::TempDir, Emulator, Clients) {
    let (outer, store) = folder();
    let emulator = emulator().await;
    let clients = Clients::new(&emulator, store);
    (outer, emulator, clients)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_hundred_clients_that_start_at_once_fetch_one_token() {
    let (_outer, files) = folder();
    for store in [Arc::new(files) as Arc<dyn TokenStore>, Arc::new(MemoryTokenStore::default())] {
        let emulator = emulator().await;
        let clients = Clients::new(&emulator, store);
        assert!(clients.many(&emulator, 200).await.iter().all(Result::is_ok));
        assert_eq!((token_requests(&emulator), api_requests(&emulator)), (1, 200));
        call(&emulator, &clients.client()).await.unwrap();
        assert_eq!(token_requests(&emulator), 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_rejected_token_is_replaced_once_for_all_clients() {
    let (_outer, emulator, clients) = with_files().await;
    call(&emulator, &clients.client()).await.unwrap();
    let rejected = clients.stored().await.unwrap().token;
    emulator.revoke_all_tokens();
    assert!(clients.many(&emulator, 50).await.iter().all(Result::is_ok));
    assert_eq!(token_requests(&emulator), 2);
    let stored = clients.stored().await.unwrap();
    assert!(stored.token != rejected && stored.previous_rejected_at.is_some());
}

#[tokio::test]
async fn a_rejected_token_is_removed_even_if_no_other_one_can_be_fetched() {
    let (_outer, emulator, clients) = with_files().await;
    call(&emulator, &clients.client()).await.unwrap();
    emulator.revoke_all_tokens();
    emulator.override_next(CannedResponse::new(503).on_oauth());
    let error = call(&emulator, &clients.client()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TokenEndpoint);
    assert_eq!(clients.stored().await, None);
    emulator.clear_journal();
    call(&emulator, &clients.client()).await.unwrap();
    assert_eq!((token_requests(&emulator), count_with_status(&emulator, 401)), (1, 0));
}

#[tokio::test]
async fn calls_without_a_permission_do_not_use_up_the_tokens() {
    let (_outer, emulator, clients) = with_files().await;
    let clock = ManualClock::new();
    let client = || clients.client_with(&clock);
    call(&emulator, &client()).await.unwrap();
    // Each time another process. The first one fetches a token, which is rejected too.
    for rejections in [2, 1, 1, 1, 1] {
        (0..rejections).for_each(|_| emulator.override_next(api_error(401)));
        assert!(call(&emulator, &client()).await.unwrap_err().is_unauthenticated());
        clock.advance(Duration::from_secs(1));
    }
    assert_eq!(token_requests(&emulator), 2);
    clock.advance(Duration::from_secs(60));
    emulator.override_next(api_error(401));
    call(&emulator, &client()).await.unwrap();
    assert_eq!(token_requests(&emulator), 3);
}

#[tokio::test]
async fn a_token_is_renewed_by_the_call_that_finds_it_about_to_expire() {
    let (_outer, emulator, clients) = with_files().await;
    let clock = ManualClock::new();
    let client = || clients.client_with(&clock);
    call(&emulator, &client()).await.unwrap();
    clock.advance(Duration::from_secs(3600 - 305));
    call(&emulator, &client()).await.unwrap();
    assert_eq!(token_requests(&emulator), 1);
    clock.advance(Duration::from_secs(10));
    // The token is still valid, so that a failure of the endpoint is no failure of the call.
    emulator.override_next(CannedResponse::new(503).on_oauth());
    call(&emulator, &client()).await.unwrap();
    assert_eq!(token_requests(&emulator), 2);
    // Not in the background: a process could end before it has stored the new token.
    let last = client();
    call(&emulator, &last).await.unwrap();
    call(&emulator, &client()).await.unwrap();
    call(&emulator, &last).await.unwrap();
    assert_eq!((token_requests(&emulator), count_with_status(&emulator, 401)), (3, 0));
    // An expired token is of no use.
    clock.advance(Duration::from_secs(3600));
    emulator.override_next(CannedResponse::new(503).on_oauth());
    assert_eq!(call(&emulator, &client()).await.unwrap_err().kind(), ErrorKind::TokenEndpoint);
}

#[tokio::test]
async fn a_long_running_client_uses_the_token_that_another_one_has_renewed() {
    let (_outer, emulator, clients) = with_files().await;
    let clock = ManualClock::new();
    let client = || clients.client_with(&clock);
    let old = client();
    call(&emulator, &old).await.unwrap();
    clock.advance(Duration::from_secs(3600));
    call(&emulator, &client()).await.unwrap();
    call(&emulator, &old).await.unwrap();
    assert_eq!((token_requests(&emulator), count_with_status(&emulator, 401)), (2, 0));
}

#[tokio::test]
async fn clocks_that_differ_cost_a_token_at_most() {
    const DAY: Duration = Duration::from_secs(24 * 3600);
    for (ahead, behind, tokens) in [
        (Duration::ZERO, Duration::ZERO, 1),
        (Duration::from_secs(60), Duration::ZERO, 1),
        (Duration::ZERO, Duration::from_secs(60), 1),
        (DAY * 365, Duration::ZERO, 2),
        (Duration::ZERO, DAY * 365, 1),
    ] {
        let (_outer, emulator, clients) = with_files().await;
        call(&emulator, &clients.client()).await.unwrap();
        let clock = ManualClock::at(SystemTime::now() + ahead - behind);
        let other = || clients.client_with(&clock);
        call(&emulator, &other()).await.unwrap();
        assert_eq!(token_requests(&emulator), tokens, "{ahead:?} {behind:?}");
        // With a clock that is behind, a token seems to be valid for longer, but not for longer than it was at first.
        clock.advance(Duration::from_secs(3500));
        emulator.expire_tokens();
        call(&emulator, &other()).await.unwrap();
        call(&emulator, &clients.client()).await.unwrap();
        assert!(token_requests(&emulator) <= tokens + 2, "{ahead:?} {behind:?}");
    }
}

#[tokio::test]
async fn revoking_revokes_and_removes_the_stored_token() {
    let (_outer, emulator, clients) = with_files().await;
    // Nothing is fetched in order to be revoked.
    clients.client().revoke().await.unwrap();
    assert!(emulator.requests().is_empty());

    let first = clients.client();
    call(&emulator, &first).await.unwrap();
    // If it fails, the token stays in the store.
    emulator.override_next(CannedResponse::new(503).on_oauth());
    clients.client().revoke().await.unwrap_err();
    assert!(clients.stored().await.is_some());

    clients.client().revoke().await.unwrap();
    assert_eq!((token_requests(&emulator), revocations(&emulator)), (1, 2));
    assert_eq!(clients.stored().await, None);
    // The other client had that token.
    call(&emulator, &first).await.unwrap();
    assert_eq!((token_requests(&emulator), count_with_status(&emulator, 401)), (2, 1));

    // A client revokes its token once, although it is in the store too.
    first.revoke().await.unwrap();
    assert_eq!(revocations(&emulator), 3);
    call(&emulator, &first).await.unwrap();
    assert_eq!(token_requests(&emulator), 3);
}

#[tokio::test]
async fn a_client_whose_token_differs_from_that_of_the_store_revokes_both() {
    let emulator = emulator().await;
    let clients = Clients::new(&emulator, MemoryTokenStore::default());
    let client = clients.client();
    call(&emulator, &client).await.unwrap();
    let own = clients.stored().await.unwrap();
    let other = StoredToken::new(Secret::new(emulator.access_token()), own.issued_at, own.expires_at);
    clients.store.save(&clients.key(), other).await.unwrap();
    client.revoke().await.unwrap();
    assert_eq!(revocations(&emulator), 2);
}

#[tokio::test]
async fn service_accounts_and_servers_have_tokens_of_their_own() {
    let (_outer, store) = folder();
    let (one, two) = (emulator().await, emulator().await);
    for emulator in [&one, &two, &one, &two] {
        call(emulator, &Clients::new(emulator, store.clone()).client()).await.unwrap();
    }
    assert_eq!((token_requests(&one), token_requests(&two)), (1, 1));
    for kind in [CredentialKind::ApiKey, CredentialKind::AccessToken] {
        let client = builder(&one, kind).token_store(store.clone()).build().unwrap();
        assert_eq!(client.token_key(), None);
        call(&one, &client).await.unwrap();
    }
}

fn revocations(emulator: &Emulator) -> usize {
    emulator.requests().iter().filter(|request| request.target == "/api/oauth/revoke").count()
}

/// The names of the files in the folder of a store.
fn names(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}
