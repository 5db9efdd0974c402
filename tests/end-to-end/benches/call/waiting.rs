//! The memory of a call that waits because the client has enough requests in progress.

use std::net::{Ipv4Addr, TcpListener};
use std::time::Duration;
use std::{fs, io};

use atlas_migration_sdk::{Client, Credentials, Secret};
use tokio::task::JoinSet;

use super::clients::{ORG, Result};

const CALLS: usize = 10_000;
/// Calls before the measurement, so that what is allocated once does not count.
const FIRST_CALLS: usize = 200;
/// In bytes.
const LIMIT: usize = 8 * 1024;

/// Begins the calls and prints how much memory each takes: its task, the request and its place in the queue. The
/// connections of the requests in progress were opened before. Returns whether it is within the limit.
pub(crate) async fn measure() -> Result<bool> {
    // The operating system accepts the connections, and nothing responds.
    let server = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let hour = Duration::from_secs(3600);
    let client = Client::builder()
        .base_url(format!("http://{}", server.local_addr()?))
        .credentials(Credentials::access_token(Secret::new("static")))
        .attempt_timeout(hour)
        .operation_timeout(hour)
        .build()?;
    let org = client.org(ORG.parse()?);
    let mut calls = JoinSet::new();
    let mut begin = async |count: usize| {
        for _ in 0..count {
            let entry = "203.0.113.7".parse()?;
            calls.spawn(org.create_link_token([entry]).into_future());
        }
        for _ in 0..1000 {
            tokio::task::yield_now().await;
        }
        Ok::<_, super::clients::Error>(())
    };
    begin(FIRST_CALLS).await?;
    let before = resident()?;
    begin(CALLS).await?;
    let each = resident()?.saturating_sub(before) / CALLS;
    let within = each <= LIMIT;
    let verdict = if within { "" } else { "  over" };
    println!("{:<48} {each:>6} bytes, limit {LIMIT}{verdict}", format!("one of {CALLS} waiting calls"));
    Ok(within)
}

/// The memory of this process, in bytes. Linux only.
fn resident() -> io::Result<usize> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    let kilobytes: usize = line.trim().trim_end_matches(" kB").parse().map_err(io::Error::other)?;
    Ok(kilobytes * 1024)
}
