//! `cargo fleet-demo`: a fleet of a dozen made-up migrations, on a local Temporal server and the emulator of Atlas.
//!
//! It is a test target without a test harness, because cargo builds the program for those: `cargo test` runs it too, and it
//! fails if a command fails, or if an effect happened twice.

#![allow(clippy::unwrap_used, reason = "a failed expectation ends the demo")]

#[path = "support/mod.rs"]
mod support;

use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;

use serde_json::Value;
use support::made_up::{MadeUp, waiting};
use support::program::Machine;
use support::server::TemporalServer;

/// How much faster than real time the emulator's clock runs, so that a migration of minutes takes seconds.
const TIME_SCALE: f64 = 60.0;
const NAMES: [&str; 12] = [
    "orders",
    "customers",
    "catalog",
    "stock",
    "payments",
    "shipping",
    "reviews",
    "search-log",
    "sessions",
    "billing",
    "returns",
    "archive",
];

fn main() -> ExitCode {
    // How a test runner asks for the names of the tests.
    if std::env::args().any(|argument| argument == "--list") {
        println!("demo: test");
        return ExitCode::SUCCESS;
    }
    install_temporal();
    let Some(server) = TemporalServer::start() else { return ExitCode::SUCCESS };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let emulator = support::emulator::fast().require_available_source(true).time_scale(TIME_SCALE);
    let emulator = runtime.block_on(emulator.start()).unwrap();
    let fleet = MadeUp { names: NAMES.map(str::to_owned).to_vec(), hosts: 4 };
    fleet.list(&emulator);
    let machine = Machine::new(&server, &emulator);
    fleet.write(&machine, &emulator, "poll_interval = \"1s\"\ncall_limit = \"1s\"\nrequests_per_second = 20");
    println!(
        "A Temporal server runs at {}, an emulator of Atlas at {}, and fleet.toml has {} migrations on {} hosts.",
        server.address(),
        emulator.base_url(),
        fleet.names.len(),
        fleet.hosts
    );

    println!("\nCheck all plans, and forecast how long they take:");
    show(&machine, &["check", "--acknowledge", "all"]);
    println!("\nStart two workers and the fleet:");
    let mut workers = [machine.start_worker(&[]), machine.start_worker(&[])];
    show(&machine, &["start", "--yes"]);

    println!("\nApprove each cutover, and kill a worker meanwhile:");
    let mut approved = 0;
    loop {
        let status = status(&machine);
        if status["counts"]["done"] == fleet.names.len() {
            break;
        }
        let names: Vec<_> = waiting(&status).into_iter().map(|(name, _)| name).collect();
        if names.is_empty() {
            std::thread::sleep(Duration::from_millis(300));
            continue;
        }
        if approved == 0 {
            show(&machine, &["status"]);
        }
        let mut arguments = vec!["approve", "--as", "ada", "--yes"];
        arguments.extend(names.iter().map(String::as_str));
        show(&machine, &arguments);
        if approved == 0 {
            println!("  $ kill -KILL {}", workers[0].id());
            workers[0].kill();
        }
        approved += names.len();
    }
    show(&machine, &["status"]);
    println!("\nReport what happened, for the change record:");
    let report = machine.run(&["report", "--fleet", "shop"]);
    assert_eq!(report.status, 0, "{}", report.stderr);
    println!("  $ atlas-migration-fleet report --fleet shop");
    report.stdout.lines().take(24).for_each(|line| println!("  {line}"));
    println!("  …");
    fleet.assert_each_effect_once(&emulator);
    println!(
        "\nDone: {} migrations, each started once and cut over once, {} requests to Atlas.",
        fleet.names.len(),
        emulator.requests().len()
    );
    ExitCode::SUCCESS
}

/// Runs the program, and shows the command and its output.
#[track_caller]
fn show(machine: &Machine, arguments: &[&str]) {
    println!("  $ atlas-migration-fleet {}", arguments.join(" "));
    let run = machine.run(arguments);
    run.stderr.lines().chain(run.stdout.lines()).for_each(|line| println!("  {line}"));
    assert_eq!(run.status, 0, "{arguments:?}");
}

fn status(machine: &Machine) -> Value {
    let run = machine.run(&["status", "--output", "json"]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    serde_json::from_str(&run.stdout).unwrap()
}

/// Installs the pinned Temporal server of this repository, where none is installed.
fn install_temporal() {
    let installed =
        Command::new("temporal").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if std::env::var_os("TEMPORAL_CLI").is_some() || installed.is_ok_and(|status| status.success()) {
        return;
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.ci/temporal");
    let output = Command::new(script).stderr(Stdio::inherit()).output();
    if let Ok(output) = output
        && output.status.success()
    {
        let path = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        support::server::use_cli(path);
    }
}
