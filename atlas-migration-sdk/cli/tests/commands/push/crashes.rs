//! Runs that are killed: each effect takes place once.

use atlas_emulator::{Effect, Fault, FaultKind};
use atlas_migration_sdk::operations;

use super::Push;
use super::questions::without_settling;

/// Kills the program at this place of each write, and resumes.
async fn kill_at_each_write(place: &str) {
    let mut kills = 0;
    for write in 1.. {
        let push = Push::new().await;
        let arguments = ["--yes", "--acknowledge", "all"];
        let Some(stopped) = push.program(&arguments).stops_at(&format!("{place}:{write}")).await else {
            break;
        };
        drop(stopped);
        kills += 1;
        let is_started = |line: &str| line.contains("\"event\":{\"started\":") && line.ends_with('\n');
        let has_event = push.journal().split_inclusive('\n').any(is_started);
        if !has_event {
            // Nothing was started.
            assert_eq!(push.effects(), [0, 0, 0], "{place} {write}");
            let run = push.push_all(&[]).await;
            assert_eq!(run.status, 0, "{place} {write}: {}", run.stderr);
            continue;
        }
        push.edit_journal(without_settling);
        let mut run = push.push_all(&["--resume"]).await;
        if run.status == 11 {
            // Nobody but a person can tell whether the migration was created.
            run = match &migrations(&push)[..] {
                [] => push.push_all(&["--resume", "--not-created"]).await,
                [id] => push.push_all(&["--resume", "--migration-id", id]).await,
                more => panic!("{more:?}"),
            };
        }
        assert_eq!(run.status, 0, "{place} {write}: {}", run.stderr);
        assert_eq!(push.effects(), [1, 1, 1], "{place} {write}");
    }
    // The steps with their intents and outcomes, and what is between them.
    assert!(kills > 12, "{kills}");
}

fn migrations(push: &Push) -> Vec<String> {
    let effects = push.emulator.effects().into_iter();
    effects
        .filter_map(|effect| match effect {
            Effect::MigrationStarted(id) => Some(id),
            _ => None,
        })
        .collect()
}

/// After a write and before what follows from it: an intent is recorded, and nothing was sent.
#[tokio::test(flavor = "multi_thread")]
async fn killed_after_each_write() {
    kill_at_each_write("after").await;
}

/// In the middle of a write: a step was performed, and the line with its outcome is cut off.
#[tokio::test(flavor = "multi_thread")]
async fn killed_within_each_write() {
    kill_at_each_write("within").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lost_responses_are_reconciled() {
    for (operation, lost) in [
        (Some(&operations::CUTOVER_GROUP_LIVE_MIGRATION), FaultKind::BadGatewayAfterEffect),
        (Some(&operations::CUTOVER_GROUP_LIVE_MIGRATION), FaultKind::ResetAfterEffect),
        (None, FaultKind::BadGatewayAfterEffect),
        (None, FaultKind::ResetAfterEffect),
    ] {
        let push = Push::new().await;
        let fault = Fault::new(lost).with_credentials();
        push.emulator.inject(match operation {
            Some(operation) => fault.on(operation),
            None => fault.on_source_manager().on_method("POST"),
        });
        let run = push.push_all(&[]).await;
        assert_eq!(run.status, 0, "{lost}: {}", run.stderr);
        assert_eq!(push.effects(), [1, 1, 1], "{lost}");
    }
}
