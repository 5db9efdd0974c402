//! What a call through the SDK costs beside the same request sent with bare reqwest.
//!
//! `cargo bench -p atlas-end-to-end --bench call [-- <words that the names of the cases hold>]`. Both sides call one
//! static server in turns, round by round, so that whatever else the machine does meets both alike. Counted is the
//! processor time of the process that calls; the server is another one. A process's figure is the median of its rounds'
//! ratios. Where memory happens to lie moves it by a hundredth or two, so that several processes measure one after the
//! other; the figure that counts is the median of theirs, and the lowest and the highest stand beside it. The exit
//! status is 1 where it is over its limit.
//!
//! `-- --alone sdk` (or `bare`) runs one side only, for a profiler.

mod server;
mod sides;

use std::env;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use atlas_migration_sdk::{AccessListEntry, CredentialKind};
use cpu_time::ProcessTime;
use serde::{Deserialize, Serialize};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

use server::Server;
use sides::{Operation, Result, Side};

const PROCESSES: usize = 25;
const ROUNDS: usize = 13;
const ROUNDS_ALONE: usize = 61;
/// What tells this program to measure, for the one that started it.
const MEASURE: &str = "--measure";
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

/// What one process found: the microseconds of a call on each side, and the ratios.
#[derive(Debug, Deserialize, Serialize)]
struct Figures {
    case: String,
    limit: f64,
    sdk: f64,
    bare: f64,
    cpu: f64,
    wall: f64,
}

fn main() -> Result<ExitCode> {
    if server::serve_if_asked()? {
        return Ok(ExitCode::SUCCESS);
    }
    // Cargo adds `--bench`.
    let arguments: Vec<_> = env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--alone", side, ref words @ ..] => run_alone(words, side).map(|()| ExitCode::SUCCESS),
        [MEASURE, ref words @ ..] => measure(words).map(|()| ExitCode::SUCCESS),
        ref words => compare(words),
    }
}

/// Has every case measured by several processes, prints what they found, and fails where a figure is over its limit.
fn compare(words: &[&str]) -> Result<ExitCode> {
    let mut found = Vec::new();
    for _ in 0..PROCESSES {
        let mut command = Command::new(env::current_exe()?);
        let output = command.arg(MEASURE).args(words).stderr(Stdio::inherit()).output()?;
        if !output.status.success() {
            return Err(format!("a measuring process ended with {}", output.status).into());
        }
        let figures: Vec<Figures> = serde_json::from_slice(&output.stdout)?;
        found.push(figures);
    }
    println!(
        "{:<48} {:>6} {:>6} {:>6} {:>13} {:>6} {:>6}",
        "µs of a call", "sdk", "bare", "ratio", "of processes", "limit", "wall"
    );
    let mut within = true;
    for (place, Figures { case, limit, .. }) in found[0].iter().enumerate() {
        let of = |part: fn(&Figures) -> f64| sorted(found.iter().map(|figures| part(&figures[place])));
        let ratios = of(|figures| figures.cpu);
        let ratio = median(&ratios);
        let [sdk, bare, wall] =
            [of(|figures| figures.sdk), of(|figures| figures.bare), of(|figures| figures.wall)]
                .map(|values| median(&values));
        let range = format!("{:.3}-{:.3}", ratios[0], ratios[ratios.len() - 1]);
        let verdict = if ratio <= *limit { "" } else { "  over" };
        println!(
            "{case:<48} {sdk:>6.1} {bare:>6.1} {ratio:>6.3} {range:>13} {limit:>6.2} {wall:>6.3}{verdict}"
        );
        within &= ratio <= *limit;
    }
    Ok(if within { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Measures every case in this process, and prints the figures for the one that asked.
fn measure(words: &[&str]) -> Result<()> {
    let (server, runtime) = (Server::start()?, runtime()?);
    let cases = cases(&server.base_url, words)?;
    let figures = cases.iter().map(|case| figures(&runtime, case)).collect::<Result<Vec<_>>>()?;
    println!("{}", serde_json::to_string(&figures)?);
    Ok(())
}

/// One thread, so that no time is spent on passing calls between threads, which neither side would be to blame for.
fn runtime() -> Result<Runtime> {
    Ok(Builder::new_current_thread().enable_all().build()?)
}

/// The cases whose names hold all of the words.
fn cases(base_url: &str, words: &[&str]) -> Result<Vec<Case>> {
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
    cases.retain(|case| words.iter().all(|word| case.name.contains(word)));
    if cases.is_empty() { Err(format!("no case has all of {words:?} in its name").into()) } else { Ok(cases) }
}

/// Runs both sides in turns.
fn figures(runtime: &Runtime, case: &Case) -> Result<Figures> {
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
        median(&sorted(sdk.iter().zip(&bare).map(|(sdk, bare)| part(sdk).div_duration_f64(part(bare)))))
    };
    let micros = |side: &[Taken]| {
        median(&sorted(side.iter().map(|taken| taken.cpu.as_secs_f64() * 1e6 / CALLS_PER_ROUND as f64)))
    };
    Ok(Figures {
        case: case.name.clone(),
        limit: case.limit,
        sdk: micros(&sdk),
        bare: micros(&bare),
        cpu: ratio(|taken| taken.cpu),
        wall: ratio(|taken| taken.wall),
    })
}

/// Runs one side of each case, without a figure.
fn run_alone(words: &[&str], side: &str) -> Result<()> {
    let (server, runtime) = (Server::start()?, runtime()?);
    for case in cases(&server.base_url, words)? {
        let side = if side == "sdk" { &case.sdk } else { &case.bare };
        for _ in 0..ROUNDS_ALONE {
            round(&runtime, &case, side)?;
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

fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<_> = values.collect();
    values.sort_by(f64::total_cmp);
    values
}

fn median(sorted: &[f64]) -> f64 {
    sorted[sorted.len() / 2]
}
