//! The cost of a call with the SDK, compared to the same request with plain reqwest.
//!
//! `cargo bench -p atlas-end-to-end --bench call [-- <words in the names of the cases>]`. Both clients call one static
//! server in alternating rounds, so that other load on the machine affects both alike. The measurement is the processor
//! time of the calling process; the server is another process. The result of a process is the median of the ratios of
//! its rounds. The memory layout changes it by one or two hundredths, so several processes measure one after the other.
//! The final result is the median of the processes, shown with the lowest and the highest one. The exit status is 1 if
//! a result is over its limit.
//!
//! Without words, the memory of a waiting call is measured too, on Linux; `-- --waiting` measures only that. Its limit is
//! absolute.
//!
//! `-- --alone sdk` (or `bare`) runs one client only, for a profiler.

mod clients;
mod server;
mod waiting;

use std::env;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use atlas_migration_sdk::{AccessListEntry, CredentialKind};
use cpu_time::ProcessTime;
use serde::{Deserialize, Serialize};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

use clients::{Operation, Result, TestClient};
use server::Server;

const PROCESSES: usize = 25;
const ROUNDS: usize = 13;
const ROUNDS_ALONE: usize = 61;
/// The argument of a measuring process.
const MEASURE: &str = "--measure";
/// The argument of the process that measures the memory of a waiting call.
const WAITING: &str = "--waiting";
const CALLS_PER_ROUND: usize = 480;

const CREDENTIALS: [(CredentialKind, &str, f64); 3] = [
    (CredentialKind::AccessToken, "bearer", 1.05),
    (CredentialKind::ServiceAccount, "service-account", 1.05),
    (CredentialKind::ApiKey, "digest", 1.25),
];
const OPERATIONS: [(Operation, &str); 2] =
    [(Operation::CreateLinkToken, "create-link-token"), (Operation::AvailableProjects, "available-projects")];
const CONNECTIONS: [(usize, &str); 2] = [(1, "one-connection"), (16, "sixteen-connections")];

/// The compared clients, and the highest allowed ratio.
struct Case {
    name: String,
    operation: Operation,
    connections: usize,
    limit: f64,
    sdk: TestClient,
    bare: TestClient,
}

/// The time of one round.
#[derive(Clone, Copy)]
struct RoundTime {
    cpu: Duration,
    elapsed: Duration,
}

/// The result of one process: the microseconds of a call with each client, and the ratios.
#[derive(Debug, Deserialize, Serialize)]
struct Measurement {
    case: String,
    limit: f64,
    sdk: f64,
    bare: f64,
    cpu: f64,
    elapsed: f64,
}

fn main() -> Result<ExitCode> {
    if server::serve_if_requested()? {
        return Ok(ExitCode::SUCCESS);
    }
    // Cargo adds `--bench`.
    let arguments: Vec<_> = env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [WAITING] => Ok(exit_code(runtime()?.block_on(waiting::measure())?)),
        ["--alone", name, ref words @ ..] => run_alone(words, name).map(|()| ExitCode::SUCCESS),
        [MEASURE, ref words @ ..] => measure(words).map(|()| ExitCode::SUCCESS),
        ref words => compare(words),
    }
}

/// Measures every case in several processes and prints the results. The exit status is 1 if one is over its limit.
fn compare(words: &[&str]) -> Result<ExitCode> {
    let mut processes = Vec::new();
    for _ in 0..PROCESSES {
        let mut command = Command::new(env::current_exe()?);
        let output = command.arg(MEASURE).args(words).stderr(Stdio::inherit()).output()?;
        if !output.status.success() {
            return Err(format!("a measuring process ended with {}", output.status).into());
        }
        let measurements: Vec<Measurement> = serde_json::from_slice(&output.stdout)?;
        processes.push(measurements);
    }
    println!(
        "{:<48} {:>6} {:>6} {:>6} {:>13} {:>6} {:>7}",
        "µs of a call", "sdk", "bare", "ratio", "of processes", "limit", "elapsed"
    );
    let mut within = true;
    for (index, Measurement { case, limit, .. }) in processes[0].iter().enumerate() {
        let of = |part: fn(&Measurement) -> f64| {
            sorted(processes.iter().map(|measurements| part(&measurements[index])))
        };
        let ratios = of(|one| one.cpu);
        let ratio = median(&ratios);
        let [sdk, bare, elapsed] =
            [of(|one| one.sdk), of(|one| one.bare), of(|one| one.elapsed)].map(|values| median(&values));
        let range = format!("{:.3}-{:.3}", ratios[0], ratios[ratios.len() - 1]);
        let verdict = if ratio <= *limit { "" } else { "  over" };
        println!(
            "{case:<48} {sdk:>6.1} {bare:>6.1} {ratio:>6.3} {range:>13} {limit:>6.2} {elapsed:>7.3}{verdict}"
        );
        within &= ratio <= *limit;
    }
    if words.is_empty() && cfg!(target_os = "linux") {
        // In a process without other allocations.
        within &= Command::new(env::current_exe()?).arg(WAITING).status()?.success();
    }
    Ok(exit_code(within))
}

fn exit_code(within: bool) -> ExitCode {
    if within { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Measures every case in this process, and prints the results for the parent process.
fn measure(words: &[&str]) -> Result<()> {
    let (server, runtime) = (Server::start()?, runtime()?);
    let cases = cases(&server.base_url, words)?;
    let measurements = cases.iter().map(|case| measure_case(&runtime, case)).collect::<Result<Vec<_>>>()?;
    println!("{}", serde_json::to_string(&measurements)?);
    Ok(())
}

/// One thread, so that no time is spent on moving calls between threads, which is not a cost of either client.
fn runtime() -> Result<Runtime> {
    Ok(Builder::new_current_thread().enable_all().build()?)
}

/// The cases whose names contain all of the words.
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
                    sdk: TestClient::sdk(base_url, credential)?,
                    bare: TestClient::bare(base_url, credential)?,
                });
            }
        }
    }
    cases.retain(|case| words.iter().all(|word| case.name.contains(word)));
    if cases.is_empty() { Err(format!("no case has all of {words:?} in its name").into()) } else { Ok(cases) }
}

/// Runs both clients in alternating rounds.
fn measure_case(runtime: &Runtime, case: &Case) -> Result<Measurement> {
    // Opens the connections and fetches the token or the challenge before the measurement.
    round(runtime, case, &case.sdk)?;
    round(runtime, case, &case.bare)?;
    let (mut sdk, mut bare) = (Vec::new(), Vec::new());
    for number in 0..ROUNDS {
        // Neither client is always second.
        if number % 2 == 0 {
            sdk.push(round(runtime, case, &case.sdk)?);
            bare.push(round(runtime, case, &case.bare)?);
        } else {
            bare.push(round(runtime, case, &case.bare)?);
            sdk.push(round(runtime, case, &case.sdk)?);
        }
    }
    let ratio = |part: fn(&RoundTime) -> Duration| {
        median(&sorted(sdk.iter().zip(&bare).map(|(sdk, bare)| part(sdk).div_duration_f64(part(bare)))))
    };
    let micros = |rounds: &[RoundTime]| {
        median(&sorted(rounds.iter().map(|round| round.cpu.as_secs_f64() * 1e6 / CALLS_PER_ROUND as f64)))
    };
    Ok(Measurement {
        case: case.name.clone(),
        limit: case.limit,
        sdk: micros(&sdk),
        bare: micros(&bare),
        cpu: ratio(|round| round.cpu),
        elapsed: ratio(|round| round.elapsed),
    })
}

/// Runs one client of each case, without a measurement.
fn run_alone(words: &[&str], name: &str) -> Result<()> {
    let (server, runtime) = (Server::start()?, runtime()?);
    for case in cases(&server.base_url, words)? {
        let client = if name == "sdk" { &case.sdk } else { &case.bare };
        for _ in 0..ROUNDS_ALONE {
            round(&runtime, &case, client)?;
        }
    }
    Ok(())
}

/// Makes the calls of one round, distributed over the connections.
fn round(runtime: &Runtime, case: &Case, client: &TestClient) -> Result<RoundTime> {
    let entry: AccessListEntry = "203.0.113.7".parse()?;
    let (operation, calls) = (case.operation, CALLS_PER_ROUND / case.connections);
    let (cpu, start) = (ProcessTime::try_now()?, Instant::now());
    runtime.block_on(async {
        let mut callers = JoinSet::new();
        for _ in 0..case.connections {
            let client = client.clone();
            callers.spawn(async move {
                for _ in 0..calls {
                    client.call(operation, entry).await?;
                }
                Ok::<_, clients::Error>(())
            });
        }
        while let Some(result) = callers.join_next().await {
            result??;
        }
        Ok::<_, clients::Error>(())
    })?;
    Ok(RoundTime { cpu: cpu.try_elapsed()?, elapsed: start.elapsed() })
}

fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<_> = values.collect();
    values.sort_by(f64::total_cmp);
    values
}

fn median(sorted: &[f64]) -> f64 {
    sorted[sorted.len() / 2]
}
