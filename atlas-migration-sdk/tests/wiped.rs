//! Secrets are wiped from memory when they are dropped: this process searches its own memory for them.
//!
//! Freed memory keeps its content until it is used again, so that a copy that was dropped without being wiped is found
//! too. The tests do not cover requests and responses: the buffers of serde_json, reqwest and hyper are not wiped, and
//! a wrapper cannot do that. Linux only, where a process can read its memory as a file.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a failed expectation is the failure of the test"
)]

use std::any::Any;
use std::collections::BTreeMap;
use std::fs::File;
use std::hint::black_box;
use std::io::Write as _;
use std::os::unix::fs::FileExt as _;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};

use atlas_migration_sdk::plan::{Destination, MigrationPlan, Source};
use atlas_migration_sdk::{Client, ClientBuilder, Credentials, LinkToken, Secret, SourceManager};
use secrecy::zeroize::Zeroizing;

/// The length of a secret, and of its end that is searched for: an allocator writes into the beginning of freed memory.
const LENGTH: usize = 64;
const TAIL: usize = 32;
/// A byte that does not occur in the program's texts, so that most of the memory is skipped fast.
const MARK: u8 = 0x7f - 1;
const MASK: u8 = 0x55;

/// The byte at a position of the secret with this number.
fn byte(number: u8, position: usize) -> u8 {
    if position == LENGTH - TAIL {
        return MARK;
    }
    b'a' + ((u64::from(number) + 1) * (position as u64 + 7) * 2_654_435_761).to_be_bytes()[4] % 26
}

/// The secret with this number, created at run time without reallocation.
fn secret(number: u8) -> String {
    let mut text = String::with_capacity(LENGTH);
    (0..LENGTH).for_each(|position| text.push(char::from(byte(number, position))));
    text
}

/// How often the end of a secret is in memory; `None` if the system does not let a process read its own memory.
fn copies(number: u8) -> Option<usize> {
    const STEP: usize = 4096;
    // Masked, so that the search does not find its own pattern.
    let masked: Vec<u8> = (LENGTH - TAIL..LENGTH).map(|position| byte(number, position) ^ MASK).collect();
    let is_it = |memory: &[u8]| memory.iter().zip(&masked).all(|(found, masked)| found ^ MASK == *masked);
    let memory = File::open("/proc/self/mem").ok()?;
    let mut buffer = Zeroizing::new(vec![0; STEP + TAIL - 1]);
    let zeros = vec![0; STEP + TAIL - 1];
    let own = buffer.as_ptr() as usize..buffer.as_ptr() as usize + buffer.len();
    let mut found = 0;
    for (from, to) in writable() {
        for at in (from..to).step_by(STEP) {
            let wanted = buffer.len().min(to - at);
            let window = &mut buffer[..wanted];
            // Some regions exist for the kernel only.
            if memory.read_exact_at(window, at as u64).is_err() || *window == zeros[..wanted] {
                continue;
            }
            if window.contains(&MARK) {
                let hits = window.windows(TAIL).enumerate();
                let hits = hits.filter(|(_, memory)| memory[0] == MARK && is_it(memory));
                // The buffer contains the last read too.
                found += hits.filter(|(offset, _)| !own.contains(&(at + offset))).count();
            }
        }
    }
    Some(found)
}

/// The regions that this process can write to.
fn writable() -> Vec<(usize, usize)> {
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    let regions = maps.lines().filter_map(|line| {
        let (range, rest) = line.split_once(' ')?;
        let (from, to) = range.split_once('-')?;
        let address = |text| usize::from_str_radix(text, 16).ok();
        rest.starts_with("rw").then_some((address(from)?, address(to)?))
    });
    regions.collect()
}

/// One search at a time, because a search would find the buffer of another.
fn alone() -> MutexGuard<'static, ()> {
    static SEARCHING: Mutex<()> = Mutex::new(());
    SEARCHING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Checks that the value that `make` creates contains this many copies of the secret, and that there are no others,
/// neither then nor after it was dropped.
#[track_caller]
fn wiped<T: Any>(number: u8, holds: usize, make: impl FnOnce(String) -> T) {
    let _alone = alone();
    let made = Box::new(make(secret(number)));
    let Some(held) = copies(number) else {
        _ = writeln!(std::io::stderr(), "skipped: this system does not let a process read its own memory");
        return;
    };
    assert_eq!(held, holds, "copies while the value exists");
    drop(black_box(made));
    assert_eq!(copies(number), Some(0), "copies after the drop");
}

fn builder(credentials: Credentials) -> ClientBuilder {
    Client::builder().credentials(credentials).base_url("http://127.0.0.1:1")
}

#[test]
fn a_secret_and_its_clones() {
    wiped(0, 1, Secret::new);
    wiped(1, 1, LinkToken::new);
    wiped(2, 1, |text| Secret::new(Zeroizing::new(text).as_str()));
    // A string that has grown, and has room for more.
    wiped(3, 1, |mut text| {
        text.reserve_exact(1000);
        Secret::from(text)
    });
    wiped(4, 2, |text| {
        let secret = Secret::new(text);
        (secret.clone(), secret.clone() == secret, secret)
    });
}

#[test]
fn a_secret_that_is_read() {
    wiped(10, 1, |text| serde_json::from_str::<Secret>(&around("\"", text, "\"")).unwrap());
    wiped(11, 1, |text| serde_json::from_value::<LinkToken>(text.into()).unwrap());
    wiped(12, 1, |text| {
        serde_json::from_str::<BTreeMap<String, Secret>>(&around("{\"password\":\"", text, "\"}")).unwrap()
    });
}

/// The secret in a JSON document, which is wiped too, because it belongs to the caller.
fn around(before: &str, text: String, after: &str) -> Zeroizing<String> {
    let text = Zeroizing::new(text);
    let mut json = Zeroizing::new(String::with_capacity(before.len() + LENGTH + after.len()));
    [before, &text, after].iter().for_each(|part| json.push_str(part));
    json
}

#[test]
fn credentials_and_clients() {
    wiped(20, 1, |text| Credentials::access_token(Secret::new(text)));
    wiped(21, 1, |text| builder(Credentials::service_account("id", Secret::new(text))).build().unwrap());
    wiped(22, 1, |text| builder(Credentials::api_key("public", Secret::new(text))).build().unwrap());
    // The token and its header.
    wiped(23, 2, |text| builder(Credentials::access_token(Secret::new(text))).build().unwrap());
    wiped(24, 1, |text| builder(Credentials::api_key("public", Secret::new(text))));
    // A `String` in place of a `Secret`.
    wiped(26, 1, |text| builder(Credentials::api_key("public", text)).build().unwrap());
    wiped(25, 1, |text| {
        SourceManager::ops_manager("http://127.0.0.1:1", "public", Secret::new(text)).build().unwrap()
    });
}

#[test]
fn plans() {
    let source = "5f9ad6b7e1c2a3041d0e9b11".parse().unwrap();
    let plan = |text| {
        let source = Source::with_user(source, "s", "u", Secret::new(text));
        MigrationPlan::new(source, Destination::public("d"), "h")
    };
    wiped(30, 1, plan);
    wiped(31, 1, |text| {
        let plan = plan(text);
        (plan.to_json(), plan.clone() == plan, plan)
    });
}

/// A store's task moves the token between threads, and its file is read and written by buffers.
#[cfg(feature = "token-file")]
#[test]
fn stored_tokens() {
    use std::time::SystemTime;

    use atlas_migration_sdk::{FileTokenStore, StoredToken, TokenKey, TokenStore as _};

    let (folder, key) = (tempfile::tempdir().unwrap(), TokenKey::new("https://example.com", "id"));
    let store = FileTokenStore::new(folder.path().join("tokens"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let stored = |text| StoredToken::new(Secret::new(text), SystemTime::UNIX_EPOCH, SystemTime::now());
    wiped(60, 1, |text| {
        let token = stored(text);
        runtime.block_on(store.save(&key, token.clone())).unwrap();
        token
    });
    wiped(61, 1, |text| {
        runtime.block_on(store.save(&key, stored(text))).unwrap();
        runtime.block_on(store.load(&key)).unwrap().unwrap()
    });
}

#[test]
fn a_panic_wipes_too() {
    let (number, _alone) = (40, alone());
    std::panic::catch_unwind(|| {
        let _secret = Secret::new(secret(number));
        panic!("on purpose");
    })
    .unwrap_err();
    assert!(matches!(copies(number), Some(0) | None));
}

/// Run by the test below as a separate process: the environment of a process remains in its memory, once.
#[test]
fn in_a_process_with_credentials_in_its_environment() {
    if std::env::var_os("WIPED_TEST").is_none() {
        return;
    }
    let from_environment: [fn() -> Box<dyn Any>; 2] = [
        || Box::new(ClientBuilder::from_env().unwrap()),
        || {
            let source = Source::managed("5f9ad6b7e1c2a3041d0e9b11".parse().unwrap(), "s");
            let plan = MigrationPlan::new(source, Destination::public("d"), "h").to_json();
            let plan = plan.replace("\"cluster\": \"s\"", "\"cluster\": \"s\", \"username\": \"u\"");
            Box::new(MigrationPlan::from_json(&plan).unwrap().source_password_from_env().unwrap())
        },
    ];
    for (number, make) in [50, 51].into_iter().zip(from_environment) {
        let Some(before) = copies(number) else { return };
        let made = make();
        assert_eq!(copies(number), Some(before + 1), "copies while the value exists");
        drop(black_box(made));
        assert_eq!(copies(number), Some(before), "copies after the drop");
    }
}

#[test]
fn values_from_the_environment() {
    let mut child = Command::new(std::env::current_exe().unwrap());
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("MONGODB_ATLAS_") {
            child.env_remove(name);
        }
    }
    // With both names: one of the two copies is not used.
    child.env("MONGODB_ATLAS_PRIVATE_API_KEY", secret(50)).env("MONGODB_ATLAS_PRIVATE_KEY", secret(50));
    child.env("MONGODB_ATLAS_PUBLIC_API_KEY", "public").env("MONGODB_ATLAS_SOURCE_PASSWORD", secret(51));
    child.args(["--exact", "in_a_process_with_credentials_in_its_environment"]).env("WIPED_TEST", "1");
    let output = child.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}
