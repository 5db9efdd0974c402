//! How a worker begins and ends, and what it tells about itself.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use atlas_emulator::{Effect, Fault, FaultKind};
use atlas_migration_sdk::operations::CREATE_GROUP_LIVE_MIGRATION;

use crate::scenario::Scenario;
use crate::support::program::{Machine, Running};
use crate::support::{emulator, eventually};

/// The status and the body of a response of the worker.
fn get(worker: &Running, path: &str) -> (u16, String) {
    let log = worker.log();
    let (_, rest) = log.split_once("http://").unwrap();
    let (address, _) = rest.split_once("/healthz").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    let (head, body) = response.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_tells_whether_it_polls() {
    let Some(mut scenario) = Scenario::new(emulator::fast()).await else { return };
    let mut worker = scenario.machine.start_worker(&[]);
    let (status, health) = get(&worker, "/healthz");
    let health: serde_json::Value = serde_json::from_str(&health).unwrap();
    let queues =
        serde_json::json!([{"name": "atlas-fleet", "polls": true}, {"name": "atlas-api", "polls": true}]);
    assert_eq!((status, &health["status"], &health["queues"]), (200, &"serving".into(), &queues));
    let (status, metrics) = get(&worker, "/metrics");
    assert_eq!(status, 200);
    assert!(metrics.contains("temporal_num_pollers{"), "{metrics}");
    assert_eq!((get(&worker, "/livez").0, get(&worker, "/").0), (200, 404));

    // A server that is not there is waited for.
    scenario.server.kill();
    let (status, health) = get(&worker, "/healthz");
    assert_eq!((status, health.contains("\"server\":false")), (503, true), "{health}");
    assert_eq!(get(&worker, "/livez").0, 200);
    scenario.server.start_again();
    eventually("it serves again", || (get(&worker, "/healthz").0 == 200).then_some(()));
    worker.signal("TERM");
    assert_eq!(worker.wait().code(), Some(0), "{}", worker.log());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_serves_a_part() {
    let Some(scenario) = Scenario::new(emulator::fast()).await else { return };
    scenario.start();
    let atlas = scenario.machine.start_worker(&["--only", "atlas"]);
    assert!(atlas.log().contains("polls atlas-api"), "{}", atlas.log());
    // Without any credentials.
    let mut other = Machine::offline();
    other.set("TEMPORAL_ADDRESS", &scenario.server.address());
    let workflows = other.start_worker(&["--only", "workflows"]);
    assert!(workflows.log().contains("polls atlas-fleet"), "{}", workflows.log());
    scenario.view("it asks for the cutover", |view| view["question"].is_object());
}

/// A step that is being performed is finished: its request is slower than the signal.
#[tokio::test(flavor = "multi_thread")]
async fn sigterm_lets_a_step_finish() {
    let Some(scenario) = Scenario::new(emulator::fast()).await else { return };
    let slow = Fault::new(FaultKind::SlowHeaders).on(&CREATE_GROUP_LIVE_MIGRATION);
    let slow = scenario.emulator.inject(slow);
    scenario.start();
    let mut worker = scenario.machine.start_worker(&[]);
    eventually("the request is on its way", || slow.is_triggered().then_some(()));
    worker.signal("TERM");
    eventually("it drains", || worker.log().contains("finishes what it has begun").then_some(()));
    assert_eq!((get(&worker, "/healthz").0, get(&worker, "/livez").0), (503, 200));
    slow.release();
    assert_eq!(worker.wait().code(), Some(0), "{}", worker.log());
    let _worker = scenario.machine.start_worker(&[]);
    scenario.view("it asks for the cutover", |view| view["question"].is_object());
    // The outcome was recorded: nothing had to be reconciled.
    let journal = serde_json::to_string(&scenario.journal()).unwrap();
    assert!(journal.contains("migration_created") && !journal.contains("migration_found"), "{journal}");
    let started = scenario
        .emulator
        .effects()
        .into_iter()
        .filter(|effect| matches!(effect, Effect::MigrationStarted(_)));
    assert_eq!(started.count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_signal_ends_it_at_once() {
    let Some(scenario) = Scenario::new(emulator::fast()).await else { return };
    let slow = Fault::new(FaultKind::SlowHeaders).on(&CREATE_GROUP_LIVE_MIGRATION);
    let slow = scenario.emulator.inject(slow);
    scenario.start();
    let mut worker = scenario.machine.start_worker(&[]);
    eventually("the request is on its way", || slow.is_triggered().then_some(()));
    worker.signal("INT");
    eventually("it drains", || worker.log().contains("finishes what it has begun").then_some(()));
    worker.signal("TERM");
    assert_eq!(worker.wait().code(), Some(130), "{}", worker.log());
    assert!(worker.log().contains("may have taken effect"), "{}", worker.log());
}

#[test]
fn other_machines_do_not_reach_it_without_a_flag() {
    let run = Machine::offline().run(&["worker", "--listen", "0.0.0.0:0"]);
    assert_eq!(run.status, 2, "{}", run.stderr);
    assert!(run.stderr.contains("--listen-on-network"), "{}", run.stderr);
}
