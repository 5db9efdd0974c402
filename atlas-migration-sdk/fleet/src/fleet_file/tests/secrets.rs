//! Where a worker finds the secrets, and its clients.

use super::*;

const SOURCES: &str = "[sources.main]\norg = \"5f9ad6b7e1c2a3041d0e9b10\"\n[sources.linked]\n\
                       org = \"5f9ad6b7e1c2a3041d0e9b11\"\nlink = false\n";

#[test]
fn a_worker_finds_them_at_their_places() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("stock"), "from the file\r\n").unwrap();
    let text = format!("{MINIMAL}{SOURCES}[passwords]\na = {{ env = \"A\" }}\nb = {{ file = \"stock\" }}\n");
    let file = FleetFile::parse(&text, folder.path()).unwrap();
    let secrets = file.secrets(|name| Some(format!("from {name}"))).unwrap();
    assert_eq!(secrets.passwords["a"].expose_secret(), "from A");
    assert_eq!(secrets.passwords["b"].expose_secret(), "from the file");
    // No key for a source that nobody links.
    assert_eq!(secrets.keys.len(), 1);
    assert_eq!(secrets.keys["main"].0, "from SOURCE_MANAGER_PUBLIC_API_KEY");
    assert_eq!(secrets.keys["main"].1.expose_secret(), "from SOURCE_MANAGER_PRIVATE_API_KEY");
}

#[test]
fn everything_that_is_missing_is_named() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("empty"), "\n").unwrap();
    std::fs::write(folder.path().join("lines"), "planted\nplanted\n").unwrap();
    let text = format!(
        "{MINIMAL}{SOURCES}[passwords]\na = {{ env = \"A\" }}\nb = {{ file = \"empty\" }}\nc = {{ file = \"lines\" }}\n\
         d = {{ file = \"none\" }}\n"
    );
    let file = FleetFile::parse(&text, folder.path()).unwrap();
    let missing = file.secrets(|_| None).err().unwrap();
    for (found, part) in missing.iter().zip([
        "sources.main: the variable SOURCE_MANAGER_PUBLIC_API_KEY is not set",
        "sources.main: the variable SOURCE_MANAGER_PRIVATE_API_KEY is not set",
        "passwords.a: the variable A is not set",
        "the file is empty",
        "more than one line",
        "the password cannot be read",
    ]) {
        assert!(found.contains(part), "{missing:#?}");
    }
    assert_eq!(missing.len(), 6, "{missing:#?}");
    assert!(!missing.concat().contains("planted"), "{missing:#?}");
}

/// Counts the delays that a policy permits.
#[derive(Debug)]
struct Counted<P>(P, std::sync::Arc<std::sync::atomic::AtomicU32>);

impl<P: atlas_migration_sdk::RetryPolicy> atlas_migration_sdk::RetryPolicy for Counted<P> {
    fn next_delay(&self, state: &atlas_migration_sdk::RetryState<'_>) -> Option<Duration> {
        let delay = self.0.next_delay(state);
        self.1.fetch_add(delay.is_some().into(), std::sync::atomic::Ordering::Relaxed);
        delay
    }
}

/// What has reached a server is counted there, and is repeated by the task queue, which counts it too.
#[tokio::test]
async fn a_client_repeats_only_attempts_to_connect() {
    use atlas_emulator::{CannedResponse, Emulator};
    use atlas_migration_sdk::{Backoff, Client, Credentials, ErrorKind};

    let emulator = Emulator::start().await.unwrap();
    let token = Credentials::access_token(emulator.access_token());
    let repeated = std::sync::Arc::default();
    let policy = accounts::OnlyConnecting(Backoff::default().initial_delay(Duration::from_millis(1)));
    let builder = Client::builder().base_url(emulator.base_url()).credentials(token.clone());
    let org = emulator.org_id().parse().unwrap();
    emulator.override_next(CannedResponse::new(503));
    let error = accounts::limited(builder, CALL_LIMIT)
        .build()
        .unwrap()
        .org(org)
        .available_projects()
        .await
        .unwrap_err();
    assert_eq!((error.status(), emulator.requests().len()), (Some(503), 1), "{error}");

    // Nobody listens here any more.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let builder = Client::builder().base_url(url).credentials(token);
    let client = builder.retry(Counted(policy, std::sync::Arc::clone(&repeated))).build().unwrap();
    let error = client.org(org).available_projects().await.unwrap_err();
    assert_eq!(
        (error.kind(), repeated.load(std::sync::atomic::Ordering::Relaxed)),
        (ErrorKind::Connect, 3),
        "{error}"
    );
}
