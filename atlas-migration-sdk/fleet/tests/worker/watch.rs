//! A watch goes on where another worker stopped.

use atlas_emulator::{Effect, MigrationState};
use serde_json::Value;

use crate::scenario::Scenario;
use crate::support::{emulator, eventually};

/// In JSON.
const LAST_POLL: &str = "\"lag_seconds\":777,";

/// The last poll of a worker that was killed is recorded by the next one: the countdown of the time to cut over begins
/// with it, and it is nowhere but in the details of the heartbeat.
#[tokio::test(flavor = "multi_thread")]
async fn the_next_worker_goes_on_from_the_last_details() {
    let Some(scenario) = Scenario::new(emulator::fast()).await else { return };
    // A migration does not get ready by itself.
    scenario.emulator.set_migration_timeline(emulator::timeline(1_000_000));
    scenario.start();
    let mut worker = scenario.machine.start_worker(&[]);
    let id = eventually("the migration starts", || {
        scenario.emulator.effects().into_iter().find_map(|effect| match effect {
            Effect::MigrationStarted(id) => Some(id),
            _ => None,
        })
    });
    assert!(scenario.emulator.set_migration(&id, MigrationState::working(900)));
    scenario.view("the first poll is recorded", |view| view["observed"]["status"] == "WORKING");
    // Not worth recording.
    assert!(scenario.emulator.set_migration(&id, MigrationState::working(777)));
    eventually("it is in the details", || {
        let pending = scenario.pending_activities();
        let is_last = |activity: &Value| activity["heartbeatDetails"].to_string().contains(LAST_POLL);
        pending.iter().any(is_last).then_some(())
    });
    let attempts = attempt(&scenario);
    assert!(!journal(&scenario).contains(LAST_POLL));
    worker.kill();
    assert!(scenario.emulator.set_migration(&id, MigrationState::ready()));
    let _worker = scenario.machine.start_worker(&[]);
    scenario.view("it is ready", |view| view["observed"]["ready"] == true);
    let journal = journal(&scenario);
    assert!(journal.contains(LAST_POLL), "{journal}");
    assert!(attempts >= 2, "each poll is an attempt, and {attempts} were made");
    // No poll that found nothing is in the history.
    let history = scenario.server.cli_json(&["workflow", "show", "--workflow-id", &Scenario::migration_id()]);
    let events = history["events"].as_array().unwrap().len();
    assert!(events < 60, "{events} events");
}

fn attempt(scenario: &Scenario) -> u64 {
    let attempts = scenario.pending_activities();
    attempts.iter().filter_map(|activity| activity["attempt"].as_u64()).max().unwrap_or_default()
}

/// The journal as text.
fn journal(scenario: &Scenario) -> String {
    serde_json::to_string(&scenario.journal()).unwrap()
}
