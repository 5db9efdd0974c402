//! The commands of people, from the command line to Atlas: a Temporal server, the emulator, and a worker.
#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

#[path = "../support/mod.rs"]
mod support;

use std::time::Duration;

use atlas_emulator::{Effect, Emulator};
use serde_json::{Value, json};

use support::eventually;
use support::program::{Machine, Run};
use support::server::TemporalServer;

/// Two migrations that share a host.
fn fleet_file(emulator: &Emulator, orders: &str) -> String {
    let (org, project, source) = (emulator.org_id(), emulator.project_id(), emulator.source_project_id());
    let migration = |name: &str, cluster: &str| {
        format!(
            "[[migrations]]\nname = \"{name}\"\nplan.migration_host = \"vm001.example.com\"\n\
             plan.source = {{ project = \"{source}\", cluster = \"{name}\" }}\n\
             plan.destination = {{ cluster = \"{cluster}\", reach = \"public\" }}\n\n"
        )
    };
    format!(
        "name = \"shop\"\norg = \"{org}\"\nproject = \"{project}\"\n[approvals]\nby = [\"ada\"]\n[atlas]\n\
         poll_interval = \"1s\"\nrequests_per_second = 50\n\n{}{}",
        migration("orders", orders),
        migration("stock", "stock")
    )
}

#[track_caller]
fn assert_run(run: &Run, status: i32, part: &str) {
    assert_eq!(run.status, status, "{}\n{}", run.stdout, run.stderr);
    let text = format!("{}{}", run.stdout, run.stderr);
    assert!(text.contains(part), "{part}: {text}");
}

fn status(machine: &Machine) -> Value {
    let run = machine.run(&["status", "fleet.toml", "--output", "json"]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    serde_json::from_str(&run.stdout).unwrap()
}

fn migration(machine: &Machine, name: &str) -> Value {
    let status = status(machine);
    let all = status["migrations"].as_array().unwrap();
    all.iter().find(|migration| migration["name"] == name).cloned().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn decisions_from_the_command_line() {
    let Some(server) = TemporalServer::start() else { return };
    let timeline = support::emulator::timeline(3600).catch_up_rate(1);
    let emulator = support::emulator::fast().migration_timeline(timeline).start().await.unwrap();
    emulator.set_linked(true);
    let machine = Machine::new(&server, &emulator);
    machine.write("fleet.toml", &fleet_file(&emulator, "orders"));

    assert_run(&machine.run(&["start", "--yes"]), 10, "No worker polls the task queue atlas-fleet");
    assert_run(&machine.run(&["status"]), 5, "has no fleet shop: start it");
    let _worker = machine.start_worker(&["fleet.toml"]);
    assert_run(&machine.run(&["start"]), 12, "--yes");
    assert_run(&machine.run(&["start", "--yes"]), 0, "Added 2 migrations");
    assert_run(&machine.run(&["start"]), 0, "Nothing is new");
    machine.write("changed.toml", &fleet_file(&emulator, "elsewhere"));
    assert_run(&machine.run(&["start", "changed.toml", "--yes"]), 6, "under another name");

    eventually("the copy has begun", || (migration(&machine, "orders")["stage"] == "copy").then_some(()));
    // Too early, not started, unknown.
    assert_run(&machine.run(&["approve", "orders", "--yes", "--as", "ada"]), 6, "it is at the stage copy");
    assert_run(&machine.run(&["approve", "stock", "--yes", "--as", "ada"]), 6, "waits for the host vm001");
    assert_run(&machine.run(&["hold", "ordrs", "--reason", "x"]), 5, "did you mean orders?");
    // In the lane.
    assert_run(&machine.run(&["hold", "stock", "--reason", "lunch", "--as", "eve"]), 6, "eve may not decide");
    assert_run(&machine.run(&["hold", "stock", "--reason", "lunch", "--as", "ada"]), 0, "hold by ada");
    assert_eq!(migration(&machine, "stock")["problem"], "on hold by ada: lunch");
    assert_run(&machine.run(&["resume", "stock", "--as", "ada"]), 0, "resume by ada");
    assert_run(&machine.run(&["resume", "stock", "--as", "ada"]), 6, "is not on hold");

    emulator.advance(Duration::from_secs(7200));
    let question = eventually("the migration is ready", || {
        let orders = migration(&machine, "orders");
        (orders["state"] == "waiting").then(|| orders["question"].clone())
    });
    assert_run(&machine.run(&["status"]), 0, "1 waiting for a person, 1 queued");
    // By nobody, by somebody else, for another plan, with an approval that has expired.
    assert_run(
        &machine.run(&["approve", "orders", "--as", "ada"]),
        12,
        "Stop the writes to the source first",
    );
    assert_run(&machine.run(&["approve", "orders", "--yes", "--as", "eve"]), 6, "eve may not decide");
    let expired = ["approve", "orders", "--yes", "--as", "ada", "--expires", "2026-01-01T00:00:00Z"];
    assert_run(&machine.run(&expired), 6, "expired already");
    let mut stale = question["approve"]["plan_hash"].as_str().unwrap().to_owned();
    let last = if stale.pop() == Some('0') { '1' } else { '0' };
    stale.push(last);
    let decision = json!({ "by": "ada", "kind": { "approve": { "action": "cut_over", "plan_hash": stale }}});
    let update = server.run_cli(&[
        "workflow",
        "update",
        "execute",
        "--workflow-id",
        "atlas-migration/shop/orders",
        "--name",
        "decide",
        "--input",
        &decision.to_string(),
    ]);
    let text =
        String::from_utf8_lossy(&update.stderr).into_owned() + &String::from_utf8_lossy(&update.stdout);
    assert!(text.contains("for another plan"), "{text}");

    // While the fleet is paused, an approval is accepted and waits.
    assert_run(
        &machine.run(&["pause", "--reason", "incident", "--as", "bob"]),
        0,
        "orders is ready, and expires",
    );
    assert_run(&machine.run(&["approve", "orders", "--yes", "--as", "ada"]), 0, "approve by ada");
    eventually("the status tells why nothing happens", || {
        let problem = migration(&machine, "orders")["problem"].clone();
        problem.as_str().is_some_and(|problem| problem.contains("paused: incident")).then_some(())
    });
    let cutovers = || {
        let effects = emulator.effects();
        effects.iter().filter(|effect| matches!(effect, Effect::CutoverStarted(_))).count()
    };
    assert_eq!(cutovers(), 0);
    assert_run(
        &machine.run(&["approve", "orders", "--yes", "--as", "ada"]),
        6,
        "there is nothing to approve",
    );
    assert_run(&machine.run(&["unpause"]), 0, "is not paused");
    eventually("it is complete", || (migration(&machine, "orders")["state"] == "complete").then_some(()));
    assert_eq!(cutovers(), 1);
    let late = eventually("the ledger has its end", || {
        let run = machine.run(&["approve", "orders", "--yes", "--as", "ada"]);
        (!run.stderr.contains("right now")).then_some(run)
    });
    assert_run(&late, 6, "has ended: complete");

    // What Atlas has occupies its host until a person states otherwise.
    eventually("the next one copies", || (migration(&machine, "stock")["stage"] == "copy").then_some(()));
    let abandon = ["abandon", "stock", "--reason", "not needed", "--yes", "--as", "ada"];
    assert_run(&machine.run(&abandon), 6, "state that the host is free");
    assert_run(&machine.run(&[&abandon[..], &["--host-is-free"]].concat()), 0, "abandon by ada");
    eventually("all have ended", || {
        (status(&machine)["counts"]
            == json!({ "running": 0, "waiting": 0, "queued": 0, "done": 1, "failed": 1 }))
        .then_some(())
    });
    assert_run(&machine.run(&["status", "--watch"]), 0, "1 done, 1 failed");
    let report = machine.run(&["report"]);
    for part in ["Approved: cut over. | ada |", "Abandoned: not needed", "## orders", "## stock"] {
        assert_run(&report, 0, part);
    }
    let report: Value = serde_json::from_str(&machine.run(&["report", "--output", "json"]).stdout).unwrap();
    assert_eq!(report["migrations"][0]["summary"]["end"], "complete");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_encrypted_is_readable_with_the_key() {
    let Some(server) = TemporalServer::start() else { return };
    let timeline = support::emulator::timeline(3600).catch_up_rate(1);
    let emulator = support::emulator::fast().migration_timeline(timeline).start().await.unwrap();
    emulator.set_linked(true);
    let mut machine = Machine::new(&server, &emulator);
    assert_run(&machine.run(&["key", "fleet.key"]), 0, "Created");
    let file = fleet_file(&emulator, "orders");
    machine.write("fleet.toml", &file.replace("[atlas]", "[codec]\nkey_file = \"fleet.key\"\n[atlas]"));
    let _worker = machine.start_worker(&["fleet.toml"]);
    assert_run(&machine.run(&["start", "--yes"]), 0, "Added 2 migrations");
    eventually("the last poll is newer than the recorded state", || {
        let orders = migration(&machine, "orders");
        orders["lagSeconds"].as_u64().is_some_and(|lag| lag < 3600).then_some(())
    });
    // The reason of a rejection, and the failure of an activity.
    assert_run(&machine.run(&["hold", "stock", "--reason", "lunch", "--as", "eve"]), 6, "eve may not decide");
    assert_run(&machine.run(&["pause", "--reason", "incident", "--as", "bob"]), 0, "is paused");
    emulator.advance(Duration::from_secs(7200));
    eventually("the approval waits for the end of the pause", || {
        let orders = migration(&machine, "orders");
        if orders["state"] == "waiting" {
            machine.run(&["approve", "orders", "--yes", "--as", "ada"]);
        }
        orders["problem"].as_str().is_some_and(|problem| problem.contains("paused: incident")).then_some(())
    });
    // A workflow that somebody terminates leaves a host of which only a person can tell whether it is free.
    let id = "atlas-migration/shop/orders";
    assert!(server.run_cli(&["workflow", "terminate", "--workflow-id", id]).status.success());
    eventually("the lane waits for a person", || {
        (migration(&machine, "orders")["state"] == "waiting").then_some(())
    });
    assert_run(&machine.run(&["status"]), 0, "anyone: abandon, once");
    let abandon = ["abandon", "orders", "--reason", "terminated", "--yes", "--as", "ada"];
    assert_run(&machine.run(&abandon), 6, "ended without a result");
    assert_eq!(migration(&machine, "stock")["state"], "queued");
    assert_run(&machine.run(&[&abandon[..], &["--host-is-free"]].concat()), 0, "abandon by ada");
    eventually("the next one begins", || (migration(&machine, "stock")["state"] == "running").then_some(()));
    assert_eq!(migration(&machine, "orders")["state"], "abandoned");
    // Without the key.
    machine.set("ATLAS_FLEET", "shop");
    let run = machine.run(&["status"]);
    assert_eq!(run.status, 1, "{}", run.stdout);
    assert!(run.stderr.contains("ATLAS_FLEET_KEY_FILE"), "{}", run.stderr);
}
