//! How much memory the journal takes. A process of its own, because other tests would change the measurement.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "clippy exempts test functions, but not their helpers")]

use std::time::Duration;

use atlas_emulator::Emulator;

const MIB: usize = 1 << 20;

/// The memory of this process, in bytes.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() * 1024
}

/// Sends requests with bodies of this size. Returns how much the memory has grown.
async fn grow(emulator: &Emulator, http: &reqwest::Client, count: usize, body: usize) -> usize {
    let (base_url, org) = (emulator.base_url(), emulator.org_id());
    let url = format!("{base_url}/api/atlas/v2/orgs/{org}/liveMigrations/linkTokens");
    let token = emulator.access_token();
    let before = resident();
    for _ in 0..count {
        let request = http.post(&url).bearer_auth(&token).header("Accept", "application/json");
        let request = request.header("Content-Type", "application/json").header("User-Agent", "a client");
        request.body(vec![b' '; body]).send().await.unwrap().bytes().await.unwrap();
    }
    resident().saturating_sub(before)
}

#[tokio::test]
async fn journal_is_bounded_by_bytes() {
    let builder = Emulator::builder().rate_limit(u32::MAX, Duration::from_secs(60));
    let emulator = builder.start().await.unwrap();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    // Whatever is allocated once.
    grow(&emulator, &http, 10, 34).await;
    emulator.clear_journal();

    const SMALL: usize = 3000;
    let each = grow(&emulator, &http, SMALL, 34).await / SMALL;
    assert_eq!((emulator.requests().len(), emulator.dropped_entries()), (SMALL, 0));
    assert!(each < 3000, "a request takes {each} bytes");

    // The default is 32 MiB. The rest is what the allocator does not return.
    let large = grow(&emulator, &http, 200, MIB).await;
    assert!(large < 48 * MIB, "200 requests of 1 MiB take {} MiB", large / MIB);
    let kept = emulator.requests().len();
    assert!((28..32).contains(&kept), "{kept}");
    assert_eq!(emulator.dropped_entries(), (SMALL + 200 - kept) as u64);
    println!("{each} bytes for a small request; {} MiB after 200 large ones", large / MIB);
}
