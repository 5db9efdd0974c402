//! The verification: a command that runs for a long time, on whatever worker.

use crate::scenario::Scenario;
use crate::support::{emulator, eventually};

/// With a command that never ends, and which writes the id of its process.
async fn verifying() -> Option<Scenario> {
    let mut scenario = Scenario::new(emulator::fast()).await?;
    scenario.spec["started"]["verify"] = true.into();
    let hook = "[hooks]\nverify = \"cat > input.json; echo $$ >> verify.pid; exec sleep 600\"";
    let text = emulator::fleet_file(scenario.emulator.org_id(), hook);
    scenario.machine.write("fleet.toml", &text);
    scenario.start();
    Some(scenario)
}

/// The ids of the processes that have verified.
fn pids(scenario: &Scenario) -> Vec<String> {
    let text = std::fs::read_to_string(scenario.machine.folder().join("verify.pid")).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

/// Whether the process runs, and is not one that ended and that nobody has noticed.
fn runs(pid: &str) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verification_is_stopped_when_its_migration_is_given_up() {
    let Some(scenario) = verifying().await else { return };
    let worker = scenario.machine.start_worker(&[]);
    let pid = eventually("it verifies", || pids(&scenario).pop());
    assert!(runs(&pid), "{}", worker.log());
    let input = std::fs::read_to_string(scenario.machine.folder().join("input.json")).unwrap();
    let input: serde_json::Value = serde_json::from_str(&input).unwrap();
    assert_eq!((&input["hook"], &input["migration"]["name"]), (&"verify".into(), &"orders".into()));
    let kind = serde_json::json!({"abandon": {"reason": "no longer needed", "host_is_free": true}});
    let sent = scenario.update("decide", &serde_json::json!({"by": "ada", "kind": kind}));
    eventually(&format!("the process ends after {sent}"), || (!runs(&pid)).then_some(()));
    assert_eq!(pids(&scenario).len(), 1);
}

/// It may take hours, for which no worker waits that is to end.
#[tokio::test(flavor = "multi_thread")]
async fn a_verification_begins_anew_when_its_worker_ends() {
    let Some(scenario) = verifying().await else { return };
    let mut worker = scenario.machine.start_worker(&[]);
    let pid = eventually("it verifies", || pids(&scenario).pop());
    worker.signal("TERM");
    assert_eq!(worker.wait().code(), Some(0), "{}", worker.log());
    assert!(!runs(&pid));
    let _worker = scenario.machine.start_worker(&[]);
    eventually("it verifies again", || (pids(&scenario).len() == 2).then_some(()));
}
