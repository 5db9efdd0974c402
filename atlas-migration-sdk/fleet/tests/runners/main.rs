//! The two runners of the library's flow, `atlas-migration push` with its journal and the fleet on Temporal, are killed at the
//! same points. Whatever was lost, both end with the same effects, each of them once.
//!
//! A point is a request whose response is held back: the runner is killed while it waits for it. The request was executed, and
//! nobody has seen its outcome. It is the point during its step, after the step before it, and before the next one.

#![allow(clippy::unwrap_used, reason = "a failed expectation in a helper fails the test")]

#[path = "../support/mod.rs"]
mod support;

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use atlas_emulator::{Effect, Emulator, Fault, FaultKind};
use atlas_migration_sdk::operations as atlas;
use support::made_up::answer_all;
use support::program::Machine;
use support::server::TemporalServer;

const SOURCE: &str = "orders";
const DESTINATION: &str = "orders-in-atlas";

/// A point at which a runner is killed.
#[derive(Clone, Copy, Debug)]
enum Point {
    SourceRead,
    LinkTokenCreated,
    LinkTokenEntered,
    ValidationStarted,
    ValidationRead,
    MigrationCreated,
    MigrationRead,
    CutOver,
}

const POINTS: [Point; 8] = [
    Point::SourceRead,
    Point::LinkTokenCreated,
    Point::LinkTokenEntered,
    Point::ValidationStarted,
    Point::ValidationRead,
    Point::MigrationCreated,
    Point::MigrationRead,
    Point::CutOver,
];

impl Point {
    /// Holds back the response.
    fn fault(self) -> Fault {
        let fault = Fault::new(FaultKind::SlowHeaders);
        match self {
            Self::SourceRead => fault.on_source_manager().on_method("GET").with_credentials(),
            Self::LinkTokenCreated => fault.on(&atlas::CREATE_ORG_LIVE_MIGRATION_LINK_TOKEN),
            Self::LinkTokenEntered => fault.on_source_manager().on_method("POST").with_credentials(),
            Self::ValidationStarted => fault.on(&atlas::VALIDATE_GROUP_LIVE_MIGRATIONS),
            Self::ValidationRead => fault.on(&atlas::GET_GROUP_LIVE_MIGRATION_VALIDATE_STATUS),
            Self::MigrationCreated => fault.on(&atlas::CREATE_GROUP_LIVE_MIGRATION),
            Self::MigrationRead => fault.on(&atlas::GET_GROUP_LIVE_MIGRATION),
            Self::CutOver => fault.on(&atlas::CUTOVER_GROUP_LIVE_MIGRATION),
        }
    }
}

/// The effects that must not be repeated, in their order. A link-token that nobody entered has no effect.
fn effects(emulator: &Emulator) -> Vec<&'static str> {
    let name = |effect| match effect {
        Effect::SourceLinked(_) => Some("linked"),
        Effect::MigrationStarted(_) => Some("started"),
        Effect::CutoverStarted(_) => Some("cut over"),
        _ => None,
    };
    emulator.effects().into_iter().filter_map(name).collect()
}

/// The command line, built as `cargo demo` builds it.
fn command_line() -> PathBuf {
    let build = ["test", "--quiet", "--no-run", "--package", "atlas-migration-cli", "--test", "demo"];
    let status = Command::new(env!("CARGO")).args(build).stdout(Stdio::null()).status().unwrap();
    assert!(status.success());
    let program = PathBuf::from(env!("CARGO_BIN_EXE_atlas-migration-fleet"));
    program.with_file_name("atlas-migration").with_extension(std::env::consts::EXE_EXTENSION)
}

#[tokio::test(flavor = "multi_thread")]
async fn both_runners_have_the_same_effects_at_every_point() {
    // One server for all points: each has a namespace of its own, as each has its own organization.
    let Some(server) = TemporalServer::start() else { return };
    let push = tokio::task::block_in_place(command_line);
    let mut tasks = Vec::new();
    for point in POINTS {
        let namespace = format!("{point:?}");
        server.create_namespace(&namespace);
        let (address, push) = (server.address(), push.clone());
        tasks.push(tokio::spawn(async move {
            let file = run_file(point, push).await;
            let engine = run_engine(point, address, namespace).await;
            (point, file, engine)
        }));
    }
    for task in tasks {
        let (point, file, engine) = task.await.unwrap();
        assert_eq!(file, ["linked", "started", "cut over"], "{point:?}: file");
        assert_eq!(engine, file, "{point:?}: engine");
    }
}

async fn emulator() -> Emulator {
    support::emulator::fast().start().await.unwrap()
}

/// Waits until the response is held back.
async fn reach(point: Point, emulator: &Emulator, start: impl FnOnce() -> support::program::Running) {
    let held = emulator.inject(point.fault());
    let mut runner = start();
    let began = std::time::Instant::now();
    while !held.is_triggered() {
        assert!(began.elapsed() < Duration::from_secs(120), "{point:?} is not reached: {}", runner.log());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    runner.kill();
    held.release();
}

async fn run_file(point: Point, push: PathBuf) -> Vec<&'static str> {
    let emulator = emulator().await;
    let mut machine = Machine::offline();
    for (name, value) in support::emulator::variables(&emulator) {
        machine.set(name, &value);
    }
    machine.set("MONGODB_ATLAS_ORG_ID", emulator.org_id());
    machine.set("MONGODB_ATLAS_PROJECT_ID", emulator.project_id());
    machine.set("SOURCE_MANAGER_ORG_ID", emulator.source_org_id());
    machine.program(&push);
    machine.write("plan.toml", &plan(&emulator));
    let run = ["push", "plan.toml", "--poll-interval", "100ms", "--acknowledge", "all", "--yes"];
    reach(point, &emulator, || machine.start(&run)).await;
    let journal = machine.folder().join("plan.toml.journal");
    for _ in 0..5 {
        if let Ok(text) = std::fs::read_to_string(&journal) {
            // Time is injected: the requests can no longer take effect.
            std::fs::write(&journal, text.replace("\"settling_seconds\":150", "\"settling_seconds\":0"))
                .unwrap();
        }
        let started = emulator.effects().into_iter().find_map(|effect| match effect {
            Effect::MigrationStarted(id) => Some(id),
            _ => None,
        });
        let mut resume = run.to_vec();
        if std::fs::read_to_string(&journal).is_ok_and(|text| text.contains("\"event\":{\"started\"")) {
            resume.push("--resume");
        }
        if let (Point::MigrationCreated, Some(id)) = (point, &started) {
            resume.extend(["--migration-id", id]);
        }
        let run = tokio::task::block_in_place(|| machine.run(&resume));
        if run.status == 0 {
            return effects(&emulator);
        }
        eprintln!("{point:?}: {}", run.stderr);
    }
    panic!("{point:?}: `push` does not end");
}

fn plan(emulator: &Emulator) -> String {
    format!(
        "migration_host = \"{}\"\n\n[source]\nproject = \"{}\"\ncluster = \"{SOURCE}\"\n\n[destination]\ncluster = \
         \"{DESTINATION}\"\nreach = \"public\"\n",
        emulator.migration_host(),
        emulator.source_project_id()
    )
}

async fn run_engine(point: Point, address: String, namespace: String) -> Vec<&'static str> {
    let emulator = emulator().await;
    let mut machine = Machine::offline();
    for (name, value) in support::emulator::variables(&emulator) {
        machine.set(name, &value);
    }
    machine.set("TEMPORAL_ADDRESS", &address).set("TEMPORAL_NAMESPACE", &namespace);
    machine.write("plan.toml", &plan(&emulator));
    machine.write(
        "fleet.toml",
        &format!(
            "name = \"one\"\norg = \"{}\"\nproject = \"{}\"\n\n[atlas]\npoll_interval = \"1s\"\ncall_limit = \"5s\"\n\n\
             [sources.main]\norg = \"{}\"\nurl = \"{}\"\naccess_list = [\"203.0.113.7\"]\n\n[[migrations]]\nname = \
             \"{SOURCE}\"\nsource = \"main\"\nplan = \"plan.toml\"\nvalidate = true\n",
            emulator.org_id(),
            emulator.project_id(),
            emulator.source_org_id(),
            emulator.source_manager_url(),
        ),
    );
    reach(point, &emulator, || {
        let running = tokio::task::block_in_place(|| machine.start_worker(&[]));
        tokio::task::block_in_place(|| {
            let start = machine.run(&["start", "--yes"]);
            assert_eq!(start.status, 0, "{point:?}: {}", start.stderr);
            // The cutover is reached only with its approval, which a person gives while the worker runs.
            if matches!(point, Point::CutOver) {
                while emulator.effects().iter().all(|effect| !matches!(effect, Effect::CutoverStarted(_))) {
                    answer_all(&machine, &emulator);
                }
            }
        });
        running
    })
    .await;
    let _worker = tokio::task::block_in_place(|| machine.start_worker(&[]));
    tokio::task::block_in_place(|| while !answer_all(&machine, &emulator) {});
    effects(&emulator)
}
