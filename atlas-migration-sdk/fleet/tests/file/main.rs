//! `init` and `check`, against the emulator.

#![allow(clippy::unwrap_used, reason = "a failed expectation in a helper fails the test")]

#[path = "../support/mod.rs"]
mod support;

use std::path::Path;

use atlas_emulator::Emulator;
use serde_json::{Value, json};
use support::program::{Machine, Run};

/// A machine without credentials and without a fleet file.
fn empty_machine() -> Machine {
    let machine = Machine::offline();
    std::fs::remove_file(machine.folder().join("fleet.toml")).unwrap();
    machine
}

/// A machine with the credentials of the emulator, and without Temporal.
fn machine(emulator: &Emulator) -> Machine {
    let mut machine = empty_machine();
    for (name, value) in support::emulator::variables(emulator) {
        machine.set(name, &value);
    }
    machine.set("MONGODB_ATLAS_ORG_ID", emulator.org_id());
    machine
}

/// Runs the program beside the emulator of the test.
fn run(machine: &Machine, arguments: &[&str]) -> Run {
    tokio::task::block_in_place(|| machine.run(arguments))
}

#[track_caller]
fn succeeded(run: Run) -> String {
    assert_eq!(run.status, 0, "{}{}", run.stdout, run.stderr);
    run.stdout
}

/// The source project of the emulator, and another one, with two hosts.
fn projects(emulator: &Emulator) -> Vec<Value> {
    let deployment = |name: &str, version: &str, gigabytes: u64, managed: bool, sharded: bool| {
        json!({"name": name, "mongoDBVersion": version, "featureCompatibilityVersion": &version[..3], "managed": managed,
            "sharded": sharded, "tlsEnabled": managed, "dbSizeBytes": gigabytes * 1_000_000_000, "oplogSizeMB": 51_200})
    };
    vec![
        json!({"name": "Shop", "projectId": emulator.source_project_id(), "migrationHosts": ["host-1", "host-2"],
            "deployments": [deployment("orders", "7.0.14", 288, true, false),
                deployment("customers", "7.0.14", 144, true, false), deployment("log", "7.0.15", 36, true, true)]}),
        json!({"name": "Stock", "projectId": "5f9ad6b7e1c2a3041d0eaaaa", "migrationHosts": ["host-3"],
            "deployments": [deployment("inventory", "6.0.18", 72, false, false)]}),
        json!({"name": "Archive", "projectId": "5f9ad6b7e1c2a3041d0ebbbb", "migrationHosts": [],
            "deployments": [deployment("history", "7.0.14", 1, true, false)]}),
    ]
}

async fn linked_emulator() -> Emulator {
    let emulator = Emulator::start().await.unwrap();
    emulator.set_linked(true);
    emulator.set_available_projects(projects(&emulator));
    emulator
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_has_what_atlas_lists() {
    let emulator = linked_emulator().await;
    let machine = machine(&emulator);
    let written = succeeded(run(&machine, &["init", "--name", "shop"]));
    assert!(written.contains("Wrote fleet.toml with 4 migrations in 3 lanes"), "{written}");
    assert!(written.contains("the destinations, `project` and the rest"), "{written}");
    assert!(written.contains("warning: the source project Archive has no migration host"), "{written}");
    let text = std::fs::read_to_string(machine.folder().join("fleet.toml")).unwrap();
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/init.toml");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&golden, &text).unwrap();
    }
    // A checkout may have other line breaks.
    let golden = std::fs::read_to_string(&golden).unwrap_or_default().replace("\r\n", "\n");
    for (number, (found, expected)) in text.lines().zip(golden.lines()).enumerate() {
        assert_eq!(found, expected, "line {} of tests/golden/init.toml", number + 1);
    }
    assert_eq!(text.len(), golden.len(), "tests/golden/init.toml has more or fewer lines");

    // An existing file is kept, and nothing is requested for it.
    let requests = emulator.requests().len();
    let refused = run(&machine, &["init", "--name", "other"]);
    assert_eq!((refused.status, emulator.requests().len()), (6, requests), "{}", refused.stderr);
    assert!(refused.stderr.contains("fleet.toml exists: choose another name"), "{}", refused.stderr);
    assert_eq!(std::fs::read_to_string(machine.folder().join("fleet.toml")).unwrap(), text);

    // What only a person can fill in is the only problem.
    let refused = run(&machine, &["check"]);
    assert_eq!(refused.status, 2, "{}", refused.stderr);
    assert!(
        refused.stderr.contains("fleet.toml has 1 problem:\n  line 1: `project` is missing"),
        "{}",
        refused.stderr
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_finds_what_will_not_work_and_how_long_it_takes() {
    let emulator = linked_emulator().await;
    let mut machine = machine(&emulator);
    // An empty variable counts as not set.
    machine.set("MONGODB_ATLAS_PROJECT_ID", "");
    let drafted = succeeded(run(&machine, &["init", "other.toml", "--output", "json"]));
    assert_eq!(serde_json::from_str::<Value>(&drafted).unwrap()["needsProject"], true);
    machine.set("MONGODB_ATLAS_PROJECT_ID", emulator.project_id());
    let arguments = ["init", "--output", "json"];
    let written: Value = serde_json::from_str(&succeeded(run(&machine, &arguments))).unwrap();
    assert_eq!(written["migrations"], json!(["orders", "customers", "log", "inventory"]));
    assert_eq!(written["lanes"], json!(["host-1", "host-2", "host-3"]));
    assert_eq!(
        (&written["projectsWithoutHost"], &written["needsProject"]),
        (&json!(["Archive"]), &json!(false))
    );

    // The checklist is for a person.
    let before = emulator.requests().len();
    let open = run(&machine, &["check", "--copy-rate", "40"]);
    assert_eq!(open.status, 12, "{}{}", open.stdout, open.stderr);
    assert!(open.stderr.contains("repeat the check with --acknowledge "), "{}", open.stderr);
    assert!(open.stdout.contains("orders, customers, log, inventory"), "{}", open.stdout);
    let lists = |requests: &[atlas_emulator::RecordedRequest]| {
        requests.iter().filter(|request| request.target.contains("availableProjects")).count()
    };
    assert_eq!(lists(&emulator.requests()[before..]), 1, "one list for all plans");

    // The 288 GB of host-1 take 2 h, and the 144 GB and 36 GB of host-2 take 1 h and 15 min. Each approval takes 1 h.
    let arguments = ["check", "--copy-rate", "40", "--approval", "1h", "--acknowledge", "all", "-o", "json"];
    let report: Value = serde_json::from_str(&succeeded(run(&machine, &arguments))).unwrap();
    assert_eq!((&report["passed"], &report["fleet"]), (&json!(true), &json!("fleet")));
    let forecast = &report["forecast"];
    assert_eq!(forecast["totalSeconds"], 3600 + 3600 + 900 + 3600, "{forecast:#}");
    assert_eq!(forecast["criticalLane"], "host-2", "{forecast:#}");

    // A version that cannot be migrated.
    let mut listed = projects(&emulator);
    listed[1]["deployments"][0]["mongoDBVersion"] = "6.0.3".into();
    emulator.set_available_projects(listed);
    let refused = run(&machine, &["check", "--acknowledge", "all"]);
    assert_eq!(refused.status, 4, "{}{}", refused.stdout, refused.stderr);
    assert!(
        refused.stderr.contains("1 of 4 migrations are not possible: inventory (version-too-old)"),
        "{}",
        refused.stderr
    );
    let row = refused.stdout.lines().find(|line| line.contains("version-too-old")).unwrap();
    assert!(row.starts_with("inventory ") && row.contains("blocks"), "{}", refused.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_share_one_token() {
    let emulator = linked_emulator().await;
    let machine = machine(&emulator);
    succeeded(run(&machine, &["init", "--project-id", emulator.project_id()]));
    succeeded(run(&machine, &["check", "--acknowledge", "all"]));
    let tokens = emulator.requests().iter().filter(|request| request.target == "/api/oauth/token").count();
    assert_eq!(tokens, 1);
    // The folder of `atlas-migration`.
    assert!(machine.folder().join(".local/state/atlas-migration/tokens").is_dir());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_link_there_is_nothing_to_draft() {
    let emulator = Emulator::start().await.unwrap();
    let machine = machine(&emulator);
    let refused = run(&machine, &["init"]);
    assert_eq!(refused.status, 5, "{}", refused.stderr);
    assert!(refused.stderr.contains("link the source organization first"), "{}", refused.stderr);
    assert!(!machine.folder().join("fleet.toml").exists());
    let mut offline = empty_machine();
    offline.set("MONGODB_ATLAS_ORG_ID", emulator.org_id());
    let refused = run(&offline, &["init"]);
    assert!(refused.stderr.contains("set MONGODB_ATLAS_CLIENT_ID"), "{}", refused.stderr);
}
