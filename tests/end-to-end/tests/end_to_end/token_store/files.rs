//! The files of a store: who can read them, and what happens to those that are not valid.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use atlas_migration_sdk::{FileTokenStore, Secret, StoredToken, TokenKey, TokenStore as _};

use super::{Clients, call, emulator, folder, names};
use crate::common::{count_with_status, token_requests};
use crate::tracing_spans::subscriber;

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_user_can_read_the_files_and_they_contain_no_client_secret() {
    let (_outer, store) = folder();
    let emulator = emulator().await;
    let clients = Clients::new(&emulator, store.clone());
    call(&emulator, &clients.client()).await.unwrap();
    assert_eq!(mode(store.folder()), 0o700);
    let names = names(store.folder());
    assert_eq!(names.len(), 2, "{names:?}");
    let (id, secret) = emulator.service_account();
    for name in names {
        let path = store.folder().join(&name);
        assert_eq!(mode(&path), 0o600, "{name}");
        let text = fs::read_to_string(&path).unwrap();
        assert!(!text.contains(secret) && !text.contains(id) && !name.contains(id), "{name}: {text}");
    }
    let token = clients.stored().await.unwrap();
    assert!(!format!("{token:?} {store:?} {:?}", clients.key()).contains(token.token.expose_secret()));
}

/// A call with the store in this state succeeds with another token, and logs one warning with this text. The next client
/// uses the file again.
#[cfg(unix)]
async fn is_replaced(what: &str, change: impl Fn(&FileTokenStore, &Path), warning: &str) {
    let (_outer, store) = folder();
    let emulator = emulator().await;
    let clients = Clients::new(&emulator, store.clone());
    call(&emulator, &clients.client()).await.unwrap();
    let file = store.file(&clients.key());
    change(&store, &file);
    let (lines, subscriber) = subscriber(tracing::Level::WARN);
    {
        let _guard = tracing::subscriber::set_default(subscriber);
        call(&emulator, &clients.client()).await.unwrap();
    }
    let text = lines.text();
    assert!(text.contains(warning) && text.contains(file.to_str().unwrap()), "{what}: {text}");
    assert_eq!(text.lines().count(), 1, "{what}: {text}");
    call(&emulator, &clients.client()).await.unwrap();
    assert_eq!((token_requests(&emulator), count_with_status(&emulator, 401)), (2, 0), "{what}");
    assert_eq!(mode(&file), 0o600, "{what}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_that_is_not_valid_is_replaced() {
    let incomplete = "is not a complete token file";
    for (what, contents) in [("empty", ""), ("not JSON", "\0\u{1}"), ("HTML", "<html>"), ("an array", "[1]")]
    {
        is_replaced(what, |_, file| fs::write(file, contents).unwrap(), incomplete).await;
    }
    let cut_off = |_: &FileTokenStore, file: &Path| {
        let text = fs::read(file).unwrap();
        fs::write(file, &text[..text.len() - 1]).unwrap();
    };
    is_replaced("cut off", cut_off, incomplete).await;
    let newer = |_: &FileTokenStore, file: &Path| {
        let text = fs::read_to_string(file).unwrap();
        fs::write(file, text.replace("\"version\":1", "\"version\":2")).unwrap();
    };
    is_replaced("of another version", newer, incomplete).await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_that_others_may_have_written_or_read_is_replaced() {
    is_replaced("readable", |_, file| set_mode(file, 0o640), "other users have access to it").await;
    is_replaced("writable", |_, file| set_mode(file, 0o602), "other users have access to it").await;
    // Only root can give a file away.
    if std::os::unix::fs::MetadataExt::uid(&fs::metadata("/proc/self").unwrap()) == 0 {
        let give_away =
            |_: &FileTokenStore, file: &Path| std::os::unix::fs::chown(file, Some(12345), None).unwrap();
        is_replaced("foreign", give_away, "belongs to another user").await;
    }
    let link = |_: &FileTokenStore, file: &Path| {
        fs::rename(file, file.with_extension("elsewhere")).unwrap();
        std::os::unix::fs::symlink(file.with_extension("elsewhere"), file).unwrap();
    };
    is_replaced("a link", link, "is not a regular file").await;
    // Opening a pipe would wait forever.
    let pipe = |_: &FileTokenStore, file: &Path| {
        fs::remove_file(file).unwrap();
        assert!(Command::new("mkfifo").arg(file).status().unwrap().success());
    };
    is_replaced("a pipe", pipe, "is not a regular file").await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_folder_that_others_can_write_to_is_not_used() {
    let (outer, _) = folder();
    let emulator = emulator().await;
    let store = FileTokenStore::new(outer.path());
    set_mode(outer.path(), 0o777);
    let (lines, subscriber) = subscriber(tracing::Level::WARN);
    {
        let _guard = tracing::subscriber::set_default(subscriber);
        call(&emulator, &Clients::new(&emulator, store).client()).await.unwrap();
    }
    let text = lines.text();
    assert!(text.contains("other users can write to it") && text.lines().count() == 1, "{text}");
    assert_eq!(names(outer.path()), [""; 0]);
}

#[tokio::test]
async fn a_folder_that_cannot_be_created_does_not_fail_a_call() {
    let (outer, _) = folder();
    let emulator = emulator().await;
    fs::write(outer.path().join("file"), "").unwrap();
    let store = FileTokenStore::new(outer.path().join("file/tokens"));
    call(&emulator, &Clients::new(&emulator, store).client()).await.unwrap();
    assert_eq!(token_requests(&emulator), 1);
}

const FOLDER: &str = "TOKEN_STORE_TEST_FOLDER";

fn key() -> TokenKey {
    TokenKey::new("https://example.com", "mdb_sa_id_0")
}

fn token(length: usize) -> StoredToken {
    let now = std::time::SystemTime::now();
    StoredToken::new(Secret::new("x".repeat(length)), now, now + std::time::Duration::from_secs(3600))
}

/// Run as a process by the next test: stores tokens until it is killed.
#[tokio::test]
async fn writer_to_be_killed() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let store = FileTokenStore::new(folder);
    loop {
        for length in [10_000, 20_000] {
            let _lock = store.lock(&key()).await.unwrap();
            store.save(&key(), token(length)).await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_is_killed_leaves_a_complete_token_and_no_lock() {
    let (_outer, store) = folder();
    for _ in 0..20 {
        let _ = store.remove(&key()).await;
        let mut writers: Vec<_> = (0..2)
            .map(|_| {
                let mut command = Command::new(std::env::current_exe().unwrap());
                command.args(["--exact", "token_store::files::writer_to_be_killed"]);
                command.env(FOLDER, store.folder()).stdout(Stdio::null()).spawn().unwrap()
            })
            .collect();
        while store.load(&key()).await.unwrap().is_none() {}
        for writer in &mut writers {
            writer.kill().unwrap();
            writer.wait().unwrap();
        }
        let length = store.load(&key()).await.unwrap().unwrap().token.expose_secret().len();
        assert!([10_000, 20_000].contains(&length), "{length}");
        // The lock of a killed process has ended, and its unfinished file is removed with the next one.
        let _lock = store.lock(&key()).await.unwrap();
        store.save(&key(), token(1)).await.unwrap();
        assert_eq!(names(store.folder()).len(), 2, "{:?}", names(store.folder()));
    }
}
