//! What a call through the SDK costs beside the same request sent with bare reqwest.
//!
//! `cargo bench -p atlas-emulator --bench call [-- <words that the names of the cases hold>]`. Both sides call one
//! static server in turns, round by round, so that whatever else the machine does meets both alike. Counted is the
//! processor time of this process; the server is another one. The figure is the median of the rounds' ratios. The
//! exit status is 1 where it is over its limit.
//!
//! `-- --alone sdk` (or `bare`) runs one side only, for a profiler.

mod server;
mod sides;

use std::env;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use atlas_migration_sdk::{AccessListEntry, CredentialKind};
use cpu_time::ProcessTime;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

use server::Server;
use sides::{Operation, Result, Side};

const ROUNDS: usize = 61;
const CALLS_PER_ROUND: usize = 480;

const CREDENTIALS: [(CredentialKind, &str, f64); 3] = [
    (CredentialKind::AccessToken, "bearer", 1.05),
    (CredentialKind::ServiceAccount, "service-account", 1.05),
    (CredentialKind::ApiKey, "digest", 1.25),
];
const OPERATIONS: [(Operation, &str); 2] =
    [(Operation::CreateLinkToken, "create-link-token"), (Operation::AvailableProjects, "available-projects")];
const CONNECTIONS: [(usize, &str); 2] = [(1, "one-connection"), (16, "sixteen-connections")];

/// What is compared, and how much dearer the SDK may be.
struct Case {
    name: String,
    operation: Operation,
    connections: usize,
    limit: f64,
    sdk: Side,
    bare: Side,
}

/// What one round took.
#[derive(Clone, Copy)]
struct Taken {
    cpu: Duration,
    wall: Duration,
}

fn main() -> Result<ExitCode> {
    if server::serve_if_asked()? {
        return Ok(ExitCode::SUCCESS);
    }
    // Cargo adds `--bench`.
    let arguments: Vec<_> = env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let (alone, words) = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--alone", side, ref words @ ..] => (Some(side), words.to_vec()),
        ref words => (None, words.to_vec()),
    };
    let server = Server::start()?;
    // One thread, so that no time is spent on passing calls between threads, which neither side would be to blame for.
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let mut cases = cases(&server.base_url)?;
    cases.retain(|case| words.iter().all(|word| case.name.contains(word)));
    if let Some(side) = alone {
        return run_alone(&runtime, &cases, side).map(|()| ExitCode::SUCCESS);
    }
    println!("{:<56} {:>8} {:>8} {:>7} {:>7} {:>7}", "µs of a call", "sdk", "bare", "ratio", "limit", "wall");
    let mut within = true;
    for case in &cases {
        within &= compare(&runtime, case)?;
    }
    Ok(if within { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn cases(base_url: &str) -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    for (credential, credential_name, limit) in CREDENTIALS {
        for (operation, operation_name) in OPERATIONS {
            for (connections, connections_name) in CONNECTIONS {
                cases.push(Case {
                    name: format!("{credential_name} {operation_name} {connections_name}"),
                    operation,
                    connections,
                    limit,
                    sdk: Side::sdk(base_url, credential)?,
                    bare: Side::bare(base_url, credential)?,
                });
            }
        }
    }
    Ok(cases)
}

/// Runs both sides in turns, prints the line of the case and says whether it is within its limit.
fn compare(runtime: &Runtime, case: &Case) -> Result<bool> {
    // The connections, the token and the challenge are there before anything counts.
    round(runtime, case, &case.sdk)?;
    round(runtime, case, &case.bare)?;
    let (mut sdk, mut bare) = (Vec::new(), Vec::new());
    for number in 0..ROUNDS {
        // Neither side always comes second.
        if number % 2 == 0 {
            sdk.push(round(runtime, case, &case.sdk)?);
            bare.push(round(runtime, case, &case.bare)?);
        } else {
            bare.push(round(runtime, case, &case.bare)?);
            sdk.push(round(runtime, case, &case.sdk)?);
        }
    }
    let ratio = |part: fn(&Taken) -> Duration| {
        median(sdk.iter().zip(&bare).map(|(sdk, bare)| part(sdk).div_duration_f64(part(bare))))
    };
    let micros = |side: &[Taken]| {
        median(side.iter().map(|taken| taken.cpu.as_secs_f64() * 1e6 / CALLS_PER_ROUND as f64))
    };
    let (cpu, wall) = (ratio(|taken| taken.cpu), ratio(|taken| taken.wall));
    let (name, limit, sdk, bare) = (&case.name, case.limit, micros(&sdk), micros(&bare));
    let verdict = if cpu <= limit { "" } else { "  over" };
    println!("{name:<56} {sdk:>8.1} {bare:>8.1} {cpu:>7.3} {limit:>7.2} {wall:>7.3}{verdict}");
    Ok(cpu <= limit)
}

/// Runs one side of each case, without a figure.
fn run_alone(runtime: &Runtime, cases: &[Case], side: &str) -> Result<()> {
    for case in cases {
        let side = if side == "sdk" { &case.sdk } else { &case.bare };
        for _ in 0..ROUNDS {
            round(runtime, case, side)?;
        }
    }
    Ok(())
}

/// The calls of one round, spread over the connections.
fn round(runtime: &Runtime, case: &Case, side: &Side) -> Result<Taken> {
    let entry: AccessListEntry = "203.0.113.7".parse()?;
    let (operation, calls) = (case.operation, CALLS_PER_ROUND / case.connections);
    let (cpu, wall) = (ProcessTime::try_now()?, Instant::now());
    runtime.block_on(async {
        let mut callers = JoinSet::new();
        for _ in 0..case.connections {
            let side = side.clone();
            callers.spawn(async move {
                for _ in 0..calls {
                    side.call(operation, entry).await?;
                }
                Ok::<_, sides::Error>(())
            });
        }
        while let Some(result) = callers.join_next().await {
            result??;
        }
        Ok::<_, sides::Error>(())
    })?;
    Ok(Taken { cpu: cpu.try_elapsed()?, wall: wall.elapsed() })
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<_> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
